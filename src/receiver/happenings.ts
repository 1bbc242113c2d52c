/** What the receiver tells of itself. */
import type { EngineIdentity, EngineProblem } from '../model/engine.ts';
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';

export function connected(identity: EngineIdentity): Happening {
  const who = `${identity.runtime} ${identity.version ?? '(version not told)'}`;
  const api = identity.apiVersion === undefined ? 'unversioned API' : `API ${identity.apiVersion}`;
  return {
    name: 'receiver.connected',
    level: 'info',
    message: `Reading events of ${who} at ${identity.endpoint} (${api}).`,
    fields: {
      endpoint: identity.endpoint,
      runtime: identity.runtime,
      version: identity.version,
      api_version: identity.apiVersion,
      engine_id: identity.id,
      host_name: identity.hostName,
    },
    counts: { engine_connects: 1 },
  };
}

/** The other side closed the stream in good order. Proxies do so to idle streams every few minutes: no error. */
export function streamEnded(endpoint: string): Happening {
  return {
    name: 'receiver.stream_ended',
    level: 'debug',
    message: `The event stream of ${endpoint} was closed by the other side; it is opened again at once.`,
    fields: { endpoint },
    counts: { engine_disconnects: 1 },
  };
}

export function streamCut(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.stream_cut',
    level: 'warn',
    message: `The event stream of ${endpoint} broke off: ${problem.message}`,
    fields: { endpoint, code: problem.code },
    counts: { engine_disconnects: 1 },
  };
}

export function waitingForEngine(endpoint: string, problem: EngineProblem, delayMs: number): Happening {
  return {
    name: 'receiver.waiting',
    level: 'warn',
    message: `No events for now, the next try is in ${seconds(delayMs)}. ${problem.message}`,
    fields: { endpoint, code: problem.code, retry_ms: Math.round(delayMs) },
  };
}

export function noAnswer(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.no_answer',
    level: 'warn',
    message: `The event stream of ${endpoint} is silent and the engine does not answer a ping; the stream is opened anew. ${problem.message}`,
    fields: { endpoint, code: problem.code },
    counts: { engine_disconnects: 1 },
  };
}

/** @param text the frame, which is masked and cut before it is shown */
export function refused(reason: string, text: string): Happening {
  return {
    name: 'receiver.refused',
    level: 'warn',
    message: `A line of the event stream is no event, because ${reason}; it is counted and left out: ${maskText(text, 256)}`,
    fields: { reason, characters: text.length },
    counts: { events_received: 1, events_refused: 1 },
  };
}

export function tooLong(limit: number, beginning: string): Happening {
  return {
    name: 'receiver.too_long',
    level: 'warn',
    message: `An event is longer than max_line_size (${limit} characters); it is counted and left out. It begins: ${maskText(beginning, 256)}`,
    fields: { limit },
    counts: { events_received: 1, events_refused: 1 },
  };
}

/** @param text the beginning of an event, which nobody tells again when a recording ends with it */
export function cutAtEnd(endpoint: string, text: string): Happening {
  return {
    name: 'receiver.cut_at_end',
    level: 'warn',
    message: `The last line of ${endpoint} ends inside an event; it is counted and left out: ${maskText(text, 256)}`,
    fields: { endpoint, characters: text.length },
    counts: { events_received: 1, events_refused: 1 },
  };
}

/** The engine tells the whole event again after the reconnect, so nothing is lost by this. */
export function tornEnd(endpoint: string, length: number): Happening {
  return {
    name: 'receiver.torn_end',
    level: 'debug',
    message: `The event stream of ${endpoint} ended inside an event (${length} characters); it comes again with the replay.`,
    fields: { endpoint, characters: length },
  };
}

function seconds(millis: number): string {
  return millis < 950 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(millis < 9_950 ? 1 : 0)} s`;
}
