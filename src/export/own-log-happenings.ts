/** What goes wrong with sending the own log. Told on stderr alone. */
import type { Happening } from '../model/telemetry.ts';

const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);

/** @param count so far */
export function ownLogDropped(exporter: string, count: number): Happening {
  return {
    name: 'export.own_log_dropped',
    level: 'warn',
    message: `${lines(count)} so far did not reach exporter ${exporter}, the oldest first, because it does not keep up. They are here.`,
    fields: { exporter, count },
  };
}

export function ownLogRefused(exporter: string, count: number, detail: string | undefined): Happening {
  return {
    name: 'export.own_log_refused',
    level: 'warn',
    message: `The backend refused ${lines(count)} of exporter ${exporter}: ${detail ?? 'it does not say why'}. They are here.`,
    fields: { exporter, count },
  };
}
