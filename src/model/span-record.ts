/** A span before any exporter sees it: plain data, made by mapping. All spans are of the kind INTERNAL. */
import type { SpanEntry } from './entry.ts';
import type { Attributes, SpanIds } from './log-record.ts';
import type { UnixNanos } from './time.ts';

export interface SpanRecord extends SpanIds {
  /** Undefined for the root of its trace. */
  readonly parentSpanId: string | undefined;
  /** `container run`, `container exec` …; one of few, never with a dynamic part. */
  readonly name: string;
  readonly start: UnixNanos;
  readonly end: UnixNanos;
  /** Set where the status is ERROR: a short sentence. Otherwise the status is left unset. */
  readonly error: string | undefined;
  readonly attributes: Attributes;
  readonly links: readonly SpanRecordLink[];
  /** The same object for every span of one service, so that exporters can group by it. */
  readonly resource: Attributes;
}

export interface SpanRecordLink extends SpanIds {
  readonly attributes: Attributes;
}

/** Pure and total: no clock, no I/O, no throwing. */
export type SpanMapper = (entry: SpanEntry) => SpanRecord;
