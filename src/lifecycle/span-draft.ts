/** What a span is made of before it is known which entry tells it. */
import type { SpanEntry, SpanExec, SpanLink, SpanName, TraceKey } from '../model/entry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';

export type SpanDraft = Pick<
  SpanEntry,
  'name' | 'trace' | 'own' | 'start' | 'end' | 'estimated' | 'failure' | 'links' | 'exec'
>;

export interface SpanParts {
  readonly name: SpanName;
  readonly trace: TraceKey;
  readonly start: UnixNanos;
  readonly end: UnixNanos;
  /** The start, or the end, is no event's time of its own. */
  readonly isStartEstimated?: boolean;
  readonly isEndEstimated?: boolean;
  readonly own?: string | undefined;
  readonly failure?: string | undefined;
  readonly links?: readonly SpanLink[];
  readonly exec?: SpanExec;
}

const NO_LINKS: readonly SpanLink[] = Object.freeze([]);

/** An end that seems to be before the start was stamped by another clock, or before that clock was set. */
export function draftOf(parts: SpanParts): SpanDraft {
  const { name, trace, start, own, failure, links = NO_LINKS, exec, isStartEstimated = false } = parts;
  const isTurned = compareTimes(parts.end, start) < 0;
  const isEndEstimated = isTurned || parts.isEndEstimated === true;
  const estimated = isStartEstimated ? (isEndEstimated ? 'both' : 'start') : isEndEstimated ? 'end' : undefined;
  const end = isTurned ? start : parts.end;
  return { name, trace, own, start, end, estimated, failure, links, ...(exec && { exec }) };
}
