/**
 * A recording in the place of an engine: a file of events, one JSON object a line, as the raw API or
 * `docker events --format '{{json .}}'` writes them. It plays as one event stream, as fast as it is read, and ends. An
 * engine cannot be held up; a recording can, so that none of it is given up because more is read than is delivered.
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

/** Asked before each line; what it gives is waited for. */
export type Pace = (signal: AbortSignal) => Promise<unknown> | undefined;

/** @param runtime whose words the recording is in: `docker`, or `podman` */
export function createRecording(path: string, runtime = 'docker', pace: Pace = () => undefined): Engine {
  const name = basename(path);
  const identity: EngineIdentity = {
    receiver: 'docker_events',
    endpoint: `recording ${name}`,
    runtime,
    version: undefined,
    apiVersion: undefined,
    id: undefined,
    hostName: undefined,
    recording: name,
  };
  const unasked = missing(`The recording ${name} holds events only: its containers cannot be asked for.`);
  const session: EngineSession = {
    identity,
    dialect: dialectOf(runtime),
    isFiltered: false,
    hidesEvents: false,
    clockOffsetMs: undefined,
    async events(_query, signal): Promise<Result<EventStream, EngineProblem>> {
      const problem = await problemWith(path);
      return problem === undefined ? { ok: true, value: new FileStream(path, pace, signal) } : { ok: false, problem };
    },
    containers: async () => ({ ok: false, problem: unasked }),
    inspect: async () => ({ ok: false, problem: unasked }),
    published: async () => undefined,
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
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  constructor(path: string, pace: Pace, signal: AbortSignal) {
    this.#path = path;
    this.#pace = pace;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  async read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd> {
    try {
      for await (const bytes of createReadStream(this.#path, { signal: this.#signal })) {
        for (const line of linesOf(Buffer.from(bytes))) {
          const wait = this.#pace(this.#signal);
          if (wait !== undefined) await wait;
          if (this.#signal.aborted) return { kind: 'closed_by_us' };
          onBytes(line);
        }
      }
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

/** The bytes, cut after each line end. The first and the last piece may be parts of lines. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function missing(message: string): EngineProblem {
  return { code: 'no_endpoint', message };
}
