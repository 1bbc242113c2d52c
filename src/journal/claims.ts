/** Readers as the bounds of the file see them: in positions of the file, and each with its claim on what is in it. */
import type { DurableReader } from './durable-reader.ts';
import type { Pages } from './pages.ts';
import type { Claim } from './retention.ts';
import type { Store } from './store.ts';

export function claimOf(reader: DurableReader, offset: number, store: Store, pages: Pages): Claim {
  const { settled, until = Number.MAX_SAFE_INTEGER } = reader;
  return {
    oldest: settled.cursor < until ? settled.cursor + offset : undefined,
    get next() {
      return reader.next < until ? reader.next + offset : undefined;
    },
    isInHand: (from, to) => reader.isInHand(from - offset, to - offset),
    lose(from, to, reason) {
      // Of what it is done with nothing has to be read.
      if (reader.settled.openIn(from - offset, to - offset) === 0) return;
      for (let position = from; position < Math.min(to, until + offset); ) {
        const page = pages.read(store, position);
        if (page === undefined) return;
        const entry = page.entries[position - page.from];
        reader.loses(position - offset, entry, reason);
        position += 1;
      }
    },
  };
}
