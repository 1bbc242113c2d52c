/** What a lane does differently where the journal outlives the process. */
import assert from 'node:assert/strict';
import { type AttemptOutcome, type Exporter, resultOf } from '../../src/export/exporter.ts';
import type { Entry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { DurableReader } from '../support/durable-reader.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { exporterFor, startLane } from '../support/lane-rig.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';

const entries = (count: number) => eventLines(count).map(entryOf);
const batch = { batch_size: 10, flush_interval: 1000, max_in_flight: 1 };

describe('a lane of a durable journal', () => {
  let sink: OtlpSink;
  beforeEach(async () => {
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(() => sink.stop());

  it('delivers at a stop what it has in hand, and leaves what waits for the next start', async () => {
    const reader = new DurableReader(entries(100));
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch, reader });
    await rig.stop();
    assert.equal(sink.records.length, 20);
    assert.deepEqual(
      reader.acknowledged,
      Array.from({ length: 20 }, (_, position) => position),
    );
    assert.equal(reader.waiting, 80);
    assert.equal(rig.clock.pending, 0);
  });

  it('tries once at a stop, and does not wait for a backend that is away', async () => {
    sink.answerAlways({ status: 503 });
    const reader = new DurableReader(entries(10));
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch, reader });
    await rig.telemetry.reported('export.retrying');
    await rig.stop();
    assert.equal(sink.requests.length, 2);
    assert.deepEqual(reader.acknowledged, []);
    assert.equal(rig.clock.pending, 0);
  });

  it('lets a request that is on its way at a stop come to its end, though another one failed', async () => {
    const answers: ((outcome: AttemptOutcome) => void)[] = [];
    const exporter: Exporter = {
      export: (_, done) => answers.push((outcome) => done(resultOf(outcome))),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const reader = new DurableReader(entries(20));
    const rig = await startLane({
      exporter: { exporter, timeoutMs: 10_000, retry: { initialMs: 1000, maxMs: 30_000 } },
      batch: { ...batch, max_in_flight: 2 },
      reader,
    });
    const stopped = rig.stop();
    const [first, second] = answers;
    first?.({ kind: 'retry', detail: 'busy', retryAfterMs: undefined });
    second?.({ kind: 'delivered', rejected: 0, detail: undefined });
    await stopped;
    assert.equal(answers.length, 2);
    assert.deepEqual(
      reader.acknowledged,
      Array.from({ length: 10 }, (_, at) => 10 + at),
    );
    assert.equal(rig.clock.pending, 0);
  });

  it('lets others have their turn while it leaves out what lies between two records, and goes on', async () => {
    const [entry] = entries(1);
    assert.ok(entry);
    const all = new Array<Entry>(10_000).fill(entry);
    const reader = new DurableReader([...all, alertOf({ uid: 'a'.repeat(32) })]);
    const rig = await startLane({
      exporter: await exporterFor('http/protobuf', sink.endpoint),
      batch,
      reader,
      judge: ({ kind }) => (kind === 'alert' ? 'wanted' : 'filtered'),
    });
    const inOneTurn = reader.acknowledged.length;
    assert.ok(inOneTurn > 1000 && inOneTurn < 5000, `${inOneTurn} left out in one turn`);
    rig.clock.advance(0);
    assert.equal(reader.acknowledged.length, all.length);
    await sink.waitForRecords(1);
    await rig.stop();
    assert.equal(rig.clock.pending, 0);
  });

  it('sets aside what the backend refuses, with its words, after it has told of it', async () => {
    const reader = new DurableReader(entries(3));
    sink.answerAlways({ status: 400, body: 'too old' });
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch, reader });
    rig.clock.advance(1000);
    await rig.telemetry.reported('export.refused');
    assert.deepEqual(
      reader.aside.slice(0, 3).map(({ position, detail }) => ({ position, detail })),
      [0, 1, 2].map((position) => ({ position, detail: 'HTTP 400: too old' })),
    );
    assert.equal(reader.told.length, 1);
    assert.deepEqual(reader.acknowledged, []);
    await rig.lane.stop(AbortSignal.abort());
  });

  it('sets aside and tells of a refused alert, too, which is counted as no event', async () => {
    const [event] = entries(1);
    assert.ok(event);
    const reader = new DurableReader([event, alertOf({ about: event })]);
    sink.answerAlways({ status: 400, body: 'too old' });
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch, reader });
    await rig.telemetry.reported('export.refused');
    assert.deepEqual(
      reader.aside.slice(0, 2).map(({ position }) => position),
      [0, 1],
    );
    const [told] = reader.told;
    assert.equal(told?.kind === 'loss' && told.count, 2);
    assert.equal(rig.telemetry.counted('records_rejected'), 1);
    await rig.lane.stop(AbortSignal.abort());
  });

  it('acknowledges unseen what it is not for', async () => {
    const all = entries(10);
    const reader = new DurableReader(all);
    const judge = (entry: Entry) =>
      all.findIndex(({ uid }) => uid === entry.uid) % 2 === 0 ? ('wanted' as const) : ('passed_over' as const);
    const rig = await startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), batch, reader, judge });
    await rig.stop();
    assert.equal(sink.records.length, 5);
    assert.deepEqual(
      reader.acknowledged.toSorted((a, b) => a - b),
      Array.from({ length: 10 }, (_, position) => position),
    );
  });
});
