/** What the receiver tells of itself. */
import type { EngineIdentity, EngineProblem } from '../model/engine.ts';
import type { GapEntry, GapReason } from '../model/entry.ts';
import type { Happening } from '../model/telemetry.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
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
    of: { reason: 'ended' },
  };
}

export function streamCut(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.stream_cut',
    level: 'warn',
    message: `The event stream of ${endpoint} broke off: ${problem.message}`,
    fields: { endpoint, code: problem.code },
    counts: { engine_disconnects: 1 },
    of: { reason: 'cut' },
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
    of: { reason: 'no_answer' },
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

const GAP_REASONS: Readonly<Record<GapReason, string>> = {
  ring_overrun: 'more happened while nobody read than the engine remembers',
  engine_restarted: 'the engine was started anew and has forgotten what was before',
  engine_replaced: 'another engine answers there now',
  subscriber_dropped: 'the engine left events out of the stream',
  not_known: 'nothing that was read before is in the engine’s memory, and why cannot be told',
  journal_lost: 'what had been kept of it could not be read any more',
};

export function gapTold(endpoint: string, gap: GapEntry): Happening {
  const { reason, from, to, atLeast, recovered, reconciled, detail } = gap;
  const parts = [`Events of ${endpoint} may be missing${windowText(from, to)}: ${GAP_REASONS[reason]}.`];
  if (atLeast !== undefined) parts.push(`At least ${counted(atLeast, 'is', 'are')} missing.`);
  if (recovered !== undefined) parts.push(`Read from the engine’s memory after all: ${recovered}.`);
  if (reconciled !== undefined) {
    parts.push(`Containers compared: ${reconciled.containers}; events worked out from it: ${reconciled.events}.`);
  }
  if (detail !== undefined) parts.push(detail);
  return {
    name: 'receiver.gap',
    level: 'warn',
    message: parts.join(' '),
    fields: {
      endpoint,
      reason,
      from: from && toIsoNanos(from),
      to: to && toIsoNanos(to),
      at_least: atLeast,
      recovered,
      containers: reconciled?.containers,
      events: reconciled?.events,
    },
    counts: { gaps: 1 },
    of: { reason },
  };
}

function windowText(from: UnixNanos | undefined, to: UnixNanos | undefined): string {
  const start = from === undefined ? '' : ` after ${toIsoNanos(from)}`;
  const end = to === undefined ? '' : ` before ${toIsoNanos(to)}`;
  return start !== '' && end !== '' ? `${start} and${end}` : start + end;
}

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

export function inventoryTaken(endpoint: string, containers: number, synthetic: number): Happening {
  const told = synthetic === 0 ? '' : ` Events that tell of them: ${synthetic}.`;
  return {
    name: 'receiver.inventory',
    level: 'info',
    message: `Containers of ${endpoint} known from now on: ${containers}.${told}`,
    fields: { endpoint, containers, events: synthetic },
    counts: { events_synthetic: synthetic, events_accepted: synthetic },
  };
}

/** @param events how many the engine has to tell, where that was counted */
export function stalled(endpoint: string, silentMs: number, events?: number): Happening {
  const more = events === undefined ? 'more' : counted(events, 'event', 'events');
  return {
    name: 'receiver.stalled',
    level: 'warn',
    message: `The event stream of ${endpoint} has brought nothing for ${seconds(silentMs)} although the engine has ${more} to tell; it is opened anew.`,
    fields: { endpoint, events },
    counts: { engine_disconnects: 1 },
    of: { reason: 'stalled' },
  };
}

export function auditFailed(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.audit_failed',
    level: 'debug',
    message: `What ${endpoint} remembers could not be compared with what came this time. ${problem.message}`,
    fields: { endpoint, code: problem.code },
  };
}

/** Told once: whoever keeps the list from us does so for good. */
export function listRefused(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.list_refused',
    level: 'warn',
    message: `The containers of ${endpoint} cannot be listed, so that what became of them in a gap is not worked out. ${problem.message} Allow GET /containers/json and GET /containers/ID/json to mend it.`,
    fields: { endpoint, code: problem.code },
  };
}

/** Told once, like the list. */
export function probesRefused(endpoint: string, problem: EngineProblem): Happening {
  return {
    name: 'receiver.probes_refused',
    level: 'warn',
    message: `The containers of ${endpoint} cannot be inspected, so that the execs of their health checks are not told apart from those of people and programs. ${problem.message} Allow GET /containers/ID/json to mend it, or set inspect_health_checks to false to do without.`,
    fields: { endpoint, code: problem.code },
  };
}

function seconds(millis: number): string {
  return millis < 950 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(millis < 9_950 ? 1 : 0)} s`;
}
