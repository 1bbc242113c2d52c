import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { eventLine, eventLines } from '../support/events.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { Folder, type TestWorld, testWorld } from './test-world.ts';

const OOM = eventLine({ action: 'oom', timeNano: '1795262500000000000' });

describe('a collector that is watched', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  beforeEach(async () => {
    engine = await FakeEngine.start();
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(async () => {
    await engine.stop();
    await sink.stop();
  });

  const worldWith = (env: Readonly<Record<string, string>> = {}) =>
    testWorld({
      DOCKER_HOST: engine.host,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:0',
      ...env,
    });

  async function addressOf({ stderr }: TestWorld): Promise<string> {
    await stderr.has(/Health, status and metrics are at/);
    return /metrics are at http:\/\/(\S+)\//.exec(stderr.text)?.[1] ?? '';
  }

  async function ask(address: string, path: string): Promise<readonly [number, string]> {
    const answer = await fetch(`http://${address}${path}`, { headers: { connection: 'close' } });
    return [answer.status, await answer.text()];
  }

  interface Told {
    readonly ready: boolean;
    readonly balanced: boolean;
    readonly problems: readonly string[];
    readonly intake: Readonly<Record<string, number>>;
    readonly exporters: readonly Readonly<Record<string, string | number>>[];
  }

  /** As it is when that is so. */
  async function statusWhen(address: string, isSo: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const told: Told = JSON.parse((await ask(address, '/status'))[1]);
      if (isSo(told)) return told;
      await setImmediate();
    }
  }

  it('tells that it is alive, ready, what came in and what became of it, and is gone at its end', async () => {
    const world = worldWith();
    const code = world.program('run', '--log-format', 'text', '--flush-interval', '1h');
    const address = await addressOf(world);
    (await engine.stream()).send(`${[...eventLines(3), OOM].join('\n')}\n`);
    const told = await statusWhen(address, ({ exporters, ready }) => ready && exporters[0]?.['exported'] === 5);
    assert.equal(told.balanced, true);
    assert.equal(told.intake['received'], 4);
    assert.deepEqual(await ask(address, '/healthz'), [200, 'alive\n']);
    assert.deepEqual(await ask(address, '/readyz'), [200, 'ready\n']);
    const [metrics, text] = await ask(address, '/metrics');
    assert.equal(metrics, 200);
    assert.match(text, /^# TYPE /m);
    const asked = testWorld();
    assert.equal(await asked.program('status', '--listen', address), 0, asked.stderr.text);
    assert.match(asked.stdout.text, /^EXPORTER otlp_http: logs to /m);
    world.signal('SIGTERM');
    assert.equal(await code, 0);
    await assert.rejects(ask(address, '/healthz'));
    assert.equal(world.clock.pending, 0);
  });

  it('is not ready while its backend takes nothing, says so, and is ready again', async () => {
    const world = worldWith();
    sink.answerAlways({ status: 503 });
    const code = world.program('run', '--log-format', 'text', '--flush-interval', '1h');
    const address = await addressOf(world);
    (await engine.stream()).send(`${OOM}\n`);
    const failing = await statusWhen(address, ({ exporters }) => exporters[0]?.['state'] === 'failing');
    assert.equal(failing.ready, false);
    assert.equal(failing.balanced, true);
    const [status, said] = await ask(address, '/readyz');
    assert.equal(status, 503);
    assert.match(
      said,
      /^not ready\nExporter otlp_http has not delivered to http:.* since 2026-11-21T12:00:00Z\. .*503/,
    );
    const asked = testWorld();
    assert.equal(await asked.program('status', '--listen', address), 1);
    assert.match(asked.stdout.text, /^ {2}FAILING since 2026-11-21T12:00:00Z/m);
    sink.answerAlways('take');
    world.clock.advance(1000);
    await statusWhen(address, ({ ready }) => ready);
    world.signal('SIGTERM');
    assert.equal(await code, 0);
  });

  it('is not ready while its engine is away, and says why', async () => {
    await engine.refuse();
    const world = worldWith();
    const code = world.program('run', '--log-format', 'text');
    const address = await addressOf(world);
    const told = await statusWhen(address, ({ problems }) => problems.some((one) => one.startsWith('Receiver')));
    assert.equal(told.ready, false);
    assert.match(
      told.problems.join('\n'),
      /^Receiver docker_events has not been connected to unix:\S+ since 2026-11-21T12:00:00Z\. ./m,
    );
    world.signal('SIGTERM');
    assert.equal(await code, 0);
  });

  it('runs on where its address is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const world = worldWith({ DOCKER_EVENTS_OTEL_LISTEN: `127.0.0.1:${(other.address() as AddressInfo).port}` });
    const code = world.program('run', '--log-format', 'text');
    await world.stderr.has(/WARN {2}Nobody can read health, status and metrics at \S+: another program listens there/);
    await world.stderr.has(/Reading events/);
    world.signal('SIGTERM');
    assert.equal(await code, 0);
    other.close();
    await once(other, 'close');
  });

  it('does not listen where it is tried out or replays', async () => {
    const folder = await Folder.make();
    const file = await folder.file('events.ndjson', `${eventLines(1).join('\n')}\n`);
    const replay = worldWith();
    assert.equal(await replay.program('replay', file, '--exporter', 'console', '--log-format', 'text'), 0);
    const tried = worldWith();
    const code = tried.program('try', '--exporter', 'console');
    await tried.stderr.has(/Reading events/);
    tried.signal('SIGTERM');
    assert.equal(await code, 0);
    for (const { stderr } of [replay, tried]) assert.doesNotMatch(stderr.text, /Health, status/);
    await folder.remove();
  });

  it('sends its own log where it is told to, to the last line', async () => {
    const logs = await startOtlpSink({ kind: 'http' });
    const folder = await Folder.make();
    const file = await folder.file(
      'c.yaml',
      `exporters: {otlp_http/own: {endpoint: '${logs.endpoint}'}, otlp_http: {endpoint: '${sink.endpoint}'}}
service:
  telemetry: {logs: {exporters: [otlp_http/own]}}
  pipelines: {logs: {receivers: [docker_events], exporters: [otlp_http]}}
`,
    );
    const world = worldWith({ DOCKER_EVENTS_OTEL_LISTEN: 'none' });
    const code = world.program('run', '-c', file, '--log-format', 'text');
    await world.stderr.has(/Reading events/);
    world.signal('SIGTERM');
    assert.equal(await code, 0, world.stderr.text);
    assert.deepEqual(
      logs.records.map(({ body }) => body),
      world.stderr.lines.map((line) => line.slice('12:00:00.000 INFO  '.length)),
    );
    assert.equal(sink.records.length, 0);
    assert.deepEqual(logs.violations, []);
    assert.equal(world.clock.pending, 0);
    await logs.stop();
    await folder.remove();
  });
});
