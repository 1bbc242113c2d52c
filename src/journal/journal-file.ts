/**
 * The file of a durable journal, and what becomes of it while the process runs: opened, written, found unwritable or damaged,
 * tried again, replaced. See durable-journal.ts for the states.
 */
import type { Entry, GapEntry } from '../model/entry.ts';
import { StorageInUseError } from '../model/journal.ts';
import type { Trouble } from '../model/status.ts';
import { Backoff } from '../runtime/backoff.ts';
import type { Timer } from '../runtime/clock.ts';
import type { DurableReader } from './durable-reader.ts';
import { decodeEntry } from './entry-text.ts';
import { type FileSource, FileWriter, type Place } from './file-writer.ts';
import * as happenings from './happenings.ts';
import { type Page, Pages } from './pages.ts';
import type { DurableJournalParts } from './parts.ts';
import { faultOf, openDatabase, type StorageFault } from './sqlite.ts';
import { NoNewJournalError, type OpenStorage, openStorage, setAsideDamaged } from './storage.ts';
import type { Store } from './store.ts';

/** What a file is written from, and who is to know of what becomes of it. */
export interface FileOwner extends FileSource {
  /** For a reader that the file knows and nobody asked for. */
  newReader(name: string): DurableReader;
  /** To tell what the file took with it. */
  append(entries: readonly Entry[]): void;
  /** It can be written again. */
  recovered(): void;
}

/** What has waited for too long is given up after so many looks. */
const LOOKS_PER_CLEAR = 20;

const RETRY = { initialMs: 1000, maxMs: 60_000, factor: 2 };

export class JournalFile {
  readonly #parts: DurableJournalParts;
  readonly #source: FileOwner;
  /** Those that the file knows and nobody asked for. */
  readonly #unconfigured = new Map<string, DurableReader>();
  readonly #pages: Pages;
  readonly #backoff: Backoff;
  #state: 'closed' | 'open' | 'degraded' = 'closed';
  #opened: OpenStorage | undefined;
  #id: string | undefined;
  #fault: StorageFault | undefined;
  #retry: Timer | undefined;
  #looks = 0;
  #trouble: Trouble | undefined;
  #dataVersion = 0;
  readonly #writer: FileWriter;
  /** Where its positions are; shared with whoever writes. */
  readonly place: Place = { offset: 0, written: 0, foldedUpTo: 0 };
  wasDamaged = false;

  constructor(parts: DurableJournalParts, source: FileOwner) {
    this.#parts = parts;
    this.#source = source;
    this.#pages = new Pages(parts.revive);
    this.#writer = new FileWriter(parts, source, { place: this.place, pages: this.#pages, others: this.#unconfigured });
    this.#backoff = new Backoff(RETRY, parts.random);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Why it cannot be written, and since when; undefined where it can. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Also where nothing can be written to it: a disk that is full can be read. */
  get store(): Store | undefined {
    return this.#opened?.store;
  }

  /** True when something is not in the file that should be. */
  get isBehind(): boolean {
    return this.#writer.isBehind;
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

  /** Writes what is to be written, if need be by one more try; true when everything is in the file. `close` follows. */
  finish(): boolean {
    if (this.#state === 'degraded') this.#recover();
    const { pending, ring } = this.#source;
    return this.write([], ring.tail) && pending.isEmpty;
  }

  close(): void {
    this.#retry?.cancel();
    this.#state = 'closed';
    this.#close();
  }

  /**
   * Writes these entries, and with them everything that waits to be written. Never throws for the file's sake.
   *
   * @param first the position of the first of them
   * @returns true when all is in the file
   */
  write(entries: readonly Entry[], first: number): boolean {
    const { store } = this;
    if (store === undefined || !this.isOpen) return false;
    try {
      this.#writer.write(store, entries, first, this.#fault?.kind === 'full');
    } catch (error) {
      this.#fail(error);
      // A damaged file may have been replaced meanwhile.
      return this.isOpen && this.write(entries, first);
    }
    return true;
  }

  #allReaders(): readonly DurableReader[] {
    return [...this.#source.readers.values(), ...this.#unconfigured.values()];
  }

  /** The entries of the file from this position on, some of them; where it has none there, the next. */
  page(position: number): Page | 'none' | 'failed' {
    const store = this.#opened?.store;
    if (store === undefined) return 'failed';
    return this.guard((): Page | 'none' => {
      const page = this.#pages.read(store, position + this.place.offset);
      return page === undefined ? 'none' : { from: page.from - this.place.offset, entries: page.entries };
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
    if (store === undefined || !this.isOpen) return;
    this.guard(() => {
      const version = store.dataVersion;
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      for (const reader of this.#source.readers.values()) reader.takeToldRows(store);
      const kept = new Set(store.readers().map(({ name }) => name));
      for (const name of this.#unconfigured.keys()) if (!kept.has(name)) this.#unconfigured.delete(name);
    }, undefined);
    this.#looks += 1;
    if (this.#looks % LOOKS_PER_CLEAR !== 0) return;
    this.#writer.clearNext();
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
      this.place.written = Math.max(this.place.written, store.next - this.place.offset);
      return;
    }
    const isFirst = this.#id === undefined;
    if (!isFirst) this.#abandon();
    const base = Math.min(ring.head, ...[...readers.values()].map(({ settled }) => settled.cursor));
    this.place.offset = store.next - base;
    this.place.written = ring.head;
    this.#writer.reset();
    if (isFirst) pending.learnState(store.rows('state'));
    else pending.writeAllState();
    if (isFirst && ring.tail === 0) this.place.foldedUpTo = Number(store.meta('folded_up_to') ?? 1) - this.place.offset;
    this.#takeUpReaders(store, base);
    this.#id = id ?? this.#parts.random.hex(16);
    if (id === undefined) store.setMeta('id', this.#id);
  }

  #takeUpReaders(store: Store, base: number): void {
    const { readers, newReader } = this.#source;
    const rows = new Map(store.readers().map((row) => [row.name, row]));
    for (const reader of readers.values()) {
      const row = rows.get(reader.name);
      reader.restore(row, this.place.offset, base);
      reader.carryOver(store, row);
    }
    for (const row of rows.values()) {
      if (readers.has(row.name)) continue;
      const reader = newReader(row.name);
      reader.restore(row, this.place.offset, base);
      reader.until = row.until === undefined ? base : row.until - this.place.offset;
      this.#unconfigured.set(row.name, reader);
      reader.takeToldRows(store);
      if (reader.claimed === 0) continue;
      this.#parts.telemetry.report(happenings.unconfigured(row.name, reader.claimed));
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
    // What has taken the place of a damaged file, and is damaged before anything was written to it, is not replaced again.
    const isReplaceable = this.#opened !== undefined && this.#fault?.kind !== 'damaged';
    this.#fault = fault;
    this.#state = 'degraded';
    for (const reader of this.#allReaders()) reader.notSaved();
    this.#writer.reset();
    this.#pages.forget();
    if (fault.kind === 'damaged' && isReplaceable) {
      this.#replace(fault);
      return;
    }
    const { telemetry, storage, clock } = this.#parts;
    const happening = happenings.unwritable(storage.directory, fault);
    if (this.#trouble === undefined) telemetry.report(happening);
    this.#trouble = { message: happening.message, since: this.#trouble?.since ?? clock.now() };
    if (fault.kind === 'unwritable' || fault.kind === 'damaged') this.#close();
    this.#retry?.cancel();
    this.#retry = clock.after(this.#backoff.next(), () => this.#recover());
  }

  #replace({ detail }: StorageFault): void {
    const { clock, telemetry, storage } = this.#parts;
    this.#close();
    try {
      const setAside = setAsideDamaged(storage.directory, detail, clock.now());
      telemetry.report(happenings.setAside(storage.directory, setAside));
      this.wasDamaged = true;
      this.#recover();
    } catch (error) {
      this.#fail(error);
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
    const waiting = ring.tail - Math.max(this.place.written, ring.head);
    if (!this.write([], ring.tail)) return;
    this.#fault = undefined;
    this.#backoff.reset();
    if (this.#trouble !== undefined) telemetry.report(happenings.writable(storage.directory, waiting));
    this.#trouble = undefined;
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
  if (error instanceof NoNewJournalError) return { kind: 'unwritable', detail: error.message };
  if (error instanceof SyntaxError) return { kind: 'damaged', detail: 'a row in it cannot be read' };
  return faultOf(error);
}
