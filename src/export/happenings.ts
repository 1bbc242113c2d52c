/** What the export stage tells of itself. */
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';
import type { Misconfigured } from './exporter.ts';

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`);
const reasonOf = (error: unknown): string => maskText(error instanceof Error ? error.message : String(error), 300);

export function retrying(exporter: string, detail: string, delayMs: number): Happening {
  return {
    name: 'export.retrying',
    level: 'warn',
    message: `Exporter ${exporter} could not deliver: ${detail}. The records are kept and tried again, next in ${seconds(delayMs)}.`,
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

export function misconfigured(exporter: string, { detail, advice }: Misconfigured, delayMs: number): Happening {
  return {
    name: 'export.misconfigured',
    level: 'error',
    message: `The backend does not accept exporter ${exporter}: ${detail}. ${advice} Next try in ${seconds(delayMs)}.`,
    fields: { exporter, delay_ms: Math.round(delayMs) },
  };
}

export function recovered(exporter: string, tries: number, durationMs: number): Happening {
  return {
    name: 'export.recovered',
    level: 'info',
    message: `Exporter ${exporter} delivers again, after ${tries} failed ${tries === 1 ? 'try' : 'tries'} in ${seconds(durationMs)}.`,
    fields: { exporter, tries, duration_ms: Math.round(durationMs) },
  };
}

export function splitting(exporter: string, count: number, detail: string): Happening {
  return {
    name: 'export.splitting',
    level: 'debug',
    message: `Exporter ${exporter} sends ${count} records again in halves, because the backend did not take them together: ${detail}.`,
    fields: { exporter, count },
  };
}

/** @param events how many of the records tell of events; the others tell of gaps and losses, and are not told again */
export function refused(exporter: string, count: number, events: number, isKept: boolean, detail: string): Happening {
  const kept = isKept ? ' "docker-events-otel dead-letters list" shows what was refused.' : '';
  const next = events > 0 ? ` A record tells so.${kept}` : ' It told of a gap or a loss, which stands in this log.';
  return {
    name: 'export.refused',
    level: 'error',
    message: `The backend of exporter ${exporter} refused ${records(count)} for good: ${detail}.${next}`,
    fields: { exporter, count },
  };
}

export function partlyRejected(exporter: string, count: number, of: number, detail: string): Happening {
  return {
    name: 'export.partly_rejected',
    level: 'error',
    message: `The backend of exporter ${exporter} rejected ${count} of ${records(of)}, without telling which: ${detail}. A record tells so.`,
    fields: { exporter, count, of },
  };
}

export function backendWarned(exporter: string, detail: string): Happening {
  return {
    name: 'export.backend_warned',
    level: 'warn',
    message: `The backend of exporter ${exporter} took all records, with a warning: ${detail}.`,
    fields: { exporter },
  };
}

export function notMapped(exporter: string, uid: string, error: unknown): Happening {
  return {
    name: 'export.not_mapped',
    level: 'error',
    message: `Exporter ${exporter} left out entry ${uid}, which could not be made into a record: ${reasonOf(error)}. This is a fault of the collector; please report it.`,
    fields: { exporter, uid },
  };
}

export function exporterThrew(exporter: string, count: number, error: unknown): Happening {
  return {
    name: 'export.exporter_threw',
    level: 'error',
    message: `Exporter ${exporter} could not put ${records(count)} into words: ${reasonOf(error)}. They are tried one by one. This is a fault of the exporter; please report it.`,
    fields: { exporter, count },
  };
}
