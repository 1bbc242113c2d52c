/** Values in buckets. Adding one is cheap: it is done for every record that is delivered. */
import type { Distribution, Measure } from '../model/telemetry.ts';

/** One attempt takes a millisecond on a loopback, and no longer than a timeout. */
const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600,
] as const;

/** From the engine's clock to the backend's answer: moments, or as long as a backend was away. A week is the default `max_age`. */
const LAG_BOUNDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800,
] as const;

export const BOUNDS: Readonly<Record<Measure, readonly number[]>> = {
  export_duration: DURATION_BOUNDS,
  export_lag: LAG_BOUNDS,
};

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** What is less than nothing is the difference of two clocks, and counts as nothing. What is no number is left out. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    const seconds = Math.max(0, value);
    const index = this.#indexOf(seconds);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
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
