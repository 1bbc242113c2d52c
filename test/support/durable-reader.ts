/** A reader of entries that outlive the process, kept in an array: for what a lane does with one. */
import type { Entry } from '../../src/model/entry.ts';
import type { JournalReader, Leased, ReaderTally } from '../../src/model/journal.ts';

export class DurableReader implements JournalReader {
  readonly isDurable = true;
  readonly acknowledged: number[] = [];
  readonly aside: { readonly position: number; readonly detail: string }[] = [];
  readonly told: Entry[] = [];
  #entries: readonly Entry[];
  #leased = 0;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  get waiting(): number {
    return this.#entries.length - this.#leased;
  }

  get tally(): ReaderTally {
    const entries = this.#entries.filter(({ kind }) => kind !== 'loss').length;
    const acknowledged = this.acknowledged.length + this.aside.length;
    return { carriedOver: 0, appended: entries, passedOver: 0, dropped: 0, waiting: entries - acknowledged };
  }

  lease(max: number): readonly Leased[] {
    const first = this.#leased;
    const leased = this.#entries.slice(first, first + max).map((entry, at) => ({ position: first + at, entry }));
    this.#leased += leased.length;
    return leased;
  }

  onAppend(): void {}

  acknowledge({ position }: Pick<Leased, 'position'>): void {
    this.acknowledged.push(position);
  }

  setAside({ position }: Pick<Leased, 'position'>, detail: string): void {
    this.aside.push({ position, detail });
  }

  tell(loss: Entry): void {
    this.told.push(loss);
    this.#entries = [...this.#entries, loss];
  }
}
