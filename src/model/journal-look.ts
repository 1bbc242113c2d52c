/**
 * A look at a journal from outside, also while a collector works on it. A look writes nothing; what a person decides about
 * it (give up a cursor, send a dead letter again) is written by a {@link JournalDesk}.
 */
import type { Entry } from './entry.ts';
import type { UnixNanos } from './time.ts';

export interface JournalLook {
  status(): JournalStatus;
  /** The newest entries that match, at most `limit` of them, oldest first. Twins are left out. */
  events(query: EntryQuery): readonly Entry[];
  /** Oldest first. */
  deadLetters(which: DeadLetterFilter): readonly DeadLetter[];
  close(): void;
}

export interface JournalStatus {
  /** The path of the file. */
  readonly file: string;
  /** On disk, with the files beside it. */
  readonly bytes: number;
  /** The collector that works on it now, as it names itself; undefined for nobody. */
  readonly holder: string | undefined;
  /** Entries that are kept, delivered ones included, and when the oldest and the newest were observed. */
  readonly entries: number;
  readonly oldest: UnixNanos | undefined;
  readonly newest: UnixNanos | undefined;
  readonly exporters: readonly CursorStatus[];
  readonly receivers: readonly ReceiverStatus[];
  /** Entries of the kind `gap` that are kept. */
  readonly gaps: number;
  readonly deadLetters: number;
}

export interface CursorStatus {
  /** The lane's name: `otlp_http`, or `logs/b:otlp_http`. */
  readonly exporter: string;
  /** Entries that it has not acknowledged; twins and what tells of a loss are not counted. */
  readonly waiting: number;
  /** When the oldest of them was observed. */
  readonly oldest: UnixNanos | undefined;
  readonly deadLetters: number;
}

export interface ReceiverStatus {
  readonly receiver: string;
  /** The engine as it was last seen. */
  readonly endpoint: string | undefined;
  readonly hostName: string | undefined;
  readonly engineId: string | undefined;
  /** Event time of the last event, and when it was observed. */
  readonly lastEvent: UnixNanos | undefined;
  readonly lastObserved: UnixNanos | undefined;
}

export interface EntryQuery {
  /** Not observed before. */
  readonly since: UnixNanos | undefined;
  readonly limit: number;
  matches(entry: Entry): boolean;
}

/** Those that meet all that is said; everything where nothing is. */
export interface DeadLetterFilter {
  readonly ids: readonly number[] | undefined;
  readonly exporter: string | undefined;
}

/** A record that a backend has refused for good. */
export interface DeadLetter {
  readonly id: number;
  readonly exporter: string;
  readonly setAsideAt: UnixNanos;
  /** In the backend's words; masked and cut. */
  readonly detail: string;
  /** Undefined where this program cannot read it any more. */
  readonly entry: Entry | undefined;
}

/** What a person decides. Each tells how many it was, and takes effect in a running collector without a restart. */
export interface JournalDesk {
  /** They wait for their exporter again. */
  resend(which: DeadLetterFilter): number;
  discard(which: DeadLetterFilter): number;
  /** Gives up what waits for an exporter, its dead letters included. Undefined where there is no such cursor. */
  forget(exporter: string): number | undefined;
  close(): void;
}
