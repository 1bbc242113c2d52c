/**
 * A recording in the place of an engine: a file of events, one JSON object a line, as the raw API or
 * `docker events --format '{{json .}}'` writes them. It plays as one event stream, as fast as it is read, and ends.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type {
  Engine,
  EngineIdentity,
  EngineProblem,
  EngineSession,
  EventStream,
  Result,
  StreamEnd,
} from '../model/engine.ts';
import { dialectOf } from './dialects.ts';

/** @param runtime whose words the recording is in: `docker`, or `podman` */
export function createRecording(path: string, runtime = 'docker'): Engine {
  const name = basename(path);
  const identity: EngineIdentity = {
    endpoint: `recording ${name}`,
    runtime,
    version: undefined,
    apiVersion: undefined,
    id: undefined,
    hostName: undefined,
    recording: name,
  };
  const session: EngineSession = {
    identity,
    dialect: dialectOf(runtime),
    async events(_since, signal): Promise<Result<EventStream, EngineProblem>> {
      const problem = await problemWith(path);
      return problem === undefined ? { ok: true, value: new FileStream(path, signal) } : { ok: false, problem };
    },
    ping: async () => ({ ok: true, value: undefined }),
  };
  return {
    endpoint: identity.endpoint,
    async connect(): Promise<Result<EngineSession, EngineProblem>> {
      const problem = await problemWith(path);
      return problem === undefined ? { ok: true, value: session } : { ok: false, problem };
    },
  };
}

const HOW = "Make one with: docker events --format '{{json .}}' > FILE";

async function problemWith(path: string): Promise<EngineProblem | undefined> {
  try {
    const file = await open(path);
    try {
      if ((await file.stat()).isDirectory()) return missing(`The recording ${path} is a directory. ${HOW}`);
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return missing(`There is no recording at ${path}. ${HOW}`);
    return missing(`The recording ${path} cannot be read (${code}). Check that this process may read it.`);
  }
}

class FileStream implements EventStream {
  readonly #path: string;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  constructor(path: string, signal: AbortSignal) {
    this.#path = path;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  async read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd> {
    try {
      for await (const bytes of createReadStream(this.#path, { signal: this.#signal })) onBytes(Buffer.from(bytes));
      return { kind: 'ended' };
    } catch (error) {
      if (this.#signal.aborted) return { kind: 'closed_by_us' };
      const message = `The recording ${this.#path} could not be read to its end (${codeOf(error)}).`;
      return { kind: 'cut', problem: { code: 'connection_lost', message } };
    }
  }

  close(): void {
    this.#stop.abort();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function missing(message: string): EngineProblem {
  return { code: 'no_endpoint', message };
}
