/**
 * One collector at a time on a directory.
 *
 * The lock is SQLite's own on a file beside the journal, held for as long as the process lives: the system gives it back
 * however the process ends, so that no lock is ever left behind. Who holds it stands in `holder.json`, for the sake of the
 * one who is refused.
 */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
import { maskText } from '../runtime/mask.ts';
import { type Database, faultOf, type OpenDatabase } from './sqlite.ts';

/** A look at the lock from outside holds it for an instant. */
const BUSY_TIMEOUT_MS = 500;

export interface Holder {
  readonly name: string;
  readonly host: string;
  readonly since: string;
}

export interface Lock {
  release(): void;
}

/** Takes the lock; undefined when another process has it. Throws what keeps from writing there. */
export function acquireLock(
  directory: string,
  holder: string,
  now: UnixNanos,
  openDatabase: OpenDatabase,
): Lock | undefined {
  const path = join(directory, 'lock.db');
  // Whoever may read it may hold it. Not where it is there already: to close it would let go of a lock of this process.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = openDatabase(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; BEGIN EXCLUSIVE`);
  } catch (error) {
    database.close();
    if (faultOf(error)?.kind === 'busy') return undefined;
    throw error;
  }
  const file = join(directory, 'holder.json');
  const told: Holder = { name: holder, host: hostname(), since: toIsoNanos(now) };
  try {
    writeFileSync(file, `${JSON.stringify(told)}\n`, { mode: 0o600 });
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    release() {
      rmSync(file, { force: true });
      database.close();
    },
  };
}

/** True when some process holds the lock now. */
export function isLocked(directory: string, openDatabase: OpenDatabase): boolean {
  let database: Database | undefined;
  try {
    database = openDatabase(join(directory, 'lock.db'), { readOnly: true });
    database.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return faultOf(error)?.kind === 'busy';
  } finally {
    database?.close();
  }
}

/** Who holds the lock, or held it last without an orderly end; undefined when nothing tells. */
export function readHolder(directory: string): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(directory, 'holder.json'), 'utf8'));
  } catch {
    // Not there, or not yet written: the one who asks says that it is not known.
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('name' in value) || !('host' in value) || !('since' in value)) {
    return undefined;
  }
  return {
    name: maskText(String(value.name)),
    host: maskText(String(value.host)),
    since: maskText(String(value.since)),
  };
}
