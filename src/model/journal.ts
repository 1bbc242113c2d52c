/**
 * The journal: what stands between the engines' pace and the backends'.
 *
 *   append ──► [ entry entry entry … ] ──lease──► reader "otlp"     (a cursor of its own for each exporter)
 *                                      ──lease──► reader "console"
 *
 * Lease, acknowledge, forget, in that order: an entry leaves only after the exporter said that it is done with it. The
 * writer never waits: an append takes no longer for a slow reader, and what does not fit is given up oldest first,
 * counted, and told to the reader that lost it as an entry in its place.
 *
 * With storage, what `append` was given is on its way to the disk when it returns, together with the state that it led to:
 * the end of the process, however sudden, finds both or neither.
 */
import type { Component } from './component.ts';
import type { Entry, EventEntry, LossEntry } from './entry.ts';
import type { StorageState } from './status.ts';

export interface Journal extends Component {
  /**
   * Keeps entries that belong together (one reading of the socket), and with them rows of state. Never waits and never
   * throws. Entries that are twins are kept and leased to nobody.
   */
  append(entries: readonly Entry[], state?: StateRows): void;
  /**
   * The reader of one exporter; the same name gives the same cursor. All readers are made before `start`.
   *
   * @param wants whether its lane has any business with an entry; all where it is not given. It is leased everything, but what
   * it does not want is no loss to it when there is no room for it.
   */
  reader(exporter: string, wants?: (entry: Entry) => boolean): JournalReader;
  /** What an earlier process left behind. Good after `start`, until the first append. */
  recovered(): Recovered;
  /**
   * True when so much was appended since the last `saveFold` that a restart would take long to fold it again. Always false
   * where nothing is kept.
   */
  readonly wantsFold: boolean;
  /** Keeps the state of the fold as of the last append: rows that have changed since the last time. */
  saveFold(rows: StateRows): void;
  /** How the storage is now; undefined where nothing is kept. Asks the disk, so not for every event. */
  storage(): StorageState | undefined;
}

/** Rows of state by key; undefined removes a row. */
export type StateRows = ReadonlyMap<string, string | undefined>;

/** What an earlier process left behind. Empty where there was none, or nothing is kept. */
export interface Recovered {
  /** Rows that came with `append`. */
  readonly state: ReadonlyMap<string, string>;
  /** Rows that came with `saveFold`. */
  readonly fold: ReadonlyMap<string, string>;
  /** The events that were appended after the last `saveFold` and a little before it, oldest first. */
  readonly unfolded: Iterable<EventEntry>;
  /**
   * The last events of one receiver, synthetic ones left out, oldest first: at least 512 where there were so many, which
   * the journal never deletes whatever its bounds.
   */
  lastEvents(receiver: string): readonly EventEntry[];
  /** True when there was a journal that could not be read: what it held is not known. */
  readonly wasDamaged: boolean;
}

export interface JournalReader {
  /**
   * The oldest entries that were neither acknowledged nor leased, at most `max` of them, oldest first; empty when there
   * are none. They stay in the journal until acknowledged.
   */
  lease(max: number): readonly Leased[];
  /** How many entries could be leased now. Twins, which are not leased, may be counted. */
  readonly waiting: number;
  /** What became of everything that was for this reader, now. */
  readonly tally: ReaderTally;
  /** True when what is not delivered now will be after a restart. */
  readonly isDurable: boolean;
  /** Calls back after each append that left something to lease. One listener. */
  onAppend(listener: () => void): void;
  /** The exporter is done with this entry, delivered or given up. In any order; the cursor moves over what is contiguous. */
  acknowledge(leased: Pick<Leased, 'position'>): void;
  /**
   * The backend will never take this entry: acknowledges it and, with storage, sets it aside with the backend's words, so
   * that a person can look at it and send it again.
   */
  setAside(leased: Pick<Leased, 'position'>, detail: string): void;
  /** Tells this reader, next in its order, of a loss that happened after the lease (a backend's refusal). */
  tell(loss: LossEntry): void;
}

/**
 * Entries of one reader since the process began: events, gaps, alerts and spans. Twins are not counted, nor is what tells of
 * a loss. At every moment `carriedOver + appended = acknowledged + passedOver + dropped + waiting`, whatever was
 * acknowledged for.
 */
export interface ReaderTally {
  /** What an earlier process had left for it. Where the storage can only be read later, it is found then. */
  readonly carriedOver: number;
  /** Handed to the journal since, and dead letters that a person has sent again since. */
  readonly appended: number;
  /** Given up without a loss, because the reader does not want them. */
  readonly passedOver: number;
  /** Given up by the bounds, lost with a file that could not be read any more, or at the end of the process. */
  readonly dropped: number;
  /** Neither acknowledged nor dropped, leased ones included. */
  readonly waiting: number;
}

/** An entry under lease. `position` names it for this reader and is used once. */
export interface Leased {
  readonly position: number;
  readonly entry: Entry;
}

/** `start` of a journal rejects with it: another collector works on the same storage. The message names it. */
export class StorageInUseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StorageInUseError';
  }
}
