/** Records that backends refused for good, set aside in a table of their own. */
import type { DeadLetterFilter } from '../model/journal-look.ts';
import type { Statements } from './sqlite.ts';

/** A record that a backend refused. */
export interface StoredLetter {
  readonly id: number;
  readonly reader: string;
  readonly atMs: number;
  readonly detail: string;
  /** As encodeEntry gave it. */
  readonly entry: string;
}

export class DeadLetters {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  add(reader: string, atMs: number, detail: string, entry: string): void {
    this.#statements
      .sql('INSERT INTO dead_letters (reader, at, detail, size, entry) VALUES (?, ?, ?, ?, ?)')
      .run(...[reader, atMs, detail, entry.length + detail.length, entry]);
  }

  /** Oldest first. */
  list({ ids, exporter }: DeadLetterFilter, limit = -1): readonly StoredLetter[] {
    const wanted = ids === undefined ? null : JSON.stringify(ids);
    return this.#statements
      .sql(
        'SELECT id, reader, at, detail, entry FROM dead_letters WHERE (?1 IS NULL OR reader = ?1) ' +
          'AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2))) ORDER BY id LIMIT ?3',
      )
      .all(exporter ?? null, wanted, limit)
      .map((row) => ({
        id: Number(row['id']),
        reader: String(row['reader']),
        atMs: Number(row['at']),
        detail: String(row['detail']),
        entry: String(row['entry']),
      }));
  }

  counts(): readonly { readonly reader: string; readonly count: number }[] {
    const rows = this.#statements
      .sql('SELECT reader, count(*) AS count FROM dead_letters GROUP BY reader ORDER BY reader')
      .all();
    return rows.map((row) => ({ reader: String(row['reader']), count: Number(row['count']) }));
  }

  remove(id: number): void {
    this.#statements.sql('DELETE FROM dead_letters WHERE id = ?').run(id);
  }

  /** Removes the oldest beyond these bounds; how many there were. */
  bound(count: number, bytes: number): number {
    const row = this.#statements
      .sql(
        'SELECT max(id) AS last FROM (SELECT id, row_number() OVER newest AS nth, sum(size) OVER newest AS upto ' +
          'FROM dead_letters WINDOW newest AS (ORDER BY id DESC)) WHERE nth > ? OR upto > ?',
      )
      .get(count, bytes);
    if (typeof row?.['last'] !== 'number') return 0;
    return Number(this.#statements.sql('DELETE FROM dead_letters WHERE id <= ?').run(row['last']).changes);
  }
}
