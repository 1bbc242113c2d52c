/**
 * The counts of a whole collector, looked at after every turn while everything around it goes wrong: everything that came in
 * is delivered, left out, refused, told as lost, or waits.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { imbalances, sumsOf } from '../../src/collector/health.ts';
import { createCollector, type RunningCollector } from '../../src/collector.ts';
import type { ExporterState } from '../../src/model/status.ts';
import { loaded } from '../config/support.ts';
import { eventLine } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { realMachine } from '../support/surroundings.ts';

/** Enough turns for whatever goes over a socket of this machine; what is waited for is looked for in each. */
const TURNS_MAX = 20_000;

describe('the counts of a collector', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  let folder: string;
  let clock: FakeClock;
  let telemetry: RecordingTelemetry;
  let collector: RunningCollector;
  const running: RunningCollector[] = [];
  let published: number;

  beforeEach(async () => {
    clock = new FakeClock();
    published = 0;
    engine = await FakeEngine.start();
    engine.serveRing();
    sink = await startOtlpSink({ kind: 'http' });
    folder = await mkdtemp(join(tmpdir(), 'balance-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop(AbortSignal.abort())));
    await engine.stop();
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(directory: string, maxSize?: number): Promise<void> {
    telemetry = new RecordingTelemetry();
    const { config } = await loaded(
      `storage: {directory: "${directory}"}
receivers: {docker_events: {audit_interval: 1s, event_queue_size: 50}}
processors:
  batch: {batch_size: 10, max_in_flight: 2, flush_interval: 100ms}
  filter: {exclude: ['docker.action = pause']}
exporters: {otlp_http: {endpoint: "${sink.endpoint}"}}
service:
  pipelines:
    logs: {processors: [filter, redact, batch], exporters: [otlp_http]}
    traces: {processors: [batch], exporters: [otlp_http]}
`,
      { args: { host: engine.host } },
    );
    const { storage } = config;
    const created = await createCollector({
      config:
        storage === undefined ? config : { ...config, storage: { ...storage, max_size: maxSize ?? storage.max_size } },
      clock,
      random: seededRandom(3),
      telemetry,
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      surroundings: realMachine({}),
    });
    assert.ok(created.ok, created.ok ? '' : created.problem.message);
    collector = created.value;
    running.push(collector);
    await collector.start();
    await until('it is connected', () => collector.status().receivers.every(({ isConnected }) => isConnected));
  }

  /** The life of some containers, and some events that are left out. */
  function publish(containers: number, pad = ''): void {
    for (let number = 0; number < containers; number += 1) {
      for (const action of ['create', 'start', 'pause', 'unpause', 'die'] as const) {
        published += 1;
        const timeNano = `1795262400${String(published * 1000).padStart(9, '0')}`;
        const id = `c${published - (published % 5)}`;
        engine.publish(eventLine({ action, id, timeNano, attributes: { name: id, pad } }));
      }
      check();
    }
  }

  function check(): void {
    assert.deepEqual(imbalances(collector.status()), []);
  }

  function exporter(name = 'otlp_http'): ExporterState {
    const found = collector.status().exporters.find((state) => state.name === name);
    assert.ok(found, name);
    return found;
  }

  /** Lets things happen, and time pass, until it is so; looks at the counts all the while. */
  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo(); turn += 1) {
      assert.ok(turn < TURNS_MAX, `${what}: ${JSON.stringify(collector.status())}`);
      clock.advance(10);
      await setImmediate();
      check();
    }
  }

  const isIdle = () => collector.status().exporters.every(({ waiting }) => waiting === 0);
  const accepted = (count: number) => () => collector.status().intake.accepted >= count;

  it('add up while the stream breaks, leaves out and repeats, and the backend refuses', async () => {
    await start(folder);
    publish(20);
    await until('all is read', accepted(100));
    sink.answerNext(
      { status: 503 },
      { partialSuccess: 2 },
      { status: 400 },
      'lose-answer',
      'reset',
      { partialSuccess: 1 },
      'close',
    );
    publish(10);
    engine.dropNext(3);
    publish(10);
    await until('what the stream left out is found', () => collector.status().intake.gaps > 0);
    assert.equal(collector.status().intake.recovered, 3);
    await engine.refuse();
    await engine.listenAgain();
    await until('what was read comes again', () => collector.status().intake.deduplicated >= 200);
    await engine.restart();
    publish(5);
    await until('the gap is told', () => collector.status().intake.gaps >= 2);
    await until('everything went its way', isIdle);
    const [logs, traces] = [exporter(), exporter('traces:otlp_http')];
    assert.ok(logs.rejected + traces.rejected > 0, 'some were refused');
    assert.ok(logs.filtered > 0 && logs.passedOver > 0, 'some were left out, and spans passed over');
    assert.ok(traces.exported > 0 && traces.passedOver >= 200, 'spans were delivered, and events passed over');
  });

  it('add up over an end without delivery and the start after it', async () => {
    sink.answerAlways({ status: 503 });
    await start(folder);
    publish(40);
    await until('all is read', accepted(200));
    const before = exporter();
    assert.ok(before.waiting > 0);
    await collector.stop(AbortSignal.abort());
    check();
    const { waiting, filtered, passedOver } = exporter();
    assert.ok(waiting > 0);
    // What was left out between records that wait is done with.
    const leftOut = filtered - before.filtered + passedOver - before.passedOver;
    assert.equal(waiting, before.waiting - leftOut, 'the rest is kept');
    await start(folder);
    assert.equal(exporter().carriedOver, waiting);
    sink.answerAlways('take');
    await until('everything went its way', isIdle);
    assert.deepEqual(exporter().exported + exporter().filtered + exporter().passedOver >= waiting, true);
  });

  it('add up where there is no storage, the queue overflows and the end comes early', async () => {
    sink.answerAlways({ status: 503 });
    await start('none');
    publish(40);
    await until('all is read', accepted(200));
    await until('the queue has overflowed', () => exporter().dropped > 0);
    publish(10);
    await until('all is read', accepted(250));
    await collector.stop(AbortSignal.abort());
    for (const state of collector.status().exporters) {
      const { came, went } = sumsOf(state);
      assert.deepEqual([went, state.waiting], [came, 0]);
    }
  });

  it('add up while the storage is smaller than what waits', async () => {
    sink.answerAlways({ status: 503 });
    await start(folder, 1_000_000);
    for (let round = 1; round <= 8; round += 1) {
      publish(40, 'x'.repeat(2000));
      await until('all is read', accepted(round * 200));
    }
    await until('some are given up', () => exporter().dropped > 0);
    sink.answerAlways('take');
    await until('everything went its way', isIdle);
    assert.equal(telemetry.countedOf('records_dropped', 'otlp_http', 'storage_full'), exporter().dropped);
  });
});
