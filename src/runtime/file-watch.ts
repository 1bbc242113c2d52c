/**
 * Tells when files have changed, by looking at them now and then.
 *
 * Looked at, not listened to: what the system tells of changes gets lost where files are mounted into a container, come from
 * a ConfigMap (a link that is turned around) or lie on a network. A change is told when two looks in a row have seen the same,
 * so that nobody reads half a file. A file that comes or goes is a change too; one that cannot be looked at counts as gone.
 */
import { stat } from 'node:fs/promises';
import type { Clock, Timer } from './clock.ts';

export interface FileWatchParts {
  readonly clock: Clock;
  /** Between looks, in milliseconds; 0 never looks. */
  readonly intervalMs: number;
  /** Asked before each look. Folders may be among them: a name that comes or goes is a change of the folder. */
  readonly files: () => readonly string[];
  readonly onChange: () => void;
}

export class FileWatch {
  readonly #parts: FileWatchParts;
  #timer: Timer | undefined;
  #isStopped = false;
  /** As it was told, or found at first. */
  #known: string | undefined;
  /** As it was seen the last time. */
  #seen: string | undefined;

  constructor(parts: FileWatchParts) {
    this.#parts = parts;
  }

  /** Resolves when the files have been looked at for the first time. */
  async start(): Promise<void> {
    if (this.#parts.intervalMs === 0) return;
    this.#known = await stateOf(this.#parts.files());
    this.#seen = this.#known;
    this.#setTimer();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #setTimer(): void {
    if (this.#isStopped) return;
    this.#timer = this.#parts.clock.after(this.#parts.intervalMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const state = await stateOf(this.#parts.files());
    const isSettled = state === this.#seen;
    this.#seen = state;
    if (isSettled && state !== this.#known && !this.#isStopped) {
      this.#known = state;
      this.#parts.onChange();
    }
    this.#setTimer();
  }
}

async function stateOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    [...new Set(files)].sort().map(async (file) => `${file}\n${await stateOfOne(file)}`),
  );
  return states.join('\n');
}

async function stateOfOne(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    // Whatever the reason, it cannot be read now; reading it tells the reason.
    return 'gone';
  }
}
