/** Values in buckets. Adding one is cheap: it is done for every record that is delivered. */
import type { Distribution } from '../model/telemetry.ts';

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  /** @param bounds upper bounds, inclusive, rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** What is less than nothing is the difference of two clocks, and counts as nothing. What is no number is left out. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    const taken = Math.max(0, value);
    const index = this.#indexOf(taken);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += taken;
  }

  /** As it is now; what is added later does not change it. */
  distribution(): Distribution {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }

  /** The first bucket whose bound is not below the value; the last one where there is none. */
  #indexOf(value: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bounds[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
