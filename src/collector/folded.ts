/** What a receiver hands over, on its way into the journal. */
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Entry, GapEntry, Received } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';

/** Events with their meaning and the spans that they ended, in their order; gaps stay as they are. */
export function folded(lifecycle: Lifecycle, delivered: readonly (Received | GapEntry)[]): readonly Entry[] {
  if (delivered.every(isReceived)) return lifecycle.fold(delivered);
  return delivered.flatMap((entry): readonly Entry[] => {
    if (isReceived(entry)) return lifecycle.fold([entry]);
    lifecycle.noteGap();
    return [entry];
  });
}

function isReceived(entry: Received | GapEntry): entry is Received {
  return !('kind' in entry);
}

/** Rows that belong to the same append. */
export function together(rows: StateRows | undefined, more: StateRows): StateRows {
  if (rows === undefined || rows.size === 0) return more;
  return more.size === 0 ? rows : new Map([...rows, ...more]);
}
