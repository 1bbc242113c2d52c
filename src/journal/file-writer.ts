/** Writes what waits in memory to the file: entries, state, cursors, what is told, and what is to be deleted, all at once. */
import type { Entry } from '../model/entry.ts';
import { encodeChunk, partsOf } from './chunk.ts';
import { claimOf } from './claims.ts';
import type { DurableReader } from './durable-reader.ts';
import { deadLettersDropped } from './happenings.ts';
import type { Pages } from './pages.ts';
import { type DurableJournalParts, TUNING, type Tuning } from './parts.ts';
import type { Pending } from './pending.ts';
import { Retention } from './retention.ts';
import type { Ring } from './ring.ts';
import type { Store } from './store.ts';

/** What the file is written from. */
export interface FileSource {
  readonly ring: Ring;
  readonly readers: ReadonlyMap<string, DurableReader>;
  readonly pending: Pending;
  /** In the hand of a reader, and neither in the file nor in the ring; by position, the oldest first. */
  readonly held: Map<number, Entry>;
}

/** Where the positions of the process are in the file. */
export interface Place {
  /** A position in the file less the one in this process. */
  offset: number;
  /** Every position below is in the file, or was given up. */
  written: number;
  /** After the last event that was folded. */
  foldedUpTo: number;
}

export interface FileSide {
  readonly place: Place;
  readonly pages: Pages;
  /** Readers that the file knows and nobody asked for. */
  readonly others: Map<string, DurableReader>;
}

/** What was not folded for so long does not keep the file from being cleared. */
const UNFOLDED_MAX = 65_536;

export class FileWriter {
  readonly #parts: DurableJournalParts;
  readonly #source: FileSource;
  readonly #side: FileSide;
  readonly #retention: Retention;
  readonly #tuning: Tuning;
  #cleared = { upto: 0, done: 0 };
  #isClearDue = true;

  constructor(parts: DurableJournalParts, source: FileSource, side: FileSide) {
    this.#parts = parts;
    this.#source = source;
    this.#side = side;
    this.#tuning = { ...TUNING, ...parts.tuning };
    this.#retention = new Retention(parts.storage, this.#tuning);
  }

  /** True when something is not in the file that should be. */
  get isBehind(): boolean {
    const { pending, readers } = this.#source;
    if (!pending.isEmpty) return true;
    for (const { isDirty } of readers.values()) if (isDirty) return true;
    return false;
  }

  /** The next write gives up what has waited for too long. */
  clearNext(): void {
    this.#isClearDue = true;
  }

  /** The file is another, or what was to be written is not. */
  reset(): void {
    this.#retention.reset();
    this.#isClearDue = true;
  }

  /** Throws what SQLite throws; nothing is written then. */
  write(store: Store, entries: readonly Entry[], first: number, isDiskFull: boolean): void {
    const isTimeToClear = isDiskFull || this.#isTimeToClear(store);
    if (this.#parts.mark === undefined && !isTimeToClear && !this.isBehind && this.#isOneRow(entries, first)) {
      store.single(() => this.#writeEntries(store, entries, first));
    } else {
      this.#writeAll(store, entries, first, isTimeToClear ? { isDiskFull } : undefined);
    }
    this.#source.held.clear();
    this.#side.place.written = Math.max(this.#side.place.written, first + entries.length);
  }

  /** Several are written all or none: of some that are in the file already the next try would be refused. */
  #isOneRow(entries: readonly Entry[], first: number): boolean {
    const { ring, held } = this.#source;
    const isAllElseWritten = held.size === 0 && Math.max(this.#side.place.written, ring.head) >= first;
    return isAllElseWritten && partsOf(entries).length <= 1;
  }

  #writeAll(
    store: Store,
    entries: readonly Entry[],
    first: number,
    clearing: { readonly isDiskFull: boolean } | undefined,
  ): void {
    const { pending } = this.#source;
    const { mark } = this.#parts;
    const { place, others } = this.#side;
    const readers = this.#allReaders();
    const isFold = pending.hasFold;
    const isAcknowledging = entries.length === 0 && readers.some(({ isDirty }) => isDirty);
    let deleted = 0;
    let droppedLetters = 0;
    let forgotten: readonly string[] = [];
    const work = () => {
      if (clearing !== undefined) deleted = this.#clear(store, clearing.isDiskFull);
      this.#writeEntries(store, entries, first);
      droppedLetters = pending.write(store, place.offset);
      for (const reader of readers) if (reader.isDirty) reader.save(store, place.offset);
      forgotten = this.#forgotten(store);
      for (const name of forgotten) store.forgetReader(name);
    };
    store.transaction(work, () => {
      if (deleted > 0) mark?.('journal.deleting');
      if (isFold) mark?.('journal.folding');
      if (entries.length > 0) mark?.('journal.written');
      else if (isAcknowledging) mark?.('journal.acknowledging');
    });
    pending.written();
    for (const reader of readers) reader.saved();
    for (const name of forgotten) others.delete(name);
    if (entries.length > 0) mark?.('journal.committed');
    else if (isAcknowledging) mark?.('journal.acknowledged');
    if (droppedLetters > 0) this.#parts.telemetry.report(deadLettersDropped(droppedLetters));
  }

  /** What waits in memory is written before. */
  #writeEntries(store: Store, entries: readonly Entry[], first: number): void {
    const { ring, held } = this.#source;
    for (const [position, entry] of held) this.#addChunks(store, [entry], position);
    const from = Math.max(this.#side.place.written, ring.head);
    if (from < first) {
      const waiting: Entry[] = [];
      for (let position = from; position < first; position += 1) {
        const entry = ring.at(position);
        if (entry !== undefined) waiting.push(entry);
      }
      this.#addChunks(store, waiting, from);
    }
    this.#addChunks(store, entries, first);
  }

  #addChunks(store: Store, entries: readonly Entry[], first: number): void {
    if (entries.length === 0) return;
    let position = first + this.#side.place.offset;
    for (const part of partsOf(entries)) {
      store.addChunk(position, encodeChunk(part, store.identities));
      position += part.length;
    }
  }

  #allReaders(): readonly DurableReader[] {
    return [...this.#source.readers.values(), ...this.#side.others.values()];
  }

  /** Readers that nobody asked for, and for which nothing waits any more. */
  #forgotten(store: Store): readonly string[] {
    const names: string[] = [];
    for (const reader of this.#side.others.values()) {
      if (reader.settled.cursor < (reader.until ?? 0)) continue;
      // A command may have put there meanwhile what is to be sent again.
      reader.takeToldRows(store);
      if (reader.claimed === 0) names.push(reader.name);
    }
    return names;
  }

  #isTimeToClear(store: Store): boolean {
    if (this.#isClearDue) return true;
    const { upto, done } = this.#cleared;
    const { clearEveryCharacters, clearEveryEntries } = this.#tuning;
    return store.upto - upto >= clearEveryCharacters || this.#done() - done >= clearEveryEntries;
  }

  /** The position that all readers are done with. */
  #done(): number {
    let done = this.#source.ring.tail;
    for (const { settled } of this.#source.readers.values()) done = Math.min(done, settled.cursor);
    return done;
  }

  #clear(store: Store, isDiskFull: boolean): number {
    const { place, pages } = this.#side;
    const claims = this.#allReaders().map((reader) => claimOf(reader, place.offset, store, pages));
    const folded = Math.max(place.foldedUpTo, this.#source.ring.tail - UNFOLDED_MAX) + place.offset;
    this.#cleared = { upto: store.upto, done: this.#done() };
    this.#isClearDue = false;
    return this.#retention.run(store, claims, folded, this.#parts.clock.now()[0], isDiskFull);
  }
}
