/**
 * One record as one JSON object in one line, for a person with `jq` and for log shippers. Times have all nine digits. What a
 * terminal would obey is written as JSON's own `\u….`, which reads as the same text.
 */
import { toIsoNanos } from '../../model/time.ts';
import { escapeControls } from '../../runtime/mask.ts';
import type { HrTime, ReadableLogRecord } from '../otel.ts';

export function formatJson(record: ReadableLogRecord): string {
  const line = JSON.stringify({
    time: timeOf(record.hrTime),
    observed: timeOf(record.hrTimeObserved),
    severity: record.severityText,
    event: record.eventName,
    body: record.body,
    trace_id: record.spanContext?.traceId,
    span_id: record.spanContext?.spanId,
    attributes: record.attributes,
    resource: record.resource.attributes,
  });
  return escapeControls(line);
}

/** Undefined, and so left out, where the time is not known. */
function timeOf(time: HrTime): string | undefined {
  return time[0] === 0 && time[1] === 0 ? undefined : toIsoNanos(time);
}
