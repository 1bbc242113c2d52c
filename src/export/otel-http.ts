/**
 * The door to OpenTelemetry's http/json exporter and its JSON. Imported only where an exporter that needs it is configured:
 * it costs 40 ms of start-up.
 */
export { OTLPLogExporter as OTLPJsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
export { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
export { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
