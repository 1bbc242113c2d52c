/**
 * A running `GET /events`.
 *
 *     socket ──► backlog ──one block a turn──► whoever reads the events
 *
 * - Reading goes before everything else. A burst of 10,000 events is with the engine for 100 ms at most, and to decode and
 *   keep it takes longer than that: so what comes is put by, and handed on block by block, between which the socket is read
 *   again. As long as much comes at a time, whoever writes is waiting for us, and nothing is handed on at all: the first
 *   block alone can take 40 ms, of code that was never run. When more than `BACKLOG_MAX` is put by, the socket waits; and
 *   until all of it has been taken, no more than `STEADY_BACKLOG_MAX` is put by again, and nothing waits for more.
 * - How it ended is read off the connection, not off Node's error, which is the same `ECONNRESET` for a proxy that closed
 *   an idle stream and for a peer that died. A FIN, with or without HTTP's final chunk, is a close by the other side:
 *   proxies do it to idle streams, and engines up to 28 when they are stopped. Everything else cut the stream.
 */
import type { IncomingMessage } from 'node:http';
import type { EngineProblem, EventStream, StreamEnd } from '../model/engine.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { Backlog } from './backlog.ts';

/** Some hundred events, which take a few milliseconds. */
const BLOCK_BYTES = 65_536;

/** Some 14,000 events of ordinary size. */
const BACKLOG_MAX = 8 * 1024 * 1024;

/** Whoever is behind for long gains nothing by a long backlog, and what was read just now is still in the processor's cache. */
const STEADY_BACKLOG_MAX = 512 * 1024;

/** When so much comes in one turn of the loop, which is a whole reading, more is waiting behind it. */
const MUCH_BYTES = 60_000;

/** When less than that comes in so long a time, nobody waits any more. A writer that had to wait takes some ms to go on. */
const QUIET_MS = 5;

/** A connection that can be made to wait. */
export interface Restrainable {
  readonly clock: Clock;
  /** Reads nothing more until `letGo`. */
  holdBack(): void;
  letGo(): void;
}

export class ResponseStream implements EventStream {
  readonly #answer: IncomingMessage;
  readonly #end: Promise<StreamEnd>;
  #closedByUs = false;
  /**
   * What came and was not handed over: everything before `read` was called (a body that waits unread in Node's own buffer
   * is lost when the peer closes), and afterwards what came faster than it was taken.
   */
  readonly #backlog = new Backlog(BLOCK_BYTES);
  readonly #connection: Restrainable | undefined;
  #isTurnSet = false;
  /** What came since the last turn. */
  #gained = 0;
  /** Runs while more may be waiting. */
  #quiet: Timer | undefined;
  #isHeldBack = false;
  #most = BACKLOG_MAX;
  #onBytes: ((bytes: Buffer) => void) | undefined;

  /**
   * @param answer just received; must be wrapped before the event loop turns
   * @param signal ends the stream from this side
   * @param explain says what cut the stream
   * @param connection where it can be made to wait; without one, what is too much to be put by is handed on at once
   */
  constructor(
    answer: IncomingMessage,
    signal: AbortSignal,
    explain: (error: unknown) => EngineProblem,
    connection?: Restrainable,
  ) {
    this.#answer = answer;
    this.#connection = connection;
    let finished = false;
    let failure: unknown;
    answer.socket.once('end', () => {
      finished = true;
    });
    answer.socket.once('error', (error) => {
      failure = error;
    });
    answer.on('error', (error) => {
      failure ??= error;
    });
    answer.on('data', (bytes: Buffer) => {
      this.#backlog.add(bytes);
      this.#gained += bytes.length;
      this.#setTurn();
      if (this.#backlog.length > this.#most) this.#restrain();
    });
    const onAbort = () => this.close();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#end = new Promise((resolve) => {
      answer.once('close', () => {
        signal.removeEventListener('abort', onAbort);
        this.#quiet?.cancel();
        this.#handOverAll();
        if (this.#closedByUs) resolve({ kind: 'closed_by_us' });
        else if (answer.complete || finished) resolve({ kind: 'ended' });
        else resolve({ kind: 'cut', problem: explain(failure) });
      });
    });
    if (signal.aborted) this.close();
  }

  async read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd> {
    this.#onBytes = onBytes;
    if (this.#answer.destroyed) this.#handOverAll();
    else this.#setTurn();
    return this.#end;
  }

  /** After everything that can be read now has been. */
  #setTurn(): void {
    if (this.#isTurnSet || this.#onBytes === undefined || this.#backlog.length === 0) return;
    this.#isTurnSet = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const gained = this.#gained;
    this.#gained = 0;
    this.#quiet = undefined;
    if (gained >= MUCH_BYTES && this.#connection !== undefined && this.#most === BACKLOG_MAX) {
      this.#quiet = this.#connection.clock.after(QUIET_MS, () => this.#turn());
      return;
    }
    this.#isTurnSet = false;
    this.#handOver();
    this.#setTurn();
  }

  /** One block. */
  #handOver(): void {
    const bytes = this.#onBytes === undefined ? undefined : this.#backlog.take();
    if (bytes !== undefined) this.#onBytes?.(bytes);
    if (this.#backlog.length === 0) this.#most = BACKLOG_MAX;
    if (!this.#isHeldBack || this.#backlog.length > STEADY_BACKLOG_MAX / 2) return;
    this.#isHeldBack = false;
    this.#connection?.letGo();
  }

  #handOverAll(): void {
    while (this.#onBytes !== undefined && this.#backlog.length > 0) this.#handOver();
  }

  #restrain(): void {
    if (this.#connection === undefined) {
      this.#handOver();
    } else if (!this.#isHeldBack) {
      this.#isHeldBack = true;
      this.#most = STEADY_BACKLOG_MAX;
      this.#connection.holdBack();
      if (this.#quiet !== undefined) {
        this.#quiet.cancel();
        setImmediate(() => this.#turn());
      }
    }
  }

  close(): void {
    if (this.#answer.destroyed) return;
    this.#closedByUs = true;
    this.#answer.destroy();
  }
}
