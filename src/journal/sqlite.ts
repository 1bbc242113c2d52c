/**
 * The door to SQLite, which is part of Node. What is used of it is an interface, so that a test can put a disk that is full
 * or broken in its place.
 */

export type SqlValue = string | number | null;

/** A row by its columns' names. Blobs and whole numbers beyond 2^53 are not used. */
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Statement {
  run(...values: SqlValue[]): { readonly lastInsertRowid: number | bigint; readonly changes: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  iterate(...values: SqlValue[]): Iterable<SqlRow>;
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** Statements by their text, each prepared once. */
export class Statements {
  readonly #database: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  sql(text: string): Statement {
    let statement = this.#prepared.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#prepared.set(text, statement);
    }
    return statement;
  }
}

export type OpenDatabase = (path: string, options?: { readonly readOnly?: boolean }) => Database;

export const openDatabase: OpenDatabase = (path, { readOnly = false } = {}) => {
  return new (sqlite().DatabaseSync)(path, { readOnly });
};

let loaded: typeof import('node:sqlite') | undefined;

/** Node 22 says at the first use that its SQLite is experimental, which is no news for a user. Nothing else is held back. */
function sqlite(): typeof import('node:sqlite') {
  if (loaded !== undefined) return loaded;
  const emitWarning = process.emitWarning;
  const filtered = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite is an experimental feature')) emitWarning.call(process, warning, ...rest);
  };
  process.emitWarning = filtered;
  try {
    loaded = process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
  return loaded;
}

/**
 * - `damaged`: the file is no journal, or no longer a whole one.
 * - `busy`: another process holds it.
 * - `full`: there is no room for more.
 * - `unwritable`: everything else that keeps from reading or writing it.
 */
export interface StorageFault {
  readonly kind: 'damaged' | 'busy' | 'full' | 'unwritable';
  /** In the words of SQLite or the system. */
  readonly detail: string;
}

const DAMAGED = new Set([1, 11, 19, 20, 24, 26]);
const BUSY = new Set([5, 6, 15]);
const FULL = 13;

/** Why an operation failed; undefined for an error that has nothing to do with files, which is a fault of the program. */
export function faultOf(error: unknown): StorageFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const detail = error.message;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = error.errcode & 0xff;
    if (DAMAGED.has(code)) return { kind: 'damaged', detail };
    if (BUSY.has(code)) return { kind: 'busy', detail };
    return { kind: code === FULL ? 'full' : 'unwritable', detail };
  }
  if (!('code' in error) || !('syscall' in error)) return undefined;
  return { kind: error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'full' : 'unwritable', detail };
}
