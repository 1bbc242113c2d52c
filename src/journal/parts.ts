/** What a journal is made of. */
import type { DockerEvent } from '../model/docker-event.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { Mark } from '../model/mark.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { JournalOptions } from './config.ts';
import type { OpenDatabase } from './sqlite.ts';

export interface JournalParts {
  readonly options: JournalOptions;
  /** Where and how much to keep; undefined keeps nothing beyond the process. */
  readonly storage: Storage | undefined;
  readonly revive: Revive;
  /** How this collector is named to another that wants the same storage: its version, process and what it reads. */
  readonly holder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly mark?: Mark;
}

/** A journal with storage. */
export interface DurableJournalParts extends JournalParts {
  readonly storage: Storage;
  /** SQLite, or what a test puts in its place. */
  readonly openDatabase?: OpenDatabase;
  readonly tuning?: Partial<Tuning>;
}

/** What a test makes small. */
export interface Tuning {
  /** So many of the last events of each receiver stay whatever the bounds. */
  readonly keptEvents: number;
  /** It is looked for what has to leave the file after so much text or so many acknowledged entries. */
  readonly clearEveryCharacters: number;
  readonly clearEveryEntries: number;
  /** So much is made free at a time above the bound. */
  readonly slackBytes: number;
}

export const TUNING: Tuning = {
  // More than an engine's memory of 256, and than the 512 that a receiver asks for.
  keptEvents: 1024,
  clearEveryCharacters: 512 * 1024,
  clearEveryEntries: 4096,
  slackBytes: 1024 * 1024,
};

export interface Storage {
  readonly directory: string;
  /** Bytes. */
  readonly max_size: number;
  /** Milliseconds. */
  readonly max_age: number;
  /** Bytes. */
  readonly history: number;
}

/** An event from the line that the engine sent; undefined for a line that this program cannot read. Pure. */
export type Revive = (raw: string, engine: EngineIdentity) => Revived | undefined;

export interface Revived {
  readonly event: DockerEvent;
  readonly uid: string;
}
