/**
 * What the journal tells of itself. It keeps events for some exporters and spans for others, and does not know which: of
 * both it says `entries` where it counts them. That some are missing is told by a record among records only.
 */
import type { LossEntry } from '../model/entry.ts';
import type { Happening } from '../model/telemetry.ts';
import { toIsoNanos } from '../model/time.ts';
import { maskText } from '../runtime/mask.ts';
import type { StorageFault } from './sqlite.ts';
import type { SetAside } from './storage.ts';

const counted = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export function overflowing(exporter: string, capacity: number): Happening {
  return {
    name: 'journal.overflowing',
    level: 'error',
    message: `Exporter ${exporter} does not keep up: more than event_queue_size (${capacity}) entries wait for it, so the oldest are given up until there is room. How many will be told.`,
    fields: { exporter, event_queue_size: capacity },
  };
}

const REASONS = {
  queue_full: 'the queue was full',
  storage_full: 'the storage was full',
  expired: 'they had waited for longer than storage.max_age allows',
  rejected: 'the backend refused them',
} as const;

export function overflowed(loss: LossEntry): Happening {
  return {
    name: 'journal.overflowed',
    level: 'error',
    message: `${counted(loss.count, 'entry was', 'entries were')} given up for exporter ${loss.exporter}, because ${REASONS[loss.reason]}.${windowOf(loss)}`,
    fields: { exporter: loss.exporter, reason: loss.reason, count: loss.count },
  };
}

function windowOf({ first, last }: LossEntry): string {
  if (first === undefined || last === undefined) return '';
  return ` They happened from ${toIsoNanos(first)} to ${toIsoNanos(last)}.`;
}

export function undelivered(exporter: string, count: number): Happening {
  return {
    name: 'journal.undelivered',
    level: 'error',
    message: `Stopped with ${counted(count, 'record', 'records')} that exporter ${exporter} had not delivered. The queue is in memory only: what the engine does not replay at the next start is lost.`,
    fields: { exporter, count },
    counts: { records_dropped: count },
    of: { part: exporter, reason: 'undelivered' },
  };
}

/** At the first of possibly many, which are counted until the reader is told. */
export function givingUp(loss: LossEntry, capacity: number): Happening {
  if (loss.reason === 'queue_full') return overflowing(loss.exporter, capacity);
  const why =
    loss.reason === 'expired'
      ? 'waited for longer than storage.max_age allows'
      : 'take up more room than storage.max_size allows';
  return {
    name: 'journal.overflowing',
    level: 'error',
    message: `Entries that exporter ${loss.exporter} has not got ${why}: the oldest are given up. How many will be told.`,
    fields: { exporter: loss.exporter, reason: loss.reason },
  };
}

export function opened(directory: string, waiting: number): Happening {
  return {
    name: 'journal.opened',
    level: 'info',
    message: `Events are kept in ${directory} until they are delivered. From before, ${counted(waiting, 'waits', 'wait')}.`,
    fields: { directory, waiting },
  };
}

export function setAside(directory: string, { file, why, detail }: SetAside): Happening {
  const reasons = {
    damaged: `is damaged (${maskText(detail)})`,
    foreign: 'is not a journal of this program',
    newer: `was written by a newer version of this program (format ${detail})`,
  };
  return {
    name: 'journal.set_aside',
    level: 'error',
    message: `The journal in ${directory} ${reasons[why]}. It was put aside as ${file}, and a new one is begun: what waited in it is not delivered, and what happened since is not known.`,
    fields: { directory, file, why },
  };
}

export function unwritable(directory: string, { kind, detail }: StorageFault): Happening {
  const what = kind === 'full' ? 'is full' : kind === 'busy' ? 'is held by another process' : 'cannot be written';
  const next =
    kind === 'full'
      ? 'Make room on the disk'
      : kind === 'busy'
        ? 'See what else uses it'
        : 'Give this user the right to write there, or another folder with --storage DIR';
  return {
    name: 'journal.unwritable',
    level: 'error',
    message: `The storage ${directory} ${what} (${maskText(detail)}). Events wait in memory until it can be written, up to event_queue_size, and are lost if the process ends before. ${next}; it is tried again on its own.`,
    fields: { directory, kind },
  };
}

export function writable(directory: string, count: number): Happening {
  return {
    name: 'journal.writable',
    level: 'info',
    message: `The storage ${directory} can be written again: ${counted(count, 'event', 'events')} that waited in memory ${count === 1 ? 'is' : 'are'} kept now.`,
    fields: { directory, count },
  };
}

export function lostWithFile(exporter: string, count: number): Happening {
  return {
    name: 'journal.lost_with_file',
    level: 'error',
    message: `About ${counted(count, 'entry', 'entries')} that waited for exporter ${exporter} ${count === 1 ? 'was' : 'were'} in the file that cannot be read any more. A record tells of the gap.`,
    fields: { exporter, count },
    counts: { records_dropped: count },
    of: { part: exporter, reason: 'journal_lost' },
  };
}

export function unconfigured(exporter: string, waiting: number): Happening {
  return {
    name: 'journal.unconfigured',
    level: 'warn',
    message: `Exporter ${exporter} is no longer configured, and ${counted(waiting, 'entry waits', 'entries wait')} for it. What waits is kept, for when it is configured again, until storage.max_age or storage.max_size is reached.`,
    fields: { exporter, waiting },
  };
}

/** @param count how many entries; 0 for what only told of a loss */
export function unreadable(exporter: string, count: number): Happening {
  const what = count > 1 ? `${count} entries that waited` : 'An entry that waited';
  return {
    name: 'journal.unreadable',
    level: 'error',
    message: `${what} for exporter ${exporter} cannot be read from the journal, and ${count > 1 ? 'are' : 'is'} left out. The file was changed by something else, or written by another version of this program.`,
    fields: { exporter, count },
    counts: { records_dropped: count },
    of: { part: exporter, reason: 'unreadable' },
  };
}

export function kept(exporter: string, count: number): Happening {
  return {
    name: 'journal.kept',
    level: 'info',
    message: `Stopped with ${counted(count, 'entry', 'entries')} of the journal that exporter ${exporter} has not come to. What waits is kept, and delivered after the next start.`,
    fields: { exporter, count },
    counts: { records_kept: count },
    of: { part: exporter },
  };
}

export function deadLettersDropped(count: number): Happening {
  return {
    name: 'journal.dead_letters_dropped',
    level: 'warn',
    message: `Of the records that backends refused the oldest ${count === 1 ? 'was' : `${count} were`} removed, because more were set aside than are kept. Look at them with the command "dead-letters".`,
    fields: { count },
  };
}
