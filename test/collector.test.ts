/** The whole, put together: a real HTTP engine on one side, real OTLP backends on the other, time in the test's hand. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createCollector, type RunningCollector } from '../src/collector.ts';
import type { ConfigArguments } from '../src/config/collector-config.ts';
import { loaded } from './config/support.ts';
import { eventLine, eventLines } from './support/events.ts';
import { FakeClock, passUntil } from './support/fake-clock.ts';
import { ENGINE_INFO, FakeEngine } from './support/fake-engine.ts';
import { type OtlpSink, type SinkRecord, startOtlpSink } from './support/otlp-sink.ts';
import { RecordingTelemetry } from './support/recording-telemetry.ts';
import { seededRandom } from './support/seeded-random.ts';
import { realMachine } from './support/surroundings.ts';

function timesOf(records: readonly SinkRecord[]): string[] {
  return records.map(({ timeUnixNano }) => timeUnixNano);
}

function timesIn(lines: readonly string[]): string[] {
  return lines.map((line) => /"timeNano":(\d+)/.exec(line)?.[1] ?? '');
}

describe('the collector', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  let clock: FakeClock;
  let telemetry: RecordingTelemetry;
  const running: RunningCollector[] = [];
  /** Only log records, but where a test is about the others. */
  let env: Readonly<Record<string, string>>;

  beforeEach(async () => {
    clock = new FakeClock();
    telemetry = new RecordingTelemetry();
    env = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
    engine = await FakeEngine.start();
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((collector) => collector.stop(AbortSignal.abort())));
    await engine.stop();
    await sink.stop();
  });

  async function create(file: string | undefined, args: ConfigArguments = {}, recording?: string) {
    const { config } = await loaded(file, { env, args: { host: engine.host, ...args } });
    const created = await createCollector({
      config,
      clock,
      random: seededRandom(3),
      telemetry,
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      surroundings: realMachine({}),
      ...(recording === undefined ? {} : { recording }),
    });
    if (created.ok) running.push(created.value);
    return created;
  }

  async function start(file?: string, args: ConfigArguments = { endpoint: sink.endpoint }): Promise<RunningCollector> {
    const created = await create(file, args);
    assert.ok(created.ok, created.ok ? '' : created.problem.message);
    await created.value.start();
    return created.value;
  }

  const stop = (collector: RunningCollector) => collector.stop(new AbortController().signal);

  it('delivers every event of the stream, once, in order and with its exact time', async () => {
    const collector = await start('processors: {batch: {batch_size: 64, max_in_flight: 1}}\n');
    const stream = await engine.stream();
    const lines = eventLines(1000);
    for (let at = 0; at < lines.length; at += 250) stream.send(`${lines.slice(at, at + 250).join('\n')}\n`);
    await passUntil(clock, sink.waitForRecords(960), 1);
    await stop(collector);
    assert.deepEqual(timesOf(sink.records), timesIn(lines));
    assert.equal(new Set(sink.records.map(({ attributes }) => attributes.get('log.record.uid'))).size, lines.length);
    assert.deepEqual(sink.violations, []);
    assert.equal(telemetry.counted('events_accepted'), lines.length);
    assert.equal(telemetry.counted('records_exported'), lines.length);
  });

  it('asks the engine for nothing but GET, and for no more than three paths and one more that may be refused', async () => {
    engine.answer('/info', { status: 403, body: 'forbidden' });
    const collector = await start();
    const stream = await engine.stream();
    stream.send(`${eventLine()}\n`);
    await telemetry.reported('receiver.connected');
    await stop(collector);
    assert.deepEqual(timesOf(sink.records), timesIn([eventLine()]));
    assert.deepEqual([...new Set(engine.requests.map(({ method }) => method))], ['GET']);
    assert.deepEqual(
      new Set(engine.requests.map(({ path }) => path)).difference(new Set(['/_ping', '/version', '/events', '/info'])),
      new Set(),
    );
  });

  it('repeats nothing and loses nothing when the stream breaks and the engine replays', async () => {
    const collector = await start('processors: {batch: {batch_size: 1, max_in_flight: 1}}\n');
    const lines = eventLines(300);
    const first = await engine.stream();
    first.send(`${lines.slice(0, 200).join('\n')}\n${lines[200]?.slice(0, 40)}`);
    await telemetry.reported('receiver.connected');
    first.drop();
    await telemetry.reported('receiver.stream_ended');
    const again = engine.stream();
    // The wait begins when all that follows from the end has run.
    await setImmediate();
    clock.advance(250);
    const second = await again;
    assert.equal(second.since, '0');
    second.send(`${lines.slice(44).join('\n')}\n`);
    await telemetry.reported('receiver.connected', 2);
    second.send(`${eventLine({ action: 'stop', timeNano: '1795262500000000000' })}\n`);
    await sink.waitForRecords(301);
    await stop(collector);
    assert.deepEqual(timesOf(sink.records), [...timesIn(lines), '1795262500000000000']);
    assert.equal(telemetry.counted('events_deduplicated'), 156);
  });

  it('tells an event of a swarm to a pipeline that does not have the engine which reported it first', async () => {
    const other = await FakeEngine.start();
    other.answer('/info', { ...ENGINE_INFO, ID: 'b8a1c0de-0000-4000-8000-0000000000ff' });
    const { config } = await loaded(
      `receivers: {docker_events/one: {host: "${engine.host}"}, docker_events/two: {host: "${other.host}"}}
exporters: {otlp_http: {endpoint: "${sink.endpoint}"}}
service:
  pipelines:
    logs/one: {receivers: [docker_events/one], exporters: [otlp_http]}
    logs/two: {receivers: [docker_events/two], exporters: [otlp_http]}
`,
    );
    const created = await createCollector({
      config,
      clock,
      random: seededRandom(3),
      telemetry,
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      surroundings: realMachine({}),
    });
    assert.ok(created.ok, created.ok ? '' : created.problem.message);
    running.push(created.value);
    await created.value.start();
    for (const each of [engine, other]) {
      const stream = await each.stream();
      stream.send(`${eventLine({ type: 'service', action: 'create', id: 's1', scope: 'swarm' })}\n`);
    }
    await telemetry.reported('receiver.connected', 2);
    await stop(created.value);
    await other.stop();
    assert.equal(telemetry.counted('events_accepted'), 2);
    assert.equal(telemetry.counted('records_exported'), 2);
  });

  it('is not held up in one exporter by another that is stuck', async () => {
    const stuck = await startOtlpSink({ kind: 'grpc' });
    stuck.answerAlways({ grpcStatus: 14 });
    try {
      await start(
        `receivers: {docker_events: {event_queue_size: 50}}
processors: {batch: {batch_size: 10}}
exporters: {otlp_http: {endpoint: "${sink.endpoint}"}, otlp_grpc: {endpoint: "${stuck.endpoint}"}}
`,
        {},
      );
      const lines = eventLines(1000);
      const stream = await engine.stream();
      for (let at = 0; at < lines.length; at += 20) {
        stream.send(`${lines.slice(at, at + 20).join('\n')}\n`);
        await sink.waitForRecords(at + 20);
      }
      assert.deepEqual(timesOf(sink.records), timesIn(lines));
      assert.equal(stuck.records.length, 0);
      // What it was handed is kept by it; of the rest it gets the newest, and is told what it lost.
      assert.equal(telemetry.counted('records_dropped'), 1000 - 50 - 10 * (4 + 1));
    } finally {
      await Promise.all(running.splice(0).map((collector) => collector.stop(AbortSignal.abort())));
      await stuck.stop();
    }
  });

  it('tells a backend what it lost, in the place where it was lost', async () => {
    const collector = await start(
      'receivers: {docker_events: {event_queue_size: 20}}\nprocessors: {batch: {batch_size: 5, max_in_flight: 1}}\n',
    );
    sink.answerAlways({ status: 503 });
    const stream = await engine.stream();
    const lines = eventLines(100);
    stream.send(`${lines.join('\n')}\n`);
    await telemetry.reported('journal.overflowing');
    await telemetry.reported('export.retrying');
    sink.answerAlways('take');
    await stop(collector);
    const losses = sink.records.filter(({ eventName }) => eventName === 'docker.events.dropped');
    assert.deepEqual(
      losses.map(({ attributes }) => attributes.get('docker.events.loss.count')),
      [70n],
    );
    const events = sink.records.filter((record) => !losses.includes(record));
    assert.deepEqual(timesOf(events), timesIn([...lines.slice(0, 10), ...lines.slice(80)]));
  });

  it('does not tell as a loss of records what would have been spans', async () => {
    env = { OTEL_METRICS_EXPORTER: 'none' };
    const collector = await start(
      'receivers: {docker_events: {event_queue_size: 20}}\nprocessors: {batch: {batch_size: 5, max_in_flight: 1}}\n',
    );
    sink.answerAlways({ status: 503 });
    const stream = await engine.stream();
    // Each start ends the run before it.
    stream.send(`${eventLines(100).join('\n')}\n`);
    await telemetry.reported('journal.overflowing', 2);
    await telemetry.reported('export.retrying', 2);
    sink.answerAlways('take');
    await stop(collector);
    const [losses, events] = [true, false].map((isLoss) =>
      sink.records.filter(({ eventName }) => (eventName === 'docker.events.dropped') === isLoss),
    );
    const lost = (losses ?? []).reduce(
      (sum, { attributes }) => sum + Number(attributes.get('docker.events.loss.count')),
      0,
    );
    assert.ok(lost > 0);
    assert.equal((events ?? []).length + lost, 100);
    assert.equal(telemetry.countedOf('records_dropped', 'otlp_http'), lost);
    const spansLost = telemetry.countedOf('records_dropped', 'traces:otlp_http');
    assert.equal(sink.spans.length + spansLost, telemetry.counted('spans_accepted'));
  });

  it('makes no spans any more once the backend has said that it takes none', async () => {
    env = { OTEL_METRICS_EXPORTER: 'none' };
    const logsOnly = await startOtlpSink({ kind: 'http', signals: ['logs'] });
    try {
      const collector = await start(undefined, { endpoint: logsOnly.endpoint });
      const stream = await engine.stream();
      const lines = eventLines(60);
      stream.send(`${lines.slice(0, 20).join('\n')}\n`);
      await passUntil(clock, telemetry.reported('export.signal_off'), 1);
      const made = telemetry.counted('spans_accepted');
      assert.ok(made > 0);
      stream.send(`${lines.slice(20).join('\n')}\n`);
      await passUntil(clock, logsOnly.waitForRecords(60), 1);
      assert.equal(telemetry.counted('spans_accepted'), made);
      await stop(collector);
      assert.deepEqual(logsOnly.violations, []);
    } finally {
      await Promise.all(running.splice(0).map((collector) => collector.stop(AbortSignal.abort())));
      await logsOnly.stop();
    }
  });

  it('gives up at the deadline what a backend does not take, and says how much that is', async () => {
    const collector = await start();
    sink.answerAlways({ status: 503 });
    const stream = await engine.stream();
    stream.send(`${eventLines(7).join('\n')}\n`);
    await telemetry.reported('receiver.connected');
    const deadline = new AbortController();
    const stopping = collector.stop(deadline.signal);
    await telemetry.reported('export.retrying');
    deadline.abort();
    await stopping;
    const left = telemetry.named('journal.undelivered').map(({ message }) => message);
    assert.equal(left.length, 1);
    assert.match(left[0] ?? '', /\b7\b/);
    assert.equal(clock.pending, 0);
  });

  it('plays a recording to its end, through the same pipeline', async () => {
    const recording = join(import.meta.dirname, '../recordings/engine-28.ndjson');
    const created = await create(undefined, { endpoint: sink.endpoint }, recording);
    assert.ok(created.ok);
    await created.value.start();
    assert.equal(await created.value.finished, undefined);
    await stop(created.value);
    assert.ok(sink.records.length > 50);
    const alerts = sink.records.filter(({ eventName }) => eventName === 'docker.rule.match');
    assert.equal(sink.records.length - alerts.length, telemetry.counted('events_received'));
    assert.equal(alerts.length, telemetry.counted('alerts'));
    assert.ok(alerts.length > 0);
    assert.equal(engine.requests.length, 0);
  });

  it('delivers the spans of what ended, and counts them as they are kept and as they are delivered', async () => {
    env = { OTEL_METRICS_EXPORTER: 'none' };
    const recording = join(import.meta.dirname, '../recordings/engine-28.ndjson');
    const created = await create(undefined, { endpoint: sink.endpoint }, recording);
    assert.ok(created.ok);
    await created.value.start();
    await created.value.finished;
    await stop(created.value);
    assert.equal(sink.spans.length, 27);
    assert.equal(telemetry.counted('spans_accepted'), 27);
    assert.equal(telemetry.counted('spans_exported'), 27);
    assert.equal(telemetry.counted('records_exported'), telemetry.counted('events_received'));
  });

  it('says why it cannot be put together', async () => {
    for (const signal of ['logs', 'traces']) {
      const created = await create(
        `exporters: {otlp_http: {endpoint: "https://x", tls: {ca_file: /not/there.pem}}}
service: {pipelines: {${signal}: {exporters: [otlp_http]}}}\n`,
        {},
      );
      assert.deepEqual(created, {
        ok: false,
        problem: {
          message:
            'exporters.otlp_http.tls.ca_file /not/there.pem cannot be read (ENOENT). Check that it exists and that this process may read it.',
        },
      });
    }
  });

  it('says where events come from and where records, spans and metrics go', async () => {
    env = {};
    const created = await create(`exporters: {otlp_http: {endpoint: "${sink.endpoint}"}, console: }\n`, {});
    assert.ok(created.ok);
    assert.equal(created.value.source, engine.host);
    assert.deepEqual(created.value.destinations, [
      `${sink.endpoint}/v1/logs (OTLP, http/protobuf)`,
      'this output (JSON lines)',
      `${sink.endpoint}/v1/traces (OTLP, http/protobuf)`,
      `${sink.endpoint}/v1/metrics (OTLP, http/protobuf)`,
    ]);
  });

  it('has sent what it counted when a backend of records hangs until the end', async () => {
    const metrics = await startOtlpSink({ kind: 'http' });
    try {
      sink.answerAlways('hang');
      const collector = await start(
        `exporters: {otlp_http: {endpoint: "${sink.endpoint}"}, otlp_http/metrics: {endpoint: "${metrics.endpoint}"}}
service:
  telemetry: {metrics: {interval: 24h}}
  pipelines: {logs: {exporters: [otlp_http]}, metrics: {exporters: [otlp_http/metrics]}}
`,
        {},
      );
      (await engine.stream()).send(`${eventLine()}\n`);
      await passUntil(clock, sink.waitForRequests(1), 10);
      const limit = new AbortController();
      const stopped = collector.stop(limit.signal);
      await passUntil(clock, metrics.waitForRequests(1), 10);
      limit.abort();
      await stopped;
      const events = metrics.requests[0]?.metrics.find(({ name }) => name === 'docker.events')?.points ?? [];
      assert.deepEqual(
        events.map(({ value }) => value).filter((value) => value !== 0n),
        [1n],
      );
    } finally {
      await metrics.stop();
    }
  });

  it('tries an engine without reading from it', async () => {
    const created = await create(undefined, { endpoint: sink.endpoint });
    assert.ok(created.ok);
    assert.equal(await created.value.tryEngine(new AbortController().signal), undefined);
    assert.ok(!engine.requests.some(({ path }) => path === '/events'));
    await engine.refuse();
    assert.equal((await created.value.tryEngine(new AbortController().signal))?.code, 'no_such_socket');
  });
});
