/** One record as one JSON object in one line, for a person with `jq` and for log shippers. Times have all nine digits. */
import { toIsoNanos } from '../../model/time.ts';
import type { HrTime, ReadableLogRecord } from '../otel.ts';

export function formatJson(record: ReadableLogRecord): string {
  return JSON.stringify({
    time: timeOf(record.hrTime),
    observed: timeOf(record.hrTimeObserved),
    severity: record.severityText,
    event: record.eventName,
    body: record.body,
    attributes: record.attributes,
    resource: record.resource.attributes,
  });
}

/** Undefined, and so left out, where the time is not known. */
function timeOf(time: HrTime): string | undefined {
  return time[0] === 0 && time[1] === 0 ? undefined : toIsoNanos(time);
}
