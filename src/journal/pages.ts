/** Reads entries of the file for readers that are behind, some rows at a time. */
import type { Entry } from '../model/entry.ts';
import { chunkRow, decodeChunk } from './chunk.ts';
import type { Revive } from './parts.ts';
import type { SqlRow } from './sqlite.ts';
import type { Store } from './store.ts';

/** Entries of the file by their position; undefined for one that cannot be read. */
export interface Page {
  readonly from: number;
  readonly entries: readonly (Entry | undefined)[];
}

/** Rows of single events are read together, up to about so many events or so much text. */
const ENTRIES_WANTED = 256;
const CHARACTERS_WANTED = 128 * 1024;

export class Pages {
  readonly #revive: Revive;
  /** The last one: readers that are behind together read it once. */
  #last: Page | undefined;

  constructor(revive: Revive) {
    this.#revive = revive;
  }

  forget(): void {
    this.#last = undefined;
  }

  /** The page with this position of the file in it, or else the first one after it. */
  read(store: Store, position: number): Page | undefined {
    const last = this.#last;
    if (last !== undefined && position >= last.from && position < last.from + last.entries.length) return last;
    const first = store.chunkFrom(position);
    if (first === undefined) return undefined;
    const entries: (Entry | undefined)[] = [];
    let characters = this.#add(entries, first, store);
    const from = Number(first['first']);
    if (entries.length < ENTRIES_WANTED && characters < CHARACTERS_WANTED) {
      for (const row of store.chunksFrom(from + entries.length)) {
        if (Number(row['first']) !== from + entries.length) break;
        characters += this.#add(entries, row, store);
        if (entries.length >= ENTRIES_WANTED || characters >= CHARACTERS_WANTED) break;
      }
    }
    this.#last = { from, entries };
    return this.#last;
  }

  #add(entries: (Entry | undefined)[], row: SqlRow, store: Store): number {
    const chunk = chunkRow(row, store.identities);
    entries.push(...decodeChunk(chunk, store.identities, this.#revive));
    return chunk.lines.length;
  }
}
