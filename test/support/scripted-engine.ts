/**
 * An engine without sockets: each connect plays the next part of a script. For tests of what stands behind engine/.
 *
 *     const engine = new ScriptedEngine([new ScriptedStream(), problem('connection_refused'), …]);
 *     engine.snapshots.push(new ScriptedStream());   // answers the next further subscription of a session: an audit
 *     engine.identity = { ...IDENTITY, id: 'b' };    // of the sessions from the next connect on, as the following
 *     engine.session = { isFiltered: true, clockOffsetMs: 250, dialect: { ...DOCKER, ringSize: undefined } };
 *     engine.listed = [listed('c1')];                // GET /containers/json, or a problem
 *     engine.inspected.set('c1', inspected('c1'));   // GET /containers/c1/json, or a problem; none where it is not set
 *     engine.count = { events: 12, startedAt: undefined };
 */
import type {
  Dialect,
  Engine,
  EngineCount,
  EngineIdentity,
  EngineProblem,
  EngineSession,
  EventStream,
  EventsQuery,
  InspectedContainer,
  ListedContainer,
  Result,
  StreamEnd,
} from '../../src/model/engine.ts';

export const IDENTITY: EngineIdentity = {
  receiver: 'docker_events',
  endpoint: 'unix:///run/test.sock',
  runtime: 'docker',
  version: '28.5.2',
  apiVersion: '1.51',
  id: 'engine-1',
  hostName: 'host-1',
  recording: undefined,
};

export const DOCKER: Dialect = { name: 'docker', ringSize: 256, since: () => '0', normalise: (event) => event };

export function problem(code: EngineProblem['code'], message = `${code}.`): EngineProblem {
  return { code, message };
}

/** A running container, as the list tells of it. */
export function listed(id: string, changes: Partial<ListedContainer> = {}): ListedContainer {
  const labels = new Map<string, string>();
  return {
    id,
    name: `name-${id}`,
    image: 'busybox',
    state: 'running',
    created: [1_795_262_000, 0],
    labels,
    ...changes,
  };
}

/** A running container without a health check, as inspect tells of it. */
export function inspected(id: string, changes: Partial<InspectedContainer> = {}): InspectedContainer {
  return {
    ...listed(id),
    startedAt: [1_795_262_001, 0],
    finishedAt: undefined,
    exitCode: 0,
    oomKilled: false,
    health: undefined,
    healthAt: undefined,
    restartCount: 0,
    probe: undefined,
    ...changes,
  };
}

/** One stream whose bytes and end the test decides. */
export class ScriptedStream implements EventStream {
  readonly #end = Promise.withResolvers<StreamEnd>();
  readonly #reading = Promise.withResolvers<void>();
  #onBytes: ((bytes: Buffer) => void) | undefined;
  closed = false;

  read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd> {
    this.#onBytes = onBytes;
    this.#reading.resolve();
    return this.#end.promise;
  }

  close(): void {
    this.closed = true;
    this.#end.resolve({ kind: 'closed_by_us' });
  }

  /** Resolves when somebody reads. */
  get isRead(): Promise<void> {
    return this.#reading.promise;
  }

  send(text: string | Buffer): void {
    this.#onBytes?.(Buffer.from(text));
  }

  end(end: StreamEnd = { kind: 'ended' }): void {
    this.#end.resolve(end);
  }
}

type Part = ScriptedStream | EngineProblem | { readonly subscribeProblem: EngineProblem };

export class ScriptedEngine implements Engine {
  readonly endpoint = IDENTITY.endpoint;
  /** What was asked of `/events`, in order; `sinces` has the `since` alone. */
  readonly queries: EventsQuery[] = [];
  readonly sinces: (string | undefined)[] = [];
  readonly pings: PromiseWithResolvers<Result<void, EngineProblem>>[] = [];
  /** Answers to all but the first subscription of a session; refused where there is none. */
  readonly snapshots: (ScriptedStream | EngineProblem)[] = [];
  identity = IDENTITY;
  session: Partial<Pick<EngineSession, 'dialect' | 'isFiltered' | 'hidesEvents' | 'clockOffsetMs'>> = {};
  listed: readonly ListedContainer[] | EngineProblem = [];
  readonly inspected = new Map<string, InspectedContainer | EngineProblem>();
  /** Each inspect is answered when its session ends. */
  hangsOnInspect = false;
  count: EngineCount | undefined;
  /** What was asked about containers: `list`, or an id. */
  readonly asked: string[] = [];
  #parts: Part[];
  #pinged = Promise.withResolvers<void>();
  #subscribed = Promise.withResolvers<void>();
  connects = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = [...parts];
  }

  /** Resolves at the next ping. */
  get pinged(): Promise<void> {
    return this.#pinged.promise;
  }

  /** Resolves at the next subscription, of whatever kind. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  async connect(signal: AbortSignal): Promise<Result<EngineSession, EngineProblem>> {
    this.connects += 1;
    const part = this.#parts.shift();
    if (part === undefined) {
      return new Promise((resolve) => {
        const give = () => resolve({ ok: false, problem: problem('timed_out', 'The script is over.') });
        if (signal.aborted) give();
        signal.addEventListener('abort', give, { once: true });
      });
    }
    if ('code' in part) return { ok: false, problem: part };
    return { ok: true, value: this.#session(part) };
  }

  #session(part: ScriptedStream | { readonly subscribeProblem: EngineProblem }): EngineSession {
    let isFirst = true;
    return {
      identity: this.identity,
      dialect: DOCKER,
      isFiltered: false,
      hidesEvents: false,
      clockOffsetMs: 0,
      ...this.session,
      events: async (query) => {
        this.queries.push(query);
        this.sinces.push(query.since);
        this.#subscribed.resolve();
        this.#subscribed = Promise.withResolvers();
        const next = isFirst ? part : (this.snapshots.shift() ?? problem('forbidden', 'There is no snapshot.'));
        isFirst = false;
        if ('subscribeProblem' in next) return { ok: false, problem: next.subscribeProblem };
        return resultOf(next);
      },
      containers: async () => {
        this.asked.push('list');
        return resultOf(this.listed);
      },
      inspect: async (id, signal) => {
        this.asked.push(id);
        if (this.hangsOnInspect) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return resultOf(this.inspected.get(id));
      },
      published: async () => this.count,
      ping: (_timeoutMs, signal) => {
        const answer = Promise.withResolvers<Result<void, EngineProblem>>();
        signal.addEventListener('abort', () => answer.resolve({ ok: false, problem: problem('timed_out') }));
        this.pings.push(answer);
        this.#pinged.resolve();
        this.#pinged = Promise.withResolvers();
        return answer.promise;
      },
    };
  }
}

function resultOf<Value extends object | undefined>(value: Value | EngineProblem): Result<Value, EngineProblem> {
  return isProblem(value) ? { ok: false, problem: value } : { ok: true, value };
}

function isProblem(value: object | undefined): value is EngineProblem {
  return value !== undefined && 'code' in value && 'message' in value;
}
