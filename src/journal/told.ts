/**
 * What a reader is told beside the entries: losses, gaps that had no room, and what is sent again. In memory, and a row of the
 * file for each from the next transaction on until it is acknowledged.
 */
import type { Entry, LossEntry, LossReason } from '../model/entry.ts';
import { encodeEntry } from './entry-text.ts';
import { isCounted } from './ring.ts';
import type { Store } from './store.ts';

export interface Told {
  readonly position: number;
  /** Read from its row when it is leased, where it is undefined. */
  entry: Entry | undefined;
  row: number | undefined;
  /** A loss that was not leased yet may become larger. */
  readonly grows: boolean;
  /** An entry of the reader's tally, and no loss. */
  readonly isCounted: boolean;
  /** A dead letter that a person has sent again. */
  readonly isSentAgain: boolean;
}

const SENT_AGAIN: ReadonlySet<unknown> = new Set<Entry['kind']>(['event', 'alert', 'span']);

/** Positions of what is told: beyond all of entries, because no journal comes to so many. */
const POSITIONS = 2 ** 52;

export class ToldQueue {
  #waiting: Told[] = [];
  readonly #leased = new Map<number, Told>();
  /** What is not written down as it is now. */
  readonly #dirty = new Set<Told>();
  #done: Told[] = [];
  /** Given rows in a transaction that is not committed yet. */
  #rowsGiven: Told[] = [];
  #count = 0;
  #lastRow = 0;

  /** How many wait to be leased. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many of those are entries of the reader's tally. */
  get waitingCounted(): number {
    return this.#waiting.filter(({ isCounted }) => isCounted).length;
  }

  get waitingSentAgain(): number {
    return this.#waiting.filter(({ isSentAgain }) => isSentAgain).length;
  }

  static isTold(position: number): boolean {
    return position >= POSITIONS;
  }

  add(entry: Entry, grows = false): void {
    const position = POSITIONS + this.#count++;
    const is = { isCounted: isCounted(entry), isSentAgain: SENT_AGAIN.has(entry.kind) };
    const told = { position, entry, row: undefined, grows, ...is };
    this.#waiting.push(told);
    this.#dirty.add(told);
  }

  /** Takes rows of the file that are not known yet; how many of them are entries of the reader's tally. */
  takeRows(store: Store, reader: string): number {
    let counted = 0;
    for (const { id: row, kind } of store.toldRows(reader, this.#lastRow)) {
      this.#lastRow = row;
      const isCounted = kind !== 'loss';
      if (isCounted) counted += 1;
      const is = { isCounted, isSentAgain: SENT_AGAIN.has(kind) };
      this.#waiting.push({ position: POSITIONS + this.#count++, entry: undefined, row, grows: false, ...is });
    }
    return counted;
  }

  /** The loss for this reason that nobody was told of yet. */
  growing(reason: LossReason): LossEntry | undefined {
    const told = this.#growing(reason)?.entry;
    return told?.kind === 'loss' ? told : undefined;
  }

  /** Puts `loss` in the place of the one that {@link growing} gave. */
  grow(loss: LossEntry): void {
    const told = this.#growing(loss.reason);
    if (told === undefined) return;
    told.entry = loss;
    this.#dirty.add(told);
  }

  #growing(reason: LossReason): Told | undefined {
    return this.#waiting.find(({ grows, entry }) => grows && entry?.kind === 'loss' && entry.reason === reason);
  }

  /** The next to be told, where there is one. It is leased until it is finished. */
  lease(): Told | undefined {
    const index = this.#waiting.findIndex((told) => !this.#mustWait(told));
    if (index < 0) return undefined;
    const [told] = this.#waiting.splice(index, 1);
    if (told !== undefined) this.#leased.set(told.position, told);
    return told;
  }

  /**
   * What left the file is told when it has left it for certain: a failure and the end of the process would bring it back, and
   * its loss would be told twice.
   */
  #mustWait(told: Told): boolean {
    const { grows, entry } = told;
    return grows && entry?.kind === 'loss' && entry.reason !== 'queue_full' && this.#dirty.has(told);
  }

  leasedEntry(position: number): Entry | undefined {
    return this.#leased.get(position)?.entry;
  }

  /** Undefined when it is not leased. */
  finish(position: number): Told | undefined {
    const told = this.#leased.get(position);
    if (told === undefined) return undefined;
    this.#leased.delete(position);
    this.#dirty.delete(told);
    this.#done.push(told);
    return told;
  }

  /** True when rows are to be added or changed. */
  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Within a transaction; `saved` or `notSaved` follows. Of all rows that are there, the last was taken before. */
  save(store: Store, reader: string): void {
    for (const told of this.#dirty) this.#saveOne(store, reader, told);
    for (const { row } of this.#done) if (row !== undefined) store.removeTold(row);
  }

  #saveOne(store: Store, reader: string, told: Told): void {
    if (told.entry === undefined) return;
    const text = encodeEntry(told.entry, store.identities);
    if (told.row !== undefined) {
      store.changeTold(told.row, text);
      return;
    }
    told.row = store.addTold(reader, text);
    this.#rowsGiven.push(told);
  }

  saved(): void {
    for (const { row = 0 } of this.#rowsGiven) this.#lastRow = Math.max(this.#lastRow, row);
    this.#rowsGiven = [];
    this.#done = [];
    this.#dirty.clear();
  }

  notSaved(): void {
    for (const told of this.#rowsGiven) told.row = undefined;
    this.#rowsGiven = [];
  }

  /** The file is gone, and with it what was in no other place. */
  abandonFile(): void {
    this.#lastRow = 0;
    this.#done = [];
    this.#waiting = this.#waiting.filter(({ entry }) => entry !== undefined);
    for (const { position, entry } of this.#leased.values()) if (entry === undefined) this.#leased.delete(position);
    for (const told of [...this.#waiting, ...this.#leased.values()]) {
      told.row = undefined;
      this.#dirty.add(told);
    }
  }
}
