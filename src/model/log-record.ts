/** A LogRecord before the OpenTelemetry SDK sees it: plain data, made by mapping, changed by processing. */
import type { LogEntry } from './entry.ts';
import type { SeverityNumber } from './severity.ts';
import type { UnixNanos } from './time.ts';

/** The values this project writes. Numbers are finite; integers are safe. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes by name. Without a prototype, because labels are written by strangers. */
export type Attributes = Record<string, AttributeValue>;

export interface LogRecord {
  /** `docker.<type>.<action>`; one of few, never with a dynamic part for a known action. */
  readonly eventName: string;
  /** The engine's time, exact; undefined where the engine gave none. */
  readonly timestamp: UnixNanos | undefined;
  readonly observedTimestamp: UnixNanos;
  readonly severity: SeverityNumber;
  /** One sentence a person can read. */
  readonly body: string;
  readonly attributes: Attributes;
  /** The same object for every record of one engine, so that exporters can group by it. */
  readonly resource: Attributes;
  /** The span that it belongs to; undefined where it belongs to none. */
  readonly span?: SpanIds | undefined;
}

/** In lower-case hex: 32 digits and 16, neither of them all zeros. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Pure and total: no clock, no I/O, no throwing. */
export type Mapper = (entry: LogEntry) => LogRecord;
