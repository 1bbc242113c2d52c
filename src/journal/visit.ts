/** Opens the file of a journal from outside, also while a collector works on it. */
import { accessSync, constants } from 'node:fs';
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import { APPLICATION_ID, MIGRATIONS, numberOf } from './schema.ts';
import { type Database, faultOf, type OpenDatabase } from './sqlite.ts';
import { journalFile } from './storage.ts';
import { Store } from './store.ts';

/** A collector writes for milliseconds at a time, and clears for some tenths of a second at most. */
const BUSY_TIMEOUT_MS = 5000;

export interface Visit {
  readonly file: string;
  readonly database: Database;
  readonly store: Store;
}

/** The problem is a sentence for the person who wants to look. */
export function visit(directory: string, open: OpenDatabase, readOnly: boolean): Result<Visit, string> {
  const file = journalFile(directory);
  let database: Database | undefined;
  try {
    accessSync(file, readOnly ? constants.R_OK : constants.R_OK | constants.W_OK);
    database = open(file, { readOnly });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const problem = strangeness(file, database);
    if (problem === undefined) return { ok: true, value: { file, database, store: new Store(database) } };
    database.close();
    return { ok: false, problem };
  } catch (error) {
    database?.close();
    // A folder that may not be entered is another matter.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { ok: false, problem: nothingThere(directory) };
    }
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    return { ok: false, problem: whyNot(file, fault.kind, fault.detail) };
  }
}

function nothingThere(directory: string): string {
  return `There is no journal in ${directory}. It is made by the first collector that runs with this storage; name another folder with --storage DIR.`;
}

function strangeness(file: string, database: Database): string | undefined {
  if (numberOf(database, 'application_id') !== APPLICATION_ID) return `${file} is not a journal of this program.`;
  const version = numberOf(database, 'user_version');
  if (version === MIGRATIONS.length) return undefined;
  const whose = version > MIGRATIONS.length ? 'a newer' : 'an older';
  const todo =
    version > MIGRATIONS.length
      ? 'Use that version to look at it.'
      : 'A collector of this version brings it up to date when it starts.';
  return `${file} was written by ${whose} version of this program (format ${version}, this is ${MIGRATIONS.length}). ${todo}`;
}

function whyNot(file: string, kind: string, detail: string): string {
  const said = maskText(detail);
  if (kind === 'damaged') {
    return `${file} cannot be read: it is damaged (${said}). A collector that starts puts it aside and begins a new one.`;
  }
  if (kind === 'busy') return `${file} is held by another process (${said}). Try again.`;
  return `${file} cannot be opened (${said}). Do it as the user that the collector runs as.`;
}
