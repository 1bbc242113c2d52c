/**
 * The execs of one container that were begun and have not ended, as far as that was seen.
 *
 * They are part of the container's row, so that the end of one that outlives this process still has its command and is
 * still told as a health check. Bounded in memory and on disk alike: 32 of them, the one that was silent longest is
 * forgotten first. Where more run at once, and the events of that moment are folded a second time, one more may be forgotten.
 *
 * A container's health checks run one after the other, so that few of them are remembered: of a check that cannot be started no
 * end is ever told, and those of an hour would push out everything else.
 *
 * An exec moves to the end of the list with each event that begins it. So the order, too, is the same when its events are
 * folded again.
 */

import type { UnixNanos } from '../model/time.ts';

/** An exec that never ends, or whose end was not seen, must not make the list grow for ever. */
const EXECS_MAX = 32;

/** Some more than can run at once, since one that was given up may be told to end late. */
const PROBES_MAX = 4;

/** A command is remembered up to this many characters; longer ones are not, so that no half of one is told. */
const COMMAND_LENGTH_MAX = 4096;

/** Engines write 64 characters. */
const ID_LENGTH_MAX = 128;

export interface Exec {
  /** Undefined where it was not told, or is too long to be remembered. */
  readonly command: string | undefined;
  /** It is the container's health check. */
  readonly isProbe: boolean;
  /** Undefined where only its making was seen. */
  readonly startedAt: UnixNanos | undefined;
  /** Events are missing since it began, its end perhaps among them. */
  readonly isInDoubt: boolean;
}

export class RunningExecs {
  readonly #execs = new Map<string, Exec>();

  get size(): number {
    return this.#execs.size;
  }

  [Symbol.iterator](): MapIterator<[id: string, exec: Exec]> {
    return this.#execs.entries();
  }

  get(id: string): Exec | undefined {
    return this.#execs.get(id);
  }

  /** False where there is nothing to remember. */
  note(id: string, { command, isProbe, startedAt, isInDoubt }: Exec): boolean {
    const short = command !== undefined && command.length <= COMMAND_LENGTH_MAX ? command : undefined;
    const before = this.#execs.get(id);
    const start = startedAt ?? before?.startedAt;
    if (id.length > ID_LENGTH_MAX || (short === undefined && !isProbe && start === undefined)) return false;
    this.#execs.delete(id);
    this.#execs.set(id, {
      command: short,
      isProbe,
      startedAt: start,
      isInDoubt: isInDoubt || before?.isInDoubt === true,
    });
    if (isProbe) this.#forgetProbes();
    for (const oldest of this.#execs.keys()) {
      if (this.#execs.size <= EXECS_MAX) break;
      this.#execs.delete(oldest);
    }
    return true;
  }

  #forgetProbes(): void {
    const probes = [...this.#execs].filter(([, { isProbe }]) => isProbe);
    for (const [id] of probes.slice(0, -PROBES_MAX)) this.#execs.delete(id);
  }

  /** The end of any of them may be missing. */
  doubt(): void {
    for (const [id, exec] of this.#execs) this.#execs.set(id, { ...exec, isInDoubt: true });
  }

  /** False where it was not known. */
  forget(id: string): boolean {
    return this.#execs.delete(id);
  }
}
