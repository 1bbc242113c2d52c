/**
 * The door to OpenTelemetry: what every run needs of it, and nothing that costs start-up time without being used. The
 * packages for http/json and gRPC have doors of their own, which are opened only when they are configured.
 */
export type { HrTime, SpanContext } from '@opentelemetry/api';
export { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
export type { Logger } from '@opentelemetry/api-logs';
export type { ExportResult } from '@opentelemetry/core';
export { ExportResultCode } from '@opentelemetry/core';
export type { Resource } from '@opentelemetry/resources';
export { resourceFromAttributes } from '@opentelemetry/resources';
export type {
  LogRecordExporter,
  LogRecordProcessor,
  ReadableLogRecord,
  ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';
export { LoggerProvider } from '@opentelemetry/sdk-logs';
export type { ReadableSpan } from '@opentelemetry/sdk-trace';
