/** A metric as a backend reads it. */
import {
  attributesOf,
  count,
  field,
  itemsOf,
  list,
  nanos,
  type SinkAround,
  type SinkValue,
  text,
} from './otlp-sink-values.ts';

export interface SinkMetric extends SinkAround {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: 'sum' | 'gauge' | 'histogram' | 'other';
  /** 0 unspecified (a gauge has none), 1 delta, 2 cumulative. */
  readonly temporality: number;
  readonly isMonotonic: boolean;
  readonly points: readonly SinkPoint[];
}

export interface SinkPoint {
  readonly attributes: ReadonlyMap<string, SinkValue>;
  /** Decimal, all digits. */
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  /** Of a sum or a gauge: `bigint` where it was sent as a whole number, `number` where as a double. */
  readonly value: bigint | number | undefined;
  /** Of a histogram. */
  readonly count: bigint | undefined;
  readonly sum: number | undefined;
  readonly bounds: readonly number[];
  readonly bucketCounts: readonly bigint[];
}

const KINDS = ['sum', 'gauge', 'histogram'] as const;

export function metricsOf(request: object): readonly SinkMetric[] {
  return itemsOf(request, ['resourceMetrics', 'scopeMetrics', 'metrics'], (metric, around) => {
    const kind = KINDS.find((key) => field(metric, key) !== undefined) ?? 'other';
    const data = field(metric, kind);
    return {
      name: text(metric, 'name'),
      description: text(metric, 'description'),
      unit: text(metric, 'unit'),
      kind,
      temporality: count(data, 'aggregationTemporality'),
      isMonotonic: field(data, 'isMonotonic') === true,
      points: list(data, 'dataPoints').map(pointOf),
      ...around,
    };
  });
}

function pointOf(point: unknown): SinkPoint {
  const double = field(point, 'asDouble');
  const counted = field(point, 'count');
  const sum = field(point, 'sum');
  return {
    attributes: attributesOf(point),
    startTimeUnixNano: nanos(point, 'startTimeUnixNano'),
    timeUnixNano: nanos(point, 'timeUnixNano'),
    value: typeof double === 'number' ? double : wholeOf(field(point, 'asInt')),
    count: wholeOf(counted),
    sum: typeof sum === 'number' ? sum : undefined,
    bounds: list(point, 'explicitBounds').map(Number),
    bucketCounts: list(point, 'bucketCounts').map((each) => BigInt(String(each))),
  };
}

function wholeOf(value: unknown): bigint | undefined {
  return typeof value === 'string' ? BigInt(value) : undefined;
}
