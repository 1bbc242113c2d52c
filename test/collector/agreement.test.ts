/**
 * Readiness, status and metrics, asked over HTTP while the engine is away, the backend is down or the disk is full. They are
 * made of one status, and here it is seen that they say the same, and what it is.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { ask, createHealthServer, type HealthServer, parseListen, readStatus } from '../../src/collector/health.ts';
import { createCollector, type RunningCollector } from '../../src/collector.ts';
import type { CollectorStatus } from '../../src/model/status.ts';
import { loaded } from '../config/support.ts';
import { eventLine } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { CODES, FaultyDisk } from '../support/faulty-disk.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { realMachine } from '../support/surroundings.ts';

/** More than anything here takes. */
const TURNS_MAX = 5000;
const NEVER = new AbortController().signal;

describe('readiness, status and metrics agree', () => {
  const disk = new FaultyDisk();
  let engine: FakeEngine;
  let sink: OtlpSink;
  let folder: string;
  let clock: FakeClock;
  let collector: RunningCollector;
  let server: HealthServer;
  let sent = 0;

  beforeEach(async () => {
    clock = new FakeClock();
    disk.fault = undefined;
    engine = await FakeEngine.start();
    engine.serveRing();
    sink = await startOtlpSink({ kind: 'http' });
    folder = await mkdtemp(join(tmpdir(), 'agreement-'));
    const telemetry = new RecordingTelemetry();
    const { config } = await loaded(
      `storage: {directory: "${folder}"}
processors: {batch: {flush_interval: 100ms}}
exporters: {otlp_http: {endpoint: "${sink.endpoint}"}}
service: {pipelines: {logs: {exporters: [otlp_http]}, traces: {exporters: [otlp_http]}}}
`,
      { args: { host: engine.host } },
    );
    const setup = {
      config,
      clock,
      random: seededRandom(3),
      telemetry,
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      surroundings: realMachine({}),
      // Handed through to the journal.
      openDatabase: disk.open,
    };
    const created = await createCollector(setup);
    assert.ok(created.ok, created.ok ? '' : created.problem.message);
    collector = created.value;
    server = createHealthServer({
      listen: '127.0.0.1:0',
      status: () => collector.status(),
      metrics: () => collector.metricsText(),
      clock,
      telemetry,
    });
    await server.start();
  });
  afterEach(async () => {
    await collector.stop(AbortSignal.abort());
    await server.stop(AbortSignal.abort());
    await engine.stop();
    await sink.stop();
    await rm(folder, { recursive: true });
  });

  /** What each of them says. Time stands still meanwhile. */
  async function told(): Promise<{ status: CollectorStatus; problems: readonly string[] }> {
    const address = parseListen(server.address ?? '');
    assert.ok(address);
    const [ready, text, metrics] = await Promise.all([
      fetch(`http://${server.address}/readyz`, { headers: { accept: 'application/json', connection: 'close' } }),
      ask(address, '/status', NEVER),
      ask(address, '/metrics', NEVER),
    ]);
    assert.ok(text.ok && metrics.ok);
    const read = readStatus(text.value);
    assert.ok(read.ok, read.ok ? '' : read.problem);
    const { status, readiness } = read.value;
    assert.deepEqual(await ready.json(), { ready: readiness.isReady, problems: readiness.problems });
    assert.equal(ready.status, readiness.isReady ? 200 : 503);
    const value = (name: string, label = '') => {
      const line = metrics.value.split('\n').find((each) => each.startsWith(name) && each.includes(label));
      return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
    };
    assert.equal(value('docker_events_otel_state', `"${status.state}"`), 1);
    for (const { name, isConnected } of status.receivers) {
      assert.equal(value('docker_events_otel_receiver_connected', `="${name}"`), Number(isConnected));
    }
    for (const { name, state, waiting } of status.exporters) {
      const states = (one: string) => `docker_events_otel_exporter_state="${one}",otel_component_name="${name}"`;
      for (const each of ['delivering', 'failing', 'off']) {
        assert.equal(value('docker_events_otel_exporter_state', states(each)), Number(each === state), metrics.value);
      }
      assert.equal(value('docker_events_otel_exporter_waiting', `="${name}"`), waiting);
    }
    const running = metrics.value.matchAll(/^docker_container_running(?:\{.*\})? (\d+)$/gm);
    assert.equal(
      [...running].reduce((sum, [, count]) => sum + Number(count), 0),
      status.receivers.reduce((sum, { runningContainers }) => sum + runningContainers, 0),
    );
    assert.equal(value('docker_events_otel_storage_writable'), Number(status.storage?.trouble === undefined));
    return { status, problems: readiness.problems };
  }

  async function until(what: string, isSo: (status: CollectorStatus) => boolean): Promise<void> {
    for (let turn = 0; !isSo(collector.status()); turn += 1) {
      assert.ok(turn < TURNS_MAX, `${what}: ${JSON.stringify(collector.status())}`);
      clock.advance(10);
      await setImmediate();
    }
  }

  function publish(): void {
    sent += 1;
    engine.publish(eventLine({ action: 'create', id: `c${sent}`, timeNano: `1795262${400 + sent}000000000` }));
  }

  const isIdle = ({ exporters }: CollectorStatus) => exporters.every(({ waiting }) => waiting === 0);
  const isConnected = ({ receivers }: CollectorStatus) => receivers.every((receiver) => receiver.isConnected);

  async function start(): Promise<void> {
    await collector.start();
    await until('it is connected', isConnected);
    publish();
    await until('it has read', ({ intake }) => intake.accepted > 0);
    await until('it has delivered', isIdle);
  }

  it('before it starts, while all is well, and when it has stopped', async () => {
    assert.deepEqual((await told()).problems, ['The collector is starting.']);
    await start();
    engine.publish(eventLine({ action: 'start', id: 'c1', timeNano: '1795262500000000000' }));
    engine.publish(eventLine({ action: 'start', id: 'c2', timeNano: '1795262500000000001' }));
    await until('it has read', ({ intake }) => intake.accepted === 3);
    await until('it has delivered', isIdle);
    const { status, problems } = await told();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      status.receivers.map(({ runningContainers }) => runningContainers),
      [2],
    );
    assert.deepEqual(
      status.exporters.map(({ state, exported, passedOver }) => [state, exported, passedOver]),
      [
        ['delivering', 3, 1],
        ['delivering', 1, 3],
      ],
    );
    await collector.stop(NEVER);
    assert.deepEqual((await told()).problems, ['The collector is stopping.']);
  });

  it('while the engine is away', async () => {
    await start();
    await engine.refuse();
    await until('that is seen', (status) => !isConnected(status));
    const { problems } = await told();
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^Receiver docker_events has not been connected to unix:\S+ since 2026-11-21T12:0/);
    await engine.listenAgain();
    await until('it is connected again', isConnected);
    assert.deepEqual((await told()).problems, []);
  });

  it('while the backend is down', async () => {
    await start();
    await sink.refuse();
    publish();
    const isFailing = ({ exporters }: CollectorStatus) => exporters.some(({ state }) => state === 'failing');
    await until('that is seen', isFailing);
    const { status, problems } = await told();
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /^Exporter otlp_http has not delivered to http:\S+\/v1\/logs .* since 2026.*ECONNREFUSED/,
    );
    assert.equal(status.exporters[0]?.waiting, 1);
    await sink.listenAgain();
    await until('it delivers again', isIdle);
    assert.deepEqual((await told()).problems, []);
  });

  it('while the disk is full', async () => {
    await start();
    disk.fault = CODES.full;
    publish();
    await until('that is seen', ({ storage }) => storage?.trouble !== undefined);
    const { problems } = await told();
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^The storage \S+ has not been written since 2026-11-21T12:0\S+\. .* is full/);
    disk.fault = undefined;
    await until('it is written again', ({ storage }) => storage?.trouble === undefined);
    await until('what came meanwhile is delivered', isIdle);
    assert.deepEqual((await told()).problems, []);
    assert.equal(sink.records.length, 2);
  });
});
