/** Every metric there is. docs/metrics.md is made of it. */
import type { MetricDefinition } from '../model/metric.ts';
import {
  COLLECTOR_METRICS,
  EXPORTER_METRICS,
  HAPPENING_METRICS,
  INTAKE_METRICS,
  RECEIVER_METRICS,
  STORAGE_METRICS,
} from './catalogue/collector.ts';
import { EVENT_METRICS } from './catalogue/events.ts';

/** By the title of their section. */
export const METRIC_GROUPS: Readonly<Record<string, readonly MetricDefinition[]>> = {
  "The engine's events": Object.values(EVENT_METRICS),
  'The collector': Object.values(COLLECTOR_METRICS),
  'What came in': Object.values(INTAKE_METRICS),
  Receivers: Object.values(RECEIVER_METRICS),
  Exporters: Object.values(EXPORTER_METRICS),
  Storage: Object.values(STORAGE_METRICS),
  'Rare happenings': Object.values(HAPPENING_METRICS),
};

export const METRICS: readonly MetricDefinition[] = Object.values(METRIC_GROUPS).flat();
