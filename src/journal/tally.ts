/**
 * What became of a reader's entries. What waits is not counted but worked out: so the sum is right at every moment, whatever
 * happens in the midst of an append, and a test can compare it with what is really there.
 */
import type { Entry } from '../model/entry.ts';
import type { ReaderTally } from '../model/journal.ts';

/** Whether a reader has any business with an entry. */
export type Wants = (entry: Entry) => boolean;

export const WANTS_ALL: Wants = () => true;

/** An append never throws, so neither may this: what cannot be judged is wanted. Its lane tells of the fault. */
export function neverThrowing(wants: Wants): Wants {
  return (entry) => {
    try {
      return wants(entry);
    } catch {
      // Told as a loss, which is more than it may be, and never less.
      return true;
    }
  };
}

export class Tally {
  #carriedOver = 0;
  #sentAgain = 0;
  #acknowledged = 0;
  #passedOver = 0;
  #dropped = 0;

  /** Found in the file; less than nothing where it turns out not to be there. */
  carryOver(count: number): void {
    this.#carriedOver += count;
  }

  /** A person has sent dead letters again: they were acknowledged, and are entries anew. */
  sendAgain(count: number): void {
    this.#sentAgain += count;
  }

  acknowledge(): void {
    this.#acknowledged += 1;
  }

  passOver(count = 1): void {
    this.#passedOver += count;
  }

  drop(count = 1): void {
    this.#dropped += count;
  }

  /** @param appended so many that are counted were handed to the journal */
  with(appended: number): ReaderTally {
    const came = this.#carriedOver + this.#sentAgain + appended;
    return {
      carriedOver: this.#carriedOver,
      appended: this.#sentAgain + appended,
      passedOver: this.#passedOver,
      dropped: this.#dropped,
      waiting: came - this.#acknowledged - this.#passedOver - this.#dropped,
    };
  }
}
