/**
 * When batches of one exporter may be sent. One gate for all that are in flight, so that a backend that struggles is asked
 * by one of them and not by each.
 *
 *   open ──a try fails──► closed for a while ──the time is up──► one batch probes ──it fails──► closed for longer
 *    ▲                                                                  │
 *    └────────────────────── the backend answers it ◄───────────────────┘
 *
 * A wait is exponential with jitter, and never shorter than the failure asks for. What was in flight when the gate closed
 * may end as it likes: it does not open the gate, and it lengthens the wait only where the backend asks for more.
 */
import type { Backoff } from '../runtime/backoff.ts';
import type { Clock, Timer } from '../runtime/clock.ts';

export class Gate {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #waiting: (() => void)[] = [];
  #state: 'open' | 'closed' | 'probing' | 'shut' = 'open';
  #timer: Timer | undefined;
  #until = 0;

  constructor(clock: Clock, backoff: Backoff) {
    this.#clock = clock;
    this.#backoff = backoff;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Runs `task` now, or when the gate lets it through. */
  pass(task: () => void): void {
    if (this.#state === 'open') task();
    else if (this.#state !== 'shut') this.#waiting.push(task);
  }

  /**
   * A try failed, and `task` does it again.
   *
   * @returns the wait in milliseconds where this failure closed the gate; undefined where it was closed already
   */
  failed(task: () => void, isProbe: boolean, atLeastMs: number): number | undefined {
    if (this.#state === 'shut') return undefined;
    if (isProbe) this.#waiting.unshift(task);
    else this.#waiting.push(task);
    if (this.#state !== 'open' && !isProbe) {
      const isLonger = this.#clock.monotonicMs() + atLeastMs > this.#until;
      if (this.#state === 'closed' && isLonger) this.#close(atLeastMs);
      return undefined;
    }
    const delayMs = Math.max(this.#backoff.next(), atLeastMs);
    this.#close(delayMs);
    return delayMs;
  }

  /** The backend answered the probe: everybody may go. What fails at once closes the gate for the rest. */
  open(): void {
    this.#state = 'open';
    this.#backoff.reset();
    for (const task of this.#waiting.splice(0)) this.pass(task);
  }

  /** There is little time left: probes now instead of later. */
  hurry(): void {
    if (this.#state === 'closed') this.#probe();
  }

  /** Nothing is let through any more. */
  shut(): void {
    this.#timer?.cancel();
    this.#waiting.length = 0;
    this.#state = 'shut';
  }

  #close(delayMs: number): void {
    this.#state = 'closed';
    this.#until = this.#clock.monotonicMs() + delayMs;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayMs, () => this.#probe());
  }

  #probe(): void {
    this.#timer?.cancel();
    this.#state = 'probing';
    this.#waiting.shift()?.();
  }
}
