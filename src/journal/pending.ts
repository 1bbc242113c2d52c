/** What is to be written beside entries and cursors: in memory until a transaction with it was committed. */
import type { Entry } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import { toUnixMillis, type UnixNanos } from '../model/time.ts';
import { encodeEntry } from './entry-text.ts';
import type { Store } from './store.ts';

/** So many records that backends refused are kept, and so much of them; the oldest go. */
export const DEAD_LETTERS_MAX = 10_000;
export const DEAD_LETTERS_BYTES_MAX = 64 * 1024 * 1024;

export interface DeadLetter {
  readonly reader: string;
  readonly at: UnixNanos;
  readonly detail: string;
  readonly entry: Entry;
}

export class Pending {
  /** All rows of state there are, for a file that takes the place of another. */
  readonly #allState = new Map<string, string>();
  readonly #state = new Map<string, string | undefined>();
  readonly #fold = new Map<string, string | undefined>();
  #deadLetters: DeadLetter[] = [];
  #dropped = 0;
  /** The position after the last event that was folded, where that is to be written. */
  #foldedUpTo: number | undefined;

  get isEmpty(): boolean {
    return this.#state.size === 0 && this.#foldedUpTo === undefined && this.#deadLetters.length === 0;
  }

  get hasFold(): boolean {
    return this.#foldedUpTo !== undefined;
  }

  addState(rows: StateRows): void {
    for (const [key, value] of rows) {
      this.#state.set(key, value);
      if (value === undefined) this.#allState.delete(key);
      else this.#allState.set(key, value);
    }
  }

  addFold(rows: StateRows, foldedUpTo: number): void {
    for (const [key, value] of rows) this.#fold.set(key, value);
    this.#foldedUpTo = foldedUpTo;
  }

  addDeadLetter(letter: DeadLetter): void {
    this.#deadLetters.push(letter);
    if (this.#deadLetters.length <= DEAD_LETTERS_MAX) return;
    this.#deadLetters.shift();
    this.#dropped += 1;
  }

  /** The file holds this state from before. */
  learnState(rows: ReadonlyMap<string, string>): void {
    for (const [key, value] of rows) if (!this.#state.has(key)) this.#allState.set(key, value);
  }

  /** The file is a new one: what the old one held of it is to be written again. */
  writeAllState(): void {
    for (const [key, value] of this.#allState) this.#state.set(key, value);
  }

  /** Within a transaction; how many dead letters had to go. */
  write(store: Store, offset: number): number {
    store.saveRows('state', this.#state);
    store.saveRows('fold', this.#fold);
    if (this.#foldedUpTo !== undefined) store.setMeta('folded_up_to', this.#foldedUpTo + offset);
    if (this.#deadLetters.length === 0) return 0;
    for (const { reader, at, detail, entry } of this.#deadLetters) {
      store.letters.add(reader, toUnixMillis(at), detail, encodeEntry(entry, store.identities));
    }
    return this.#dropped + store.letters.bound(DEAD_LETTERS_MAX, DEAD_LETTERS_BYTES_MAX);
  }

  written(): void {
    this.#state.clear();
    this.#fold.clear();
    this.#foldedUpTo = undefined;
    this.#deadLetters = [];
    this.#dropped = 0;
  }
}
