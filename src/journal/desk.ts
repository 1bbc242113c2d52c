/**
 * What a person decides about a journal, written to its file. A collector that works on it notices within seconds; one that
 * does not finds it at its next start.
 */
import type { Result } from '../model/engine.ts';
import type { DeadLetterFilter, JournalDesk } from '../model/journal-look.ts';
import type { StoredLetter } from './dead-letters.ts';
import { type OpenDatabase, openDatabase } from './sqlite.ts';
import { type Visit, visit } from './visit.ts';
import { waitingFor } from './waiting.ts';

/** A collector waits for the file for a quarter of a second and no longer, so it is held for a few milliseconds at a time. */
const AT_A_TIME = 100;

/** The problem is a sentence for the person who wants to decide. */
export function openDesk(directory: string, open: OpenDatabase = openDatabase): Result<JournalDesk, string> {
  const opened = visit(directory, open, false);
  return opened.ok ? { ok: true, value: new Desk(opened.value) } : opened;
}

class Desk implements JournalDesk {
  readonly #visit: Visit;

  constructor(opened: Visit) {
    this.#visit = opened;
  }

  resend(which: DeadLetterFilter): number {
    const { store } = this.#visit;
    return this.#each(which, ({ reader, entry }) => {
      store.addTold(reader, entry);
    });
  }

  discard(which: DeadLetterFilter): number {
    return this.#each(which, () => {});
  }

  /** Removes all of these, some at a time, and does with each what is to be done before. */
  #each(which: DeadLetterFilter, act: (letter: StoredLetter) => void): number {
    const { store } = this.#visit;
    let count = 0;
    for (;;) {
      const done = store.transaction(() => {
        const letters = store.letters.list(which, AT_A_TIME);
        for (const letter of letters) {
          act(letter);
          store.letters.remove(letter.id);
        }
        return letters.length;
      });
      count += done;
      if (done < AT_A_TIME) return count;
    }
  }

  forget(exporter: string): number | undefined {
    const { store } = this.#visit;
    const row = store.readers().find(({ name }) => name === exporter);
    const letters = this.discard({ ids: undefined, exporter });
    if (row === undefined) return letters === 0 ? undefined : letters;
    const waiting = waitingFor(row, store);
    store.transaction(() => store.forgetReader(exporter));
    return waiting + letters;
  }

  close(): void {
    this.#visit.database.close();
  }
}
