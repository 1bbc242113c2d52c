import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask } from '../../src/telemetry/ask.ts';

const NEVER = new AbortController().signal;

describe('asking a collector', () => {
  let server: Server;
  async function listen(listener: RequestListener): Promise<number> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  afterEach(async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('gives the whole body, in the words that it was asked with', async () => {
    const port = await listen((request, response) => {
      response.write('ä'.repeat(40_000));
      response.end(`${request.method} ${request.url} ${request.headers.host}`);
    });
    const answer = await ask({ host: '127.0.0.1', port }, '/status', NEVER);
    assert.deepEqual(answer, { ok: true, value: `${'ä'.repeat(40_000)}GET /status 127.0.0.1:${port}` });
  });

  it('reads no answer that has no end', async () => {
    const port = await listen((_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(1_000_000))) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    });
    assert.deepEqual(await ask({ host: '127.0.0.1', port }, '/status', NEVER), {
      ok: false,
      problem: 'the answer has no end',
    });
  });

  it('tells of an answer that breaks off, and of one that takes too long', async () => {
    const port = await listen((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const broken = await ask({ host: '127.0.0.1', port }, '/status', NEVER);
    assert.match(broken.ok ? '' : broken.problem, /^the connection was closed before the answer was whole/);
    assert.deepEqual(await ask({ host: '127.0.0.1', port }, '/status', AbortSignal.abort()), {
      ok: false,
      problem: 'there was no answer in time',
    });
  });

  it('tells of a name that is not known', async () => {
    const { problem } = { problem: '', ...(await ask({ host: 'nowhere.invalid', port: 1 }, '/', NEVER)) };
    assert.match(problem, /^the name is not known \((ENOTFOUND|EAI_AGAIN)\)$/);
  });
});
