/** One span as one JSON object in one line, in the words of records (json.ts). Times have all nine digits. */
import { toIsoNanos } from '../../model/time.ts';
import { escapeControls } from '../../runtime/mask.ts';
import type { ReadableSpan } from '../otel.ts';

export function formatSpanJson(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const line = JSON.stringify({
    time: toIsoNanos(span.startTime),
    end: toIsoNanos(span.endTime),
    /** In seconds. */
    duration: span.duration[0] + span.duration[1] / 1e9,
    span: span.name,
    error: span.status.message,
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: span.parentSpanContext?.spanId,
    links: span.links.map(({ context, attributes }) => ({
      trace_id: context.traceId,
      span_id: context.spanId,
      attributes,
    })),
    attributes: span.attributes,
    resource: span.resource.attributes,
  });
  return escapeControls(line);
}
