/**
 * How long to wait before the next try: exponential, with jitter, so that many collectors that lost the same backend at
 * the same moment do not come back at the same moment.
 */
import type { Random } from './random.ts';

export interface BackoffOptions {
  /** The longest first wait, ms. */
  readonly initialMs: number;
  /** No wait is longer, ms. */
  readonly maxMs: number;
  /** Each wait may be this many times as long as the one before. */
  readonly factor: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #attempt = 0;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Milliseconds to wait now: between half of this attempt's bound and the bound. */
  next(): number {
    const { initialMs, maxMs, factor } = this.#options;
    const bound = Math.min(maxMs, initialMs * factor ** this.#attempt);
    this.#attempt += 1;
    return bound / 2 + (bound / 2) * this.#random.fraction();
  }

  /** It went well: the next wait is a first one. */
  reset(): void {
    this.#attempt = 0;
  }
}
