/** The door to OpenTelemetry's metrics. Imported only where metrics are sent over OTLP. No meter, no reader: its words only. */
export { ValueType } from '@opentelemetry/api';
export { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
export type { MetricData as SdkMetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
export { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
