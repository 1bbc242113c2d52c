/**
 * A LogRecordProcessor that batches and does not lose: for this collector's lanes, and for any program with the
 * OpenTelemetry SDK.
 *
 *   onEmit ──► queue: unsent records, numbered ──► batches, several in flight ──► settled, in any order
 *
 * - Records are numbered from 0 in the order of onEmit, and a batch is a contiguous range of numbers, so that whoever emits
 *   can tell by numbers alone what became of each record. Every number is settled or dropped exactly once.
 * - A full batch is sent in the same turn in which it fills up, where a place in flight is free. A smaller one is sent
 *   when its oldest record has waited for `flushIntervalMs`, or at the end of the turn when a record is in it that is
 *   urgent (`urgentSeverity` or above, or `isUrgent`), though not within `URGENT_GAP_MS` of the last time: a host in trouble
 *   has errors all the time, and a request for each turn would be most of what they cost.
 * - When `maxQueueSize` records wait to be sent, the oldest of them is dropped for the next, and `onDropped` told. A lane
 *   never comes to that: it emits only as much as there is room.
 * - `forceFlush` resolves when everything that was emitted before it is settled, and rejects when that takes too long,
 *   saying how many are not. `shutdown` does the same and then gives up what is left, told through `onDropped`.
 *
 * Not done here: trying again (sender.ts), and keeping anything beyond the process.
 */
import { Severity } from '../model/severity.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Settled, WaitingRecord } from './exporter.ts';
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from './otel.ts';
import type { BatchSender } from './sender.ts';

export interface BatchingOptions {
  readonly sender: BatchSender;
  readonly clock: Clock;
  /** Brings a record into the form in which it waits. Default: as it is. */
  readonly prepare?: (record: ReadableLogRecord) => WaitingRecord;
  /** How many records may wait to be sent, those in flight not counted. Default 8192. */
  readonly maxQueueSize?: number;
  /** Never above `maxQueueSize`. Default 2048. */
  readonly maxBatchSize?: number;
  /** How long a record waits for its batch to fill up. Default 1000. */
  readonly flushIntervalMs?: number;
  /** Records of this severity number and above do not wait. Default 17, ERROR. */
  readonly urgentSeverity?: number;
  /** Which records do not wait whatever their severity. Default none. */
  readonly isUrgent?: (record: ReadableLogRecord) => boolean;
  /** How many batches may be on their way at a time. Default 4. */
  readonly maxInFlight?: number;
  /** How long `forceFlush` and `shutdown` wait where they are not told. Default 30,000. */
  readonly flushTimeoutMs?: number;
  /** The records from number `first` on, `count` of them, ended so. Called after the processor is ready for more. */
  readonly onSettled?: (first: number, count: number, outcome: Settled) => void;
  /** So many records will never be sent. `shutdown` also stands for records that were emitted after it. */
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

/** What a record takes in a request; known only where it was encoded, and else nothing is counted. */
function bytesOf(record: WaitingRecord): number {
  return 'slab' in record ? record.end - record.start : 0;
}

interface Waiter {
  /** Everything below this number is waited for. */
  readonly until: number;
  readonly resolve: () => void;
}

export class BatchingLogRecordProcessor implements LogRecordProcessor {
  readonly #options: Required<BatchingOptions>;
  /** Unsent records; the first of them stands at #start and has the number #head. */
  #queue: WaitingRecord[] = [];
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

  constructor(options: BatchingOptions) {
    const maxQueueSize = Math.max(1, options.maxQueueSize ?? 8192);
    this.#options = {
      flushIntervalMs: 1000,
      urgentSeverity: Severity.ERROR,
      isUrgent: () => false,
      maxInFlight: 4,
      flushTimeoutMs: 30_000,
      prepare: (record) => record,
      onSettled: () => {},
      onDropped: () => {},
      onShutdown: async () => {},
      ...options,
      maxQueueSize,
      maxBatchSize: Math.min(Math.max(1, options.maxBatchSize ?? 2048), maxQueueSize),
    };
  }

  /** The number that the next record gets. */
  get next(): number {
    return this.#head + this.#waiting;
  }

  /** How many records are neither settled nor dropped. */
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

  onEmit(record: ReadWriteLogRecord): void {
    if (this.#shutdown !== undefined) {
      this.#options.onDropped(this.next, 1, 'shutdown');
      return;
    }
    if (this.#waiting >= this.#options.maxQueueSize) this.#drop(1, 'queue_full');
    const waiting = this.#options.prepare(record);
    this.#queue.push(waiting);
    this.#unsettledBytes += bytesOf(waiting);
    this.#unsettled += 1;
    if (this.#waiting >= this.#options.maxBatchSize) this.#pump();
    else if (this.#timer === undefined) this.#setTimer();
    const { urgentSeverity, isUrgent } = this.#options;
    if ((record.severityNumber ?? 0) >= urgentSeverity || isUrgent(record)) this.#hasten();
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

  async #end(timeoutMs: number): Promise<void> {
    this.flush();
    await this.#settledBelow(this.next, timeoutMs);
    this.#timer?.cancel();
    this.#urgentTimer?.cancel();
    this.#options.sender.close();
    for (const { end, unsettled } of this.#inFlight) this.#options.onDropped(end - unsettled, unsettled, 'shutdown');
    this.#inFlight.clear();
    if (this.#waiting > 0) this.#drop(this.#waiting, 'shutdown');
    this.#unsettled = 0;
    this.#unsettledBytes = 0;
    this.#wake();
    await this.#options.onShutdown();
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
    const records = this.#take(count);
    this.#inFlight.add(batch);
    this.#options.sender.send(records, (offset, settled, outcome) => {
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
    for (const record of this.#queue.slice(this.#start, this.#start + limit)) {
      const more = bytesOf(record);
      if (count > 0 && bytes + more > BATCH_BYTES_MAX) break;
      count += 1;
      bytes += more;
    }
    return { count, bytes };
  }

  /** Removes the oldest from the queue. */
  #take(count: number): WaitingRecord[] {
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
    for (const record of this.#take(count)) this.#unsettledBytes -= bytesOf(record);
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
