import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type AttemptOutcome, DELIVERED, type Exporter, resultOf } from '../../src/export/exporter.ts';
import { Slab } from '../../src/export/otlp/slabs.ts';
import type { Entry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { entryOf, eventLine, eventLines } from '../support/events.ts';
import { append, exporterFor, otelMapper, startLane } from '../support/lane-rig.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';

const entries = (count: number) => eventLines(count).map(entryOf);
const timesOf = (sink: OtlpSink) => sink.records.map((record) => record.timeUnixNano).sort();

describe('a lane', () => {
  let sink: OtlpSink;
  beforeEach(async () => {
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(() => sink.stop());

  it('delivers every entry once, with its exact time, as a record of this program', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, entries(250));
    await rig.stop();
    assert.deepEqual(
      timesOf(sink),
      eventLines(250).map((line) => /"timeNano":(\d+)/.exec(line)?.[1]),
    );
    const [first] = sink.records;
    assert.deepEqual(first?.scope, { name: 'docker-events-otel', version: '1.2.3' });
    assert.equal(first?.eventName, 'docker.container.start');
    assert.equal(first?.severityText, 'INFO');
    assert.equal(first?.observedTimeUnixNano, '1795262401000000000');
    assert.equal(first?.resource.get('service.name'), 'docker-events');
    assert.equal(rig.telemetry.counted('records_exported'), 250);
    assert.equal(rig.clock.pending, 0);
    assert.deepEqual(sink.violations, []);
  });

  it('sends full batches while the append is still going on, and the rest after the flush interval', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, entries(250));
    await sink.waitForRecords(200);
    assert.deepEqual(
      sink.requests.map(({ records }) => records.length),
      [100, 100],
    );
    rig.clock.advance(1000);
    await sink.waitForRecords(250);
    await rig.stop();
  });

  it('does not let a record of severity ERROR wait', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, [entryOf(eventLine()), entryOf(eventLine({ action: 'oom' })), entryOf(eventLine({ id: 'c2' }))]);
    await sink.waitForRecords(3);
    assert.equal(sink.requests.length, 1);
    await rig.stop();
  });

  it('does not let an alert wait, whatever its severity', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, [entryOf(eventLine()), alertOf({ rule: { priority: 'Debug' } })]);
    await sink.waitForRecords(2);
    assert.deepEqual(
      sink.records.map(({ eventName, severityText }) => [eventName, severityText]),
      [
        ['docker.container.start', 'INFO'],
        ['docker.rule.match', 'DEBUG'],
      ],
    );
    await rig.stop();
  });

  it('writes 0, unknown, for an event to which the engine gave no time', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    const entry = entryOf(eventLine());
    append(rig, [{ ...entry, event: { ...entry.event, time: undefined } }]);
    await rig.stop();
    assert.equal(sink.records[0]?.timeUnixNano, '0');
  });

  it('keeps every attribute of a container with many labels', async () => {
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    const labels = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`label.${index}`, 'x']));
    append(rig, [entryOf(eventLine({ attributes: { image: 'a', name: 'b', ...labels } }))]);
    await rig.stop();
    const keys = [...(sink.records[0]?.attributes.keys() ?? [])];
    assert.equal(keys.filter((key) => key.startsWith('container.label.label.')).length, 300);
    assert.equal(sink.records[0]?.droppedAttributesCount, 0);
  });

  it('holds no more records than batch_size × (max_in_flight + 1); the rest waits in the journal', async () => {
    sink.answerAlways('hang');
    const batch = { batch_size: 10, flush_interval: 1000, max_in_flight: 2 };
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch });
    append(rig, entries(100));
    assert.equal(rig.journal.reader('backend').waiting, 70);
    await sink.waitForRequests(2);
    const noTime = AbortSignal.abort();
    await rig.lane.stop(noTime);
    assert.equal(rig.telemetry.counted('records_exported'), 0);
  });

  for (const part of ['mapper', 'judge'] as const) {
    it(`leaves one entry out on which the ${part} throws, tells so, and goes on`, async () => {
      const [good, bad, other] = entries(3);
      assert.ok(good && bad && other);
      const fail = (entry: Entry) => {
        if (entry === bad) throw new Error('a bug with password=hunter2');
      };
      const rig = await startLane({
        exporter: await exporterFor('http/protobuf', sink.endpoint),
        mapper: (entry) => {
          if (part === 'mapper') fail(entry);
          return otelMapper(entry);
        },
        judge: (entry) => {
          if (part === 'judge') fail(entry);
          return 'wanted';
        },
      });
      append(rig, [good, bad, other]);
      await rig.stop();
      const [happening] = rig.telemetry.named('export.not_mapped');
      assert.equal(
        happening?.message,
        `Exporter backend left out entry ${bad.uid}, which could not be made into a record: a bug with password=[masked]. This is a fault of the collector; please report it.`,
      );
      assert.equal(sink.records.length, 3);
      assert.equal(sink.records.filter(({ eventName }) => eventName === 'docker.container.start').length, 2);
      assert.equal(rig.telemetry.counted('records_rejected'), 1);
      assert.equal(rig.telemetry.counted('records_exported'), 2);
    });
  }

  it('is done with an entry that cannot be written, and with what was left out before it', async () => {
    const built = await exporterFor('http/protobuf', sink.endpoint);
    let prepared = 0;
    const exporter: Exporter = {
      export: (...all) => built.exporter.export(...all),
      forceFlush: () => built.exporter.forceFlush?.() ?? Promise.resolve(),
      shutdown: () => built.exporter.shutdown(),
      release: (items) => built.exporter.release?.(items),
      prepare: (item) => {
        prepared += 1;
        if (prepared === 2) throw new Error('a bug');
        return built.exporter.prepare?.(item) ?? item;
      },
    };
    const all = entries(4);
    const rig = await startLane({
      exporter: { ...built, exporter },
      judge: (entry) => (entry === all[1] ? 'filtered' : 'wanted'),
    });
    append(rig, all);
    await rig.stop();
    const { exported, filtered, rejected, inHand } = rig.lane.state();
    assert.deepEqual([exported, filtered, rejected, inHand], [2, 1, 1, 0]);
    assert.equal(rig.journal.reader('backend').waiting, 0);
    assert.equal(sink.records.length, 3, 'with the record of what was lost');
  });

  it('goes on in order, and without growing the stack, where nothing can be made into a record', async () => {
    const judged: Entry[] = [];
    const rig = await startLane({
      exporter: await exporterFor('http/protobuf', sink.endpoint),
      queueSize: 30_000,
      judge: (entry) => {
        if (entry.kind === 'loss') return 'filtered';
        judged.push(entry);
        throw new Error('a bug');
      },
    });
    const one = entryOf(eventLine());
    const all = Array.from({ length: 10_000 }, (_, index) => ({ ...one, uid: String(index) }));
    append(rig, all);
    assert.deepEqual(
      judged.map(({ uid }) => uid),
      all.map(({ uid }) => uid),
    );
    assert.equal(rig.telemetry.counted('records_rejected'), 10_000);
    assert.equal(rig.journal.reader('backend').waiting, 0);
    await rig.stop();
  });

  it('closes its exporter when all is delivered, and waits for that until its deadline', async () => {
    const closed = Promise.withResolvers<void>();
    const told: string[] = [];
    const exporter: Exporter = {
      export(_, done) {
        told.push('export');
        done(resultOf(DELIVERED));
      },
      forceFlush: async () => {},
      shutdown: () => {
        told.push('shutdown');
        return closed.promise;
      },
    };
    const rig = await startLane({
      exporter: { exporter, timeoutMs: 1000, retry: { initialMs: 1000, maxMs: 30_000 } },
    });
    append(rig, entries(3));
    const deadline = new AbortController();
    const stopped = rig.lane.stop(deadline.signal).then(() => told.push('stopped'));
    await setImmediate();
    assert.deepEqual(told, ['export', 'shutdown']);
    deadline.abort();
    await stopped;
    closed.resolve();
    assert.deepEqual(told, ['export', 'shutdown', 'stopped']);
  });

  it('stops at its deadline when the backend is away, and is safe to stop twice or without a start', async () => {
    await sink.refuse();
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, entries(10));
    const deadline = new AbortController();
    const stopped = rig.lane.stop(deadline.signal);
    await rig.telemetry.reported('export.retrying');
    deadline.abort();
    await stopped;
    await rig.lane.stop(deadline.signal);
    assert.equal(rig.clock.pending, 0);
    await rig.journal.stop();
    assert.equal(rig.telemetry.counted('records_dropped'), 10);
  });

  it('tries once more at a stop, instead of waiting for its next try', async () => {
    sink.answerNext({ status: 503, headers: { 'retry-after': '600' } });
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint) });
    append(rig, entries(100));
    await rig.telemetry.reported('export.retrying');
    await rig.stop();
    assert.equal(sink.records.length, 100);
  });

  it('fills its batches at a stop, too', async () => {
    const sizes: number[] = [];
    const answers: (() => void)[] = [];
    const exporter: Exporter = {
      export(items, done) {
        sizes.push(items.length);
        answers.push(() => done(resultOf(DELIVERED)));
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const rig = await startLane({
      exporter: { exporter, timeoutMs: 1000, retry: { initialMs: 1000, maxMs: 30_000 } },
    });
    append(rig, entries(850));
    const stopped = rig.stop();
    for (let answer = answers.shift(); answer !== undefined; answer = answers.shift()) {
      answer();
      await setImmediate();
    }
    await stopped;
    assert.deepEqual(sizes, [...new Array(8).fill(100), 50]);
  });

  it('drains a long journal through an exporter that answers at once, without growing the stack', async () => {
    let count = 0;
    const exporter: Exporter = {
      export(records, done) {
        count += records.length;
        done({ code: 0 });
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const batch = { batch_size: 1, flush_interval: 1000, max_in_flight: 1 };
    const built = { exporter, timeoutMs: 1000, retry: { initialMs: 1, maxMs: 1 } };
    const rig = await startLane({ exporter: built, batch, queueSize: 20_000 });
    const [entry] = entries(1);
    assert.ok(entry);
    append(rig, new Array(20_000).fill(entry));
    await rig.stop();
    assert.equal(count, 20_000);
  });

  /** Encodes every record as so many bytes, answers when it is told to, and keeps count of what it is given back. */
  function encodingExporter(size: number) {
    const released = new Map<unknown, number>();
    const held: ((outcome: AttemptOutcome) => void)[] = [];
    let prepared = 0;
    const exporter: Exporter = {
      prepare: ({ resource, instrumentationScope }) => {
        prepared += 1;
        return { resource, instrumentationScope, slab: new Slab(0), start: 0, end: size };
      },
      export: (_records, done) => held.push((outcome) => done(resultOf(outcome))),
      release: (records) => {
        for (const record of records) released.set(record, (released.get(record) ?? 0) + 1);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const built = { exporter, timeoutMs: 1000, retry: { initialMs: 1, maxMs: 1 } };
    return { built, held, released, prepared: () => prepared };
  }

  it('takes no more in hand than 64 MiB and what it leases at a time, however large its batches may be', async () => {
    const { built, held, prepared } = encodingExporter(2_000_000);
    const batch = { batch_size: 1000, flush_interval: 1000, max_in_flight: 1000 };
    const rig = await startLane({ exporter: built, batch });
    append(rig, entries(500));
    assert.ok(prepared() <= 34 + 64, `${prepared()}`);
    rig.clock.advance(1000);
    while (held.length > 0) {
      for (const answer of held.splice(0)) answer(DELIVERED);
      rig.clock.advance(1000);
    }
    assert.equal(prepared(), 500);
    await rig.stop();
  });

  it('gives each encoded record back once, when it is delivered or refused and not before', async () => {
    const { built, held, released } = encodingExporter(100);
    const rig = await startLane({ exporter: built, batch: { batch_size: 4, flush_interval: 1000, max_in_flight: 1 } });
    append(rig, entries(4));
    held.shift()?.({ kind: 'retry', detail: 'busy', retryAfterMs: undefined });
    assert.equal(released.size, 0);
    rig.clock.advance(1);
    held.shift()?.({ kind: 'split', detail: 'too large' });
    assert.equal(released.size, 0);
    held.shift()?.(DELIVERED);
    assert.equal(released.size, 2);
    held.shift()?.({ kind: 'split', detail: 'bad' });
    held.shift()?.({ kind: 'split', detail: 'bad' });
    assert.equal(released.size, 3);
    held.shift()?.(DELIVERED);
    assert.deepEqual([...released.values()], [1, 1, 1, 1]);
    assert.equal(rig.telemetry.counted('records_exported'), 3);
    rig.clock.advance(1000);
    held.shift()?.(DELIVERED);
    await rig.stop();
  });
});
