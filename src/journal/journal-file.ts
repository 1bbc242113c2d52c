/**
 * The file of a durable journal, and what becomes of it while the process runs: opened, written, found unwritable or damaged,
 * tried again, replaced. See durable-journal.ts for the states.
 */
import type { Entry, GapEntry } from '../model/entry.ts';
import { StorageInUseError } from '../model/journal.ts';
import { Backoff } from '../runtime/backoff.ts';
import type { Timer } from '../runtime/clock.ts';
import { decodeEntry, encodeChunk, partsOf } from './chunk.ts';
import { claimOf } from './claims.ts';
import type { DurableReader } from './durable-reader.ts';
import * as happenings from './happenings.ts';
import { type Page, Pages } from './pages.ts';
import type { DurableJournalParts } from './parts.ts';
import type { Pending } from './pending.ts';
import { Retention } from './retention.ts';
import type { Ring } from './ring.ts';
import { faultOf, openDatabase, type StorageFault } from './sqlite.ts';
import { type OpenStorage, openStorage, setAsideDamaged } from './storage.ts';
import type { Store } from './store.ts';

/** What the file is written from. */
export interface FileSource {
  readonly ring: Ring;
  readonly readers: ReadonlyMap<string, DurableReader>;
  readonly pending: Pending;
  /** For a reader that the file knows and nobody asked for. */
  newReader(name: string): DurableReader;
  /** To tell what the file took with it. */
  append(entries: readonly Entry[]): void;
  /** It can be written again. */
  recovered(): void;
}

/** What was not folded for so long does not keep the file from being cleared. */
const UNFOLDED_MAX = 65_536;

/** It is looked for what has to leave the file after so much text or so many acknowledged entries. */
const CLEAR_EVERY_CHARACTERS = 512 * 1024;
const CLEAR_EVERY_ENTRIES = 4096;

/** And for what has waited for too long after so many looks. */
const LOOKS_PER_CLEAR = 20;

const RETRY = { initialMs: 1000, maxMs: 60_000, factor: 2 };

export class JournalFile {
  readonly #parts: DurableJournalParts;
  readonly #source: FileSource;
  /** Those that the file knows and nobody asked for. */
  readonly #unconfigured = new Map<string, DurableReader>();
  readonly #pages: Pages;
  readonly #retention: Retention;
  readonly #backoff: Backoff;
  #state: 'closed' | 'open' | 'degraded' = 'closed';
  #opened: OpenStorage | undefined;
  #id: string | undefined;
  #fault: StorageFault | undefined;
  #retry: Timer | undefined;
  #looks = 0;
  #isTold = false;
  #isReplacing = false;
  #isClearDue = true;
  #dataVersion = 0;
  #cleared = { upto: 0, done: 0 };
  /** A position in the file less the one in this process. */
  offset = 0;
  /** Every position below is in the file, or was given up. */
  written = 0;
  /** After the last event that was folded. */
  foldedUpTo = 0;
  wasDamaged = false;

  constructor(parts: DurableJournalParts, source: FileSource) {
    this.#parts = parts;
    this.#source = source;
    this.#pages = new Pages(parts.revive);
    this.#retention = new Retention(parts.storage);
    this.#backoff = new Backoff(RETRY, parts.random);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get store(): Store | undefined {
    return this.isOpen ? this.#opened?.store : undefined;
  }

  /** True when something is not in the file that should be. */
  get isBehind(): boolean {
    if (!this.#source.pending.isEmpty) return true;
    for (const { isDirty } of this.#source.readers.values()) if (isDirty) return true;
    return false;
  }

  /** Throws StorageInUseError; every other failure is told, and tried again. */
  start(): void {
    try {
      this.#open();
    } catch (error) {
      if (error instanceof StorageInUseError) throw error;
      this.#fail(error);
      return;
    }
    this.write([], 0);
  }

  /** True when everything is in the file. */
  stop(): boolean {
    if (this.#state === 'degraded') this.#recover();
    this.#retry?.cancel();
    const { pending, ring } = this.#source;
    const isWhole = this.write([], ring.tail) && pending.isEmpty;
    this.#retry?.cancel();
    this.#state = 'closed';
    this.#close();
    return isWhole;
  }

  /**
   * Writes these entries, and with them everything that waits to be written. Never throws for the file's sake.
   *
   * @param first the position of the first of them
   * @returns true when all is in the file
   */
  write(entries: readonly Entry[], first: number): boolean {
    const store = this.store;
    if (store === undefined) return false;
    try {
      const isTimeToClear = this.#isTimeToClear(store);
      if (this.#parts.mark === undefined && !isTimeToClear && !this.isBehind) {
        store.single(() => this.#writeEntries(store, entries, first));
      } else {
        this.#writeAll(store, entries, first, isTimeToClear);
      }
    } catch (error) {
      this.#fail(error);
      // A damaged file may have been replaced meanwhile.
      return this.isOpen && this.write(entries, first);
    }
    this.written = Math.max(this.written, first + entries.length);
    return true;
  }

  /** What waits in memory is written before. */
  #writeEntries(store: Store, entries: readonly Entry[], first: number): void {
    const { ring } = this.#source;
    const from = Math.max(this.written, ring.head);
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
    let position = first + this.offset;
    for (const part of partsOf(entries)) {
      store.addChunk(position, encodeChunk(part, store.identities));
      position += part.length;
    }
  }

  #writeAll(store: Store, entries: readonly Entry[], first: number, isTimeToClear: boolean): void {
    const { pending } = this.#source;
    const { mark } = this.#parts;
    const readers = this.#allReaders();
    const isFold = pending.hasFold;
    let deleted = 0;
    let droppedLetters = 0;
    const work = () => {
      if (isTimeToClear) deleted = this.#clear(store);
      this.#writeEntries(store, entries, first);
      droppedLetters = pending.write(store, this.offset);
      for (const reader of readers) if (reader.isDirty) reader.save(store, this.offset);
      for (const { name } of this.#forgotten()) store.forgetReader(name);
    };
    const isAcknowledging = entries.length === 0 && readers.some(({ isDirty }) => isDirty);
    store.transaction(work, () => {
      if (deleted > 0) mark?.('journal.deleting');
      if (isFold) mark?.('journal.folding');
      if (entries.length > 0) mark?.('journal.written');
      else if (isAcknowledging) mark?.('journal.acknowledging');
    });
    pending.written();
    for (const reader of readers) reader.saved();
    for (const { name } of this.#forgotten()) this.#unconfigured.delete(name);
    if (entries.length > 0) mark?.('journal.committed');
    else if (isAcknowledging) mark?.('journal.acknowledged');
    if (droppedLetters > 0) this.#parts.telemetry.report(happenings.deadLettersDropped(droppedLetters));
  }

  #allReaders(): readonly DurableReader[] {
    return [...this.#source.readers.values(), ...this.#unconfigured.values()];
  }

  /** Readers that nobody asked for, and for which nothing waits any more. */
  #forgotten(): readonly DurableReader[] {
    return [...this.#unconfigured.values()].filter(({ settled, until = 0 }) => settled.cursor >= until);
  }

  #isTimeToClear(store: Store): boolean {
    if (this.#fault?.kind === 'full' || this.#isClearDue) return true;
    const { upto, done } = this.#cleared;
    return store.upto - upto >= CLEAR_EVERY_CHARACTERS || this.#done() - done >= CLEAR_EVERY_ENTRIES;
  }

  /** The position that all readers are done with. */
  #done(): number {
    let done = this.#source.ring.tail;
    for (const { settled } of this.#source.readers.values()) done = Math.min(done, settled.cursor);
    return done;
  }

  #clear(store: Store): number {
    const { clock } = this.#parts;
    const claims = this.#allReaders().map((reader) => claimOf(reader, this.offset, store, this.#pages));
    const folded = Math.max(this.foldedUpTo, this.#source.ring.tail - UNFOLDED_MAX) + this.offset;
    this.#cleared = { upto: store.upto, done: this.#done() };
    this.#isClearDue = false;
    return this.#retention.run(store, claims, folded, clock.now()[0], this.#fault?.kind === 'full');
  }

  /** The entries of the file from this position on, some of them; where it has none there, the next. */
  page(position: number): Page | 'none' | 'failed' {
    const store = this.#opened?.store;
    if (store === undefined) return 'failed';
    return this.guard((): Page | 'none' => {
      const page = this.#pages.read(store, position + this.offset);
      return page === undefined ? 'none' : { from: page.from - this.offset, entries: page.entries };
    }, 'failed');
  }

  /** What is to be told by this row; undefined where it cannot be read. */
  toldEntry(row: number): Entry | undefined {
    const store = this.#opened?.store;
    if (store === undefined) return undefined;
    const text = this.guard(() => store.toldText(row), undefined);
    return text === undefined ? undefined : decodeEntry(text, store.identities, this.#parts.revive);
  }

  /** Runs what reads the file; gives `otherwise` where that fails. */
  guard<Value, Otherwise>(read: () => Value, otherwise: Otherwise): Value | Otherwise {
    try {
      return read();
    } catch (error) {
      this.#fail(error);
      return otherwise;
    }
  }

  /** Takes what a command has written, and now and then gives up what has waited for too long. */
  look(): void {
    const { store } = this;
    if (store === undefined) return;
    this.guard(() => {
      const version = store.dataVersion;
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      for (const reader of this.#source.readers.values()) reader.takeToldRows(store);
    }, undefined);
    this.#looks += 1;
    if (this.#looks % LOOKS_PER_CLEAR !== 0) return;
    this.#isClearDue = true;
    this.write([], this.#source.ring.tail);
  }

  #open(): void {
    const { directory } = this.#parts.storage;
    const { holder, clock, telemetry, openDatabase: open = openDatabase } = this.#parts;
    this.#opened = openStorage({ directory, holder, now: () => clock.now(), openDatabase: open });
    const { store, setAside } = this.#opened;
    if (setAside !== undefined) {
      this.wasDamaged = true;
      telemetry.report(happenings.setAside(directory, setAside));
    }
    this.#attach(store);
    this.#dataVersion = store.dataVersion;
    this.#state = 'open';
  }

  /** Finds out how the positions of this file and those of the process go together, and takes up what the file says. */
  #attach(store: Store): void {
    const { ring, pending, readers } = this.#source;
    const id = store.meta('id');
    if (id !== undefined && id === this.#id) {
      this.written = Math.max(this.written, store.next - this.offset);
      return;
    }
    const isFirst = this.#id === undefined;
    if (!isFirst) this.#abandon();
    const base = Math.min(ring.head, ...[...readers.values()].map(({ settled }) => settled.cursor));
    this.offset = store.next - base;
    this.written = ring.head;
    this.#cleared = { upto: store.upto, done: base };
    if (isFirst) pending.learnState(store.rows('state'));
    else pending.writeAllState();
    if (isFirst && ring.tail === 0) this.foldedUpTo = Number(store.meta('folded_up_to') ?? 1) - this.offset;
    this.#takeUpReaders(store, base);
    this.#id = id ?? this.#parts.random.hex(16);
    if (id === undefined) store.setMeta('id', this.#id);
  }

  #takeUpReaders(store: Store, base: number): void {
    const { readers, newReader } = this.#source;
    const rows = new Map(store.readers().map((row) => [row.name, row]));
    for (const reader of readers.values()) {
      reader.restore(rows.get(reader.name), this.offset, base);
      reader.takeToldRows(store);
    }
    for (const row of rows.values()) {
      if (readers.has(row.name)) continue;
      const reader = newReader(row.name);
      reader.restore(row, this.offset, base);
      reader.until = row.until === undefined ? base : row.until - this.offset;
      this.#unconfigured.set(row.name, reader);
      if (reader.unsettled === 0) continue;
      this.#parts.telemetry.report(happenings.unconfigured(row.name, reader.unsettled));
    }
  }

  /** The file is gone: what is not in memory cannot be had any more. */
  #abandon(): void {
    const { clock, random, telemetry } = this.#parts;
    this.#unconfigured.clear();
    let most = 0;
    for (const reader of this.#source.readers.values()) {
      const count = reader.abandonFile();
      most = Math.max(most, count);
      if (count > 0) telemetry.report(happenings.lostWithFile(reader.name, count));
    }
    if (most === 0) return;
    const gap: GapEntry = {
      kind: 'gap',
      uid: random.hex(16),
      reason: 'journal_lost',
      from: undefined,
      to: undefined,
      atLeast: undefined,
      recovered: undefined,
      reconciled: undefined,
      detail: 'What waited in the storage to be delivered was lost with it.',
      observedAt: clock.now(),
      engine: undefined,
    };
    // Not now: an append may be under way, and the gap is not in the midst of its entries.
    queueMicrotask(() => this.#source.append([gap]));
  }

  /** Tells it once, and tries again: a damaged file by a new one at once, anything else later. */
  #fail(error: unknown): void {
    const fault = faultIn(error);
    if (fault === undefined) throw error;
    this.#fault = fault;
    this.#state = 'degraded';
    for (const reader of this.#allReaders()) reader.notSaved();
    this.#retention.reset();
    this.#pages.forget();
    if (fault.kind === 'damaged' && this.#opened !== undefined && !this.#isReplacing) {
      this.#replace(fault);
      return;
    }
    const { telemetry, storage, clock } = this.#parts;
    if (!this.#isTold) telemetry.report(happenings.unwritable(storage.directory, fault));
    this.#isTold = true;
    if (fault.kind === 'unwritable' || fault.kind === 'damaged') this.#close();
    this.#retry?.cancel();
    this.#retry = clock.after(this.#backoff.next(), () => this.#recover());
  }

  #replace({ detail }: StorageFault): void {
    const { clock, telemetry, storage } = this.#parts;
    this.#isReplacing = true;
    this.#close();
    try {
      const setAside = setAsideDamaged(storage.directory, detail, clock.now());
      telemetry.report(happenings.setAside(storage.directory, setAside));
      this.wasDamaged = true;
      this.#recover();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isReplacing = false;
    }
  }

  #recover(): void {
    const { storage, telemetry } = this.#parts;
    const { ring } = this.#source;
    try {
      if (this.#opened === undefined) this.#open();
      this.#state = 'open';
    } catch (error) {
      this.#fail(error);
      return;
    }
    const waiting = ring.tail - Math.max(this.written, ring.head);
    if (!this.write([], ring.tail)) return;
    this.#fault = undefined;
    this.#backoff.reset();
    if (this.#isTold) telemetry.report(happenings.writable(storage.directory, waiting));
    this.#isTold = false;
    this.#source.recovered();
  }

  #close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#pages.forget();
    try {
      opened?.close();
    } catch (error) {
      // Its disk has failed: that is told already, and nothing more can be done for this connection.
      if (faultIn(error) === undefined) throw error;
    }
  }
}

/** Why the file cannot be used; undefined for a fault of the program. */
function faultIn(error: unknown): StorageFault | undefined {
  if (error instanceof StorageInUseError) return { kind: 'busy', detail: error.message };
  if (error instanceof SyntaxError) return { kind: 'damaged', detail: 'a row in it cannot be read' };
  return faultOf(error);
}
