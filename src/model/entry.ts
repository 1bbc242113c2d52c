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
  /** Set on an event that the engine did not send: it was worked out after a gap. */
  readonly synthetic?: Synthetic;
  /**
   * Another engine of the same swarm has reported it before. Kept, so that a replay is known after a restart, and
   * delivered to nobody.
   */
  readonly isTwin?: true;
}

/**
 * What a made-up event rests on. Its `raw` is a line in the engine's own form, composed here; what is not known is left out
 * of it, its time included.
 */
export interface Synthetic {
  /** `inspect`: the engine gave times, exit code and the like. `list`: only that it is there, or is not there any more. */
  readonly basis: 'inspect' | 'list';
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
  readonly reason: LossReason;
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

/**
 * - `queue_full`: more waited in memory than EventQueueSize allows, and there was no storage for the rest.
 * - `storage_full`: more waited in the storage than its `max_size` allows.
 * - `expired`: they waited for longer than the storage's `max_age`.
 * - `rejected`: the backend refused them for good.
 */
export type LossReason = 'queue_full' | 'storage_full' | 'expired' | 'rejected';

/** Told where events of an engine may be missing that nobody can read any more. */
export interface GapEntry {
  readonly kind: 'gap';
  /** 32 hex digits, different for every gap. */
  readonly uid: string;
  readonly reason: GapReason;
  /** Event time of the last event before the gap and of the first one after it; undefined where there is none, or none with a time. */
  readonly from: UnixNanos | undefined;
  readonly to: UnixNanos | undefined;
  /** At least so many events are missing; undefined where nothing tells. */
  readonly atLeast: number | undefined;
  /** So many events that the stream had left out were read from the engine's memory after all. */
  readonly recovered: number | undefined;
  /** What the comparison of the engine's containers with those known before gave; undefined where none was made. */
  readonly reconciled: Reconciled | undefined;
  /** A sentence of ours that says more; undefined where there is no more to say. */
  readonly detail: string | undefined;
  readonly observedAt: UnixNanos;
  readonly engine: EngineIdentity | undefined;
}

/**
 * - `ring_overrun`: more happened while nobody read than the engine remembers.
 * - `engine_restarted`: the engine has forgotten everything from before, because it was started anew.
 * - `engine_replaced`: another engine answers at the same endpoint.
 * - `subscriber_dropped`: the engine left events out of the stream, because they were not read in time.
 * - `not_known`: nothing that was read before is remembered by the engine, and why cannot be told.
 * - `journal_lost`: what the collector had kept could not be read any more, so that nothing can be compared with it.
 */
export type GapReason =
  | 'ring_overrun'
  | 'engine_restarted'
  | 'engine_replaced'
  | 'subscriber_dropped'
  | 'not_known'
  | 'journal_lost';

export interface Reconciled {
  /** How many containers were compared. */
  readonly containers: number;
  /** How many synthetic events that led to. */
  readonly events: number;
}

/** A rule has matched. Decided once, before the journal, so that it is told once whatever happens afterwards. */
export interface AlertEntry {
  readonly kind: 'alert';
  /** 32 hex digits: a digest over the rule's name and the uid of what it matched. */
  readonly uid: string;
  readonly rule: MatchedRule;
  /** What the rule matched, unmasked: the output is made of it where the record is made, behind the mask. */
  readonly about: EventEntry | GapEntry;
  readonly observedAt: UnixNanos;
  readonly engine: EngineIdentity | undefined;
}

/** A rule as it stood when it matched. */
export interface MatchedRule {
  readonly name: string;
  readonly description: string;
  readonly priority: RulePriority;
  readonly tags: readonly string[];
  /** As the rules file has it, fields not yet filled in: `%docker.container.name died`. */
  readonly output: string;
  /** Set where the rule asks for a number of matches within a time: how many there were when it was told. */
  readonly matches?: number;
}

/** Falco's, most severe first. */
export const RULE_PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

export type RulePriority = (typeof RULE_PRIORITIES)[number];

/**
 * Something that took time has ended, or was told as a whole: a part of a trace. Decided once, before the journal, so that
 * a retry, a second exporter and a replay give the same span. Its ids are derived from `trace`, `name` and `own` and from
 * nothing else.
 */
export interface SpanEntry {
  readonly kind: 'span';
  /** The uid of `about`. Spans that end with the same event share it. */
  readonly uid: string;
  readonly name: SpanName;
  readonly trace: TraceKey;
  /** Tells spans of one name in one trace apart: the id of an exec, the beginning of a pause; undefined where there is one. */
  readonly own: string | undefined;
  readonly start: UnixNanos;
  /** Never before `start`. */
  readonly end: UnixNanos;
  /** What of both is no event's time, but the best that is known: its beginning or its end was not seen. */
  readonly estimated: 'start' | 'end' | 'both' | undefined;
  /** Why it failed, as a low-cardinality word (`failed`, `oom_killed`, `not_started`, `rolled_back` …); undefined where it did not. */
  readonly failure: string | undefined;
  readonly links: readonly SpanLink[];
  /** Of an exec that ended with its run: what `about`, which is the container's, does not say. */
  readonly exec?: SpanExec;
  /** The event that ended it, unmasked: attributes are made of it where the span's record is made, behind the mask. */
  readonly about: EventEntry;
  readonly observedAt: UnixNanos;
  readonly engine: EngineIdentity;
}

/**
 * - `run`: of a container, from `start` to `die`; the root of its trace.
 * - `create`: from `create` to the first `start`, in the trace of the first run.
 * - `exec`: from `exec_start` to `exec_die`.
 * - `stop`: from the first signal that asked a run to end, to `die`.
 * - `pause`: from `pause` to `unpause`, or to the end of the run.
 * - `pull`: of an image; the engine tells of its end only, so that it takes no time. A trace of its own.
 * - `rollout`: of a swarm service's update, from `updating` until it is completed, rolled back, paused for good or replaced
 *   by the next. A trace of its own.
 */
export type SpanName = 'run' | 'create' | 'exec' | 'stop' | 'pause' | 'pull' | 'rollout';

export interface SpanExec {
  /** Undefined where it is left out. */
  readonly id: string | undefined;
  /** Unmasked; undefined where it is not remembered. */
  readonly command: string | undefined;
  /** It is the container's health check. */
  readonly isProbe: boolean;
}

/** What a trace is about, and when that began. Together they name the trace. */
export interface TraceKey {
  readonly of: 'container' | 'image' | 'service';
  /** The actor id of its events. */
  readonly id: string;
  readonly start: UnixNanos;
}

/** To the root span of another trace. */
export interface SpanLink {
  /** `previous_run`: of the same container. `rollout`: the update of its service that was under way when it ended. */
  readonly why: 'previous_run' | 'rollout';
  readonly trace: TraceKey;
}

export type Entry = EventEntry | LossEntry | GapEntry | AlertEntry | SpanEntry;

/** What becomes a log record. */
export type LogEntry = Exclude<Entry, SpanEntry>;

/** The time an entry is about, where one is known. */
export function entryTime(entry: Entry): UnixNanos | undefined {
  switch (entry.kind) {
    case 'event':
      return entry.event.time;
    case 'loss':
      return entry.last;
    case 'gap':
      return entry.to;
    case 'alert':
      return entryTime(entry.about);
    case 'span':
      return entry.end;
  }
}
