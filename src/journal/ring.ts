/** Entries in memory by their position, the newest of all: bounded in number and in text. */
import type { Entry } from '../model/entry.ts';
import type { JournalOptions } from './config.ts';

export class Ring {
  readonly #options: JournalOptions;
  readonly #slots: (Entry | undefined)[] = [];
  #tail = 0;
  #head = 0;
  #bytes = 0;
  #counted = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** The position of the next entry. */
  get tail(): number {
    return this.#tail;
  }

  /** The oldest position that is held; all from here to the tail are. */
  get head(): number {
    return this.#head;
  }

  /** How many of all that were ever pushed are counted for readers. */
  get counted(): number {
    return this.#counted;
  }

  at(position: number): Entry | undefined {
    return this.#slots[position % this.#options.event_queue_size];
  }

  /** True when `entry` does not fit. One that is larger than all the room there is stands alone. */
  isFullFor(entry: Entry): boolean {
    if (this.#tail === this.#head) return false;
    const { event_queue_size, event_queue_bytes } = this.#options;
    return this.#tail - this.#head >= event_queue_size || this.#bytes + bytesOf(entry) > event_queue_bytes;
  }

  /** How many of those from this position on are counted for readers, and match. */
  count(from: number, matches: (entry: Entry, position: number) => boolean): number {
    let count = 0;
    for (let position = Math.max(from, this.#head); position < this.#tail; position += 1) {
      const entry = this.at(position);
      if (entry !== undefined && isCounted(entry) && matches(entry, position)) count += 1;
    }
    return count;
  }

  push(entry: Entry): void {
    this.#bytes += bytesOf(entry);
    this.#slots[this.#tail % this.#options.event_queue_size] = entry;
    this.#tail += 1;
    if (isCounted(entry)) this.#counted += 1;
  }

  /** Lets go of the oldest. */
  shift(): Entry | undefined {
    const slot = this.#head % this.#options.event_queue_size;
    const entry = this.#slots[slot];
    this.#slots[slot] = undefined;
    this.#head += 1;
    if (entry !== undefined) this.#bytes -= bytesOf(entry);
    return entry;
  }

  /** Lets go of everything before `position`. */
  releaseBelow(position: number): void {
    while (this.#head < position) this.shift();
  }
}

/** The text that an entry holds in memory, in characters; telling a loss costs nothing worth counting. */
function bytesOf(entry: Entry): number {
  return entry.kind === 'event' ? entry.raw.length : 0;
}

/** True for what is counted in a loss when there is no room for it; gaps and losses are few, and told later. */
export function isGivenUp({ kind }: Entry): boolean {
  return kind === 'event' || kind === 'alert' || kind === 'span';
}

/** True for what a reader's tally counts: twins are leased to nobody, and what tells of a loss was never handed over. */
export function isCounted(entry: Entry): boolean {
  return entry.kind !== 'loss' && !isTwin(entry);
}

/** Kept for the sake of a later start only. */
export function isTwin(entry: Entry): boolean {
  return entry.kind === 'event' && entry.isTwin === true;
}
