/**
 * The journal on disk, with a bounded part of it in memory.
 *
 *   append ──► one row in SQLite ──► ring in memory ──lease──► readers that keep up
 *                    │
 *                    └── pages of it, revived ──lease──► readers that are behind
 *
 * - One row for each append, written before any reader is offered it, in one transaction with the rows of state that came
 *   with it. What readers acknowledge and are told is written at the end of the turn, or with the next append.
 * - A reader that keeps up leases the very entries that were appended. When the ring is full its oldest entries leave it,
 *   and the readers that have not got them go on from disk until they have caught up; for those nothing is held in memory.
 * - Positions in here begin at 0 with the process, and what was left by an earlier one is below. The file's are these and an
 *   offset, so that the file may come late, or be replaced, while leases are out.
 *
 * States:
 *
 *   made ──start──► open ◄──────────────► degraded ──stop──► stopped
 *                     a write or read that fails; a try that goes well, after growing waits
 *
 * - Degraded, everything is in memory: the ring lets go of nothing that is not written, and what does not fit is given up
 *   and told (`queue_full`). State, cursors and what is told wait likewise. When the file can be written all of it is, in
 *   order.
 * - A file that turns out to be damaged is put aside at once, and a new one begun with what is in memory; what was in the
 *   file alone is counted and told as a gap, `journal_lost`.
 * - `synchronous=NORMAL`: the end of the process, however sudden, loses nothing; a loss of power may lose the last second
 *   and no more, and leaves a whole file.
 *
 * Measured on two cores shared with others, everything included (encoding, checkpoints, cursors, deletion), in processor time:
 * an append of 110 events and 64 KB costs 4.2 to 4.8 µs for each event, of which SQLite has three quarters; of 10 events 8 to
 * 10 µs; of one event 35 to 43 µs. A journal of 1 GiB opens in 5 ms, and gives its events for 13 µs each, two thirds of which
 * are for reading the lines again.
 *
 * - Pages of 4 KiB. With 8 or 16 KiB large rows cost a tenth or a fifth less, and rows of one event 5 to 25 µs more.
 * - A checkpoint every 4 MiB stops the process for 10 to 25 ms. Every 16 MiB costs a tenth less and stops it for 40 to 60.
 * - Checkpoints in another thread made nothing faster on two cores, took 23 MiB more, and let the log grow at full speed until
 *   one in this thread stopped it for longer.
 * - Text, not blobs, which cost a fifth more.
 *
 * Not done here: sharing a folder between collectors, and storage on network file systems without locks.
 */
import type { Entry } from '../model/entry.ts';
import type { Journal, JournalReader, Recovered, StateRows } from '../model/journal.ts';
import type { StorageState } from '../model/status.ts';
import type { Timer } from '../runtime/clock.ts';
import { DurableReader } from './durable-reader.ts';
import { givingUp, kept, opened, overflowed, undelivered, unreadable } from './happenings.ts';
import { JournalFile } from './journal-file.ts';
import { NOTHING_RECOVERED } from './memory-journal.ts';
import type { DurableJournalParts } from './parts.ts';
import { Pending } from './pending.ts';
import type { ReaderSide } from './reader-side.ts';
import { recoveredFrom } from './recovered.ts';
import { isGivenUp, Ring } from './ring.ts';
import { bytesOf } from './storage.ts';
import { neverThrowing, WANTS_ALL, type Wants } from './tally.ts';

const NO_ROWS: StateRows = new Map();

/** A restart folds so many events in well under a tenth of a second. */
const FOLD_EVERY = 8192;

/** How often it is looked whether a command has written to the file, and whether something has waited for too long. */
const TICK_MS = 3000;

export class DurableJournal implements Journal {
  readonly #parts: DurableJournalParts;
  readonly #ring: Ring;
  readonly #readers = new Map<string, DurableReader>();
  readonly #pending = new Pending();
  readonly #held = new Map<number, Entry>();
  readonly #file: JournalFile;
  #state: 'made' | 'started' | 'stopped' = 'made';
  #isFlushSet = false;
  #tick: Timer | undefined;

  constructor(parts: DurableJournalParts) {
    this.#parts = parts;
    this.#ring = new Ring(parts.options);
    this.#file = new JournalFile(parts, {
      ring: this.#ring,
      readers: this.#readers,
      pending: this.#pending,
      held: this.#held,
      newReader: (name) => new DurableReader(name, this.#sideOf(false, WANTS_ALL)),
      append: (entries) => this.append(entries),
      recovered: () => {
        this.#release();
        this.#offer();
      },
    });
  }

  get wantsFold(): boolean {
    return this.#file.isOpen && this.#ring.tail - this.#file.place.foldedUpTo >= FOLD_EVERY;
  }

  reader(exporter: string, wants: Wants = WANTS_ALL): JournalReader {
    let reader = this.#readers.get(exporter);
    if (reader === undefined) {
      reader = new DurableReader(exporter, this.#sideOf(true, neverThrowing(wants)));
      this.#readers.set(exporter, reader);
    }
    return reader;
  }

  async start(): Promise<void> {
    if (this.#state !== 'made') return;
    this.#file.start();
    this.#state = 'started';
    if (this.#file.isOpen) {
      const waiting = [...this.#readers.values()].map(({ tally }) => tally.waiting);
      this.#parts.telemetry.report(opened(this.#parts.storage.directory, Math.max(0, ...waiting)));
    }
    this.#setTick();
    for (const reader of this.#readers.values()) reader.activate();
    this.#offer();
  }

  /** Writes what is to be written and tells what waits. The exporters have stopped before. */
  async stop(): Promise<void> {
    if (this.#state !== 'started') return;
    this.#state = 'stopped';
    this.#tick?.cancel();
    const isKept = this.#file.finish();
    for (const reader of this.#readers.values()) {
      const count = isKept ? reader.tally.waiting : reader.giveUpAll();
      if (count > 0) this.#parts.telemetry.report(isKept ? kept(reader.name, count) : undelivered(reader.name, count));
    }
    this.#file.close();
  }

  append(entries: readonly Entry[], state: StateRows = NO_ROWS): void {
    if (this.#state === 'stopped') return;
    if (state.size > 0) this.#pending.addState(state);
    if (entries.length > 0 || state.size > 0) this.#file.write(entries, this.#ring.tail);
    for (const entry of entries) {
      if (this.#ring.isFullFor(entry)) this.#offer();
      while (this.#ring.isFullFor(entry)) this.#pushOut();
      this.#ring.push(entry);
    }
    this.#offer();
  }

  saveFold(rows: StateRows): void {
    this.#file.place.foldedUpTo = this.#ring.tail;
    this.#pending.addFold(rows, this.#ring.tail);
    this.#file.write([], this.#ring.tail);
  }

  recovered(): Recovered {
    const { store, place, wasDamaged } = this.#file;
    if (store === undefined) return { ...NOTHING_RECOVERED, wasDamaged };
    return recoveredFrom(store, this.#parts.revive, place.foldedUpTo + place.offset, wasDamaged, (read, otherwise) =>
      this.#file.guard(read, otherwise),
    );
  }

  storage(): StorageState {
    const { directory, max_size: maxBytes } = this.#parts.storage;
    return { directory, bytes: bytesOf(directory), maxBytes, trouble: this.#file.trouble };
  }

  /** Readers that have room take what waits. */
  #offer(): void {
    for (const reader of this.#readers.values()) reader.offer();
  }

  /** The oldest entry leaves the memory. Where it is not in the file, those that have not got it lose it. */
  #pushOut(): void {
    const position = this.#ring.head;
    const entry = this.#ring.shift();
    if (position < this.#file.place.written) return;
    let isInHand = false;
    for (const reader of this.#readers.values()) {
      if (reader.isInHand(position, position + 1)) isInHand = true;
      else reader.loses(position, entry, 'queue_full');
    }
    // Whoever has it in hand may yet be ended: it is written with the rest.
    if (isInHand && entry !== undefined) this.#held.set(position, entry);
  }

  /** Lets go of what all have that read from memory, and of nothing that is nowhere else. */
  #release(): void {
    const { head, tail } = this.#ring;
    let passed = Math.min(this.#file.place.written, tail);
    for (const { next } of this.#readers.values()) if (next >= head && next < passed) passed = next;
    this.#ring.releaseBelow(passed);
  }

  /** Lets go of what was held for those who had it in hand. */
  #releaseHeld(): void {
    for (const position of this.#held.keys()) {
      for (const reader of this.#readers.values()) if (reader.isInHand(position, position + 1)) return;
      this.#held.delete(position);
    }
  }

  /** At the end of the turn, so that what was settled together is written together. */
  #setFlush(): void {
    if (this.#isFlushSet || this.#state !== 'started') return;
    this.#isFlushSet = true;
    queueMicrotask(() => {
      this.#isFlushSet = false;
      this.#releaseHeld();
      if (this.#state === 'started' && this.#file.isBehind) this.#file.write([], this.#ring.tail);
    });
  }

  #setTick(): void {
    this.#tick = this.#parts.clock.after(TICK_MS, () => {
      this.#setTick();
      this.#file.look();
      this.#offer();
    });
  }

  #sideOf(isConfigured: boolean, wants: Wants): ReaderSide {
    const { clock, random, telemetry, options } = this.#parts;
    return {
      ring: this.#ring,
      wants,
      clock,
      random,
      page: (position) => this.#file.page(position),
      toldEntry: (row) => this.#file.toldEntry(row),
      changed: () => this.#setFlush(),
      moved: () => this.#release(),
      unreadable: (exporter, count) => {
        if (isConfigured) telemetry.report(unreadable(exporter, count));
      },
      passedOver: (part, count) => {
        if (isConfigured) telemetry.count('entries_passed_over', count, { part });
      },
      lost: (loss) => {
        if (!isConfigured) return;
        telemetry.count('records_dropped', 1, { part: loss.exporter, reason: loss.reason });
        if (loss.count === 1) telemetry.report(givingUp(loss, options.event_queue_size));
      },
      toldOf: (loss) => telemetry.report(overflowed(loss)),
      setAside: (exporter, what, detail) => {
        const entry = typeof what === 'number' ? this.#entryAt(what) : what;
        if (entry === undefined || !isGivenUp(entry)) return;
        this.#pending.addDeadLetter({ reader: exporter, at: clock.now(), detail, entry });
      },
      isDurable: () => this.#file.isOpen,
    };
  }

  #entryAt(position: number): Entry | undefined {
    const held = this.#held.get(position);
    if (held !== undefined) return held;
    if (position >= this.#ring.head) return this.#ring.at(position);
    const page = this.#file.page(position);
    return typeof page === 'string' ? undefined : page.entries[position - page.from];
  }
}
