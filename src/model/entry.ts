/** What the journal keeps. Everything after the journal is a pure function of an entry. */
import type { EventContext } from './context.ts';
import type { DockerEvent } from './docker-event.ts';
import type { EngineIdentity } from './engine.ts';
import type { UnixNanos } from './time.ts';

/** An event as it came off the wire, decoded, before its meaning is known. */
export interface Received {
  /** The line exactly as the engine sent it, without its line ending. */
  readonly raw: string;
  readonly event: DockerEvent;
  /**
   * 32 hex digits that name this event: a digest over type, action, actor id, scope, time and sorted attributes. The
   * same event read again, from a replay or by another collector, has the same uid.
   */
  readonly uid: string;
  /** When this process read it; kept, so that every retry says the same. */
  readonly observedAt: UnixNanos;
  readonly engine: EngineIdentity;
}

/** An event with its meaning. */
export interface EventEntry extends Received {
  readonly kind: 'event';
  readonly context: EventContext;
}

/** Told in the place of entries that were given up. */
export interface LossEntry {
  readonly kind: 'loss';
  /** 32 hex digits, different for every loss. */
  readonly uid: string;
  /** `queue_full`: more waited than EventQueueSize allows. `rejected`: the backend refused them for good. */
  readonly reason: 'queue_full' | 'rejected';
  /** The exporter that never got them, by its name in the configuration. */
  readonly exporter: string;
  /** How many entries were given up. */
  readonly count: number;
  /** Event time of the first and the last entry given up; undefined when the engine gave none. */
  readonly first: UnixNanos | undefined;
  readonly last: UnixNanos | undefined;
  /** In the backend's words, where it was the backend that refused; masked and cut. */
  readonly detail: string | undefined;
  readonly observedAt: UnixNanos;
  readonly engine: EngineIdentity | undefined;
}

export type Entry = EventEntry | LossEntry;

/** The time an entry is about, where one is known. */
export function entryTime(entry: Entry): UnixNanos | undefined {
  return entry.kind === 'event' ? entry.event.time : entry.last;
}
