/** The door to OpenTelemetry's http/json exporter. Imported only where one is configured: it costs 40 ms of start-up. */
export { OTLPLogExporter as OTLPJsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
export { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
