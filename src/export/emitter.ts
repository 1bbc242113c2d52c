/**
 * Our LogRecords into the OpenTelemetry SDK: one LoggerProvider for each resource object, all with the same processor.
 *
 * - Times go in as pairs of seconds and nanoseconds, the only form that keeps every digit. A record without a time goes in
 *   as [0, 0], which is `time_unix_nano` 0 and means "unknown" in OTLP; without it the SDK would write the present.
 * - Attributes are put in place by a processor, which may change a record while it is emitted. Given to `emit`, each would
 *   be copied and checked for circles (4 of the 6 µs that an emit of 20 attributes takes), and those beyond the SDK's limit
 *   of 128 would be cut off without a word. Mapping has made sure of their types; bounding them is processing's business.
 * - The context is the root, so that no trace of the surrounding program gets into a record.
 */
import type { Attributes, LogRecord } from '../model/log-record.ts';
import { severityName } from '../model/severity.ts';
import type { UnixNanos } from '../model/time.ts';
import {
  type HrTime,
  type Logger,
  LoggerProvider,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
  ROOT_CONTEXT,
  resourceFromAttributes,
} from './otel.ts';

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
  const attach = new AttachAttributes();
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
    attach.next = record.attributes;
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

/** The first processor: puts the attributes of the record that is being emitted in their place. */
class AttachAttributes implements LogRecordProcessor {
  next: Attributes = {};

  onEmit(record: ReadWriteLogRecord): void {
    if (!Reflect.set(record, 'attributes', this.next)) Object.assign(record.attributes, this.next);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** The SDK's type has no prototype-less objects and no readonly arrays. */
function forSdk(attributes: Attributes): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}

/** The SDK's type is not readonly, though it only reads. */
function hrTime([seconds, nanos]: UnixNanos): HrTime {
  return [seconds, nanos];
}
