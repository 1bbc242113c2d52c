/** Waiting for what should arrive, and holding what arrived against what the witness saw. */
import assert from 'node:assert/strict';
import type { OtlpSink, SinkRecord, SinkSpan } from '../support/otlp-sink.ts';
import { soon } from '../support/soon.ts';
import { SpanTally } from '../support/span-tally.ts';
import { Tally } from '../support/tally.ts';
import type { CollectorProcess } from './collector-process.ts';
import { complaints, type RecordView, said, TYPED_VIEW } from './compare.ts';
import { asDocker } from './podman-words.ts';
import type { SeenEvent } from './reader.ts';
import type { World } from './world.ts';

/** Two events that others lie between, those included. */
export type Marks = readonly [first: SeenEvent, last: SeenEvent];

/** Whatever lies between the marks by its time. */
export function between<Timed>(
  items: readonly Timed[],
  [first, last]: Marks,
  timeOf: (item: Timed) => string,
): readonly Timed[] {
  const [from, to] = [BigInt(first.timeNano), BigInt(last.timeNano)];
  return items.filter((item) => BigInt(timeOf(item)) >= from && BigInt(timeOf(item)) <= to);
}

/** Resolves when the sink was sent this event; fails with the collector's log when that ends before, or nothing comes. */
export function arrival(event: SeenEvent, sink: OtlpSink, collector: CollectorProcess): Promise<void> {
  return arrivalOf(({ timeUnixNano }) => timeUnixNano === event.timeNano, sink, collector);
}

/** Resolves when the sink was sent such a record. */
export async function arrivalOf(
  isIt: (record: SinkRecord) => boolean,
  sink: OtlpSink,
  collector: CollectorProcess,
): Promise<void> {
  const arrived = sink.waitUntil(({ requests }) => requests.some(({ records }) => records.some(isIt)));
  const outcome = Promise.race([arrived, collector.ended()]);
  const log = await soon(outcome, () => `nothing came, and the collector said:\n${collector.log}`, 60_000);
  assert.equal(log, undefined, 'the collector ended');
}

/** Gives the records between the marks: exactly one for each event between them. */
export function assertEveryEventArrived(
  world: World,
  sink: OtlpSink,
  marks: Marks,
  view: RecordView = TYPED_VIEW,
): readonly SinkRecord[] {
  const events = between(world.reader.seen, marks, ({ timeNano }) => timeNano);
  const seen = world.podman ? events.map(asDocker) : events;
  const records = between(sink.records, marks, ({ timeUnixNano }) => timeUnixNano);
  assert.deepEqual(sink.violations, []);
  assert.deepEqual(complaints(seen, records, view), []);
  return records;
}

/** Requests that a collector has on their way at once, or has not yet written down as done, when it is killed. */
const IN_FLIGHT = 8;

/**
 * As above, where collectors were killed: repeated may be what was on its way then, with the same bytes. Records that tell
 * of no event of the engine, which are given, are left out.
 */
export function assertEveryEventSurvived(world: World, sink: OtlpSink, marks: Marks): readonly SinkRecord[] {
  const tally = new Tally(sink);
  const { added } = tally;
  const records = tally.records.filter((record) => !added.includes(record));
  const seen = between(world.reader.seen, marks, ({ timeNano }) => timeNano);
  const arrived = between(records, marks, ({ timeUnixNano }) => timeUnixNano);
  assert.deepEqual(sink.violations, []);
  assert.deepEqual(complaints(seen, arrived, TYPED_VIEW), []);
  assert.deepEqual([...tally.changes(), ...tally.repetitions(IN_FLIGHT)], []);
  return added;
}

/** The spans are those of a collector that nobody killed, repeated with the same bytes at most; of each run there is one. */
export function assertSpansSurvived(world: World, sink: OtlpSink, undisturbed: OtlpSink, marks: Marks): void {
  const tally = new SpanTally(sink);
  assert.deepEqual([...tally.changes(), ...tally.repetitions(IN_FLIGHT)], []);
  const spans = between(tally.items, marks, ({ endTimeUnixNano }) => endTimeUnixNano);
  const expected = between(undisturbed.spans, marks, ({ endTimeUnixNano }) => endTimeUnixNano);
  assert.deepEqual(spans.toSorted(byId), expected.toSorted(byId));
  const ended = between(world.reader.seen, marks, ({ timeNano }) => timeNano).filter(({ action }) => action === 'die');
  const runs = spans.filter(({ name }) => name === 'container run');
  assert.deepEqual(
    runs.map(({ endTimeUnixNano }) => endTimeUnixNano).sort(),
    ended.map(({ timeNano }) => timeNano).sort(),
  );
}

function byId({ spanId: one }: SinkSpan, { spanId: other }: SinkSpan): number {
  return one < other ? -1 : 1;
}

export interface Gap {
  readonly reason: string;
  /** All digits; 0 where it is open at that end. */
  readonly from: bigint;
  readonly to: bigint;
}

/** The gaps that were told, each once. */
export function gapsIn(sink: OtlpSink): readonly Gap[] {
  const told = new Tally(sink).records.filter(({ eventName }) => eventName === 'docker.events.gap');
  return told.map((record) => ({
    reason: said(record, 'docker.events.gap.reason'),
    from: nanosOf(said(record, 'docker.events.gap.window_start')),
    to: nanosOf(said(record, 'docker.events.gap.window_end')),
  }));
}

/** `2026-11-21T07:04:14.123456789Z` in nanoseconds; 0 for nothing. */
export function nanosOf(text: string): bigint {
  if (text === '') return 0n;
  const [whole = '', fraction = ''] = text.replace(/Z$/, '').split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
