/**
 * An engine without sockets: each connect plays the next part of a script. For tests of what stands behind engine/.
 */
import type {
  Engine,
  EngineIdentity,
  EngineProblem,
  EngineSession,
  EventStream,
  Result,
  StreamEnd,
} from '../../src/model/engine.ts';

export const IDENTITY: EngineIdentity = {
  endpoint: 'unix:///run/test.sock',
  runtime: 'docker',
  version: '28.5.2',
  apiVersion: '1.51',
  id: 'engine-1',
  hostName: 'host-1',
  recording: undefined,
};

export function problem(code: EngineProblem['code'], message = `${code}.`): EngineProblem {
  return { code, message };
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
  readonly sinces: (string | undefined)[] = [];
  readonly pings: PromiseWithResolvers<Result<void, EngineProblem>>[] = [];
  #parts: Part[];
  #pinged = Promise.withResolvers<void>();
  connects = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = [...parts];
  }

  /** Resolves at the next ping. */
  get pinged(): Promise<void> {
    return this.#pinged.promise;
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
    return {
      identity: IDENTITY,
      dialect: { name: 'docker', since: () => '0', normalise: (event) => event },
      events: async (since) => {
        this.sinces.push(since);
        if ('subscribeProblem' in part) return { ok: false, problem: part.subscribeProblem };
        return { ok: true, value: part };
      },
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
