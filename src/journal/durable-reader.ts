/**
 * The reader of one exporter. Its positions are those of this process: 0 is the first entry appended here, and what an
 * earlier process left is negative.
 *
 *   … ──── on disk ────┬──── in memory too ────► tail
 *        ▲ cursor   ▲ next (leased up to here)
 *
 * What it is told beside the entries (losses, what is sent again) has positions beyond all others.
 */
import { type Entry, entryTime, type LossEntry, type LossReason } from '../model/entry.ts';
import type { JournalReader, Leased, ReaderTally } from '../model/journal.ts';
import type { Page } from './pages.ts';
import { lossOf, type ReaderSide } from './reader-side.ts';
import { isGivenUp, isTwin } from './ring.ts';
import { largest, Settled } from './settled.ts';
import type { ReaderRow, Store } from './store.ts';
import { Tally } from './tally.ts';
import { ToldQueue } from './told.ts';
import { carriedOver } from './waiting.ts';

export class DurableReader implements JournalReader {
  readonly name: string;
  readonly #side: ReaderSide;
  settled: Settled;
  next: number;
  /** Leased or settled before the positions below it were known. */
  #leasedBefore = { from: 0, to: 0 };
  /** Where the claim ends of a reader that nobody asked for. */
  until: number | undefined;
  isDirty = true;
  readonly #told = new ToldQueue();
  readonly #tally = new Tally();
  /** Leased and not acknowledged, of those that are counted. */
  #inHand = 0;
  #page: Page | undefined;
  #listener: (() => void) | undefined;
  #isActive = false;

  constructor(name: string, side: ReaderSide) {
    this.name = name;
    this.#side = side;
    this.settled = new Settled(0);
    this.next = 0;
  }

  get waiting(): number {
    return Math.max(0, this.#side.ring.tail - this.next) + this.#told.waiting;
  }

  get tally(): ReaderTally {
    return this.#tally.with(this.#side.ring.counted);
  }

  get isDurable(): boolean {
    return this.#side.isDurable();
  }

  /** How many entries wait for it, where nobody asked for it: those before its claim ends, and what is sent again. */
  get claimed(): number {
    return this.settled.openIn(this.settled.cursor, this.until ?? 0) + this.#told.waitingSentAgain;
  }

  /** From now on it may lease. */
  activate(): void {
    this.#isActive = true;
  }

  lease(max: number): readonly Leased[] {
    const leased: Leased[] = [];
    if (!this.#isActive) return leased;
    while (leased.length < max && this.#leaseTold(leased));
    const { ring } = this.#side;
    while (leased.length < max && this.next < ring.tail) {
      if (this.#skipsKnown()) continue;
      if (this.next >= ring.head) this.#leaseFromMemory(leased);
      else if (!this.#leaseFromDisk(leased)) break;
    }
    this.#side.moved();
    return leased;
  }

  /** Steps over what is leased or settled; true when it did. */
  #skipsKnown(): boolean {
    const { from, to } = this.#leasedBefore;
    if (this.next >= from && this.next < to) {
      this.next = to;
      return true;
    }
    if (!this.settled.has(this.next)) return false;
    this.next = this.settled.nextOpen(this.next);
    return true;
  }

  #leaseFromMemory(leased: Leased[]): void {
    this.#page = undefined;
    const position = this.next;
    const entry = this.#side.ring.at(position);
    this.next += 1;
    if (entry === undefined || isTwin(entry)) this.#settle(position);
    else this.#give(leased, position, entry);
  }

  #give(leased: Leased[], position: number, entry: Entry): void {
    this.#inHand += 1;
    leased.push({ position, entry });
  }

  /** False when the disk does not give it now. */
  #leaseFromDisk(leased: Leased[]): boolean {
    const page = this.#pageOf(this.next);
    if (page === 'failed') return false;
    const { head } = this.#side.ring;
    const start = page === 'none' ? head : Math.min(page.from, head);
    if (start > this.next) {
      this.#stepOver(start);
      return true;
    }
    if (page === 'none') return true;
    const position = this.next;
    const entry = page.entries[position - page.from];
    this.next += 1;
    if (entry === undefined) this.#losesUnread(1);
    if (entry === undefined || isTwin(entry)) this.#settle(position);
    else this.#give(leased, position, entry);
    return true;
  }

  /** There is nothing in the file from here to there. */
  #stepOver(to: number): void {
    const before = this.settled.openIn(this.next, Math.min(to, 0));
    const since = this.settled.openIn(Math.max(this.next, 0), to);
    // What an earlier process had left was acknowledged there, and that was too much to be written down.
    this.#tally.carryOver(-before);
    if (since > 0) this.#losesUnread(since);
    this.#settle(this.next, to);
    this.next = to;
  }

  #losesUnread(count: number): void {
    this.#tally.drop(count);
    this.#side.unreadable(this.name, count);
  }

  #pageOf(position: number): Page | 'none' | 'failed' {
    const held = this.#page;
    if (held !== undefined && position >= held.from && position < held.from + held.entries.length) return held;
    const page = this.#side.page(position);
    this.#page = typeof page === 'string' ? undefined : page;
    return page;
  }

  /** False when there is nothing to tell now. */
  #leaseTold(leased: Leased[]): boolean {
    if (this.#told.waiting === 0) return false;
    const told = this.#told.lease();
    if (told === undefined) return false;
    const { position, row } = told;
    told.entry ??= row === undefined ? undefined : this.#side.toldEntry(row);
    if (told.entry === undefined) {
      // Not there any more where the file turned out to be damaged just now: that is told, and counted.
      if (this.#told.finish(position) === undefined) return true;
      if (told.isCounted) this.#losesUnread(1);
      else this.#side.unreadable(this.name, 0);
      this.#change();
      return true;
    }
    // Also of what an earlier process gave up: of spans nothing but the log tells. The lane has told of what was rejected.
    if (told.entry.kind === 'loss' && told.entry.reason !== 'rejected') this.#side.toldOf(told.entry);
    if (told.isCounted) this.#inHand += 1;
    leased.push({ position, entry: told.entry });
    return true;
  }

  onAppend(listener: () => void): void {
    this.#listener = listener;
  }

  acknowledge({ position }: Pick<Leased, 'position'>): void {
    if (!ToldQueue.isTold(position)) {
      this.#settle(position);
      this.#finished();
      return;
    }
    const told = this.#told.finish(position);
    if (told === undefined) return;
    if (told.isCounted) this.#finished();
    this.#change();
  }

  #finished(): void {
    this.#inHand -= 1;
    this.#tally.acknowledge();
  }

  setAside({ position }: Pick<Leased, 'position'>, detail: string): void {
    const what = ToldQueue.isTold(position) ? this.#told.leasedEntry(position) : position;
    if (what !== undefined) this.#side.setAside(this.name, what, detail);
    this.acknowledge({ position });
  }

  tell(loss: LossEntry): void {
    this.#told.add(loss);
    this.#change();
    this.#listener?.();
  }

  /** What a command has put in the file to be told. */
  takeToldRows(store: Store): void {
    this.#tally.sendAgain(this.#told.takeRows(store, this.name));
  }

  /** What waits for it in a file that was just opened, what is to be told included. After {@link restore}. */
  carryOver(store: Store, row: ReaderRow | undefined): void {
    this.#tally.carryOver(this.#told.takeRows(store, this.name));
    if (row !== undefined) this.#tally.carryOver(carriedOver(row, store));
  }

  /** There may be something to lease. */
  offer(): void {
    if (this.waiting > 0) this.#listener?.();
  }

  /** It will not be given the entry at `position`, if it has not got it. */
  loses(position: number, entry: Entry | undefined, reason: LossReason): void {
    if (!this.#isOpen(position)) return;
    this.#settle(position);
    if (position === this.next) this.next = position + 1;
    if (entry === undefined) this.#losesUnread(1);
    if (entry === undefined || isTwin(entry)) return;
    this.#change();
    if (!this.#side.wants(entry)) {
      this.#passOver(1);
      return;
    }
    if (!isGivenUp(entry)) {
      this.#told.add(entry);
      return;
    }
    this.#tally.drop();
    const time = entryTime(entry);
    const before = this.#told.growing(reason);
    const loss: LossEntry =
      before === undefined
        ? lossOf(entry, this.name, reason, this.#side)
        : { ...before, count: before.count + 1, last: time ?? before.last };
    if (before === undefined) this.#told.add(loss, true);
    else this.#told.grow(loss);
    this.#side.lost(loss);
  }

  /** It was given this, and whether it is done with it or not is its own business. */
  isLeased(position: number): boolean {
    const { from, to } = this.#leasedBefore;
    return position < this.next || (position >= from && position < to);
  }

  isInHand(from: number, to: number): boolean {
    const before = this.#leasedBefore;
    if (this.settled.openIn(from, Math.min(to, this.next)) > 0) return true;
    return this.settled.openIn(Math.max(from, before.from), Math.min(to, before.to)) > 0;
  }

  /** Writes down where it is, within a transaction. `saved` or `notSaved` follows. */
  save(store: Store, offset: number): void {
    const settled = largest(this.settled.ranges).map(({ from, to }) => ({ from: from + offset, to: to + offset }));
    const until = this.until === undefined ? undefined : this.until + offset;
    store.saveReader({ name: this.name, cursor: this.settled.cursor + offset, settled, until });
    // What a command has put there meanwhile has lower numbers than what is added now, and would be taken for known.
    if (this.#told.isDirty) this.takeToldRows(store);
    this.#told.save(store, this.name);
  }

  saved(): void {
    this.isDirty = false;
    this.#told.saved();
  }

  notSaved(): void {
    this.#told.notSaved();
  }

  /**
   * Takes up what a file says of it. What was appended here before begins at `base`.
   *
   * @param row undefined for a reader that the file does not know: it begins with what is appended here
   */
  restore(row: ReaderRow | undefined, offset: number, base: number): void {
    this.#page = undefined;
    this.isDirty = true;
    if (row === undefined) return;
    const { settled: before, next } = this;
    this.settled = new Settled(Math.min(row.cursor - offset, base));
    for (const { from, to } of row.settled) this.settled.add(from - offset, Math.min(to - offset, base));
    this.settled.add(base, before.cursor);
    for (const { from, to } of before.ranges) this.settled.add(from, to);
    this.#leasedBefore = { from: base, to: Math.max(base, next) };
    this.next = this.settled.cursor;
  }

  /** Its file is gone. What is not in memory cannot be had any more; how many entries that are. */
  abandonFile(): number {
    const { head } = this.#side.ring;
    this.#settle(this.next, head);
    this.next = Math.max(this.next, head);
    this.#page = undefined;
    this.#told.abandonFile();
    this.isDirty = true;
    const gone = this.tally.waiting - this.#inMemory();
    this.#tally.drop(gone);
    return gone;
  }

  /** How many entries it has in hand, or can be given without a file. */
  #inMemory(): number {
    const inRing = this.#side.ring.count(this.next, (_, position) => this.#isOpen(position));
    return this.#inHand + this.#told.waitingCounted + inRing;
  }

  #isOpen(position: number): boolean {
    return !this.isLeased(position) && !this.settled.has(position);
  }

  #passOver(count: number): void {
    this.#tally.passOver(count);
    if (count > 0) this.#side.passedOver(this.name, count);
  }

  /** It ends with the process; how many entries that are. */
  giveUpAll(): number {
    const { ring, wants } = this.#side;
    this.#passOver(ring.count(this.next, (entry, position) => this.#isOpen(position) && !wants(entry)));
    const { waiting } = this.tally;
    this.#tally.drop(waiting);
    return waiting;
  }

  #settle(from: number, to = from + 1): void {
    this.settled.add(from, to);
    this.#change();
  }

  #change(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.#side.changed();
  }
}
