/** A metric as the catalogue defines it, and what is collected of it. No exporter is known here. */
import type { Attributes } from './log-record.ts';
import type { Distribution } from './telemetry.ts';
import type { UnixNanos } from './time.ts';

export interface MetricDefinition {
  /** By OpenTelemetry's conventions, with dots: `docker.container.deaths`. */
  readonly name: string;
  /** `updown` is a number of things that are now, which may be summed over series; `gauge` one that may not. */
  readonly kind: 'counter' | 'updown' | 'gauge' | 'histogram';
  /** As UCUM has it: `s`, `By`, `{container}`. */
  readonly unit: string;
  /** One sentence. */
  readonly description: string;
  /** The names of the attributes that its series may have. */
  readonly attributes: readonly string[];
}

/** One series of a metric. */
export interface MetricPoint {
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number | Distribution;
}

export interface MetricData {
  readonly definition: MetricDefinition;
  readonly points: readonly MetricPoint[];
}

/** Everything that is counted, at one moment. */
export interface MetricsSnapshot {
  /** Counters began at 0 then. */
  readonly startedAt: UnixNanos;
  readonly at: UnixNanos;
  readonly metrics: readonly MetricData[];
}

/** A snapshot, and what it is of. */
export interface MetricsReport {
  readonly snapshot: MetricsSnapshot;
  readonly resource: Attributes;
}
