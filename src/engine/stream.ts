/**
 * A running `GET /events`.
 *
 * How it ended is read off the connection, not off Node's error, which is the same `ECONNRESET` for a proxy that closed
 * an idle stream and for a peer that died. A FIN, with or without HTTP's final chunk, is a close by the other side:
 * proxies do it to idle streams, and engines up to 28 when they are stopped. Everything else cut the stream.
 */
import type { IncomingMessage } from 'node:http';
import type { EngineProblem, EventStream, StreamEnd } from '../model/engine.ts';

/** Room for one reading of the socket, which is 64 KiB at most. */
const HELD_BYTES = 65_536;

export class ResponseStream implements EventStream {
  readonly #answer: IncomingMessage;
  readonly #end: Promise<StreamEnd>;
  #closedByUs = false;
  /**
   * What came and was not handed over: everything before `read` was called (a body that waits unread in Node's own buffer
   * is lost when the peer closes), and afterwards what one reading of the socket brought.
   */
  #held = Buffer.allocUnsafeSlow(HELD_BYTES);
  #heldLength = 0;
  #onBytes: ((bytes: Buffer) => void) | undefined;

  /**
   * @param answer just received; must be wrapped before the event loop turns
   * @param signal ends the stream from this side
   * @param explain says what cut the stream
   */
  constructor(answer: IncomingMessage, signal: AbortSignal, explain: (error: unknown) => EngineProblem) {
    this.#answer = answer;
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
      if (this.#heldLength === 0) queueMicrotask(() => this.#handOver());
      this.#hold(bytes);
    });
    const onAbort = () => this.close();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#end = new Promise((resolve) => {
      answer.once('close', () => {
        signal.removeEventListener('abort', onAbort);
        this.#handOver();
        if (this.#closedByUs) resolve({ kind: 'closed_by_us' });
        else if (answer.complete || finished) resolve({ kind: 'ended' });
        else resolve({ kind: 'cut', problem: explain(failure) });
      });
    });
    if (signal.aborted) this.close();
  }

  async read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd> {
    this.#onBytes = onBytes;
    this.#handOver();
    return this.#end;
  }

  /**
   * An engine flushes each event, so that each is an HTTP chunk and a `data` event of its own. Those of one reading of the
   * socket are handed over together: at full speed that halves what an event costs.
   */
  #handOver(): void {
    if (this.#onBytes === undefined || this.#heldLength === 0) return;
    const bytes = this.#held.subarray(0, this.#heldLength);
    this.#heldLength = 0;
    this.#onBytes(bytes);
    if (this.#held.length > HELD_BYTES) this.#held = Buffer.allocUnsafeSlow(HELD_BYTES);
  }

  #hold(bytes: Buffer): void {
    const length = this.#heldLength + bytes.length;
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2);
      this.#held.copy(larger, 0, 0, this.#heldLength);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldLength);
    this.#heldLength = length;
  }

  close(): void {
    if (this.#answer.destroyed) return;
    this.#closedByUs = true;
    this.#answer.destroy();
  }
}
