/**
 * A connection that rests between readings.
 *
 * An engine writes each event by itself, and each wakes this process up: measured at 1,000 events/s, waking up costs
 * several times what the event costs. So after a reading that emptied the socket it is left alone for a moment, while
 * kernel and engine (1,024 events for each subscriber, and 100 ms) hold what comes, and is then read at once:
 *
 *     event ──► reading ──► peek ──► reading ──► rest ──► reading ──► rest ──► waiting for an event
 *
 * - An event that breaks a silence is handed over after a second look: a burst begins with one event too, an engine keeps
 *   for 100 ms what finds no room, and who handles the first event for the first time (code that was never run: 30 ms) does
 *   not read meanwhile. What comes during a rest is late by the rest at most.
 * - A rest is the shorter the more comes, so that about `GATHERED_BYTES` gather in one, and there is none when the socket
 *   could not be emptied in one reading: at full speed nothing is gained by it, and whoever writes would be held up.
 * - A close by the other side is noticed at the end of a rest. Bytes that came before it are read first, as always.
 *
 * Node's HTTP client resumes a paused socket by itself, so what it is given is not the socket but this stream before it;
 * and the chunks that one reading brought are made one for it (join-chunks.ts).
 */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock, Timer } from '../runtime/clock.ts';
import { ChunkJoiner } from './join-chunks.ts';

export interface Pacing {
  readonly clock: Clock;
  /** The longest rest in milliseconds. */
  readonly intervalMs: number;
}

/** One reading of a socket, as much as libuv reads at once. */
const READING_BYTES = 65_536;

/** A unix socket of Linux holds some 90 KiB of events that are written one by one. */
const GATHERED_BYTES = 49_152;

/** So much that it takes some seven intervals until rests are whole again. */
const BUSY_BYTES = 80 * GATHERED_BYTES;

/** Nothing for so long is a silence. Longer than the longest rest. */
const SILENCE_MS = 100;

/** In that time it shows whether what broke a silence is one event or the first of thousands. */
const PEEK_MS = 2;

/** Says how long to rest, from how much came lately. */
export class Pace {
  readonly #intervalMs: number;
  /** What came, in bytes; what is older counts less. */
  #recent: number;
  #seenMs: number;

  /** @param isBusy begins as if much had come, so that it takes a while until there are rests */
  constructor(intervalMs: number, nowMs: number, isBusy: boolean) {
    this.#intervalMs = intervalMs;
    this.#seenMs = nowMs;
    this.#recent = isBusy ? BUSY_BYTES : 0;
  }

  /** Whether a reading now is the first for long. */
  isSilent(nowMs: number): boolean {
    return nowMs - this.#seenMs >= SILENCE_MS;
  }

  /** How long to rest after a reading, in milliseconds; 0 for not at all. */
  rest(bytes: number, wasEmptied: boolean, nowMs: number): number {
    const memoryMs = 2 * this.#intervalMs;
    this.#recent = this.#recent * Math.exp((this.#seenMs - nowMs) / memoryMs) + bytes;
    this.#seenMs = nowMs;
    if (!wasEmptied) {
      this.#recent = Math.max(this.#recent, BUSY_BYTES);
      return 0;
    }
    const restMs = Math.min(this.#intervalMs, (GATHERED_BYTES * memoryMs) / this.#recent);
    // A short rest would save little, and a clock's timer takes its own time.
    return restMs < this.#intervalMs / 10 ? 0 : restMs;
  }
}

export class PacedConnection extends Duplex {
  readonly #socket: Socket;
  readonly #pacing: Pacing;
  #pace: Pace | undefined;
  #rest: Timer | undefined;
  #kept: Buffer | undefined;
  #isHeldUp = false;
  #isHeldBack = false;
  readonly #joiner = new ChunkJoiner();

  constructor(to: NetConnectOpts, pacing: Pacing) {
    super({ allowHalfOpen: false });
    this.#pacing = pacing;
    const buffer = Buffer.allocUnsafeSlow(READING_BYTES);
    const callback = (length: number) => this.#onReading(buffer, length);
    this.#socket = connect({ ...to, onread: { buffer, callback } });
    let hasEnded = false;
    this.#socket.once('end', () => {
      hasEnded = true;
      this.#giveKept();
      this.push(null);
    });
    this.#socket.on('error', (error) => {
      this.#giveKept();
      this.destroy(error);
    });
    // After an end there may be bytes that nobody has taken yet.
    this.#socket.once('close', () => {
      if (!hasEnded) this.destroy();
    });
  }

  get clock(): Clock {
    return this.#pacing.clock;
  }

  /**
   * From now on it rests. Before, every reading is handed over as it comes.
   * @param isUrgent reads what comes in the first moments without a rest
   */
  begin(isUrgent: boolean): void {
    this.#pace = new Pace(this.#pacing.intervalMs, this.#pacing.clock.monotonicMs(), isUrgent);
  }

  /** False stops the reading. */
  #onReading(buffer: Buffer, length: number): boolean {
    const given = this.#joiner.take(buffer.subarray(0, length));
    const nowMs = this.#pacing.clock.monotonicMs();
    const isEmptied = length < buffer.length;
    const isPeek = isEmptied && this.#pace?.isSilent(nowMs) === true;
    const restMs = this.#pace?.rest(length, isEmptied, nowMs) ?? 0;
    if (isPeek) this.#restFor(Math.min(PEEK_MS, this.#pacing.intervalMs), given);
    else this.#give(given);
    if (!isPeek && restMs > 0) this.#restFor(restMs);
    return this.#rest === undefined && !this.#isHeldUp && !this.#isHeldBack;
  }

  #give(bytes: Buffer): void {
    this.#isHeldUp = bytes.length > 0 && !this.push(bytes);
  }

  /** @param kept is handed over afterwards */
  #restFor(restMs: number, kept?: Buffer): void {
    this.#kept = kept;
    this.#rest = this.#pacing.clock.after(restMs, () => {
      this.#rest = undefined;
      this.#giveKept();
      this.#goOn();
    });
  }

  #giveKept(): void {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined) this.#give(kept);
  }

  /** Reads nothing more until `letGo`: whoever takes what was read is far behind. */
  holdBack(): void {
    this.#isHeldBack = true;
  }

  letGo(): void {
    this.#isHeldBack = false;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#rest === undefined && !this.#isHeldUp && !this.#isHeldBack) this.#socket.resume();
  }

  override _read(): void {
    this.#isHeldUp = false;
    this.#goOn();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#rest?.cancel();
    this.#socket.destroy();
    done(error);
  }
}
