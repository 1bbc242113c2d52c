import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { CollectorStatus } from '../../src/model/status.ts';
import { createHealthServer, type HealthServer, type HealthServerParts } from '../../src/telemetry/server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { exporterState, noon, statusOf } from '../support/statuses.ts';

const FAILING = exporterState({ state: 'failing', trouble: { message: 'It is away.', since: noon(-3) } });
const METRICS_ASKED = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

interface Answer {
  readonly code: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('the health server', () => {
  const clock = new FakeClock();
  let telemetry: RecordingTelemetry;
  let status: CollectorStatus;
  let server: HealthServer;
  beforeEach(() => {
    telemetry = new RecordingTelemetry();
    status = statusOf();
  });
  afterEach(async () => {
    await server.stop(AbortSignal.abort());
    assert.equal(clock.pending, 0);
  });

  async function start(parts: Partial<HealthServerParts> = {}): Promise<void> {
    server = createHealthServer({
      listen: '127.0.0.1:0',
      status: () => status,
      metrics: () => '# TYPE events counter\nevents 1\n',
      clock,
      telemetry,
      ...parts,
    });
    await server.start();
  }

  interface Asked {
    readonly method?: string;
    readonly headers?: Record<string, string>;
  }

  async function ask(path: string, { method = 'GET', headers = {} }: Asked = {}): Promise<Answer> {
    const { hostname, port } = new URL(`http://${server.address}`);
    const asked = request({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path,
      method,
      agent: false,
      headers,
    });
    asked.end();
    const [answer] = await once(asked, 'response');
    let body = '';
    for await (const part of answer) body += part;
    return { code: answer.statusCode, headers: answer.headers, body };
  }

  it('says that it is alive, whatever else there is', async () => {
    await start({
      status: () => {
        throw new Error('broken');
      },
    });
    const { code, body, headers } = await ask('/healthz');
    assert.deepEqual([code, body], [200, 'alive\n']);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  it('says that it is ready, or why not, as it is at that moment', async () => {
    await start();
    assert.deepEqual(await short('/readyz'), [200, 'ready\n']);
    status = statusOf({ exporters: [FAILING] });
    assert.deepEqual(await short('/readyz'), [
      503,
      'not ready\nExporter otlp_http has not delivered to http://localhost:4318/v1/logs (OTLP, http/protobuf) since 2026-11-21T11:59:57Z. It is away.\n',
    ]);
  });

  it('says it as JSON to who asks for that', async () => {
    await start();
    const headers = { accept: 'application/json' };
    assert.deepEqual(await short('/readyz', { headers }), [200, '{"ready":true,"problems":[]}\n']);
    status = statusOf({ state: 'starting' });
    const answer = await ask('/readyz', { headers });
    assert.equal(answer.code, 503);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(JSON.parse(answer.body), { ready: false, problems: ['The collector is starting.'] });
  });

  it('tells its status, ready or not', async () => {
    status = statusOf({ exporters: [FAILING] });
    await start();
    const { code, headers, body } = await ask('/status');
    assert.equal(code, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    const { ready, balanced, exporters } = JSON.parse(body);
    assert.deepEqual([ready, balanced, exporters[0].exported], [false, true, 1100]);
  });

  it('has metrics as Prometheus reads them, made at once or later', async () => {
    await start();
    const { code, headers, body } = await ask('/metrics?name=events');
    assert.equal(code, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(body, '# TYPE events counter\nevents 1\n');
    await server.stop(AbortSignal.abort());
    await start({ metrics: async () => 'later 1\n' });
    assert.deepEqual(await short('/metrics/'), [200, 'later 1\n']);
  });

  it('makes metrics for one at a time, and once for all that wait', async () => {
    const made: PromiseWithResolvers<string>[] = [];
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await start({
      metrics: () => {
        const making = Promise.withResolvers<string>();
        made.push(making);
        begun[made.length - 1]?.resolve();
        return making.promise;
      },
    });
    const first = short('/metrics');
    await begun[0]?.promise;
    const { port } = new URL(`http://${server.address}`);
    const many = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    many.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n${METRICS_ASKED.repeat(50)}`);
    let text = '';
    for await (const part of many.iterator({ destroyOnReturn: false })) {
      text += part;
      // What was sent in one piece is read in one piece.
      if (text.includes('alive')) break;
    }
    assert.equal(made.length, 1);
    made[0]?.resolve('n 1\n');
    assert.deepEqual(await first, [200, 'n 1\n']);
    await begun[1]?.promise;
    made[1]?.resolve('n 2\n');
    for await (const part of many) {
      text += part;
      if (text.split('n 2\n').length > 50) break;
    }
    assert.equal(made.length, 2);
  });

  it('answers who has said that nothing more is asked, however long it takes', async () => {
    const metrics = Promise.withResolvers<string>();
    await start({ metrics: () => metrics.promise });
    const { port } = new URL(`http://${server.address}`);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true }).setEncoding('utf8');
    socket.end('GET /metrics HTTP/1.0\r\n\r\n');
    await once(socket, 'finish');
    await short('/healthz');
    metrics.resolve('late 1\n');
    let text = '';
    for await (const part of socket) text += part;
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nlate 1\n$/);
  });

  it('lists what there is, at its root and where there is nothing', async () => {
    await start();
    for (const [path, code] of [
      ['/', 200],
      ['/?a=b', 200],
      ['/health', 404],
      ['/healthz/x', 404],
      ['/constructor', 404],
    ] as const) {
      const answer = await ask(path);
      assert.equal(answer.code, code, path);
      assert.match(answer.body, /\n\/readyz {4}is it connected/);
    }
  });

  it('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    await start();
    const head = await ask('/healthz', { method: 'HEAD' });
    assert.deepEqual([head.code, head.body, head.headers['content-length']], [200, '', '6']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { code, headers } = await ask('/status', { method });
      assert.deepEqual([code, headers.allow], [405, 'GET, HEAD'], method);
    }
  });

  it('is not asked by a name that anybody could have given to the loopback address', async () => {
    await start({ listen: 'localhost:0' });
    for (const host of ['localhost', 'LocalHost:9464', '127.0.0.1:1', '[::1]:9464', '10.1.2.3']) {
      assert.equal((await ask('/status', { headers: { host } })).code, 200, host);
    }
    for (const host of ['evil.example.com', 'evil.example.com:9464', 'localhost.example.com', '127.0.0.1.nip.io']) {
      const { code, body } = await ask('/status', { headers: { host } });
      assert.equal(code, 403, host);
      assert.match(body, /^This address is for programs of this machine\. Ask for it as localhost/);
    }
  });

  it('is asked by any name where others may reach it', async () => {
    await start({ listen: '0.0.0.0:0' });
    assert.equal((await ask('/status', { headers: { host: 'collector:9464' } })).code, 200);
  });

  it('tells a mistake of its own, and goes on', async () => {
    await start({
      metrics: async () => {
        throw new Error('no such metric');
      },
    });
    assert.deepEqual(await short('/metrics'), [
      500,
      'This cannot be answered, because of a mistake in the collector. Its log says more.\n',
    ]);
    assert.equal(
      telemetry.named('telemetry.endpoint_failed')[0]?.message,
      '/metrics could not be answered, because of a mistake in this program: no such metric. Please report it.',
    );
    assert.equal((await ask('/healthz')).code, 200);
  });

  it('says where it is', async () => {
    await start();
    assert.match(server.address ?? '', /^127\.0\.0\.1:\d+$/);
    assert.deepEqual(
      telemetry.happenings.map(({ level, message }) => [level, message]),
      [['info', `Health, status and metrics are at http://${server.address}/.`]],
    );
  });

  it('says so where it cannot listen, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await start({ listen: `127.0.0.1:${port}` });
    assert.equal(server.address, undefined);
    const [told] = telemetry.happenings;
    assert.equal(told?.level, 'warn');
    assert.equal(
      told?.message,
      `Nobody can read health, status and metrics at 127.0.0.1:${port}: another program listens there (EADDRINUSE), perhaps a second collector. End it, or name another address, or none, with service.telemetry.http.listen or DOCKER_EVENTS_OTEL_LISTEN. Events are delivered all the same.`,
    );
    await server.stop(AbortSignal.abort());
    other.close();
    await once(other, 'close');
  });

  for (const [listen, said] of [
    ['198.51.100.1:0', /this machine has no such address \(EADDRNOTAVAIL\)/],
    ['nowhere.invalid:0', /the name is not known \((ENOTFOUND|EAI_AGAIN)\)/],
    ['9464', /it is no address of the form host:port\. Check it, or name another/],
  ] as const) {
    it(`says what is wrong with ${listen}`, async () => {
      await start({ listen });
      assert.match(telemetry.named('telemetry.cannot_listen')[0]?.message ?? '', said);
      assert.equal(server.address, undefined);
    });
  }

  it('finishes an answer that is on its way before it stops, and takes no new question', async () => {
    const asked = Promise.withResolvers<void>();
    const metrics = Promise.withResolvers<string>();
    await start({
      metrics: () => {
        asked.resolve();
        return metrics.promise;
      },
    });
    const answer = short('/metrics');
    await asked.promise;
    const { port } = new URL(`http://${server.address}`);
    const stopped = server.stop(new AbortController().signal);
    metrics.resolve('late 1\n');
    assert.deepEqual(await answer, [200, 'late 1\n']);
    await stopped;
    const [error] = await once(connect(Number(port), '127.0.0.1'), 'error');
    assert.equal(error.code, 'ECONNREFUSED');
    assert.equal(server.address, undefined);
  });

  for (const [when, end] of [
    ['after a second', () => clock.advance(1000)],
    ['at the deadline', (limit: AbortController) => limit.abort()],
  ] as const) {
    it(`does not wait for an answer that does not come: it stops ${when}`, async () => {
      const asked = Promise.withResolvers<void>();
      await start({
        metrics: () => {
          asked.resolve();
          return new Promise(() => {});
        },
      });
      const answer = short('/metrics').catch((error: unknown) => error);
      await asked.promise;
      const limit = new AbortController();
      const stopped = server.stop(limit.signal);
      await new Promise((resolve) => setImmediate(resolve));
      end(limit);
      await stopped;
      assert.ok((await answer) instanceof Error);
    });
  }

  it('is not held up by who connects and says nothing, or half of it', async () => {
    await start();
    const { port } = new URL(`http://${server.address}`);
    const sockets = ['', 'GET /status HTTP/1.1\r\nHost: loc'].map((words) => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write(words);
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await ask('/healthz');
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await server.stop(new AbortController().signal);
    await closed;
  });

  it('takes no more than a few small headers', async () => {
    await start();
    assert.equal((await ask('/healthz', { headers: { cookie: 'x'.repeat(9000) } })).code, 431);
  });

  it('stops without a start, and starts no more after a stop', async () => {
    await start();
    const other = createHealthServer({
      listen: '127.0.0.1:0',
      status: () => status,
      metrics: () => '',
      clock,
      telemetry,
    });
    await other.stop(AbortSignal.abort());
    await other.start();
    assert.equal(other.address, undefined);
  });

  async function short(path: string, asked: Asked = {}): Promise<readonly [number | undefined, string]> {
    const { code, body } = await ask(path, asked);
    return [code, body];
  }
});
