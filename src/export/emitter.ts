/**
 * Our LogRecords into the OpenTelemetry SDK: one LoggerProvider for each resource object, all with the same processor.
 *
 * - Times go in as pairs of seconds and nanoseconds, the only form that keeps every digit. A record without a time goes in
 *   as [0, 0], which is `time_unix_nano` 0 and means "unknown" in OTLP; without it the SDK would write the present.
 * - Attributes are put in place by a processor, which may change a record while it is emitted. Given to `emit`, each would
 *   be copied and checked for circles (4 of the 6 µs that an emit of 20 attributes takes), and those beyond the SDK's limit
 *   of 128 would be cut off without a word. Mapping has made sure of their types; bounding them is processing's business.
 * - The context is the root, so that no trace of the surrounding program gets into a record. The span that a record belongs to
 *   is put in place as its attributes are: in a context of its own the SDK would wrap it, look it up and check it digit by
 *   digit, which takes a third of an emit, and this takes next to nothing.
 */
import type { Attributes, LogRecord, SpanIds } from '../model/log-record.ts';
import { severityName } from '../model/severity.ts';
import type { UnixNanos } from '../model/time.ts';
import {
  type Logger,
  LoggerProvider,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
  ROOT_CONTEXT,
  resourceFromAttributes,
  TraceFlags,
} from './otel.ts';
import { forSdk, hrTime } from './sdk-values.ts';

export const SCOPE_NAME = 'docker-events-otel';

export interface EmitterOptions {
  readonly processor: LogRecordProcessor;
  /** Of this program: the version of the instrumentation scope. */
  readonly version: string;
  readonly schemaUrl?: string;
}

const UNKNOWN_TIME: UnixNanos = [0, 0];

export function createEmitter({ processor, version, schemaUrl }: EmitterOptions): (record: LogRecord) => void {
  const loggers = new WeakMap<Attributes, Logger>();
  const attach = new Attach();
  const loggerOf = (resource: Attributes): Logger => {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes(forSdk(resource)),
      processors: [attach, processor],
    });
    const logger = provider.getLogger(SCOPE_NAME, version, schemaUrl === undefined ? {} : { schemaUrl });
    loggers.set(resource, logger);
    return logger;
  };
  return (record) => {
    const logger = loggers.get(record.resource) ?? loggerOf(record.resource);
    attach.attributes = record.attributes;
    attach.span = record.span;
    logger.emit({
      eventName: record.eventName,
      timestamp: hrTime(record.timestamp ?? UNKNOWN_TIME),
      observedTimestamp: hrTime(record.observedTimestamp),
      severityNumber: record.severity,
      severityText: severityName(record.severity),
      body: record.body,
      context: ROOT_CONTEXT,
    });
  };
}

/** The first processor: puts attributes and span of the record that is being emitted in their place. */
class Attach implements LogRecordProcessor {
  attributes: Attributes = {};
  span: SpanIds | undefined;

  onEmit(record: ReadWriteLogRecord): void {
    const writable: { attributes: unknown } = record;
    writable.attributes = this.attributes;
    const { span } = this;
    if (span === undefined) return;
    record.spanContext = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
