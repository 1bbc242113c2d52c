/** A report of metrics as JSON objects, one line for each metric with all its series, in the words of records (json.ts). */
import type { MetricPoint, MetricsReport } from '../../model/metric.ts';
import { toIsoNanos } from '../../model/time.ts';
import { escapeControls } from '../../runtime/mask.ts';

/** Without the end of the last line. */
export function formatMetricsJson({ snapshot, resource }: MetricsReport): string {
  const time = toIsoNanos(snapshot.at);
  const start = toIsoNanos(snapshot.startedAt);
  const lines = snapshot.metrics.map(({ definition: { name, kind, unit }, points }) =>
    escapeControls(JSON.stringify({ time, start, metric: name, kind, unit, points: points.map(pointOf), resource })),
  );
  return lines.join('\n');
}

function pointOf({ attributes, value }: MetricPoint) {
  return typeof value === 'number' ? { attributes, value } : { attributes, ...value };
}
