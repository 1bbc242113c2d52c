/** Whether the engine is read, since when, and why not: for whoever asks. Nothing is done for it but at a change. */
import type { ReceiverState, Trouble } from '../model/status.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';

export class Presence {
  readonly #clock: Clock;
  #isConnected = false;
  #since: UnixNanos;
  #trouble: Trouble | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  get state(): Pick<ReceiverState, 'isConnected' | 'since' | 'trouble'> {
    return { isConnected: this.#isConnected, since: this.#since, trouble: this.#trouble };
  }

  /** A stream was opened. */
  connected(): void {
    this.#isConnected = true;
    this.#since = this.#clock.now();
    this.#trouble = undefined;
  }

  /** It has ended, for whatever reason. */
  disconnected(): void {
    this.#isConnected = false;
    this.#since = this.#clock.now();
  }

  /** @param message a finished sentence, masked; the last one since the last stream is shown, with the time of the first */
  failed(message: string): void {
    this.#trouble = { message, since: this.#trouble?.since ?? this.#clock.now() };
  }
}
