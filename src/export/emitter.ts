/**
 * Our LogRecords into the OpenTelemetry SDK: one LoggerProvider for each resource object, all with the same processor.
 *
 * - Times go in as pairs of seconds and nanoseconds, the only form that keeps every digit. A record without a time goes in
 *   as [0, 0], which is `time_unix_nano` 0 and means "unknown" in OTLP; without it the SDK would write the present.
 * - The SDK's limit of 128 attributes would cut the labels of some containers off without a word, and is lifted. Bounding
 *   them is the business of processing.
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
  const loggerOf = (resource: Attributes): Logger => {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ ...resource } as Record<string, string>),
      processors: [processor],
      logRecordLimits: { attributeCountLimit: Number.POSITIVE_INFINITY },
    });
    const logger = provider.getLogger(SCOPE_NAME, version, schemaUrl === undefined ? {} : { schemaUrl });
    loggers.set(resource, logger);
    return logger;
  };
  return (record) => {
    const logger = loggers.get(record.resource) ?? loggerOf(record.resource);
    logger.emit({
      eventName: record.eventName,
      timestamp: hrTime(record.timestamp ?? UNKNOWN_TIME),
      observedTimestamp: hrTime(record.observedTimestamp),
      severityNumber: record.severity,
      severityText: severityName(record.severity),
      body: record.body,
      attributes: record.attributes as Record<string, string>,
      context: ROOT_CONTEXT,
    });
  };
}

/** The SDK's type is not readonly, though it only reads. */
function hrTime([seconds, nanos]: UnixNanos): HrTime {
  return [seconds, nanos];
}
