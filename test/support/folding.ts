/** What a lifecycle makes of events, its two kinds of entries apart. */
import type { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventContext } from '../../src/model/context.ts';
import type { EventEntry, Received, SpanEntry } from '../../src/model/entry.ts';

export function foldedEvents(lifecycle: Lifecycle, events: readonly Received[]): EventEntry[] {
  return lifecycle.fold(events).filter((entry) => entry.kind === 'event');
}

export function foldedSpans(lifecycle: Lifecycle, events: readonly Received[]): SpanEntry[] {
  return lifecycle.fold(events).filter((entry) => entry.kind === 'span');
}

/** What a context says besides the run. */
export function withoutRun(context: EventContext | undefined): EventContext | undefined {
  if (context === undefined) return undefined;
  const { run: _, ...rest } = context;
  return rest;
}
