/** What the journal tells of itself. */
import type { LossEntry } from '../model/entry.ts';
import type { Happening } from '../model/telemetry.ts';
import { toIsoNanos } from '../model/time.ts';

export function overflowing(exporter: string, capacity: number): Happening {
  return {
    name: 'journal.overflowing',
    level: 'error',
    message: `Exporter ${exporter} does not keep up: more than event_queue_size (${capacity}) events wait for it, so the oldest are given up until there is room. How many will be told as a record and here.`,
    fields: { exporter, event_queue_size: capacity },
  };
}

export function overflowed(loss: LossEntry): Happening {
  const window =
    loss.first === undefined || loss.last === undefined
      ? ''
      : ` They happened from ${toIsoNanos(loss.first)} to ${toIsoNanos(loss.last)}.`;
  return {
    name: 'journal.overflowed',
    level: 'error',
    message: `${loss.count} events were given up for exporter ${loss.exporter}, because the queue was full; a record tells so.${window}`,
    fields: { exporter: loss.exporter, count: loss.count },
  };
}

export function undelivered(exporter: string, count: number): Happening {
  return {
    name: 'journal.undelivered',
    level: 'error',
    message: `Stopped with ${count} events that exporter ${exporter} had not delivered. The queue is in memory only: they are lost here, but for those that the engine still replays at the next start.`,
    fields: { exporter, count },
    counts: { records_dropped: count },
  };
}
