/** The tables of the journal, and how an older file becomes one of today. */
import type { Database } from './sqlite.ts';

/** "DEoj": what tells a journal of ours from any other database. */
export const APPLICATION_ID = 0x44_45_6f_6a;

/** Each brings a file from the version that is its index to the next one. Never changed once released; only added to. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE engines (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE);
  CREATE TABLE receivers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  -- One row for each append. "upto" is how much text was ever kept, "nth" how many events of the receiver, this row included.
  CREATE TABLE chunks (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, receiver INTEGER, engine INTEGER,
    upto INTEGER NOT NULL, nth INTEGER NOT NULL, seconds INTEGER NOT NULL, nanos INTEGER NOT NULL,
    extras TEXT, lines TEXT NOT NULL);
  CREATE INDEX chunks_of_receiver ON chunks (receiver, first);
  -- "settled": ranges above the cursor. "until": where the claim of a reader ends that is no longer configured.
  CREATE TABLE readers (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor INTEGER NOT NULL, settled TEXT NOT NULL, until INTEGER);
  -- What a reader is to be given before what waits in chunks: losses, and what is sent again.
  CREATE TABLE told (id INTEGER PRIMARY KEY AUTOINCREMENT, reader TEXT NOT NULL, entry TEXT NOT NULL);
  CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE fold (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, reader TEXT NOT NULL, at INTEGER NOT NULL,
    detail TEXT NOT NULL, size INTEGER NOT NULL, entry TEXT NOT NULL);
  `,
  // So that what waits can be counted at a start without reading all of it.
  `CREATE INDEX chunks_with_twins ON chunks (first) WHERE instr(extras, '"twins"') > 0;`,
];

/** What a file is, seen by its head. */
export type Opened =
  | { readonly kind: 'ours' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'newer'; readonly version: number };

/** Brings an empty or older file to today's version, in one transaction; leaves one that is not ours as it is. */
export function bringUpToDate(database: Database, migrations: readonly string[] = MIGRATIONS): Opened {
  const application = numberOf(database, 'application_id');
  const version = numberOf(database, 'user_version');
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (application !== APPLICATION_ID && !(isEmpty && application === 0)) return { kind: 'foreign' };
  if (version > migrations.length) return { kind: 'newer', version };
  if (version === migrations.length && application === APPLICATION_ID) return { kind: 'ours' };
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    rollBack(database);
    throw error;
  }
  return { kind: 'ours' };
}

/** After a failure that may have ended the transaction by itself: then there is nothing left to roll back. */
export function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite rolls back by itself when the disk is full or fails; "no transaction is active" is what it then says.
  }
}

export function numberOf(database: Database, pragma: string): number {
  const row = database.prepare(`PRAGMA ${pragma}`).get();
  return Number(row === undefined ? 0 : Object.values(row)[0]);
}
