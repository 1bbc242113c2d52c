/** Spans through a lane, over every wire: what a backend and a network can do to them, as to log records. */
import assert from 'node:assert/strict';
import type { Entry, SpanEntry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { DurableReader } from '../support/durable-reader.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine, eventLines } from '../support/events.ts';
import {
  append,
  assertSameBytes,
  kindOf,
  type LaneRig,
  spanExporterFor,
  spanMapper,
  startTracesLane,
  WIRES,
  type Wire,
} from '../support/lane-rig.ts';
import { type OtlpSink, type SinkFault, startOtlpSink } from '../support/otlp-sink.ts';
import { spanOf } from '../support/spans.ts';

/** Of so many containers, each of which has finished. */
const spans = (count: number): SpanEntry[] =>
  Array.from({ length: count }, (_, index) =>
    spanOf({
      about: entryOf(eventLine({ action: 'die', id: `c${index}`, attributes: { exitCode: '0', name: 'web' } })),
    }),
  );

let sink: OtlpSink;
let rig: LaneRig | undefined;

async function start(
  wire: Wire,
  {
    options = {},
    ...parts
  }: Partial<Parameters<typeof startTracesLane>[0]> & {
    readonly options?: Parameters<typeof spanExporterFor>[2];
  } = {},
): Promise<LaneRig> {
  rig = await startTracesLane({ exporter: await spanExporterFor(wire, sink.endpoint, options), ...parts });
  return rig;
}

function send(entries: readonly Entry[]): void {
  if (rig !== undefined) append(rig, entries);
}

async function cleanUp(): Promise<void> {
  await rig?.lane.stop(AbortSignal.abort());
  rig = undefined;
  await sink.stop();
}

describe('a lane for traces', () => {
  afterEach(cleanUp);

  for (const wire of WIRES) {
    it(`over ${wire}: delivers every span once, exactly as it was mapped, and passes over what is none`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      const { telemetry, lane } = await start(wire);
      const all = spans(250);
      const event = entryOf(eventLine());
      send([event, ...all, GAP, alertOf({ about: event }), LOSS]);
      await rig?.stop();
      assert.deepEqual(sink.violations, []);
      assert.deepEqual([sink.spans.length, sink.records.length], [250, 0]);
      const [first] = sink.spans;
      const expected = spanMapper(all[0] ?? assert.fail());
      assert.equal(first?.traceId, expected.traceId);
      assert.equal(first?.spanId, expected.spanId);
      assert.equal(first?.parentSpanId, '');
      assert.deepEqual([first?.name, first?.kind, first?.flags], ['container run', 1, 0x101]);
      assert.equal(first?.startTimeUnixNano, '1795262370000000001');
      assert.equal(first?.endTimeUnixNano, '1795262400000000001');
      assert.deepEqual(first?.status, { code: 0, message: '' });
      assert.equal(first?.attributes.get('container.name'), 'web');
      assert.equal(first?.resource.get('service.name'), expected.resource['service.name']);
      assert.deepEqual(first?.scope, { name: 'docker-events-otel', version: '1.2.3' });
      assert.equal(new Set(sink.spans.map(({ spanId }) => spanId)).size, 250);
      assert.equal(telemetry.countedOf('spans_exported', 'backend'), 250);
      assert.equal(telemetry.countedOf('entries_passed_over', 'backend'), 3);
      const { exported, passedOver, inHand } = lane.state();
      assert.deepEqual({ exported, passedOver, inHand }, { exported: 250, passedOver: 3, inHand: 0 });
    });

    it(`over ${wire}: says ERROR, and why, for what failed`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      await start(wire);
      const failed = spanOf({ failure: 'oom_killed' });
      send([failed]);
      await rig?.stop();
      assert.deepEqual(sink.spans[0]?.status, { code: 2, message: spanMapper(failed).error });
    });

    for (const fault of ['reset', 'close', wire === 'grpc' ? { grpcStatus: 14 } : { status: 503 }] as SinkFault[]) {
      it(`over ${wire}: sends the same bytes again after ${JSON.stringify(fault)}, and loses and doubles nothing`, async () => {
        sink = await startOtlpSink({ kind: kindOf(wire), faults: [fault, fault] });
        const { telemetry, nextTimer } = await start(wire);
        send(spans(100));
        const happening = await telemetry.reported('export.retrying');
        assert.match(happening.message, /The spans are kept and tried again/);
        nextTimer();
        await telemetry.reported('export.still_retrying');
        nextTimer();
        await telemetry.reported('export.recovered');
        assert.deepEqual([sink.spans.length, sink.requests.length], [100, 3]);
        assertSameBytes(sink);
        assert.equal(telemetry.countedOf('export_retries', 'backend', reasonOf(wire, fault)), 2);
      });
    }

    it(`over ${wire}: waits as long as a busy backend asks for`, async () => {
      const busy: SinkFault =
        wire === 'grpc'
          ? { grpcStatus: 8, message: 'busy', retryAfterMs: 7000 }
          : { status: 429, headers: { 'retry-after': '7' } };
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [busy] });
      const { telemetry, clock, nextTimer } = await start(wire);
      send(spans(100));
      await telemetry.reported('export.retrying');
      assert.equal(clock.nextDelayMs, 7000);
      nextTimer();
      await telemetry.reported('export.recovered');
      assertSameBytes(sink);
    });

    it(`over ${wire}: an attempt ends at its deadline, and its spans are sent again`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: ['hang'] });
      const { clock, telemetry } = await start(wire, { options: { timeoutMs: 5000 } });
      send(spans(100));
      await sink.waitForRequests(1);
      clock.advance(5000);
      await telemetry.reported('export.retrying');
      clock.advance(1000);
      await telemetry.reported('export.recovered');
      assert.equal(sink.spans.length, 100);
      assertSameBytes(sink);
    });

    it(`over ${wire}: compresses with gzip`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      await start(wire, { options: { compression: 'gzip' } });
      send(spans(100));
      await rig?.stop();
      const [request] = sink.requests;
      assert.ok((request?.raw.length ?? 0) < (request?.message.length ?? 0) / 2);
      assert.equal(sink.spans.length, 100);
    });

    it(`over ${wire}: does not send a partial success again; counts and reports what was rejected`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [{ partialSuccess: 7, message: 'too old' }] });
      const { telemetry, lane } = await start(wire);
      send(spans(100));
      await rig?.stop();
      const [happening] = telemetry.named('export.partly_rejected');
      assert.equal(
        happening?.message,
        'The backend of exporter backend rejected 7 of 100 spans, without telling which: too old.',
      );
      assert.equal(telemetry.countedOf('spans_exported', 'backend'), 93);
      assert.equal(telemetry.countedOf('spans_rejected', 'backend', 'partial_success'), 7);
      const { exported, rejected } = lane.state();
      assert.deepEqual([exported, rejected, sink.requests.length, sink.spans.length], [93, 7, 1, 93]);
    });

    it(`over ${wire}: sets aside a single span that no backend takes, and tells of it in the log alone`, async () => {
      const refusal: SinkFault =
        wire === 'grpc' ? { grpcStatus: 3, message: 'bad span' } : { status: 400, body: 'bad span' };
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [refusal, 'take', refusal, 'take', refusal] });
      const reader = new DurableReader(spans(4));
      const batch = { batch_size: 4, flush_interval: 1000, max_in_flight: 1 };
      const { telemetry, lane } = await start(wire, { reader, batch });
      await rig?.stop();
      assert.equal(sink.spans.length, 3);
      assert.deepEqual(
        reader.aside.map(({ position }) => position),
        [3],
      );
      assert.match(reader.aside[0]?.detail ?? '', /bad span/);
      assert.deepEqual(reader.told, []);
      const [happening] = telemetry.named('export.refused');
      assert.match(
        happening?.message ?? '',
        /^The backend of exporter backend refused 1 span for good: .*bad span\. "docker-events-otel dead-letters list" shows/,
      );
      assert.equal(telemetry.countedOf('spans_rejected', 'backend', 'refused'), 1);
      assert.equal(lane.state().rejected, 1);
    });

    it(`over ${wire}: keeps the spans while the configuration is wrong, and says what to check`, async () => {
      const unknown: SinkFault = wire === 'grpc' ? { grpcStatus: 12 } : { status: 404 };
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [unknown] });
      const { telemetry, lane, nextTimer } = await start(wire);
      send(spans(100));
      const happening = await telemetry.reported('export.misconfigured');
      assert.match(
        happening.message,
        /Check that it takes traces, and its endpoint, its protocol and its path; the spans wait meanwhile\. Next try in 30 s\.$/,
      );
      assert.equal(lane.state().state, 'failing');
      nextTimer();
      await telemetry.reported('export.recovered');
      assert.deepEqual([sink.spans.length, lane.state().state], [100, 'delivering']);
    });
  }

  it('sends spans of one service in one group', async () => {
    sink = await startOtlpSink({ kind: 'http' });
    await start('http/protobuf');
    const of = (name: string) =>
      spanOf({ about: entryOf(eventLine({ action: 'die', id: name, attributes: { exitCode: '0', name } })) });
    send([of('web'), of('db'), of('web')]);
    await rig?.stop();
    assert.deepEqual(
      sink.spans.map(({ resource }) => resource.get('service.name')),
      ['web', 'web', 'db'],
    );
  });

  it('leaves one span out on which the mapper throws, and goes on', async () => {
    sink = await startOtlpSink({ kind: 'http' });
    const all = spans(3);
    const { telemetry, lane } = await start('http/protobuf', {
      mapper: (entry) => {
        if (entry === all[1]) throw new Error('a bug');
        return spanMapper(entry);
      },
    });
    send(all);
    await rig?.stop();
    assert.equal(sink.spans.length, 2);
    assert.match(telemetry.named('export.not_mapped')[0]?.message ?? '', /could not be made into a span: a bug/);
    assert.equal(telemetry.countedOf('spans_rejected', 'backend', 'not_mapped'), 1);
    assert.deepEqual([lane.state().exported, lane.state().rejected], [2, 1]);
  });

  it('leaves out what its filter leaves out, and asks it about spans alone', async () => {
    sink = await startOtlpSink({ kind: 'http' });
    const all = spans(4);
    const asked: Entry[] = [];
    const { telemetry, lane } = await start('http/protobuf', {
      judge: (entry) => {
        asked.push(entry);
        return entry === all[0] ? 'filtered' : 'wanted';
      },
    });
    send([...eventLines(2).map(entryOf), ...all]);
    await rig?.stop();
    assert.deepEqual(asked, all);
    const { exported, filtered, passedOver } = lane.state();
    assert.deepEqual([exported, filtered, passedOver], [3, 1, 2]);
    assert.equal(telemetry.counted('events_filtered'), 0);
  });
});

function reasonOf(wire: Wire, fault: SinkFault): string {
  if (wire === 'grpc') return 'UNAVAILABLE';
  return typeof fault === 'object' && 'status' in fault ? String(fault.status) : 'ECONNRESET';
}
