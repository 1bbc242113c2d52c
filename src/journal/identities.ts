/** The engines and receivers that a journal's rows name by number. */
import type { EngineIdentity } from '../model/engine.ts';
import type { Database, Statement } from './sqlite.ts';

/** A receiver, and how many events of it were ever kept, synthetic ones left out. */
export interface KnownReceiver {
  readonly id: number;
  readonly name: string;
  events: number;
}

export class Identities {
  readonly #addEngine: Statement;
  readonly #addReceiver: Statement;
  readonly #engines = new Map<number, EngineIdentity>();
  readonly #ids = new Map<EngineIdentity, number>();
  readonly #idsByText = new Map<string, number>();
  readonly #receivers = new Map<string, KnownReceiver>();

  constructor(database: Database) {
    this.#addEngine = database.prepare('INSERT INTO engines (identity) VALUES (?)');
    this.#addReceiver = database.prepare('INSERT INTO receivers (name) VALUES (?)');
    for (const row of database.prepare('SELECT id, identity FROM engines').all()) {
      const identity = engineOf(String(row['identity']));
      this.#engines.set(Number(row['id']), identity);
      this.#idsByText.set(textOf(identity), Number(row['id']));
    }
    const events = database.prepare('SELECT nth FROM chunks WHERE receiver = ? ORDER BY first DESC LIMIT 1');
    for (const row of database.prepare('SELECT id, name FROM receivers').all()) {
      const id = Number(row['id']);
      const name = String(row['name']);
      this.#receivers.set(name, { id, name, events: Number(events.get(id)?.['nth'] ?? 0) });
    }
  }

  /** The number of an engine, which is written down when it is new. */
  engineId(engine: EngineIdentity): number {
    const known = this.#ids.get(engine);
    if (known !== undefined) return known;
    const text = textOf(engine);
    const id = this.#idsByText.get(text) ?? Number(this.#addEngine.run(text).lastInsertRowid);
    this.#idsByText.set(text, id);
    this.#ids.set(engine, id);
    this.#engines.set(id, engine);
    return id;
  }

  /** One object for each engine: the one that this process speaks to, where it does. */
  engine(id: number): EngineIdentity | undefined {
    return this.#engines.get(id);
  }

  receiver(name: string): KnownReceiver {
    let known = this.#receivers.get(name);
    if (known === undefined) {
      known = { id: Number(this.#addReceiver.run(name).lastInsertRowid), name, events: 0 };
      this.#receivers.set(name, known);
    }
    return known;
  }

  /** Undefined for one that nothing was ever kept of. */
  findReceiver(name: string): KnownReceiver | undefined {
    return this.#receivers.get(name);
  }

  receivers(): Iterable<KnownReceiver> {
    return this.#receivers.values();
  }
}

const FIELDS = ['receiver', 'endpoint', 'runtime', 'version', 'apiVersion', 'id', 'hostName', 'recording'] as const;

function textOf(engine: EngineIdentity): string {
  return JSON.stringify(engine, [...FIELDS]);
}

/** Throws a SyntaxError for what is no engine, as it does for what is no JSON. */
function engineOf(text: string): EngineIdentity {
  const stored = JSON.parse(text) as EngineIdentity | null;
  if (typeof stored?.receiver !== 'string') throw new SyntaxError('not an engine');
  return {
    receiver: stored.receiver,
    endpoint: stored.endpoint,
    runtime: stored.runtime,
    version: stored.version,
    apiVersion: stored.apiVersion,
    id: stored.id,
    hostName: stored.hostName,
    recording: stored.recording,
  };
}
