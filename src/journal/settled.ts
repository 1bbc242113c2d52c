/**
 * Which positions a reader is done with: all below its cursor, and ranges above it, because requests are answered in any
 * order. Nearly always a position comes next to one that is known.
 */
export interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export class Settled {
  #cursor: number;
  /** Above the cursor, ascending, none touching another. */
  #ranges: { from: number; to: number }[];

  constructor(cursor: number, ranges: readonly Range[] = []) {
    this.#cursor = cursor;
    this.#ranges = [];
    for (const { from, to } of ranges) this.add(from, to);
  }

  /** Everything below is settled, this is not. */
  get cursor(): number {
    return this.#cursor;
  }

  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  has(position: number): boolean {
    if (position < this.#cursor) return true;
    if (this.#ranges.length === 0) return false;
    const range = this.#ranges[this.#indexFrom(position)];
    return range !== undefined && range.from <= position;
  }

  /** The first position from this one on that is not settled. */
  nextOpen(position: number): number {
    if (position < this.#cursor) return this.#cursor;
    const range = this.#ranges[this.#indexFrom(position)];
    return range !== undefined && range.from <= position ? range.to : position;
  }

  /** How many positions from `from` to `to` are not settled. */
  openIn(from: number, to: number): number {
    const start = Math.max(from, this.#cursor);
    if (to <= start) return 0;
    let open = to - start;
    for (let index = this.#indexFrom(start); ; index += 1) {
      const range = this.#ranges[index];
      if (range === undefined || range.from >= to) return open;
      open -= Math.min(range.to, to) - Math.max(range.from, start);
    }
  }

  add(from: number, to = from + 1): void {
    if (to <= this.#cursor || to <= from) return;
    if (from <= this.#cursor) this.#cursor = to;
    else this.#insert(from, to);
    this.#absorb();
  }

  /** Moves the cursor over the ranges that it has come to. */
  #absorb(): void {
    let taken = 0;
    for (const range of this.#ranges) {
      if (range.from > this.#cursor) break;
      this.#cursor = Math.max(this.#cursor, range.to);
      taken += 1;
    }
    if (taken > 0) this.#ranges = this.#ranges.slice(taken);
  }

  #insert(from: number, to: number): void {
    const last = this.#ranges.at(-1);
    if (last === undefined || last.to < from) {
      this.#ranges.push({ from, to });
      return;
    }
    // The first range that ends at or after `from` may be joined, and those after it.
    let index = this.#indexFrom(from - 1);
    const first = this.#ranges[index];
    if (first !== undefined && first.from <= to) {
      first.from = Math.min(first.from, from);
      first.to = Math.max(first.to, to);
      index += 1;
      let joined = 0;
      for (let next = this.#ranges[index]; next !== undefined && next.from <= first.to; ) {
        first.to = Math.max(first.to, next.to);
        joined += 1;
        next = this.#ranges[index + joined];
      }
      if (joined > 0) this.#ranges.splice(index, joined);
      return;
    }
    this.#ranges.splice(index, 0, { from, to });
  }

  /** The index of the first range that ends after `position`. */
  #indexFrom(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.to ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** So many ranges are written down, the largest ones; what is in others would be given again after a restart. */
const RANGES_KEPT = 256;

/**
 * Many small ones are entries that this reader has no use for, between those of a batch that is on its way. What other
 * batches have delivered above it is large.
 */
export function largest(ranges: readonly Range[]): readonly Range[] {
  if (ranges.length <= RANGES_KEPT) return ranges;
  const bySize = ranges.toSorted((one, other) => other.to - other.from - (one.to - one.from));
  return bySize.slice(0, RANGES_KEPT).sort((one, other) => one.from - other.from);
}
