/** What a lane says of itself, and when it goes off. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Entry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { DurableReader } from '../support/durable-reader.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine, eventLines } from '../support/events.ts';
import {
  append,
  exporterFor,
  kindOf,
  type LaneRig,
  spanExporterFor,
  startLane,
  startTracesLane,
  WIRES,
} from '../support/lane-rig.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { spanOf } from '../support/spans.ts';

const entries = (count: number) => eventLines(count).map(entryOf);
const spans = (count: number) => entries(count).map((about) => spanOf({ about }));
const noTime = AbortSignal.abort();

describe('what a lane says of itself', () => {
  let sink: OtlpSink;
  beforeEach(async () => {
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(() => sink.stop());

  const logs = async (parts: Partial<Parameters<typeof startLane>[0]> = {}) =>
    startLane({ exporter: await exporterFor('http/protobuf', sink.endpoint), ...parts });

  it('is all zero before anything came', async () => {
    const rig = await logs();
    assert.deepEqual(rig.lane.state(), {
      signal: 'logs',
      state: 'delivering',
      trouble: undefined,
      exported: 0,
      filtered: 0,
      passedOver: 0,
      rejected: 0,
      inHand: 0,
      inHandMax: 500,
      lastDelivered: undefined,
    });
    await rig.stop();
  });

  it('adds up to what was leased, whatever became of it, and never counts what tells of a loss', async () => {
    sink.answerNext({ partialSuccess: 2, message: 'too old' });
    const all = entries(8);
    const [first] = all;
    assert.ok(first);
    const judge = (entry: Entry) => {
      if (entry === all[0]) return 'filtered';
      return entry === all[1] ? 'passed_over' : 'wanted';
    };
    const batch = { batch_size: 5, flush_interval: 1000, max_in_flight: 1 };
    const rig = await logs({ judge, batch });
    // Three events, the gap and the alert go first, of which two are rejected; then the loss, what tells of those two, and more.
    append(rig, [...all.slice(0, 5), spanOf(), GAP, alertOf({ about: first }), LOSS]);
    await rig.telemetry.reported('export.partly_rejected');
    append(rig, all.slice(5));
    await rig.stop();
    const { exported, filtered, passedOver, rejected, inHand } = rig.lane.state();
    assert.deepEqual(
      { exported, filtered, passedOver, rejected, inHand },
      { exported: 6, filtered: 1, passedOver: 2, rejected: 2, inHand: 0 },
    );
    assert.deepEqual(rig.journal.reader('backend').tally, {
      carriedOver: 0,
      appended: 11,
      passedOver: 0,
      dropped: 0,
      waiting: 0,
    });
    assert.equal(rig.telemetry.countedOf('events_filtered', 'backend'), 1);
    assert.equal(rig.telemetry.countedOf('entries_passed_over', 'backend'), 2);
  });

  it('does not count what tells of a loss where all of it is refused, either', async () => {
    sink.answerAlways({ status: 400 });
    const [filtered, ...others] = entries(3);
    assert.ok(filtered);
    const rig = await logs({ judge: (entry) => (entry === filtered ? 'filtered' : 'wanted') });
    append(rig, [LOSS, filtered, ...others, GAP]);
    rig.clock.advance(1000);
    await rig.telemetry.reported('export.refused');
    const { rejected, inHand } = rig.lane.state();
    assert.deepEqual([rejected, inHand, rig.lane.state().filtered], [3, 0, 1]);
    assert.equal(rig.journal.reader('backend').tally.appended, 4);
    await rig.stop();
    assert.equal(rig.telemetry.counted('records_rejected'), 2);
  });

  it('counts what is in hand, and what waits in the journal not', async () => {
    sink.answerAlways('hang');
    const rig = await logs({ batch: { batch_size: 10, flush_interval: 1000, max_in_flight: 2 } });
    append(rig, [LOSS, ...entries(100)]);
    await sink.waitForRequests(2);
    assert.equal(rig.lane.state().inHand, 29);
    await rig.lane.stop(noTime);
  });

  it('names its trouble from the first failure to the first success, with when it began', async () => {
    sink.answerNext({ status: 503, body: 'busy, password=hunter2' }, { status: 401 });
    const rig = await logs();
    const began = rig.clock.now();
    append(rig, entries(100));
    await rig.telemetry.reported('export.retrying');
    assert.deepEqual(rig.lane.state().trouble, {
      message: 'It could not deliver: HTTP 503: busy, password=[masked]. The records are kept and tried again.',
      since: began,
    });
    rig.nextTimer();
    await rig.telemetry.reported('export.misconfigured');
    const { state, trouble } = rig.lane.state();
    assert.equal(state, 'failing');
    assert.match(trouble?.message ?? '', /^The backend does not accept it: HTTP 401\. Check the credentials/);
    assert.deepEqual(trouble?.since, began);
    rig.nextTimer();
    await rig.telemetry.reported('export.recovered');
    assert.deepEqual([rig.lane.state().state, rig.lane.state().trouble], ['delivering', undefined]);
    assert.deepEqual(rig.lane.state().lastDelivered, rig.clock.now());
    await rig.stop();
  });

  it('measures each attempt, and names what failed', async () => {
    sink.answerNext({ status: 503 }, 'reset');
    const rig = await logs();
    append(rig, entries(100));
    for (const name of ['export.retrying', 'export.retrying', 'export.recovered'] as const) {
      await rig.telemetry.reported(name, name === 'export.recovered' ? 1 : rig.telemetry.named(name).length + 1);
      rig.nextTimer();
    }
    assert.deepEqual(
      rig.telemetry.measured.filter(({ measure }) => measure === 'export_duration').map(({ of }) => of),
      [{ part: 'backend', reason: '503' }, { part: 'backend', reason: 'ECONNRESET' }, { part: 'backend' }],
    );
    await rig.stop();
  });

  it('measures how long ago what was delivered had happened, and never less than nothing', async () => {
    const rig = await logs();
    const [seconds] = rig.clock.now();
    const at = (time: readonly [number, number] | undefined) => {
      const entry = entryOf(eventLine());
      return { ...entry, event: { ...entry.event, time } };
    };
    append(rig, [at([seconds - 90, 500_000_000]), at([seconds + 5, 0]), at(undefined), LOSS]);
    await rig.stop();
    const lags = rig.telemetry.measured.filter(({ measure }) => measure === 'export_lag');
    assert.deepEqual(
      lags.map(({ value }) => value),
      [89.5, 0],
    );
    assert.deepEqual(lags[0]?.of, { part: 'backend' });
  });
});

describe('a lane that nobody asked for by name', () => {
  for (const wire of WIRES) {
    it(`goes off over ${wire} when its backend has no such signal: told once, and all is passed over`, async () => {
      const sink = await startOtlpSink({ kind: kindOf(wire), signals: ['logs'] });
      let turnedOff = 0;
      const rig = await startTracesLane({
        exporter: await spanExporterFor(wire, sink.endpoint),
        isImplied: true,
        onOff: () => {
          turnedOff += 1;
        },
      });
      append(rig, spans(750));
      const happening = await rig.telemetry.reported('export.signal_off');
      assert.equal(happening.level, 'warn');
      assert.match(
        happening.message,
        /^The backend does not take traces: .*\. Exporter backend is off until the next start, and what waits for it is left out, 500 spans in hand among it\. Set OTEL_TRACES_EXPORTER=none to leave traces out for good, or name a backend for them \(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\)\.$/,
      );
      append(rig, spans(50));
      const { state, trouble, passedOver, exported, inHand } = rig.lane.state();
      assert.deepEqual(
        { state, passedOver, exported, inHand },
        { state: 'off', passedOver: 800, exported: 0, inHand: 0 },
      );
      assert.match(trouble?.message ?? '', /^The backend does not take traces: /);
      assert.equal(rig.journal.reader('backend').waiting, 0);
      assert.equal(rig.clock.pending, 0);
      await rig.stop();
      assert.equal(turnedOff, 1);
      assert.equal(rig.telemetry.named('export.signal_off').length, 1);
      assert.equal(rig.telemetry.countedOf('entries_passed_over', 'backend'), 800);
      assert.equal(rig.telemetry.counted('spans_rejected'), 0);
      await sink.stop();
    });
  }

  for (const status of [405, 501]) {
    it(`goes off on HTTP ${status}, too`, async () => {
      const sink = await startOtlpSink({ kind: 'http', faults: [{ status }] });
      const exporter = await spanExporterFor('http/json', sink.endpoint);
      const rig = await startTracesLane({ exporter, isImplied: true });
      append(rig, [...spans(100), ...entries(2)]);
      await rig.telemetry.reported('export.signal_off');
      await setImmediate();
      assert.equal(rig.lane.state().passedOver, 102);
      assert.equal(rig.journal.reader('backend').waiting, 0);
      await rig.stop();
      await sink.stop();
    });
  }

  it('acknowledges what an earlier process had left for it, and stops at once', async () => {
    const sink = await startOtlpSink({ kind: 'http', signals: ['logs'] });
    // The events stand between the spans, and wait with them for their answer.
    const reader = new DurableReader(entries(950).flatMap((about) => [about, spanOf({ about })]));
    const exporter = await spanExporterFor('http/protobuf', sink.endpoint);
    const rig = await startTracesLane({ exporter, isImplied: true, reader });
    await rig.telemetry.reported('export.signal_off');
    await rig.stop();
    assert.equal(reader.acknowledged.length, 1900);
    assert.equal(new Set(reader.acknowledged).size, 1900);
    assert.equal(rig.lane.state().passedOver, 1900);
    assert.deepEqual([reader.aside, reader.told], [[], []]);
    await sink.stop();
  });

  it('lets others have their turn while it passes over a long journal', async () => {
    const sink = await startOtlpSink({ kind: 'http', signals: ['logs'] });
    const reader = new DurableReader(new Array(10_000).fill(spanOf()));
    const exporter = await spanExporterFor('http/protobuf', sink.endpoint);
    const rig = await startTracesLane({ exporter, isImplied: true, reader });
    await rig.telemetry.reported('export.signal_off');
    assert.ok(reader.acknowledged.length < 6000, `${reader.acknowledged.length}`);
    while (rig.clock.pending > 0) rig.nextTimer();
    assert.equal(new Set(reader.acknowledged).size, 10_000);
    await rig.stop();
    await sink.stop();
  });

  it('goes off during a stop, too, which then waits for nothing', async () => {
    const sink = await startOtlpSink({ kind: 'http', signals: ['logs'] });
    const exporter = await spanExporterFor('http/protobuf', sink.endpoint);
    const rig = await startTracesLane({ exporter, isImplied: true });
    append(rig, spans(20));
    await rig.stop();
    assert.deepEqual([rig.lane.state().state, rig.lane.state().passedOver], ['off', 20]);
    await sink.stop();
  });

  it('keeps trying once its backend took something: it has the signal, and only loses its way', async () => {
    const sink = await startOtlpSink({ kind: 'http', faults: ['take', { status: 404 }] });
    const exporter = await spanExporterFor('http/protobuf', sink.endpoint);
    const rig = await startTracesLane({ exporter, isImplied: true });
    append(rig, spans(100));
    await sink.waitForSpans(100);
    append(rig, spans(100));
    await rig.telemetry.reported('export.misconfigured');
    rig.nextTimer();
    await sink.waitForSpans(200);
    await rig.stop();
    assert.deepEqual([rig.lane.state().exported, rig.telemetry.named('export.signal_off')], [200, []]);
    await sink.stop();
  });

  it('stays on for whatever else its backend answers', async () => {
    const sink = await startOtlpSink({ kind: 'http', faults: [{ status: 401 }] });
    const exporter = await spanExporterFor('http/protobuf', sink.endpoint);
    const rig: LaneRig = await startTracesLane({ exporter, isImplied: true });
    append(rig, spans(100));
    await rig.telemetry.reported('export.misconfigured');
    rig.nextTimer();
    await rig.stop();
    assert.equal(sink.spans.length, 100);
    await sink.stop();
  });
});
