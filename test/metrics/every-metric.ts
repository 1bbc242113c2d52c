/** A snapshot in which every metric of the catalogue has a series. */
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { collectMetrics } from '../../src/metrics/snapshot.ts';
import type { MetricsSnapshot } from '../../src/model/metric.ts';
import type { Counted, Measured } from '../../src/model/telemetry.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { STATUS } from './status.ts';

const OF_WEB = { image: 'busybox', 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

export const MEASURED: readonly Measured[] = [
  {
    measure: 'export_duration',
    of: { part: 'otlp_http' },
    distribution: { bounds: [0.1, 1], counts: [4, 2, 1], sum: 3.5 },
  },
  {
    measure: 'export_duration',
    of: { part: 'otlp_http', reason: 'retry' },
    distribution: { bounds: [0.1, 1], counts: [0, 0, 2], sum: 20 },
  },
  { measure: 'export_lag', of: { part: 'otlp_http' }, distribution: { bounds: [1], counts: [7, 0], sum: 1.25 } },
];

export const COUNTED: readonly Counted[] = [
  { counter: 'records_dropped', of: { part: 'otlp_http', reason: 'storage_full' }, count: 4 },
  { counter: 'records_dropped', of: { part: 'otlp_http', reason: 'expired' }, count: 1 },
  { counter: 'alerts', of: {}, count: 3 },
  { counter: 'export_retries', of: { part: 'otlp_http' }, count: 2 },
  { counter: 'export_retries', of: { part: 'traces:otlp_http' }, count: 1 },
];

export function everyMetric(): MetricsSnapshot {
  const events = new EventMetrics({ known: CATALOGUE });
  events.note([
    { ...entryOf(eventLine({ action: 'die', attributes: OF_WEB })), context: { run: [1_795_262_300, 0] } },
    entryOf(eventLine({ action: 'health_status: healthy', attributes: OF_WEB })),
  ]);
  return collectMetrics({ status: STATUS, events, running: [], measured: MEASURED, counted: COUNTED });
}
