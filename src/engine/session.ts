/** A negotiated connection to one engine: how its events are read, and what else it is asked. */
import type {
  Dialect,
  EngineCount,
  EngineIdentity,
  EngineProblem,
  EngineSession,
  EventStream,
  InspectedContainer,
  ListedContainer,
  Result,
} from '../model/engine.ts';
import { type Clock, deadline } from '../runtime/clock.ts';
import { partialList } from './answer-problems.ts';
import { readInspected, readList } from './containers.ts';
import type { Located } from './discover.ts';
import type { EngineApi, Filters } from './dockerode.ts';
import { RefusedAnswer } from './exchange.ts';
import { PacedConnection } from './paced.ts';
import { abandoned, explain, streamCut } from './problems.ts';
import { ResponseStream } from './stream.ts';
import type { Surroundings } from './surroundings.ts';
import { integerOf } from './values.ts';

/** What asking takes, the same for every request to one engine. */
export interface Asking {
  readonly located: Located;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  readonly apiVersion: string | undefined;
}

/** Like {@link EngineProblem}, with the error behind it for whoever can live with some of them. */
export type AskProblem = EngineProblem & { readonly error: unknown };

/**
 * Sends one request and turns whatever goes wrong into a problem.
 * @param timeoutMs undefined waits for as long as `signal` lets it
 */
export async function ask<Value>(
  { located, surroundings, clock, apiVersion }: Asking,
  request: string,
  timeoutMs: number | undefined,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<Value>,
): Promise<Result<Value, AskProblem>> {
  const { endpoint, text } = located;
  const limit = timeoutMs === undefined ? undefined : deadline(clock, timeoutMs, signal);
  try {
    return { ok: true, value: await send(limit?.signal ?? signal) };
  } catch (error) {
    if (signal.aborted) return { ok: false, problem: { ...abandoned({ text, request }), error } };
    const timedOut = limit?.signal.aborted === true;
    const attempt = { endpoint, text, request, apiVersion, timeoutMs, timedOut };
    return { ok: false, problem: { ...(await explain(error, attempt, surroundings)), error } };
  } finally {
    limit?.cancel();
  }
}

export interface SessionParts {
  readonly asking: Asking;
  readonly api: EngineApi;
  readonly identity: EngineIdentity;
  readonly dialect: Dialect;
  readonly connectTimeoutMs: number;
  /** Undefined for all events. */
  readonly filters: Filters | undefined;
  readonly hidesEvents: boolean;
  readonly clockOffsetMs: number | undefined;
  readonly published: (signal: AbortSignal) => Promise<EngineCount | undefined>;
}

/** What can be the name or the id of a container, and nothing else can. */
const CONTAINER_ID = /^[a-zA-Z0-9][\w.-]*$/;

export function openSession(parts: SessionParts): EngineSession {
  const { asking, api, identity, dialect, connectTimeoutMs, filters, hidesEvents, clockOffsetMs, published } = parts;
  const cut = (error: unknown) => streamCut(error, identity.endpoint);
  // Podman 5.1 and 5.2 send the headers of /events with the first event, which may be hours away.
  const headersMs = dialect.name === 'podman' ? undefined : connectTimeoutMs;
  return {
    identity,
    dialect,
    isFiltered: filters !== undefined,
    hidesEvents,
    clockOffsetMs,
    async events(query, signal): Promise<Result<EventStream, EngineProblem>> {
      return plain(
        await ask(asking, 'GET /events', headersMs, signal, async (limit) => {
          const answer = await api.events(query, filters, limit);
          // A stream without an end begins with a replay, behind which new events wait.
          const paced = answer.socket instanceof PacedConnection ? answer.socket : undefined;
          paced?.begin(query.until === undefined);
          return new ResponseStream(answer, signal, cut, paced);
        }),
      );
    },
    async containers(signal): Promise<Result<readonly ListedContainer[], EngineProblem>> {
      return plain(await wholeList(parts, signal));
    },
    async inspect(id, signal): Promise<Result<InspectedContainer | undefined, EngineProblem>> {
      if (!CONTAINER_ID.test(id)) return { ok: true, value: undefined };
      const send = async (limit: AbortSignal) => readInspected(await api.inspect(id, limit));
      const answer = await ask(asking, 'GET /containers/ID/json', connectTimeoutMs, signal, send);
      if (!answer.ok && isNoSuchContainer(answer.problem.error)) return { ok: true, value: undefined };
      return plain(answer);
    },
    published,
    async ping(timeoutMs, signal): Promise<Result<void, EngineProblem>> {
      return plain(
        await ask(asking, 'GET /_ping', timeoutMs, signal, async (limit) => {
          await api.ping(limit);
        }),
      );
    },
  };
}

/** Containers come and go between two questions. */
const LIST_ATTEMPTS = 2;

/**
 * The containers, unless the engine says of itself that it has more than it lists: then something in between (an
 * authorisation plugin, a proxy with filters) leaves some out, which must not be taken for having vanished. Podman counts
 * those of its pods as well, and is believed.
 */
async function wholeList(
  { asking, api, dialect, connectTimeoutMs }: SessionParts,
  signal: AbortSignal,
): Promise<Result<readonly ListedContainer[], AskProblem>> {
  const list = async (limit: AbortSignal) => readList(await api.containers(limit));
  const count = async (limit: AbortSignal) => integerOf(await api.info(limit), 'Containers') ?? 0;
  for (let attempt = 1; ; attempt += 1) {
    const listed = await ask(asking, 'GET /containers/json', connectTimeoutMs, signal, list);
    if (!listed.ok || dialect.name === 'podman') return listed;
    const counted = await ask(asking, 'GET /info', connectTimeoutMs, signal, count);
    if (!counted.ok || counted.value <= listed.value.length) return listed;
    if (attempt < LIST_ATTEMPTS) continue;
    const problem = partialList(asking.located.text, listed.value.length, counted.value);
    return { ok: false, problem: { ...problem, error: undefined } };
  }
}

/** In an engine's words: a proxy that hides the path answers 404 as well, and then nothing is known. */
function isNoSuchContainer(error: unknown): boolean {
  return error instanceof RefusedAnswer && error.status === 404 && /no (such )?container/i.test(error.body);
}

/** Without the error, which is not for showing. */
export function plain<Value>(result: Result<Value, AskProblem>): Result<Value, EngineProblem> {
  if (result.ok) return result;
  const { code, message } = result.problem;
  return { ok: false, problem: { code, message } };
}
