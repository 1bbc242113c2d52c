/** The statements on the journal's file. Positions here are those of the file. Everything throws what SQLite throws. */
import type { StateRows } from '../model/journal.ts';
import type { UnixNanos } from '../model/time.ts';
import type { EncodedChunk } from './chunk.ts';
import { DeadLetters } from './dead-letters.ts';
import { Identities } from './identities.ts';
import { numberOf, rollBack } from './schema.ts';
import type { Range } from './settled.ts';
import { type Database, type SqlRow, type SqlValue, type Statement, Statements } from './sqlite.ts';

export interface ReaderRow {
  readonly name: string;
  readonly cursor: number;
  readonly settled: readonly Range[];
  /** Where the claim ends of a reader that is no longer configured. */
  readonly until: number | undefined;
}

export interface ToldRow {
  readonly id: number;
  /** That of the entry; null where it cannot be read. */
  readonly kind: unknown;
}

/** What the bounds go by. */
export interface ChunkHead {
  readonly first: number;
  /** The position after its last entry. */
  readonly end: number;
  readonly receiver: number | undefined;
  readonly upto: number;
  readonly nth: number;
  readonly observedSeconds: number;
}

const HEAD = 'first, first + count AS end, receiver, upto, nth, seconds';
const CHUNK = 'first, count, engine, seconds, nanos, extras, lines';

export class Store {
  readonly #database: Database;
  readonly #statements: Statements;
  readonly letters: DeadLetters;
  readonly #pageSize: number;
  #identities: Identities;
  #next = 1;
  #upto = 0;
  #isStale = false;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.letters = new DeadLetters(this.#statements);
    this.#pageSize = numberOf(database, 'page_size');
    this.#identities = this.#load();
  }

  get identities(): Identities {
    return this.#identities;
  }

  /** The position of the next entry. */
  get next(): number {
    return this.#next;
  }

  /** How much text was ever kept. */
  get upto(): number {
    return this.#upto;
  }

  /** Bytes in use; what was deleted is used again, so that the file may be larger. */
  get size(): number {
    const pages = numberOf(this.#database, 'page_count') - numberOf(this.#database, 'freelist_count');
    return pages * this.#pageSize;
  }

  /** Differs from before when another connection has written. */
  get dataVersion(): number {
    return Number(this.#sql('PRAGMA data_version').get()?.['data_version']);
  }

  /** All of `work` or nothing. */
  transaction<Value>(work: () => Value, beforeCommit?: () => void): Value {
    this.#sql('BEGIN IMMEDIATE').run();
    try {
      if (this.#isStale) this.#identities = this.#load();
      const value = work();
      beforeCommit?.();
      this.#sql('COMMIT').run();
      return value;
    } catch (error) {
      // What was counted on the way may not be there: it is read again before the next use.
      this.#isStale = true;
      rollBack(this.#database);
      throw error;
    }
  }

  /** What `read` sees is of one moment. */
  snapshot<Value>(read: () => Value): Value {
    this.#sql('BEGIN').run();
    try {
      return read();
    } finally {
      rollBack(this.#database);
    }
  }

  /** One statement that stands for itself. */
  single(work: () => void): void {
    if (this.#isStale) {
      this.transaction(work);
      return;
    }
    try {
      work();
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  addChunk(first: number, chunk: EncodedChunk): void {
    const { receiver, engine, observedAt, extras, lines } = chunk;
    let nth = 0;
    if (receiver !== null) nth = this.#countEvents(receiver, chunk.events);
    this.#upto += lines.length + (extras?.length ?? 0);
    this.#next = first + chunk.count;
    this.#sql('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[first, chunk.count, receiver, engine, this.#upto, nth, observedAt[0], observedAt[1], extras, lines],
    );
  }

  /** The chunk with this position in it, or else the first one after it. */
  chunkFrom(position: number): SqlRow | undefined {
    const sql = `SELECT ${CHUNK} FROM chunks WHERE first <= ? ORDER BY first DESC LIMIT 1`;
    const before = this.#sql(sql).get(position);
    if (before !== undefined && Number(before['first']) + Number(before['count']) > position) return before;
    return this.#sql(`SELECT ${CHUNK} FROM chunks WHERE first > ? ORDER BY first LIMIT 1`).get(position);
  }

  /** The chunks from this position on, one by one; from one that begins there, where one does. */
  chunksFrom(position: number): Iterable<SqlRow> {
    return this.#sql(`SELECT ${CHUNK} FROM chunks WHERE first >= ? ORDER BY first`).iterate(position);
  }

  /** The chunks of a receiver, the newest first. */
  chunksOf(receiver: number): Iterable<SqlRow> {
    return this.#sql(`SELECT ${CHUNK} FROM chunks WHERE receiver = ? ORDER BY first DESC`).iterate(receiver);
  }

  /** Where the chunk begins that this position is in; the position itself where it is in none. */
  chunkStart(position: number): number {
    const row = this.#sql('SELECT first, count FROM chunks WHERE first <= ? ORDER BY first DESC LIMIT 1').get(position);
    if (row === undefined || Number(row['first']) + Number(row['count']) <= position) return position;
    return Number(row['first']);
  }

  /** All chunks, the newest first. */
  chunksBackwards(): Iterable<SqlRow> {
    return this.#sql(`SELECT ${CHUNK} FROM chunks ORDER BY first DESC`).iterate();
  }

  /** How many entries there are from this position to that. */
  countBetween(from: number, to: number): number {
    if (to <= from) return 0;
    const sql =
      'SELECT sum(min(first + count, ?2) - max(first, ?1)) AS count FROM chunks WHERE first >= ?3 AND first < ?2 AND first + count > ?1';
    return Number(this.#sql(sql).get(from, to, this.chunkStart(from))?.['count'] ?? 0);
  }

  /** How many entries there are, and when the oldest and the newest were observed. */
  extent(): {
    readonly entries: number;
    readonly oldest: UnixNanos | undefined;
    readonly newest: UnixNanos | undefined;
  } {
    const edge = (order: 'ASC' | 'DESC'): UnixNanos | undefined => {
      const row = this.#sql(`SELECT seconds, nanos FROM chunks ORDER BY first ${order} LIMIT 1`).get();
      return row === undefined ? undefined : [Number(row['seconds']), Number(row['nanos'])];
    };
    const entries = Number(this.#sql('SELECT sum(count) AS count FROM chunks').get()?.['count'] ?? 0);
    return { entries, oldest: edge('ASC'), newest: edge('DESC') };
  }

  /** The rows from this position on in which there is a twin, by what chunk.ts writes of those; few, found by their index. */
  rowsWithTwins(position: number): Iterable<SqlRow> {
    return this.#sql(
      `SELECT first, extras FROM chunks INDEXED BY chunks_with_twins WHERE first >= ? AND instr(extras, '"twins"') > 0`,
    ).iterate(this.chunkStart(position));
  }

  /** The extras that have this text in them. */
  extrasWith(text: string): readonly string[] {
    const rows = this.#sql('SELECT extras FROM chunks WHERE extras IS NOT NULL AND instr(extras, ?) > 0').all(text);
    return rows.map((row) => String(row['extras']));
  }

  /** In order; one by one, because seldom more than a few are looked at. */
  *heads(from: number): Iterable<ChunkHead> {
    for (const row of this.#sql(`SELECT ${HEAD} FROM chunks WHERE first >= ? ORDER BY first`).iterate(from)) {
      yield headOf(row);
    }
  }

  /** The last chunk that ends at `position` or before. */
  lastHeadUntil(position: number): ChunkHead | undefined {
    const rows = this.#sql(`SELECT ${HEAD} FROM chunks WHERE first < ? ORDER BY first DESC LIMIT 2`).all(position);
    return rows.map(headOf).find(({ end }) => end <= position);
  }

  /** @param from the first position of the first chunk to delete
   *  @param to the first position of the last one */
  deleteChunks(from: number, to: number): void {
    this.#sql('DELETE FROM chunks WHERE first >= ? AND first <= ?').run(from, to);
  }

  readers(): readonly ReaderRow[] {
    return this.#sql('SELECT name, cursor, settled, until FROM readers')
      .all()
      .map((row) => ({
        name: String(row['name']),
        cursor: Number(row['cursor']),
        settled: rangesOf(String(row['settled'])),
        until: typeof row['until'] === 'number' ? row['until'] : undefined,
      }));
  }

  saveReader({ name, cursor, settled, until }: ReaderRow): void {
    const text = JSON.stringify(settled.map(({ from, to }) => [from, to]));
    this.#sql(
      'INSERT INTO readers (name, cursor, settled, until) VALUES (?1, ?2, ?3, ?4) ' +
        'ON CONFLICT (name) DO UPDATE SET cursor = ?2, settled = ?3, until = ?4',
    ).run(name, cursor, text, until ?? null);
  }

  forgetReader(name: string): void {
    this.#sql('DELETE FROM readers WHERE name = ?').run(name);
    this.#sql('DELETE FROM told WHERE reader = ?').run(name);
  }

  /** What waits to be told to this reader, beyond the row `after`. */
  toldRows(reader: string, after: number): readonly ToldRow[] {
    const rows = this.#sql(
      "SELECT id, CASE WHEN json_valid(entry) THEN entry ->> '$.kind' END AS kind FROM told " +
        'WHERE reader = ? AND id > ? ORDER BY id',
    ).all(reader, after);
    return rows.map((row) => ({ id: Number(row['id']), kind: row['kind'] }));
  }

  toldText(id: number): string | undefined {
    const row = this.#sql('SELECT entry FROM told WHERE id = ?').get(id);
    return row === undefined ? undefined : String(row['entry']);
  }

  addTold(reader: string, entry: string): number {
    return Number(this.#sql('INSERT INTO told (reader, entry) VALUES (?, ?)').run(reader, entry).lastInsertRowid);
  }

  changeTold(id: number, entry: string): void {
    this.#sql('UPDATE told SET entry = ? WHERE id = ?').run(entry, id);
  }

  removeTold(id: number): void {
    this.#sql('DELETE FROM told WHERE id = ?').run(id);
  }

  rows(table: 'state' | 'fold'): Map<string, string> {
    const rows = this.#sql(`SELECT key, value FROM ${table}`).all();
    return new Map(rows.map((row) => [String(row['key']), String(row['value'])]));
  }

  saveRows(table: 'state' | 'fold', rows: StateRows): void {
    for (const [key, value] of rows) {
      if (value === undefined) this.#sql(`DELETE FROM ${table} WHERE key = ?`).run(key);
      else this.#sql(`INSERT OR REPLACE INTO ${table} (key, value) VALUES (?, ?)`).run(key, value);
    }
  }

  meta(key: string): string | undefined {
    const row = this.#sql('SELECT value FROM meta WHERE key = ?').get(key);
    return row === undefined ? undefined : String(row['value']);
  }

  setMeta(key: string, value: SqlValue): void {
    this.#sql('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, String(value));
  }

  #load(): Identities {
    const last = this.#sql('SELECT first + count AS next, upto FROM chunks ORDER BY first DESC LIMIT 1').get();
    this.#next = Number(last?.['next'] ?? 1);
    this.#upto = Number(last?.['upto'] ?? 0);
    this.#isStale = false;
    return new Identities(this.#database);
  }

  #countEvents(receiver: number, events: number): number {
    for (const known of this.#identities.receivers()) {
      if (known.id !== receiver) continue;
      known.events += events;
      return known.events;
    }
    return events;
  }

  #sql(text: string): Statement {
    return this.#statements.sql(text);
  }
}

function headOf(row: SqlRow): ChunkHead {
  return {
    first: Number(row['first']),
    end: Number(row['end']),
    receiver: typeof row['receiver'] === 'number' ? row['receiver'] : undefined,
    upto: Number(row['upto']),
    nth: Number(row['nth']),
    observedSeconds: Number(row['seconds']),
  };
}

/** Throws a SyntaxError for what is no list of ranges, as it does for what is no JSON. */
function rangesOf(text: string): readonly Range[] {
  const pairs: unknown = JSON.parse(text);
  if (!Array.isArray(pairs)) throw new SyntaxError('not a list of ranges');
  return pairs.map((pair: unknown) => {
    const [from, to]: unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof from !== 'number' || typeof to !== 'number') throw new SyntaxError('not a range');
    return { from, to };
  });
}
