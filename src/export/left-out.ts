/**
 * What a lane leaves out between two records is acknowledged together with the second of them.
 *
 *   … record  ─ ─ ─  record  ─ ─ record        one cursor for all that is settled, whatever lies between
 *
 * Acknowledged at once, each record in hand would be a hole in what is settled, which the journal would have to write down
 * hole by hole, with each of its transactions. Only a few are kept so: a long stretch without a record is acknowledged at
 * once, and so is everything where nothing is in hand.
 */
import type { LeftOut } from './in-hand.ts';

/** So many holes are worth it, and no more are waited for. */
const KEPT_MAX = 64;

export class LeftOuts {
  readonly #acknowledge: (leftOut: LeftOut) => void;
  #kept: LeftOut[] = [];

  constructor(acknowledge: (leftOut: LeftOut) => void) {
    this.#acknowledge = acknowledge;
  }

  /** @param isIdle nothing is in hand that it could wait for */
  add(leftOut: LeftOut, isIdle: boolean): void {
    this.#kept.push(leftOut);
    if (isIdle || this.#kept.length >= KEPT_MAX) this.flush();
  }

  /** What goes with the next record. */
  take(): readonly LeftOut[] | undefined {
    if (this.#kept.length === 0) return undefined;
    const taken = this.#kept;
    this.#kept = [];
    return taken;
  }

  /** Nothing is waited for any more. */
  flush(): void {
    for (const each of this.take() ?? []) this.#acknowledge(each);
  }

  /** The record that they went with is done with. */
  settle(leftOut: readonly LeftOut[] | undefined): void {
    if (leftOut !== undefined) for (const each of leftOut) this.#acknowledge(each);
  }
}
