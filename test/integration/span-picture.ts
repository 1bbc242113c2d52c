/**
 * The spans of a sink in words, held against the events that the witness saw:
 *
 *     container run web: start to die, ERROR The container failed with exit code 3.
 *       container create web: create to start
 *
 * A time is told as the event that has just this time, to the nanosecond, or else as its digits; the second event of a kind as
 * `start 2`. What is below a run is indented. Written from the documentation, not from the mapping.
 */
import assert from 'node:assert/strict';
import type { OtlpSink, SinkRecord, SinkSpan } from '../support/otlp-sink.ts';
import type { SeenEvent } from './reader.ts';
import type { World } from './world.ts';

const UNSET = 0;
const ERROR = 2;
const INTERNAL = 1;

/** Trace by trace in the order in which their roots began, and the spans of each in the order in which they began. */
export function picture({ reader }: World, spans: readonly SinkSpan[]): readonly string[] {
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === '').toSorted(byStart);
  const told = new Set<SinkSpan>(roots);
  const lines = roots.flatMap((root) => {
    const below = spans.filter((span) => span.traceId === root.traceId && span.parentSpanId === root.spanId);
    for (const span of below) told.add(span);
    return [
      lineOf(reader.seen, root, spans),
      ...below.toSorted(byStart).map((span) => `  ${lineOf(reader.seen, span, spans)}`),
    ];
  });
  const lost = spans.filter((span) => !told.has(span));
  return [...lines, ...lost.map((span) => `without its root: ${lineOf(reader.seen, span, spans)}`)];
}

function byStart(one: SinkSpan, other: SinkSpan): number {
  const [left, right] = [BigInt(one.startTimeUnixNano), BigInt(other.startTimeUnixNano)];
  if (left === right) return one.name < other.name ? -1 : 1;
  return left < right ? -1 : 1;
}

function lineOf(seen: readonly SeenEvent[], span: SinkSpan, spans: readonly SinkSpan[]): string {
  const { name, startTimeUnixNano, endTimeUnixNano, status, kind, events, links, attributes, resource } = span;
  const at = (nanos: string) => eventAt(seen, nanos);
  const thing = attributes.get('container.name') ?? attributes.get('docker.swarm.service.name') ?? '';
  const times = name === 'image pull' ? at(startTimeUnixNano) : `${at(startTimeUnixNano)} to ${at(endTimeUnixNano)}`;
  const parts = [`${name} ${thing}: ${times}`];
  if (status.code !== UNSET) parts.push(`${status.code === ERROR ? 'ERROR' : status.code} ${status.message}`);
  for (const { traceId, spanId, attributes: why } of links) {
    const to = spans.find((other) => other.traceId === traceId && other.spanId === spanId);
    const target = to === undefined ? `${traceId}/${spanId}` : `${to.name} from ${at(to.startTimeUnixNano)}`;
    parts.push(`${why.get('docker.span.link')}: ${target}`);
  }
  const estimated = attributes.get('docker.span.estimated');
  if (estimated !== undefined) parts.push(`estimated: ${estimated}`);
  assert.equal(kind, INTERNAL);
  assert.equal(events, 0);
  assert.ok(resource.has('host.name'), 'the resource has the engine');
  return parts.join(', ');
}

/** `start`, and from the second of the same object on `start 2`. */
function eventAt(seen: readonly SeenEvent[], nanos: string): string {
  const event = seen.find(({ timeNano }) => timeNano === nanos);
  if (event === undefined) return nanos;
  const same = seen.filter((other) => other.id === event.id && wordOf(other) === wordOf(event));
  const place = same.indexOf(event) + 1;
  return place === 1 ? wordOf(event) : `${wordOf(event)} ${place}`;
}

/** Without a command; of a service's update how far its rollout is. */
function wordOf({ action, type, attributes }: SeenEvent): string {
  const base = action.split(':')[0] ?? '';
  return type === 'service' ? (attributes.get('updatestate.new') ?? base) : base;
}

/** No id stands for two spans. */
export function assertIdsAreUnique(spans: readonly SinkSpan[]): void {
  const ids = spans.map(({ traceId, spanId }) => `${traceId}/${spanId}`);
  assert.equal(new Set(ids).size, ids.length, 'two spans have the same ids');
  for (const { traceId, spanId } of spans) {
    assert.match(traceId, /^(?!0+$)[0-9a-f]{32}$/);
    assert.match(spanId, /^(?!0+$)[0-9a-f]{16}$/);
  }
}

/** Each record of a container leads to the run that it belongs to, and one of an exec to the exec. Gives how many do. */
export function assertRecordsLead({ reader }: World, sink: OtlpSink, records: readonly SinkRecord[]): number {
  let leading = 0;
  for (const record of records) {
    const id = String(record.attributes.get('container.id'));
    const starts = reader.seen.filter((event) => event.id === id && event.action === 'start');
    const started = starts.findLast(({ timeNano }) => BigInt(timeNano) <= BigInt(record.timeUnixNano));
    const exec = record.attributes.get('docker.exec.id');
    const span = sink.spans.find(({ name, attributes, startTimeUnixNano }) => {
      if (attributes.get('container.id') !== id) return false;
      if (exec !== undefined) return attributes.get('docker.exec.id') === exec;
      return name === 'container run' && startTimeUnixNano === started?.timeNano;
    });
    const of = `${record.eventName} at ${record.timeUnixNano}`;
    assert.equal(started === undefined, span === undefined, `there is no span of ${of}`);
    assert.deepEqual([record.traceId, record.spanId], [span?.traceId ?? '', span?.spanId ?? ''], of);
    if (span !== undefined) leading += 1;
  }
  return leading;
}
