/** How much of the file a reader is not done with, in what a tally counts: no twins, and nothing that tells of a loss. */
import { twinsIn } from './chunk.ts';
import { Settled } from './settled.ts';
import type { ReaderRow, Store } from './store.ts';

/**
 * For a reader that is configured: where it was not for a while, it is given what came meanwhile, too, as far as that is kept.
 *
 * Counted by positions, so that it costs the same for a large file. Where a hole was left that the row does not know of any
 * more, it is counted until the reader comes to it.
 */
export function carriedOver({ cursor, settled: ranges }: Omit<ReaderRow, 'until'>, store: Store): number {
  const settled = new Settled(cursor, ranges);
  return settled.openIn(cursor, store.next) - openTwins(settled, store, store.next);
}

/** Counted by rows, all of which are looked at. */
export function waitingFor(row: ReaderRow, store: Store): number {
  const settled = new Settled(row.cursor, row.settled);
  const to = endOf(row, store);
  let waiting = store.countBetween(row.cursor, to) - openTwins(settled, store, to);
  for (const range of settled.ranges) waiting -= store.countBetween(range.from, Math.min(range.to, to));
  return waiting + toldCounted(row.name, store);
}

function toldCounted(reader: string, store: Store): number {
  return store.toldRows(reader, 0).filter(({ kind }) => kind !== 'loss').length;
}

function endOf({ until }: ReaderRow, store: Store): number {
  return until ?? store.next;
}

function openTwins(settled: Settled, store: Store, to: number): number {
  let count = 0;
  for (const row of store.rowsWithTwins(settled.cursor)) {
    for (const index of twinsIn(String(row['extras']))) {
      const position = Number(row['first']) + index;
      if (position < to && !settled.has(position)) count += 1;
    }
  }
  return count;
}
