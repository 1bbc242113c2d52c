import { setImmediate } from 'node:timers/promises';
import { fromUnixMillis, type UnixNanos } from '../../src/model/time.ts';
import type { Clock, Timer } from '../../src/runtime/clock.ts';

/** Time that moves only when a test moves it. Timers run in the order of their due time. */
export class FakeClock implements Clock {
  #millis: number;
  #monotonic = 0;
  #timers: { due: number; task: () => void }[] = [];

  constructor(startMillis = Date.UTC(2026, 10, 21, 12, 0, 0)) {
    this.#millis = startMillis;
  }

  now(): UnixNanos {
    return fromUnixMillis(this.#millis);
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  after(delayMs: number, task: () => void): Timer {
    const timer = { due: this.#monotonic + Math.max(0, delayMs), task };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** How many timers wait; 0 at the end of a test shows that nothing leaked. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer is due; undefined when none waits. */
  get nextDelayMs(): number | undefined {
    if (this.#timers.length === 0) return undefined;
    return Math.min(...this.#timers.map((timer) => timer.due)) - this.#monotonic;
  }

  /** Moves both clocks forward, running every timer that falls due, those that timers set included. */
  advance(millis: number): void {
    const target = this.#monotonic + millis;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.due <= target).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#step(next.due - this.#monotonic);
      next.task();
    }
    this.#step(target - this.#monotonic);
  }

  /** The wall clock is set, as an administrator or NTP does; monotonic time goes on as it was. */
  stepWall(millis: number): void {
    this.#millis += millis;
  }

  #step(millis: number): void {
    this.#millis += millis;
    this.#monotonic += millis;
  }
}

/** Lets time go by, a step a turn of the loop, until something has happened. */
export async function passUntil<Value>(clock: FakeClock, awaited: Promise<Value>, stepMs: number): Promise<Value> {
  let isOver = false;
  const over = awaited.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.advance(stepMs);
    await setImmediate();
  }
  return over;
}
