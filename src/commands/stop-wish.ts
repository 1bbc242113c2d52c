/**
 * What a signal asks for: a stop in order, or an end at once.
 *
 * The same signal within a moment is one wish: `timeout` sends SIGTERM to its child and to the child's group, and a Ctrl-C
 * reaches a program below npm twice, from the terminal and from npm. Taken for a second wish, each of them would cut off
 * the delivery of what waits.
 */
import type { Clock } from '../runtime/clock.ts';
import type { StopSignal } from './world.ts';

/** Two signals of one wish are milliseconds apart; nobody who is asked for patience by a log line answers so soon. */
const ONE_WISH_MS = 500;

export class StopWishes {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #first: { readonly signal: StopSignal; readonly atMs: number } | undefined;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** `nothing` for the other half of a wish that is being granted. */
  note(signal: StopSignal): 'stop' | 'end' | 'nothing' {
    const atMs = this.#clock.monotonicMs();
    if (this.#first === undefined) {
      this.#first = { signal, atMs };
      return 'stop';
    }
    return signal === this.#first.signal && atMs - this.#first.atMs < ONE_WISH_MS ? 'nothing' : 'end';
  }
}
