/**
 * The journal: what stands between the engine's pace and the backends'.
 *
 *   append ──► [ entry entry entry … ] ──lease──► reader "otlp"     (a cursor of its own for each exporter)
 *                                      ──lease──► reader "console"
 *
 * Lease, acknowledge, forget, in that order: an entry leaves only after the exporter said that it is done with it. The
 * writer never waits: an append takes no longer for a slow reader, and what does not fit is given up oldest first,
 * counted, and told to the reader that lost it as an entry in its place.
 */
import type { Component } from './component.ts';
import type { Entry, LossEntry } from './entry.ts';

export interface Journal extends Component {
  /** Keeps entries that belong together (one reading of the socket). Never waits and never throws. */
  append(entries: readonly Entry[]): void;
  /** The reader of one exporter; the same name gives the same cursor. All readers are made before the first append. */
  reader(exporter: string): JournalReader;
}

export interface JournalReader {
  /**
   * The oldest entries that were neither acknowledged nor leased, at most `max` of them, oldest first; empty when there
   * are none. They stay in the journal until acknowledged.
   */
  lease(max: number): readonly Leased[];
  /** How many entries could be leased now. */
  readonly waiting: number;
  /** Calls back after each append that left something to lease. One listener. */
  onAppend(listener: () => void): void;
  /** The exporter is done with this entry, delivered or given up. In any order; the cursor moves over what is contiguous. */
  acknowledge(leased: Pick<Leased, 'position'>): void;
  /** Tells this reader, next in its order, of a loss that happened after the lease (a backend's refusal). */
  tell(loss: LossEntry): void;
}

/** An entry under lease. `position` counts up by one for each entry of a reader. */
export interface Leased {
  readonly position: number;
  readonly entry: Entry;
}
