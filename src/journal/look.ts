/** A look at what a journal holds, without writing anything. */
import type { Result } from '../model/engine.ts';
import { type Entry, type EventEntry, entryTime } from '../model/entry.ts';
import type {
  CursorStatus,
  DeadLetter,
  DeadLetterFilter,
  EntryQuery,
  JournalLook,
  JournalStatus,
  ReceiverStatus,
} from '../model/journal-look.ts';
import { compareTimes, fromUnixMillis, type UnixNanos } from '../model/time.ts';
import { chunkRow, decodeChunk, gapsIn } from './chunk.ts';
import { decodeEntry } from './entry-text.ts';
import { isLocked, readHolder } from './lock.ts';
import type { Revive } from './parts.ts';
import { isTwin } from './ring.ts';
import { type OpenDatabase, openDatabase, type SqlRow } from './sqlite.ts';
import { bytesOf } from './storage.ts';
import type { ReaderRow } from './store.ts';
import { type Visit, visit } from './visit.ts';
import { waitingFor } from './waiting.ts';

/** The problem is a sentence for the person who wants to look. */
export function openLook(
  directory: string,
  revive: Revive,
  open: OpenDatabase = openDatabase,
): Result<JournalLook, string> {
  const opened = visit(directory, open, true);
  if (!opened.ok) return opened;
  return { ok: true, value: new Look(directory, opened.value, revive, open) };
}

class Look implements JournalLook {
  readonly #directory: string;
  readonly #visit: Visit;
  readonly #revive: Revive;
  readonly #open: OpenDatabase;

  constructor(directory: string, opened: Visit, revive: Revive, open: OpenDatabase) {
    this.#directory = directory;
    this.#visit = opened;
    this.#revive = revive;
    this.#open = open;
  }

  status(): JournalStatus {
    const { store, file } = this.#visit;
    // All of one moment, although a collector may be writing.
    return store.snapshot(() => {
      const { entries, oldest, newest } = store.extent();
      return {
        file,
        bytes: bytesOf(this.#directory),
        holder: this.#holder(),
        entries,
        oldest,
        newest,
        exporters: this.#cursors(),
        receivers: [...store.identities.receivers()].map(({ id, name }) => this.#receiver(id, name)),
        gaps: store.extrasWith('"kind":"gap"').reduce((sum, extras) => sum + gapsIn(extras), 0),
        deadLetters: store.letters.counts().reduce((sum, { count }) => sum + count, 0),
      };
    });
  }

  #holder(): string | undefined {
    if (!isLocked(this.#directory, this.#open)) return undefined;
    const holder = readHolder(this.#directory);
    return holder === undefined ? 'another process' : `${holder.name} on ${holder.host}, since ${holder.since}`;
  }

  #cursors(): readonly CursorStatus[] {
    const { store } = this.#visit;
    const letters = new Map(store.letters.counts().map(({ reader, count }) => [reader, count]));
    const cursors = store.readers().map((row) => this.#cursor(row, letters.get(row.name) ?? 0));
    const known = new Set(cursors.map(({ exporter }) => exporter));
    for (const [exporter, deadLetters] of letters) {
      if (!known.has(exporter)) cursors.push({ exporter, waiting: 0, oldest: undefined, deadLetters });
    }
    return cursors;
  }

  #cursor(row: ReaderRow, deadLetters: number): CursorStatus {
    const { store } = this.#visit;
    const { name, cursor, until = store.next } = row;
    const waiting = waitingFor(row, store);
    const first = cursor < until ? store.chunkFrom(cursor) : undefined;
    const oldest = first === undefined ? undefined : chunkRow(first, store.identities).observedAt;
    return { exporter: name, waiting, oldest: waiting > 0 ? oldest : undefined, deadLetters };
  }

  #receiver(id: number, receiver: string): ReceiverStatus {
    const { store } = this.#visit;
    for (const row of store.chunksOf(id)) {
      const last = this.#entriesOf(row).findLast((entry): entry is EventEntry => entry.kind === 'event');
      if (last === undefined) continue;
      const { endpoint, hostName, id: engineId } = last.engine;
      return { receiver, endpoint, hostName, engineId, lastEvent: entryTime(last), lastObserved: last.observedAt };
    }
    const nothing = { endpoint: undefined, hostName: undefined, engineId: undefined };
    return { receiver, ...nothing, lastEvent: undefined, lastObserved: undefined };
  }

  events({ since, limit, matches }: EntryQuery): readonly Entry[] {
    const { store } = this.#visit;
    const found: Entry[] = [];
    for (const row of store.chunksBackwards()) {
      for (const entry of this.#entriesOf(row).toReversed()) {
        if (isTwin(entry) || isBefore(entry.observedAt, since) || !matches(entry)) continue;
        found.push(entry);
        if (found.length === limit) return found.reverse();
      }
      if (isBefore(chunkRow(row, store.identities).observedAt, since)) break;
    }
    return found.reverse();
  }

  deadLetters(which: DeadLetterFilter): readonly DeadLetter[] {
    const { store } = this.#visit;
    return store.letters.list(which).map(({ id, reader, atMs, detail, entry }) => ({
      id,
      exporter: reader,
      setAsideAt: fromUnixMillis(atMs),
      detail,
      entry: decodeEntry(entry, store.identities, this.#revive),
    }));
  }

  close(): void {
    this.#visit.database.close();
  }

  #entriesOf(row: SqlRow): readonly Entry[] {
    const { identities } = this.#visit.store;
    return decodeChunk(chunkRow(row, identities), identities, this.#revive).filter((entry) => entry !== undefined);
  }
}

function isBefore(time: UnixNanos, since: UnixNanos | undefined): boolean {
  return since !== undefined && compareTimes(time, since) < 0;
}
