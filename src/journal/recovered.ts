/** What an earlier process left in the file, read when it is asked for. */
import type { EventEntry } from '../model/entry.ts';
import type { Recovered } from '../model/journal.ts';
import { chunkRow, decodeChunk } from './chunk.ts';
import { type Revive, TUNING } from './parts.ts';
import type { SqlRow } from './sqlite.ts';
import type { Store } from './store.ts';

const AT_A_TIME = 16;

/**
 * @param foldedUpTo the position in the file that comes after the last event that was folded
 * @param guard runs what reads the file, and gives the other value where that fails
 */
export function recoveredFrom(
  store: Store,
  revive: Revive,
  foldedUpTo: number,
  wasDamaged: boolean,
  guard: <Value>(read: () => Value, otherwise: Value) => Value,
): Recovered {
  const eventsOf = (row: SqlRow) => {
    const entries = decodeChunk(chunkRow(row, store.identities), store.identities, revive);
    return entries.filter((entry) => entry?.kind === 'event');
  };
  const { next } = store;
  return {
    get state() {
      return guard(() => store.rows('state'), new Map<string, string>());
    },
    get fold() {
      return guard(() => store.rows('fold'), new Map<string, string>());
    },
    unfolded: {
      *[Symbol.iterator]() {
        let from = guard(() => store.chunkStart(foldedUpTo), next);
        while (from < next) {
          const rows = guard(() => rowsFrom(store, from), []);
          for (const row of rows) yield* eventsOf(row);
          const last = rows.at(-1);
          from = last === undefined ? next : Number(last['first']) + Number(last['count']);
        }
      },
    },
    lastEvents(receiver) {
      const known = store.identities.findReceiver(receiver);
      if (known === undefined) return [];
      return guard(() => {
        const found: EventEntry[][] = [];
        let count = 0;
        for (const row of store.chunksOf(known.id)) {
          const events = eventsOf(row).filter(({ synthetic }) => synthetic === undefined);
          found.push(events);
          count += events.length;
          if (count >= TUNING.keptEvents) break;
        }
        return found.reverse().flat();
      }, []);
    },
    wasDamaged,
  };
}

/** Not while the rows are given out: whoever takes them may write in between. */
function rowsFrom(store: Store, from: number): readonly SqlRow[] {
  const rows: SqlRow[] = [];
  for (const row of store.chunksFrom(from)) {
    rows.push(row);
    if (rows.length === AT_A_TIME) break;
  }
  return rows;
}
