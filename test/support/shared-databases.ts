/** Databases in memory that outlive those who open them, so that a sudden end of a process costs a test no file. */
import { DatabaseSync } from 'node:sqlite';
import type { Database, OpenDatabase, SqlRow, Statement } from '../../src/journal/sqlite.ts';
import { CODES } from './faulty-disk.ts';

export class SharedDatabases {
  readonly #files = new Map<string, DatabaseSync>();
  readonly #damaged = new Set<DatabaseSync>();
  #generation = 0;
  #closed = 0;

  /** For the next process. Those who opened before are dead: what they do from now on does nothing. */
  open: OpenDatabase = (path) => this.#connect(path, this.#generation);

  /** The process ends here. */
  crash(): void {
    this.#generation += 1;
  }

  /** The journal's file, to be looked at or to be made full. */
  get journal(): DatabaseSync | undefined {
    return this.#files.get(this.#journalPath() ?? '');
  }

  /** The journal's file cannot be read any more from now on. Who opens one at its place gets a new one. */
  damage(): void {
    const { journal } = this;
    if (journal !== undefined) this.#damaged.add(journal);
    this.#files.delete(this.#journalPath() ?? '');
  }

  #journalPath(): string | undefined {
    return [...this.#files.keys()].find((path) => path.endsWith('journal.db'));
  }

  #connect(path: string, generation: number): Database {
    const isLock = path.endsWith('lock.db');
    const database = (isLock ? undefined : this.#files.get(path)) ?? new DatabaseSync(':memory:');
    if (!isLock) this.#files.set(path, database);
    const isDead = () => {
      if (generation === this.#generation && this.#damaged.has(database)) throw damaged();
      return generation !== this.#generation;
    };
    return {
      exec: (sql) => (isDead() ? undefined : database.exec(sql)),
      prepare: (sql) => {
        // All share one connection, which does not notice what it has written itself.
        if (sql === 'PRAGMA data_version') return { ...NOTHING, get: () => ({ data_version: this.#closed }) };
        return statementOf(database, sql, isDead);
      },
      close: () => {
        this.#closed += 1;
        if (isLock && generation === this.#generation) database.close();
      },
    };
  }
}

function damaged(): Error {
  return Object.assign(new Error('malformed'), { code: 'ERR_SQLITE_ERROR', errcode: CODES.corrupt });
}

const NO_ROWS: SqlRow[] = [];

const NOTHING: Statement = {
  run: () => ({ lastInsertRowid: 0, changes: 0 }),
  get: () => undefined,
  all: () => NO_ROWS,
  iterate: () => NO_ROWS,
};

function statementOf(database: DatabaseSync, sql: string, isDead: () => boolean): Statement {
  const statement: Statement = isDead() ? NOTHING : database.prepare(sql);
  const alive = () => (isDead() ? NOTHING : statement);
  return {
    run: (...values) => alive().run(...values),
    get: (...values) => alive().get(...values),
    all: (...values) => alive().all(...values),
    iterate: (...values) => alive().iterate(...values),
  };
}
