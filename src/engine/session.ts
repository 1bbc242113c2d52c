/** A negotiated connection to one engine: how its events are read and how it is asked whether it is still there. */
import type { Dialect, EngineIdentity, EngineProblem, EngineSession, EventStream, Result } from '../model/engine.ts';
import { type Clock, deadline } from '../runtime/clock.ts';
import type { Located } from './discover.ts';
import type { EngineApi } from './dockerode.ts';
import { abandoned, explain, streamCut } from './problems.ts';
import { ResponseStream } from './stream.ts';
import type { Surroundings } from './surroundings.ts';

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
}

export function openSession({ asking, api, identity, dialect, connectTimeoutMs }: SessionParts): EngineSession {
  const cut = (error: unknown) => streamCut(error, identity.endpoint);
  // Podman 5.1 and 5.2 send the headers of /events with the first event, which may be hours away.
  const headersMs = dialect.name === 'podman' ? undefined : connectTimeoutMs;
  return {
    identity,
    dialect,
    async events(since, signal): Promise<Result<EventStream, EngineProblem>> {
      return plain(
        await ask(asking, 'GET /events', headersMs, signal, async (limit) => {
          return new ResponseStream(await api.events(since, limit), signal, cut);
        }),
      );
    },
    async ping(timeoutMs, signal): Promise<Result<void, EngineProblem>> {
      return plain(
        await ask(asking, 'GET /_ping', timeoutMs, signal, async (limit) => {
          await api.ping(limit);
        }),
      );
    },
  };
}

/** Without the error, which is not for showing. */
export function plain<Value>(result: Result<Value, AskProblem>): Result<Value, EngineProblem> {
  if (result.ok) return result;
  const { code, message } = result.problem;
  return { ok: false, problem: { code, message } };
}
