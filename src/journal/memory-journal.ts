/**
 * The journal in memory: a ring of entries that all readers share, with a cursor for each.
 *
 *   position   … 1041   1042   1043   1044   1045   1046 …
 *                 │      └──────┬──────┘             ▲
 *      given up or│        waiting for "otlp"        └ the next append
 *       leased by all  ▲ next of "otlp"       ▲ next of "console"
 *
 * - `capacity` entries, or `maxBytes` of raw text, may wait. The entry that an append pushes out is counted as lost for
 *   exactly those readers that had not leased it yet; a fast reader never pays for a slow one.
 * - A loss is told in its place: the reader's next lease begins with one LossEntry for everything that was pushed out
 *   since its last lease. It is made then, once, so that a retry says the same.
 * - Leased entries are held by their lease, not by the ring: what an exporter has in hand is never given up. So there can
 *   be in memory, for one exporter, `capacity` waiting entries and as many as it leases at a time.
 * - A gap that is pushed out waits for its reader all the same: what tells of a loss is not lost. Twins are leased to nobody.
 * - Slots that every reader has passed are cleared, so that a keeping-up collector holds nothing.
 * - Nothing survives the process, state least of all. That is what the durable journal behind the same interface is for.
 */
import type { EngineIdentity } from '../model/engine.ts';
import { type Entry, type EventEntry, entryTime, type LossEntry } from '../model/entry.ts';
import type { Journal, JournalReader, Leased, ReaderTally, Recovered } from '../model/journal.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { JournalOptions } from './config.ts';
import { overflowed, overflowing, undelivered } from './happenings.ts';
import { isCounted, isGivenUp, isTwin, Ring } from './ring.ts';
import { neverThrowing, Tally, WANTS_ALL, type Wants } from './tally.ts';

export interface MemoryJournalParts {
  readonly options: JournalOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

/** What is left behind where nothing is kept. */
export const NOTHING_RECOVERED: Recovered = {
  state: new Map(),
  fold: new Map(),
  unfolded: [],
  lastEvents: (): readonly EventEntry[] => [],
  wasDamaged: false,
};

export class MemoryJournal implements Journal {
  readonly wantsFold = false;
  readonly #parts: MemoryJournalParts;
  readonly #readers = new Map<string, MemoryReader>();
  readonly #ring: Ring;

  constructor(parts: MemoryJournalParts) {
    this.#parts = parts;
    this.#ring = new Ring(parts.options);
  }

  async start(): Promise<void> {}

  /** Tells of what no exporter will deliver any more. The exporters have stopped before. */
  async stop(): Promise<void> {
    for (const reader of this.#readers.values()) reader.close();
  }

  reader(exporter: string, wants: Wants = WANTS_ALL): JournalReader {
    let reader = this.#readers.get(exporter);
    if (reader === undefined) {
      reader = new MemoryReader(exporter, this.#parts, this.#ring, {
        wants: neverThrowing(wants),
        moved: () => this.#release(),
      });
      this.#readers.set(exporter, reader);
    }
    return reader;
  }

  recovered(): Recovered {
    return NOTHING_RECOVERED;
  }

  saveFold(): void {}

  storage(): undefined {
    return undefined;
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (this.#ring.isFullFor(entry)) this.#offer();
      while (this.#ring.isFullFor(entry)) this.#pushOut();
      this.#ring.push(entry);
    }
    this.#offer();
  }

  /** Readers that have room take what waits. */
  #offer(): void {
    for (const reader of this.#readers.values()) reader.appended();
  }

  /** Gives up the oldest entry for the readers that have not leased it. */
  #pushOut(): void {
    const position = this.#ring.head;
    const entry = this.#ring.shift();
    for (const reader of this.#readers.values()) reader.pushedOut(position, entry);
  }

  /** Clears what every reader has passed. */
  #release(): void {
    let passed = this.#ring.tail;
    for (const reader of this.#readers.values()) passed = Math.min(passed, reader.next);
    this.#ring.releaseBelow(passed);
  }
}

/** What was pushed out since the last lease. */
interface Loss {
  count: number;
  readonly engine: EngineIdentity | undefined;
  readonly first: UnixNanos | undefined;
  last: UnixNanos | undefined;
}

interface ReaderSide {
  readonly wants: Wants;
  /** To be called when `next` has moved. */
  moved(): void;
}

class MemoryReader implements JournalReader {
  readonly isDurable = false;
  readonly #exporter: string;
  readonly #parts: MemoryJournalParts;
  readonly #ring: Ring;
  readonly #side: ReaderSide;
  /** The oldest position that was neither leased nor given up. */
  next: number;
  #loss: Loss | undefined;
  readonly #told: Entry[] = [];
  readonly #tally = new Tally();
  readonly #countedBefore: number;
  /** Leases of what tells of a loss. */
  readonly #losses = new Set<number>();
  #leases = 0;
  #listener: (() => void) | undefined;

  constructor(exporter: string, parts: MemoryJournalParts, ring: Ring, side: ReaderSide) {
    this.#exporter = exporter;
    this.#parts = parts;
    this.#ring = ring;
    this.#side = side;
    this.next = ring.tail;
    this.#countedBefore = ring.counted;
  }

  get waiting(): number {
    return this.#ring.tail - this.next + this.#told.length + (this.#loss === undefined ? 0 : 1);
  }

  get tally(): ReaderTally {
    return this.#tally.with(this.#ring.counted - this.#countedBefore);
  }

  lease(max: number): readonly Leased[] {
    const leased: Leased[] = [];
    const add = (entry: Entry) => {
      const position = this.#leases++;
      if (!isCounted(entry)) this.#losses.add(position);
      leased.push({ position, entry });
    };
    if (this.#loss !== undefined && max > 0) add(this.#lossEntry(this.#loss));
    while (leased.length < max && this.#told.length > 0) {
      const told = this.#told.shift();
      if (told !== undefined) add(told);
    }
    const tail = this.#ring.tail;
    while (leased.length < max && this.next < tail) {
      const entry = this.#ring.at(this.next);
      this.next += 1;
      if (entry !== undefined && !isTwin(entry)) add(entry);
    }
    this.#side.moved();
    return leased;
  }

  onAppend(listener: () => void): void {
    this.#listener = listener;
  }

  acknowledge({ position }: Pick<Leased, 'position'>): void {
    if (!this.#losses.delete(position)) this.#tally.acknowledge();
  }

  setAside(leased: Pick<Leased, 'position'>): void {
    this.acknowledge(leased);
  }

  tell(loss: LossEntry): void {
    this.#told.push(loss);
    this.#listener?.();
  }

  /** The journal has new entries. */
  appended(): void {
    if (this.waiting > 0) this.#listener?.();
  }

  /** The ring has given up the entry at `position`. */
  pushedOut(position: number, entry: Entry | undefined): void {
    if (position < this.next || entry === undefined) return;
    this.next = position + 1;
    if (isTwin(entry)) return;
    if (!this.#side.wants(entry)) {
      this.#passOver(1);
      return;
    }
    if (!isGivenUp(entry)) {
      this.#told.push(entry);
      return;
    }
    const { telemetry, options } = this.#parts;
    this.#tally.drop();
    telemetry.count('records_dropped', 1, { part: this.#exporter, reason: 'queue_full' });
    const time = entryTime(entry);
    if (this.#loss === undefined) {
      telemetry.report(overflowing(this.#exporter, options.event_queue_size));
      this.#loss = { count: 0, engine: entry.engine, first: time, last: time };
    }
    this.#loss.count += 1;
    this.#loss.last = time ?? this.#loss.last;
  }

  /** Tells of what was neither delivered nor told yet. */
  close(): void {
    if (this.#loss !== undefined) this.#lossEntry(this.#loss);
    this.#passOver(this.#ring.count(this.next, (entry) => !this.#side.wants(entry)));
    this.next = this.#ring.tail;
    const { waiting } = this.tally;
    this.#tally.drop(waiting);
    if (waiting > 0) this.#parts.telemetry.report(undelivered(this.#exporter, waiting));
    this.#side.moved();
  }

  #passOver(count: number): void {
    this.#tally.passOver(count);
    if (count > 0) this.#parts.telemetry.count('entries_passed_over', count, { part: this.#exporter });
  }

  #lossEntry({ count, engine, first, last }: Loss): LossEntry {
    const { clock, random, telemetry } = this.#parts;
    this.#loss = undefined;
    const loss: LossEntry = {
      kind: 'loss',
      uid: random.hex(16),
      reason: 'queue_full',
      exporter: this.#exporter,
      count,
      first,
      last,
      detail: undefined,
      observedAt: clock.now(),
      engine,
    };
    telemetry.report(overflowed(loss));
    return loss;
  }
}
