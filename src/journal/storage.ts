/**
 * The folder of a journal, opened: made for its owner only, locked, the file brought to today's version. A file that is no
 * journal of ours, is damaged or was written by a newer program is put aside under another name, and a new one begun.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StorageInUseError } from '../model/journal.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
import { acquireLock, type Lock, readHolder } from './lock.ts';
import { bringUpToDate, MIGRATIONS } from './schema.ts';
import { type Database, faultOf, type OpenDatabase } from './sqlite.ts';
import { Store } from './store.ts';

/** The smallest that SQLite does well with, because most appends are of a few events; see durable-journal.ts. */
const PAGE_SIZE = 4096;
const CHECKPOINT_PAGES = 1024;
/** A command that looks at the journal or sends dead letters again holds it for less. */
const BUSY_TIMEOUT_MS = 250;

export interface StorageParts {
  readonly directory: string;
  readonly holder: string;
  readonly now: () => UnixNanos;
  readonly openDatabase: OpenDatabase;
  readonly migrations?: readonly string[];
}

export interface SetAside {
  /** Where it is now. */
  readonly file: string;
  readonly why: 'damaged' | 'foreign' | 'newer';
  /** In SQLite's words, or the version. */
  readonly detail: string;
}

/** An open journal, and the file that was put aside for it. */
export interface OpenStorage {
  readonly store: Store;
  readonly setAside: SetAside | undefined;
  close(): void;
}

/** Even a file that was just made is damaged: it is the disk, and another new file would be no better. */
export class NoNewJournalError extends Error {
  constructor(detail: string) {
    super(`a new journal could not be begun: ${detail}`);
    this.name = 'NoNewJournalError';
  }
}

/**
 * Throws StorageInUseError when another process has the folder, and what SQLite or the system throws when it cannot be
 * written.
 */
export function openStorage(parts: StorageParts): OpenStorage {
  const { directory, holder, now, openDatabase: open } = parts;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = acquireLock(directory, holder, now(), open);
  if (lock === undefined) throw inUse(directory);
  try {
    return openLocked(parts, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openLocked(parts: StorageParts, lock: Lock): OpenStorage {
  const file = journalFile(parts.directory);
  let setAside: SetAside | undefined;
  const isNew = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const first = tryOpen(file, parts);
  let opened = first;
  if (!('store' in first) && !isNew) {
    setAside = { ...first, file: putAside(file, parts.now()) };
    opened = tryOpen(file, parts);
  }
  if (!('store' in opened)) {
    // There is nothing in it; left there, it would be set aside by the next try.
    rmSync(file);
    throw new NoNewJournalError(opened.detail);
  }
  const { store, database } = opened;
  return {
    store,
    setAside,
    close() {
      try {
        database.close();
      } finally {
        lock.release();
      }
    },
  };
}

export function journalFile(directory: string): string {
  return join(directory, 'journal.db');
}

/** On disk, with what SQLite keeps beside the file. */
export function bytesOf(directory: string): number {
  const file = journalFile(directory);
  return ['', '-wal', '-shm'].reduce((sum, suffix) => sum + sizeOf(`${file}${suffix}`), 0);
}

/** Of a file that is not there, or may not be looked at, nothing. */
function sizeOf(file: string): number {
  return existsSync(file) ? (statSync(file, { throwIfNoEntry: false })?.size ?? 0) : 0;
}

type Tried = { readonly store: Store; readonly database: Database } | Omit<SetAside, 'file'>;

function tryOpen(file: string, { openDatabase, migrations = MIGRATIONS }: StorageParts): Tried {
  let database: Database | undefined;
  try {
    // SQLite would make it readable for everyone; what it makes beside it gets the same rights.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = openDatabase(file);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA page_size = ${PAGE_SIZE}`);
    const opened = bringUpToDate(database, migrations);
    if (opened.kind !== 'ours') {
      database.close();
      const detail = opened.kind === 'newer' ? String(opened.version) : '';
      return { why: opened.kind, detail };
    }
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; ` +
        'PRAGMA cache_size = -2048; PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY',
    );
    return { store: new Store(database), database };
  } catch (error) {
    database?.close();
    const fault = faultOf(error);
    if (fault?.kind !== 'damaged' && !(error instanceof SyntaxError)) throw error;
    return { why: 'damaged', detail: fault?.detail ?? 'a row in it cannot be read' };
  }
}

/** Renames a file and what SQLite keeps beside it; where it is then. */
function putAside(file: string, now: UnixNanos): string {
  const stamp = toIsoNanos(now).slice(0, 19).replaceAll(':', '-');
  let target = `${file}.set-aside-${stamp}`;
  for (let number = 2; existsSync(target); number += 1) target = `${file}.set-aside-${stamp}-${number}`;
  renameSync(file, target);
  for (const suffix of ['-wal', '-shm', '-journal']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${target}${suffix}`);
  }
  return target;
}

/** Puts the file of a journal aside that has turned out to be damaged while it was open. */
export function setAsideDamaged(directory: string, detail: string, now: UnixNanos): SetAside {
  return { file: putAside(journalFile(directory), now), why: 'damaged', detail };
}

function inUse(directory: string): StorageInUseError {
  const holder = readHolder(directory);
  const who =
    holder === undefined ? 'another collector' : `${holder.name} on ${holder.host}, running since ${holder.since}`;
  return new StorageInUseError(
    `The storage ${directory} is in use by ${who}. Two collectors cannot share one: stop the other, or give this one a folder of its own with --storage DIR.`,
  );
}
