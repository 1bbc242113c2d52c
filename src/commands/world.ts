/** What a command asks of the process it runs in, as one value, so that tests pass a world of their own. */
import type { Writable } from 'node:stream';
import type { CollectorSetup } from '../collector.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Machine } from '../runtime/machine.ts';
import type { Random } from '../runtime/random.ts';

/** A signal that asks the process to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

export interface CommandOutput extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface CommandWorld {
  /** Belongs to what a command makes: records, a configuration, answers. */
  readonly stdout: CommandOutput;
  /** Belongs to what a command says of itself. */
  readonly stderr: CommandOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says where things are kept. */
  readonly machine: Machine;
  readonly clock: Clock;
  readonly random: Random;
  /** The machine as the engine stage sees it; the process's own when left out. Its environment is always `env`. */
  readonly surroundings?: CollectorSetup['surroundings'];
  /** Resolves with the first signal that asks for an end. A second one ends the process wherever it is. */
  readonly stop: Promise<StopSignal>;
  /** Calls back whenever somebody asks for the configuration to be read again (SIGHUP). Until it is called, nobody is heard. */
  readonly onReload?: (listener: () => void) => void;
}

/** What the process ends with. */
export const EXIT = {
  ok: 0,
  /** It was asked for something right, and it could not be done. */
  failed: 1,
  /** The configuration or the arguments are wrong; trying again changes nothing. */
  wrong: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
