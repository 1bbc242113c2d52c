/** What the export stage tells of itself. What is sent is called by its signal: records, or spans. */
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';
import { type AttemptOutcome, lacksSignal, type Misconfigured } from './exporter.ts';

export type Signal = 'logs' | 'traces';

const NOUN = { logs: 'record', traces: 'span' } as const;

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
const reasonOf = (error: unknown): string => maskText(error instanceof Error ? error.message : String(error), 300);

function counted(count: number, signal: Signal): string {
  return count === 1 ? `1 ${NOUN[signal]}` : `${count} ${NOUN[signal]}s`;
}

export function retrying(exporter: string, detail: string, delayMs: number, signal: Signal = 'logs'): Happening {
  return {
    name: 'export.retrying',
    level: 'warn',
    message: `Exporter ${exporter} could not deliver: ${detail}. The ${NOUN[signal]}s are kept and tried again, next in ${seconds(delayMs)}.`,
    fields: { exporter, delay_ms: Math.round(delayMs) },
  };
}

/** For further tries, where the trouble was told already. */
export function stillRetrying(exporter: string, detail: string, tries: number, delayMs: number): Happening {
  return {
    name: 'export.still_retrying',
    level: 'debug',
    message: `Exporter ${exporter} still cannot deliver after ${tries} tries: ${detail}. Next try in ${seconds(delayMs)}.`,
    fields: { exporter, tries, delay_ms: Math.round(delayMs) },
  };
}

export function misconfigured(
  exporter: string,
  outcome: Misconfigured,
  delayMs: number,
  signal: Signal = 'logs',
): Happening {
  return {
    name: 'export.misconfigured',
    level: 'error',
    message: `The backend does not accept exporter ${exporter}: ${outcome.detail}. ${adviceOf(outcome, signal)} Next try in ${seconds(delayMs)}.`,
    fields: { exporter, delay_ms: Math.round(delayMs) },
  };
}

/** How an exporter's trouble reads in its status: a finished sentence without the exporter's name and the next try. */
export function troubleText(
  outcome: Extract<AttemptOutcome, { kind: 'retry' | 'misconfigured' }>,
  signal: Signal = 'logs',
): string {
  if (outcome.kind === 'retry') {
    return `It could not deliver: ${outcome.detail}. The ${NOUN[signal]}s are kept and tried again.`;
  }
  return `The backend does not accept it: ${outcome.detail}. ${adviceOf(outcome, signal)}`;
}

function adviceOf(outcome: Misconfigured, signal: Signal): string {
  return `${adviceFor(outcome, signal)}; the ${NOUN[signal]}s wait meanwhile.`;
}

/** Without a full stop. */
export function adviceFor(outcome: Misconfigured, signal: Signal | 'metrics'): string {
  return lacksSignal(outcome)
    ? `Check that it takes ${signal}, and its endpoint, its protocol and its path`
    : outcome.advice;
}

/**
 * Said once; nothing is sent to it any more.
 *
 * @param inHand how many it had in hand. They may be more than the first that were ever made: what an earlier process could
 *   not deliver is left out with them.
 */
export function signalOff(exporter: string, signal: Signal, detail: string, inHand: number): Happening {
  return {
    name: 'export.signal_off',
    level: 'warn',
    message: `${offText(signal, detail)} Exporter ${exporter} is off until the next start, and what waits for it is left out, ${counted(inHand, signal)} in hand among it. Set OTEL_${signal.toUpperCase()}_EXPORTER=none to leave ${signal} out for good, or name a backend for them (OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT).`,
    fields: { exporter, in_hand: inHand },
  };
}

/** The same in its status. */
export function offText(signal: Signal | 'metrics', detail: string): string {
  return `The backend does not take ${signal}: ${detail}.`;
}

export function recovered(exporter: string, tries: number, durationMs: number): Happening {
  return {
    name: 'export.recovered',
    level: 'info',
    message: `Exporter ${exporter} delivers again, after ${tries} failed ${tries === 1 ? 'try' : 'tries'} in ${seconds(durationMs)}.`,
    fields: { exporter, tries, duration_ms: Math.round(durationMs) },
  };
}

export function splitting(exporter: string, count: number, detail: string, signal: Signal = 'logs'): Happening {
  return {
    name: 'export.splitting',
    level: 'debug',
    message: `Exporter ${exporter} sends ${counted(count, signal)} again in halves, because the backend did not take them together: ${detail}.`,
    fields: { exporter, count },
  };
}

export interface RefusedBatch {
  readonly exporter: string;
  readonly signal: Signal;
  readonly count: number;
  /** A record tells of them: not so of spans, and not of what tells of gaps and losses itself. */
  readonly isTold: boolean;
  /** They can be looked at. */
  readonly isKept: boolean;
  readonly detail: string;
}

export function refused({ exporter, signal, count, isTold, isKept, detail }: RefusedBatch): Happening {
  const kept = isKept ? ' "docker-events-otel dead-letters list" shows what was refused.' : '';
  const untold = signal === 'logs' ? ' It told of a gap or a loss, which stands in this log.' : kept;
  const next = isTold ? ` A record tells so.${kept}` : untold;
  return {
    name: 'export.refused',
    level: 'error',
    message: `The backend of exporter ${exporter} refused ${counted(count, signal)} for good: ${detail}.${next}`,
    fields: { exporter, count },
  };
}

export function partlyRejected(
  exporter: string,
  {
    count,
    of,
    detail,
    signal,
  }: { readonly count: number; readonly of: number; readonly detail: string; readonly signal: Signal },
): Happening {
  const next = signal === 'logs' ? ' A record tells so.' : '';
  return {
    name: 'export.partly_rejected',
    level: 'error',
    message: `The backend of exporter ${exporter} rejected ${count} of ${counted(of, signal)}, without telling which: ${detail}.${next}`,
    fields: { exporter, count, of },
  };
}

export function backendWarned(exporter: string, detail: string, signal: Signal): Happening {
  return {
    name: 'export.backend_warned',
    level: 'warn',
    message: `The backend of exporter ${exporter} took all ${NOUN[signal]}s, with a warning: ${detail}.`,
    fields: { exporter },
  };
}

export function notMapped(exporter: string, uid: string, error: unknown, signal: Signal): Happening {
  return {
    name: 'export.not_mapped',
    level: 'error',
    message: `Exporter ${exporter} left out entry ${uid}, which could not be made into a ${NOUN[signal]}: ${reasonOf(error)}. This is a fault of the collector; please report it.`,
    fields: { exporter, uid },
  };
}

export function exporterThrew(exporter: string, count: number, error: unknown, signal: Signal = 'logs'): Happening {
  return {
    name: 'export.exporter_threw',
    level: 'error',
    message: `Exporter ${exporter} could not put ${counted(count, signal)} into words: ${reasonOf(error)}. They are tried one by one. This is a fault of the exporter; please report it.`,
    fields: { exporter, count },
  };
}
