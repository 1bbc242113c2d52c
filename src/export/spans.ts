/**
 * Our SpanRecords as spans of the OpenTelemetry SDK, so that any SpanExporter takes them. The SDK has no seam at which a span
 * that is over could be handed in, so that what a tracer would make of it is made here: ended, sampled, of the kind INTERNAL,
 * with its parent in this process.
 *
 * Attributes are not copied, as those of log records are not: nobody writes to a span that has ended.
 */
import type { Attributes, SpanIds } from '../model/log-record.ts';
import type { SpanRecord } from '../model/span-record.ts';
import { SCOPE_NAME } from './emitter.ts';
import {
  type HrTime,
  type ReadableSpan,
  type Resource,
  resourceFromAttributes,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from './otel.ts';
import { forSdk, hrTime } from './sdk-values.ts';

/** @param version of this program, for the instrumentation scope */
export function createSpanReader(version: string): (record: SpanRecord) => ReadableSpan {
  const instrumentationScope = { name: SCOPE_NAME, version };
  const resources = new WeakMap<Attributes, Resource>();
  const resourceOf = (attributes: Attributes): Resource => {
    const known = resources.get(attributes);
    if (known !== undefined) return known;
    const resource = resourceFromAttributes(forSdk(attributes));
    resources.set(attributes, resource);
    return resource;
  };
  return (record) => {
    const { traceId, parentSpanId, error } = record;
    const context = contextOf(record);
    const span: ReadableSpan = {
      name: record.name,
      kind: SpanKind.INTERNAL,
      spanContext: () => context,
      startTime: hrTime(record.start),
      endTime: hrTime(record.end),
      status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes: record.attributes as ReadableSpan['attributes'],
      links: record.links.map((link) => ({
        context: contextOf(link),
        attributes: link.attributes as ReadableSpan['attributes'],
      })),
      events: [],
      duration: between(record),
      ended: true,
      resource: resourceOf(record.resource),
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
    // Spread into the literal it would make of all of it a copy, property by property.
    if (parentSpanId === undefined) return span;
    return Object.assign(span, { parentSpanContext: contextOf({ traceId, spanId: parentSpanId }) });
  };
}

function contextOf({ traceId, spanId }: SpanIds): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

function between({ start, end }: Pick<SpanRecord, 'start' | 'end'>): HrTime {
  const [seconds, nanos] = [end[0] - start[0], end[1] - start[1]];
  return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
}
