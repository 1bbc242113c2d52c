/** What is remembered of one container. */
import type { UnixNanos } from '../model/time.ts';

/** An exec that never ends, or whose end was not seen, must not make the list grow for ever. */
const EXECS_MAX = 32;

/** A command is remembered up to this many characters; longer ones are not, so that no half of one is told. */
const COMMAND_LENGTH_MAX = 4096;

export interface SentSignal {
  readonly number: number;
  readonly at: UnixNanos | undefined;
}

const NONE: ReadonlySet<string> = new Set();

export class ContainerHistory {
  /** Labels of this container that have the name of a key that the engine writes on other events. */
  shadowingLabels: ReadonlySet<string> = NONE;
  /** When it was last moved to the end of the list of containers, counted in events. */
  movedAt = 0;
  #signal: SentSignal | undefined;
  #oom = false;
  /** Made for the first exec: most containers never have one. */
  #execCommands: Map<string, string> | undefined;

  /** The container was started: what was done to its last run does not count for this one. */
  beginRun(): void {
    this.#signal = undefined;
    this.#oom = false;
    this.#execCommands = undefined;
  }

  /** @param text the number in decimal, as the engine writes it; anything else is not taken for a signal */
  noteSignal(text: string | undefined, at: UnixNanos | undefined): void {
    if (text === undefined || !/^\d{1,3}$/.test(text)) return;
    this.#signal = { number: Number(text), at };
    this.#oom = false;
  }

  noteOom(): void {
    this.#oom = true;
  }

  /** The last signal sent on purpose in this run. */
  get signal(): SentSignal | undefined {
    return this.#signal;
  }

  /** True when the kernel killed a process of this run for want of memory, and no signal was sent since. */
  get oom(): boolean {
    return this.#oom;
  }

  noteExec(id: string | undefined, command: string): void {
    if (id === undefined || command.length > COMMAND_LENGTH_MAX) return;
    this.#execCommands ??= new Map();
    this.#execCommands.set(id, command);
    if (this.#execCommands.size > EXECS_MAX) forgetOldest(this.#execCommands);
  }

  execCommand(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#execCommands?.get(id);
  }

  forgetExec(id: string | undefined): void {
    if (id !== undefined) this.#execCommands?.delete(id);
  }
}

/** Removes the first key of a map, which is the one that was put in first. */
export function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
