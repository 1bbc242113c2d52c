/**
 * Metrics as OTLP requests, by the SDK's own serialisers, which are fast enough for one request a minute.
 *
 * Everything is cumulative, from the start of the process. Counters and numbers of things are sums of whole numbers; what is
 * in seconds is a double. A distribution has no smallest and no largest value, because nobody kept them.
 */
import type { MetricData, MetricDefinition, MetricsReport, MetricsSnapshot } from '../../model/metric.ts';
import type { Distribution } from '../../model/telemetry.ts';
import { SCOPE_NAME } from '../emitter.ts';
import { resourceFromAttributes } from '../otel.ts';
import {
  AggregationTemporality,
  DataPointType,
  JsonMetricsSerializer,
  ProtobufMetricsSerializer,
  type ResourceMetrics,
  type SdkMetricData,
  ValueType,
} from '../otel-metrics.ts';
import { forSdk, hrTime } from '../sdk-values.ts';
import { VERSION } from '../version.ts';

export function protobufRequest(report: MetricsReport): Buffer {
  return requestOf(report, ProtobufMetricsSerializer);
}

export function jsonRequest(report: MetricsReport): Buffer {
  return requestOf(report, JsonMetricsSerializer);
}

interface Serializer {
  serializeRequest(metrics: ResourceMetrics): Uint8Array | undefined;
}

function requestOf(report: MetricsReport, serializer: Serializer): Buffer {
  return Buffer.from(serializer.serializeRequest(resourceMetricsOf(report)) ?? new Uint8Array());
}

/** As the SDK's own collection would give it. */
function resourceMetricsOf({ snapshot, resource }: MetricsReport): ResourceMetrics {
  const metrics = snapshot.metrics.map((data) => metricOf(data, snapshot));
  return {
    resource: resourceFromAttributes(forSdk(resource)),
    scopeMetrics: [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }],
  };
}

function metricOf({ definition, points }: MetricData, { startedAt, at }: MetricsSnapshot): SdkMetricData {
  const times = { startTime: hrTime(startedAt), endTime: hrTime(at) };
  const base = { descriptor: descriptorOf(definition), aggregationTemporality: AggregationTemporality.CUMULATIVE };
  if (definition.kind === 'histogram') {
    const dataPoints = points.flatMap(({ attributes, value }) =>
      typeof value === 'object' ? [{ ...times, attributes, value: histogramOf(value) }] : [],
    );
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = points.flatMap(({ attributes, value }) =>
    typeof value === 'number' ? [{ ...times, attributes, value }] : [],
  );
  if (definition.kind === 'gauge') return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
  return { ...base, dataPointType: DataPointType.SUM, isMonotonic: definition.kind === 'counter', dataPoints };
}

function descriptorOf({ name, unit, description }: MetricDefinition) {
  return { name, unit, description, valueType: unit === 's' ? ValueType.DOUBLE : ValueType.INT };
}

function histogramOf({ bounds, counts, sum }: Distribution) {
  return {
    buckets: { boundaries: [...bounds], counts: [...counts] },
    count: counts.reduce((total, count) => total + count, 0),
    sum,
  };
}
