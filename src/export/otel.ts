/**
 * The door to OpenTelemetry: what every run needs of it, and nothing that costs start-up time without being used. The
 * packages for http/json and gRPC have doors of their own, which are opened only when they are configured.
 */
export type { HrTime } from '@opentelemetry/api';
export { ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
export type { Logger } from '@opentelemetry/api-logs';
export type { ExportResult } from '@opentelemetry/core';
export { ExportResultCode } from '@opentelemetry/core';
export { resourceFromAttributes } from '@opentelemetry/resources';
export type {
  LogRecordExporter,
  LogRecordProcessor,
  ReadableLogRecord,
  ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';
export { LoggerProvider } from '@opentelemetry/sdk-logs';
