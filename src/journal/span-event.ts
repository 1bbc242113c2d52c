/** The event of a span, where it stands before it in the same row. */
import { isDeepStrictEqual } from 'node:util';
import type { EventContext } from '../model/context.ts';
import type { Entry, EventEntry, SpanEntry } from '../model/entry.ts';
import type { UnixNanos } from '../model/time.ts';

/**
 * Where the event stands that a span is about, among the entries before it; undefined where it is not there as the span has
 * it. Rules may have added their names to it since: a span has none.
 */
export function indexOfAbout({ about }: SpanEntry, entries: readonly Entry[], before: number): number | undefined {
  for (let index = before - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry?.kind === 'event' && entry.uid === about.uid) return isSameEvent(entry, about) ? index : undefined;
  }
  return undefined;
}

function isSameEvent(kept: EventEntry, about: EventEntry): boolean {
  if (about.context.rules !== undefined || about.isTwin === true || kept.isTwin === true) return false;
  if (kept.raw !== about.raw || !isSame(kept.observedAt, about.observedAt)) return false;
  if (kept.synthetic?.basis !== about.synthetic?.basis) return false;
  return kept.context === about.context || isSameContext(kept.context, about.context);
}

function isSameContext({ rules: _, ...kept }: EventContext, about: EventContext): boolean {
  return isDeepStrictEqual(kept, about);
}

/** An event as a span is about it. */
export function withoutRules(entry: Entry | undefined): EventEntry | undefined {
  if (entry?.kind !== 'event') return undefined;
  if (entry.context.rules === undefined) return entry;
  const { rules: _, ...context } = entry.context;
  return { ...entry, context };
}

function isSame(one: UnixNanos, other: UnixNanos): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
