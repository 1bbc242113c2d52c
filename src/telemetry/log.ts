/**
 * The collector's own log: one line for each happening, to stderr, since stdout belongs to the console exporter.
 *
 *     {"level":"warn","time":"2026-11-21T12:00:00.123Z","name":"receiver.waiting","retry_ms":250,"message":"No events …"}
 *     12:00:00.123 WARN  No events …                     on a terminal; the time is UTC, as on the records
 *
 * What a happening tells is a finished sentence, masked where it was made. Here control characters are escaped once more,
 * so that whatever found its way into a sentence can neither forge a line nor steer a terminal.
 *
 * A log that cannot be written (the reader of the pipe is gone) ends the log and never the collector.
 */
import { pino } from 'pino';
import type { Happening, Level } from '../model/telemetry.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import { escapeControls } from '../runtime/mask.ts';
import type { LogOptions } from './config.ts';

/** Where lines go: `process.stderr`, or what a test looks at. */
export interface LogDestination {
  write(text: string): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}

export interface LogParts extends LogOptions {
  readonly destination: LogDestination;
  readonly isTerminal: boolean;
  readonly clock: Clock;
}

export interface Log {
  /** Whether lines of this level are written at all. */
  wants(level: Level): boolean;
  /** Writes one line; nothing when the level is not wanted or nobody reads any more. */
  write(happening: Happening): void;
}

const RANKS: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLog({ level, format, destination, isTerminal, clock }: LogParts): Log {
  let isReadable = true;
  destination.on?.('error', () => {
    // There is no other place to tell that the log cannot be written.
    isReadable = false;
  });
  const wants = (asked: Level) => RANKS[asked] >= RANKS[level];
  const isText = format === 'text' || (format === 'auto' && isTerminal);
  const write = isText ? textWriter(destination, clock) : jsonWriter(destination, clock);
  return {
    wants,
    write(happening) {
      if (isReadable && wants(happening.level)) write(happening);
    },
  };
}

/** The same log, whose lines go somewhere else besides. */
export function teed(log: Log, also: (happening: Happening) => void): Log {
  return {
    wants: (level) => log.wants(level),
    write(happening) {
      if (!log.wants(happening.level)) return;
      log.write(happening);
      also(happening);
    },
  };
}

function textWriter(destination: LogDestination, clock: Clock): (happening: Happening) => void {
  return ({ level, message }) => {
    const time = millisOf(clock.now()).slice('2026-11-21T'.length, -1);
    destination.write(`${time} ${level.toUpperCase().padEnd(5)} ${escapeControls(message)}\n`);
  };
}

function jsonWriter(destination: LogDestination, clock: Clock): (happening: Happening) => void {
  const logger = pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${millisOf(clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => destination.write(line) },
  );
  return ({ name, level, message, fields }) => {
    logger[level]({ name, ...escaped(fields) }, escapeControls(message));
  };
}

function escaped(fields: Happening['fields']): Happening['fields'] {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? escapeControls(value) : value,
    ]),
  );
}

/** `2026-11-21T12:00:00.123Z` */
function millisOf(time: UnixNanos): string {
  return `${toIsoNanos(time).slice(0, -7)}Z`;
}
