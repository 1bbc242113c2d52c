/** Databases in memory that outlive those who open them, so that a sudden end of a process costs a test no file. */
import { DatabaseSync } from 'node:sqlite';
import type { Database, OpenDatabase, SqlRow, Statement } from '../../src/journal/sqlite.ts';

export class SharedDatabases {
  readonly #files = new Map<string, DatabaseSync>();
  #generation = 0;

  /** For the next process. Those who opened before are dead: what they do from now on does nothing. */
  open: OpenDatabase = (path) => this.#connect(path, this.#generation);

  /** The process ends here. */
  crash(): void {
    this.#generation += 1;
  }

  /** The journal's file, to be looked at or to be made full. */
  get journal(): DatabaseSync | undefined {
    return [...this.#files].find(([path]) => path.endsWith('journal.db'))?.[1];
  }

  #connect(path: string, generation: number): Database {
    const isLock = path.endsWith('lock.db');
    const database = (isLock ? undefined : this.#files.get(path)) ?? new DatabaseSync(':memory:');
    if (!isLock) this.#files.set(path, database);
    const isDead = () => generation !== this.#generation;
    return {
      exec: (sql) => (isDead() ? undefined : database.exec(sql)),
      prepare: (sql) => statementOf(database, sql, isDead),
      close: () => (isLock && !isDead() ? database.close() : undefined),
    };
  }
}

const NO_ROWS: SqlRow[] = [];

function statementOf(database: DatabaseSync, sql: string, isDead: () => boolean): Statement {
  const statement = isDead() ? undefined : database.prepare(sql);
  const alive = () => (isDead() ? undefined : statement);
  return {
    run: (...values) => alive()?.run(...values) ?? { lastInsertRowid: 0, changes: 0 },
    get: (...values) => alive()?.get(...values),
    all: (...values) => alive()?.all(...values) ?? NO_ROWS,
    iterate: (...values) => alive()?.iterate(...values) ?? NO_ROWS,
  };
}
