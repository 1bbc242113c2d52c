/**
 * Batches that do not lose, of whatever is exported: log records or spans.
 *
 *   add ──► queue: unsent items, numbered ──► batches, several in flight ──► settled, in any order
 *
 * - Items are numbered from 0 in the order of `add`, and a batch is a contiguous range of numbers, so that whoever adds can
 *   tell by numbers alone what became of each item. Every number is settled or dropped exactly once.
 * - A full batch is sent in the same turn in which it fills up, where a place in flight is free. A smaller one is sent
 *   when its oldest item has waited for `flushIntervalMs`, or at the end of the turn when an item is in it that is urgent,
 *   though not within `URGENT_GAP_MS` of the last time: a host in trouble has errors all the time, and a request for each turn
 *   would be most of what they cost.
 * - When `maxQueueSize` items wait to be sent, the oldest of them is dropped for the next, and `onDropped` told. A lane
 *   never comes to that: it adds only as much as there is room.
 * - `forceFlush` resolves when everything that was added before it is settled, and rejects when that takes too long,
 *   saying how many are not. `shutdown` does the same and then gives up what is left, told through `onDropped`.
 *
 * Not done here: trying again (sender.ts), and keeping anything beyond the process.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Settled, Waiting } from './exporter.ts';
import { isEncoded } from './otlp/encoded-item.ts';
import type { BatchSender } from './sender.ts';

export interface BatcherOptions<Item> {
  readonly sender: BatchSender<Item>;
  readonly clock: Clock;
  /** Brings an item into the form in which it waits. Default: as it is. */
  readonly prepare?: (item: Item) => Waiting<Item>;
  /** How many items may wait to be sent, those in flight not counted. Default 8192. */
  readonly maxQueueSize?: number;
  /** Never above `maxQueueSize`. Default 2048. */
  readonly maxBatchSize?: number;
  /** How long an item waits for its batch to fill up. Default 1000. */
  readonly flushIntervalMs?: number;
  /** How many batches may be on their way at a time. Default 4. */
  readonly maxInFlight?: number;
  /** How long `forceFlush` and `shutdown` wait where they are not told. Default 30,000. */
  readonly flushTimeoutMs?: number;
  /** The items from number `first` on, `count` of them, ended so. Called after the batcher is ready for more. */
  readonly onSettled?: (first: number, count: number, outcome: Settled) => void;
  /** So many items will never be sent. `shutdown` also stands for items that were added after it. */
  readonly onDropped?: (first: number, count: number, reason: 'queue_full' | 'shutdown') => void;
  /** The last thing that `shutdown` does. */
  readonly onShutdown?: () => Promise<void>;
}

/** What is urgent may wait for so long when something urgent was sent just before. */
const URGENT_GAP_MS = 250;

interface InFlight {
  readonly first: number;
  readonly end: number;
  readonly bytes: number;
  unsettled: number;
}

/** Below the 4 MiB that a gRPC server takes unless it is told otherwise. */
const BATCH_BYTES_MAX = 3_900_000;

/** What an item takes in a request; known only where it was encoded, and else nothing is counted. */
function bytesOf(item: object): number {
  return isEncoded(item) ? item.end - item.start : 0;
}

interface Waiter {
  /** Everything below this number is waited for. */
  readonly until: number;
  readonly resolve: () => void;
}

export class Batcher<Item extends object> {
  readonly #options: Required<BatcherOptions<Item>>;
  /** Unsent items; the first of them stands at #start and has the number #head. */
  #queue: Waiting<Item>[] = [];
  #start = 0;
  #head = 0;
  readonly #inFlight = new Set<InFlight>();
  readonly #waiters = new Set<Waiter>();
  /** Everything below this number is sent without waiting for a full batch. */
  #flushBelow = 0;
  #timer: Timer | undefined;
  #isUrgent = false;
  #urgentMs = Number.NEGATIVE_INFINITY;
  #urgentTimer: Timer | undefined;
  #shutdown: Promise<void> | undefined;
  #unsettled = 0;
  #unsettledBytes = 0;

  constructor(options: BatcherOptions<Item>) {
    const maxQueueSize = Math.max(1, options.maxQueueSize ?? 8192);
    this.#options = {
      flushIntervalMs: 1000,
      maxInFlight: 4,
      flushTimeoutMs: 30_000,
      prepare: (item) => item,
      onSettled: () => {},
      onDropped: () => {},
      onShutdown: async () => {},
      ...options,
      maxQueueSize,
      maxBatchSize: Math.min(Math.max(1, options.maxBatchSize ?? 2048), maxQueueSize),
    };
  }

  /** The number that the next item gets. */
  get next(): number {
    return this.#head + this.#waiting;
  }

  /** How many items are neither settled nor dropped. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** How large those of them are that were encoded. */
  get unsettledBytes(): number {
    return this.#unsettledBytes;
  }

  get #waiting(): number {
    return this.#queue.length - this.#start;
  }

  /** @param isUrgent it does not wait for its batch to fill up */
  add(item: Item, isUrgent: boolean): void {
    if (this.#shutdown !== undefined) {
      this.#options.onDropped(this.next, 1, 'shutdown');
      return;
    }
    if (this.#waiting >= this.#options.maxQueueSize) this.#drop(1, 'queue_full');
    const waiting = this.#options.prepare(item);
    this.#queue.push(waiting);
    this.#unsettledBytes += bytesOf(waiting);
    this.#unsettled += 1;
    if (this.#waiting >= this.#options.maxBatchSize) this.#pump();
    else if (this.#timer === undefined) this.#setTimer();
    if (isUrgent) this.#hasten();
  }

  /** Sends what waits without waiting for more. Does not wait itself. */
  flush(): void {
    this.#urgentTimer?.cancel();
    this.#urgentTimer = undefined;
    this.#isUrgent = false;
    this.#flushBelow = this.next;
    this.#pump();
  }

  /** @throws an error that says how many records are not settled, when they are not in time */
  async forceFlush({ timeoutMillis }: { readonly timeoutMillis?: number } = {}): Promise<void> {
    const timeoutMs = timeoutMillis ?? this.#options.flushTimeoutMs;
    this.flush();
    const until = this.next;
    const total = until - this.#oldest();
    if (await this.#settledBelow(until, timeoutMs)) return;
    const left = this.#countBelow(until);
    throw new Error(`${left} of ${total} records were not delivered within ${timeoutMs} ms; they are still being sent`);
  }

  /** Resolves when all is settled or the time is up; then nothing is sent any more. Safe twice. */
  shutdown({ timeoutMillis }: { readonly timeoutMillis?: number } = {}): Promise<void> {
    this.#shutdown ??= this.#end(timeoutMillis ?? this.#options.flushTimeoutMs);
    return this.#shutdown;
  }

  /** Nothing is sent any more, from now on, and nothing that comes is kept. `shutdown` has no more to do then. */
  abandon(): void {
    this.#giveUp();
    this.#shutdown ??= this.#options.onShutdown();
  }

  async #end(timeoutMs: number): Promise<void> {
    this.flush();
    await this.#settledBelow(this.next, timeoutMs);
    this.#giveUp();
    await this.#options.onShutdown();
  }

  #giveUp(): void {
    this.#timer?.cancel();
    this.#urgentTimer?.cancel();
    this.#options.sender.close();
    for (const { end, unsettled } of this.#inFlight) this.#options.onDropped(end - unsettled, unsettled, 'shutdown');
    this.#inFlight.clear();
    if (this.#waiting > 0) this.#drop(this.#waiting, 'shutdown');
    this.#unsettled = 0;
    this.#unsettledBytes = 0;
    this.#wake();
  }

  /** At the end of this turn, so that a burst of errors makes one batch; or when the gap since the last time is over. */
  #hasten(): void {
    if (this.#isUrgent) return;
    this.#isUrgent = true;
    const { clock } = this.#options;
    const waitMs = this.#urgentMs + URGENT_GAP_MS - clock.monotonicMs();
    const send = () => {
      this.#urgentMs = clock.monotonicMs();
      this.flush();
    };
    if (waitMs <= 0) queueMicrotask(send);
    else this.#urgentTimer = clock.after(waitMs, send);
  }

  #setTimer(): void {
    this.#timer = this.#options.clock.after(this.#options.flushIntervalMs, () => {
      this.#timer = undefined;
      this.flush();
    });
  }

  #pump(): void {
    const { maxBatchSize, maxInFlight } = this.#options;
    while (this.#inFlight.size < maxInFlight) {
      const isFull = this.#waiting >= maxBatchSize;
      if (!isFull && (this.#waiting === 0 || this.#head >= this.#flushBelow)) break;
      this.#send(Math.min(this.#waiting, maxBatchSize));
    }
    if (this.#waiting === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else if (this.#timer === undefined) this.#setTimer();
  }

  #send(limit: number): void {
    const first = this.#head;
    const { count, bytes } = this.#fitting(limit);
    const batch: InFlight = { first, end: first + count, bytes, unsettled: count };
    const items = this.#take(count);
    this.#inFlight.add(batch);
    this.#options.sender.send(items, (offset, settled, outcome) => {
      if (!this.#inFlight.has(batch)) return;
      batch.unsettled -= settled;
      this.#unsettled -= settled;
      if (batch.unsettled === 0) {
        this.#inFlight.delete(batch);
        this.#unsettledBytes -= bytes;
        this.#pump();
      }
      this.#options.onSettled(first + offset, settled, outcome);
      if (batch.unsettled === 0) this.#wake();
    });
  }

  /** How many of the oldest go into one request: `limit` at most, and one in any case. */
  #fitting(limit: number): { readonly count: number; readonly bytes: number } {
    let count = 0;
    let bytes = 0;
    for (const item of this.#queue.slice(this.#start, this.#start + limit)) {
      const more = bytesOf(item);
      if (count > 0 && bytes + more > BATCH_BYTES_MAX) break;
      count += 1;
      bytes += more;
    }
    return { count, bytes };
  }

  /** Removes the oldest from the queue. */
  #take(count: number): Waiting<Item>[] {
    const taken = this.#queue.slice(this.#start, this.#start + count);
    this.#start += count;
    this.#head += count;
    if (this.#start === this.#queue.length) {
      this.#queue = [];
      this.#start = 0;
    } else if (this.#start >= this.#options.maxQueueSize) {
      this.#queue = this.#queue.slice(this.#start);
      this.#start = 0;
    }
    return taken;
  }

  #drop(count: number, reason: 'queue_full' | 'shutdown'): void {
    const first = this.#head;
    for (const item of this.#take(count)) this.#unsettledBytes -= bytesOf(item);
    this.#unsettled -= count;
    this.#options.onDropped(first, count, reason);
  }

  /** The oldest number that is neither settled nor dropped. */
  #oldest(): number {
    let oldest = this.#head;
    for (const { first } of this.#inFlight) oldest = Math.min(oldest, first);
    return oldest;
  }

  #countBelow(until: number): number {
    let count = Math.max(0, Math.min(until, this.next) - this.#head);
    for (const { first, unsettled } of this.#inFlight) if (first < until) count += unsettled;
    return count;
  }

  /** True when all below `until` are settled, false when the time is up before. */
  #settledBelow(until: number, timeoutMs: number): Promise<boolean> {
    if (this.#oldest() >= until) return Promise.resolve(true);
    if (timeoutMs <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter = { until, resolve: () => finish(true) };
      const finish = (isSettled: boolean) => {
        timer.cancel();
        this.#waiters.delete(waiter);
        resolve(isSettled);
      };
      const timer = this.#options.clock.after(timeoutMs, () => finish(false));
      this.#waiters.add(waiter);
    });
  }

  #wake(): void {
    const oldest = this.#oldest();
    for (const waiter of this.#waiters) if (oldest >= waiter.until) waiter.resolve();
  }
}
