/**
 * What a lane has in hand, by the number that the processor gave each record.
 *
 * In pages, which are let go of as a whole, and each place is cleared when it is taken. In one Map that entries come into
 * and go out of for ever, every growth leaves a table behind that the next one hangs on, and what was in hand once would be
 * carried until the next full garbage collection (measured: 90 MiB at full speed).
 */
import type { EngineIdentity } from '../model/engine.ts';
import type { Entry } from '../model/entry.ts';
import type { UnixNanos } from '../model/time.ts';

/** What is left of an entry whose record is on its way. */
export interface InHand {
  /** Its place in the journal. */
  readonly position: number;
  readonly kind: Entry['kind'];
  readonly time: UnixNanos | undefined;
  readonly engine: EngineIdentity | undefined;
  /** Entries that the lane left out just before it, which are acknowledged together with it; undefined for none. */
  readonly leftOut: readonly LeftOut[] | undefined;
}

/** An entry that a lane makes no record of. */
export interface LeftOut {
  readonly position: number;
  readonly kind: Entry['kind'];
  readonly verdict: 'filtered' | 'passed_over';
}

interface Page {
  readonly places: (InHand | undefined)[];
  filled: number;
}

export class InHandPages {
  readonly #size: number;
  readonly #pages = new Map<number, Page>();

  /** @param size how many numbers that follow one another share a page */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many pages are held: those with something in them. */
  get pages(): number {
    return this.#pages.size;
  }

  add(number: number, inHand: InHand): void {
    const key = Math.floor(number / this.#size);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { places: new Array(this.#size), filled: 0 };
      this.#pages.set(key, page);
    }
    page.places[number % this.#size] = inHand;
    page.filled += 1;
  }

  /** What was added by this number; undefined when nothing was, or it was taken before. */
  take(number: number): InHand | undefined {
    const key = Math.floor(number / this.#size);
    const page = this.#pages.get(key);
    const taken = page?.places[number % this.#size];
    if (page === undefined || taken === undefined) return undefined;
    page.places[number % this.#size] = undefined;
    page.filled -= 1;
    if (page.filled === 0) this.#pages.delete(key);
    return taken;
  }

  /** What was left out before those that are held; they have it no more. */
  takeLeftOuts(): readonly LeftOut[] {
    const taken: LeftOut[] = [];
    for (const { places } of this.#pages.values()) {
      places.forEach((place, index) => {
        if (place?.leftOut === undefined) return;
        taken.push(...place.leftOut);
        places[index] = { ...place, leftOut: undefined };
      });
    }
    return taken;
  }

  /** Takes all that is held, in the order of its numbers. */
  drain(): readonly InHand[] {
    const pages = [...this.#pages].sort(([left], [right]) => left - right);
    this.#pages.clear();
    return pages.flatMap(([, { places }]) => places.filter((place) => place !== undefined));
  }
}
