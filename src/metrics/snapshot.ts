/**
 * All metrics at one moment. What is told of the collector is read off its status and nowhere else, but for what the status
 * does not have: distributions, the reasons of drops, and counts of rare happenings.
 */
import type { MetricsSnapshot } from '../model/metric.ts';
import type { RunningContainers } from '../model/owner.ts';
import type { CollectorStatus } from '../model/status.ts';
import type { Counted, Measured } from '../model/telemetry.ts';
import { eventData } from './event-data.ts';
import type { EventMetrics } from './event-metrics.ts';
import { statusData } from './status-data.ts';

export interface MetricsSources {
  readonly status: CollectorStatus;
  readonly events: EventMetrics;
  readonly running: Iterable<RunningContainers>;
  readonly measured: readonly Measured[];
  /** All parts of a counter together are its total. */
  readonly counted: readonly Counted[];
}

/** In the order of the catalogue. A metric without a series is left out. */
export function collectMetrics({ status, events, running, measured, counted }: MetricsSources): MetricsSnapshot {
  const metrics = [...eventData(events.hosts(running)), ...statusData(status, measured, counted)];
  return { startedAt: status.startedAt, at: status.at, metrics: metrics.filter(({ points }) => points.length > 0) };
}
