/** SQLite on a disk that fails when the test says so. */
import { type Database, type OpenDatabase, openDatabase, type Statement } from '../../src/journal/sqlite.ts';

/** Result codes of SQLite. */
export const CODES = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

export class FaultyDisk {
  /** What every operation fails with; undefined lets them through. */
  fault: number | undefined;
  /** Fails only what has this in it. */
  only: RegExp = /./;

  open: OpenDatabase = (path, options) => {
    this.#try(`OPEN ${path}`);
    return this.#wrap(openDatabase(path, options));
  };

  #try(what: string): void {
    if (this.fault === undefined || !this.only.test(what)) return;
    const error = Object.assign(new Error('the disk said no'), { code: 'ERR_SQLITE_ERROR', errcode: this.fault });
    throw error;
  }

  #wrap(database: Database): Database {
    return {
      exec: (sql) => {
        this.#try(sql);
        database.exec(sql);
      },
      prepare: (sql) => this.#statement(sql, database.prepare(sql)),
      close: () => database.close(),
    };
  }

  #statement(sql: string, statement: Statement): Statement {
    return {
      run: (...values) => {
        this.#try(sql);
        return statement.run(...values);
      },
      get: (...values) => {
        this.#try(sql);
        return statement.get(...values);
      },
      all: (...values) => {
        this.#try(sql);
        return statement.all(...values);
      },
      iterate: (...values) => {
        this.#try(sql);
        return statement.iterate(...values);
      },
    };
  }
}
