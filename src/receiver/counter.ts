/**
 * The engine's own count of its events, where its metrics endpoint is configured, against what has arrived.
 *
 *     missing = (published now - published then) - (arrived now - arrived then)
 *
 * A lower bound, because each side is asked in the order that makes it smaller: `then` what has arrived is looked at before
 * the engine is asked, `now` after it and once everything that was on its way has come.
 */
import type { EngineCount, EngineSession } from '../model/engine.ts';
import { compareTimes } from '../model/time.ts';
import type { Memory } from './memory.ts';

export class EngineCounter {
  readonly #memory: Memory;
  #then: { readonly count: EngineCount; readonly arrived: number } | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Begins to count, unless it has begun with this process of the engine. After the replay, which is not counted. */
  async begin(session: EngineSession, signal: AbortSignal): Promise<void> {
    const { arrived } = this.#memory;
    const count = await this.ask(session, signal);
    if (count === undefined || (this.#then !== undefined && isSameProcess(this.#then.count, count))) return;
    this.#then = { count, arrived };
  }

  /** What the engine says now; undefined where it does not, or where not all of its events are ours to read. */
  async ask(session: EngineSession, signal: AbortSignal): Promise<EngineCount | undefined> {
    if (session.isFiltered || session.hidesEvents) return undefined;
    return session.published(signal);
  }

  /** Whether the engine was started anew since it began to count; undefined where nobody says. */
  wasRestarted(now: EngineCount | undefined): boolean | undefined {
    const then = this.#then?.count;
    if (now?.startedAt === undefined || then?.startedAt === undefined) return undefined;
    return !isSameProcess(then, now);
  }

  /** How many events are missing for certain, if everything that was published before `now` has come; undefined for none. */
  missing(now: EngineCount | undefined): number | undefined {
    if (now === undefined || this.#then === undefined || !isSameProcess(this.#then.count, now)) return undefined;
    const missing = now.events - this.#then.count.events - (this.#memory.arrived - this.#then.arrived);
    return missing > 0 ? missing : undefined;
  }

  /** So many missing events are told, and will not be told again. */
  told(missing: number): void {
    if (this.#then !== undefined) this.#then = { ...this.#then, arrived: this.#then.arrived - missing };
  }
}

function isSameProcess(left: EngineCount, right: EngineCount): boolean {
  if (left.startedAt === undefined || right.startedAt === undefined) return false;
  return compareTimes(left.startedAt, right.startedAt) === 0;
}
