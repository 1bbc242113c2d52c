/** What the three OTLP exporters owe to whoever calls them, whatever stands at the other end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type Exporter, isDetailed } from '../../../src/export/exporter.ts';
import { exporterFor, WIRES } from '../../support/lane-rig.ts';
import { startOtlpSink } from '../../support/otlp-sink.ts';
import { logRecord } from '../../support/records.ts';

function exported(exporter: Exporter, record = logRecord()): Promise<unknown> {
  return new Promise((resolve) => {
    exporter.export([record], (result) => resolve(isDetailed(result) ? result.outcome : result));
  });
}

/** Answers every request so, and says no more. */
async function answering(answer: string): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { server, endpoint: `http://127.0.0.1:${address.port}` };
}

describe('the OTLP exporters', () => {
  for (const wire of WIRES) {
    it(`${wire}: take the next export as soon as they said how the last one ended`, async () => {
      const sink = await startOtlpSink({ kind: wire === 'grpc' ? 'grpc' : 'http' });
      const { exporter } = await exporterFor(wire, sink.endpoint);
      for (let count = 1; count <= 10; count += 1) {
        assert.deepEqual(await exported(exporter), { kind: 'delivered', rejected: 0, detail: undefined });
      }
      assert.equal(sink.records.length, 10);
      await exporter.shutdown();
      await sink.stop();
    });
  }

  for (const wire of WIRES) {
    it(`${wire}: say which span a record belongs to`, async () => {
      const sink = await startOtlpSink({ kind: wire === 'grpc' ? 'grpc' : 'http' });
      const { exporter } = await exporterFor(wire, sink.endpoint);
      const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
      await exported(exporter, logRecord({ spanContext: { ...ids, traceFlags: 1 } }));
      await exported(exporter);
      assert.deepEqual(
        sink.records.map(({ traceId, spanId, flags }) => ({ traceId, spanId, flags })),
        [
          { ...ids, flags: 1 },
          { traceId: '', spanId: '', flags: 0 },
        ],
      );
      await exporter.shutdown();
      await sink.stop();
    });
  }

  it('http/protobuf: say what keeps a request from being made', async () => {
    const { exporter } = await exporterFor('http/protobuf', 'http://127.0.0.1:1', { headers: { 'x-a': 'b\nc' } });
    assert.deepEqual(await exported(exporter), {
      kind: 'retry',
      detail: 'Invalid character in header content ["x-a"]',
      retryAfterMs: undefined,
    });
    await exporter.shutdown();
  });

  it('grpc: say that they are shut down', async () => {
    const { exporter } = await exporterFor('grpc', 'http://127.0.0.1:1');
    await exporter.shutdown();
    assert.deepEqual(await exported(exporter), {
      kind: 'retry',
      detail: 'Channel has been shut down',
      retryAfterMs: undefined,
    });
  });

  it('http/protobuf: do not wait for the deadline when a server wants to speak something else', async () => {
    const { server, endpoint } = await answering(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    );
    const { exporter } = await exporterFor('http/protobuf', endpoint);
    assert.deepEqual(await exported(exporter), {
      kind: 'retry',
      detail: 'the connection was closed without an answer',
      retryAfterMs: undefined,
    });
    await exporter.shutdown();
    server.close();
    await once(server, 'close');
  });
});
