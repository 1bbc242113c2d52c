import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { DetailedResult } from '../../../src/export/exporter.ts';
import type { ReadableLogRecord } from '../../../src/export/otel.ts';
import { protobufLogs } from '../../../src/export/otlp/encoding.ts';
import { OtlpHttpExporter } from '../../../src/export/otlp/http-exporter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { logRecord } from '../../support/records.ts';

describe('an answer that comes before all was sent', () => {
  it('ends the connection, so that nothing of the records is read once they are given back', async () => {
    const connected = Promise.withResolvers<Socket>();
    const server = createServer((socket: Socket) => {
      // Reads the head and no more, as a server that finds the length too large; the rest fills the socket and waits.
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n');
        connected.resolve(socket);
      });
      socket.on('error', () => {});
    });
    const exporter = await exporterTo(await listen(server));
    const records = Array.from({ length: 40 }, () => exporter.prepare(logRecord({ body: 'x'.repeat(400_000) })));
    const result = await new Promise((resolve) => exporter.export(records, resolve));
    assert.equal((result as DetailedResult).outcome.kind, 'split');
    exporter.release(records);
    const socket = await connected.promise;
    socket.resume();
    await once(socket, 'close');
    assert.ok(socket.bytesRead < 40 * 400_000, `${socket.bytesRead}`);
    const closed = once(server, 'close');
    server.close();
    await closed;
    await exporter.shutdown();
  });
});

describe('an answer without an end', () => {
  it('is read as far as an answer may be, and then counts by its status', async () => {
    const server = createHttpServer((request, response) => {
      request.resume();
      response.on('error', () => {});
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const exporter = await exporterTo(await listen(server));
    const result = await new Promise((resolve) =>
      exporter.export([exporter.prepare(logRecord({ body: 'x' }))], resolve),
    );
    assert.equal((result as DetailedResult).outcome.kind, 'delivered');
    await exporter.shutdown();
    server.close();
    await once(server, 'close');
  });
});

describe('an exporter that is over', () => {
  it('closes the connections that it kept', async () => {
    const server = createHttpServer((request, response) => request.resume().on('end', () => response.end()));
    server.keepAliveTimeout = 0;
    const connected = once(server, 'connection');
    const exporter = await exporterTo(await listen(server));
    await new Promise((resolve) => exporter.export([exporter.prepare(logRecord({ body: 'x' }))], resolve));
    const [socket] = await connected;
    const closed = once(socket, 'close');
    await exporter.shutdown();
    await closed;
    server.close();
    await once(server, 'close');
  });
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function exporterTo(port: number): Promise<OtlpHttpExporter<ReadableLogRecord>> {
  return OtlpHttpExporter.create({
    url: new URL(`http://127.0.0.1:${port}/v1/logs`),
    headers: new Map(),
    compression: 'none',
    userAgent: 'test',
    tls: { ca: undefined, cert: undefined, key: undefined },
    encoding: protobufLogs,
    clock: new FakeClock(),
  });
}
