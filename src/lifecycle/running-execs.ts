/**
 * The execs of one container that were begun and have not ended, as far as that was seen.
 *
 * They are part of the container's row, so that the end of one that outlives this process still has its command and is
 * still told as a health check. Bounded in memory and on disk alike: 32 of them, the one that was silent longest is
 * forgotten first. Where more run at once, and the events of that moment are folded a second time, one more may be forgotten.
 *
 * An exec moves to the end of the list with each event that begins it. So the order, too, is the same when its events are
 * folded again.
 */

import type { UnixNanos } from '../model/time.ts';

/** An exec that never ends, or whose end was not seen, must not make the list grow for ever. */
const EXECS_MAX = 32;

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
  note(id: string, command: string | undefined, isProbe: boolean, startedAt: UnixNanos | undefined): boolean {
    const short = command !== undefined && command.length <= COMMAND_LENGTH_MAX ? command : undefined;
    const start = startedAt ?? this.#execs.get(id)?.startedAt;
    if (id.length > ID_LENGTH_MAX || (short === undefined && !isProbe && start === undefined)) return false;
    this.#execs.delete(id);
    this.#execs.set(id, { command: short, isProbe, startedAt: start });
    for (const oldest of this.#execs.keys()) {
      if (this.#execs.size <= EXECS_MAX) break;
      this.#execs.delete(oldest);
    }
    return true;
  }

  /** False where it was not known. */
  forget(id: string): boolean {
    return this.#execs.delete(id);
  }
}
