/**
 * The door to time. All other code asks for a Clock, so that tests move time by hand.
 */
import { fromUnixMillis, type UnixNanos } from '../model/time.ts';

/** A task that waits for its time. */
export interface Timer {
  /** The task will not run. Safe twice, and after it ran. */
  cancel(): void;
}

export interface Clock {
  /** Wall-clock time. May step backwards. */
  now(): UnixNanos;
  /** Milliseconds that never step backwards, from an arbitrary start; for durations. */
  monotonicMs(): number;
  /** Runs `task` once, `delayMs` from now. The timer keeps the process alive. */
  after(delayMs: number, task: () => void): Timer;
}

/** Node cannot hold a longer delay in its timers; it would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => fromUnixMillis(Date.now()),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts; true when the whole delay went by. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (whole: boolean) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(whole);
    };
    const onAbort = () => finish(false);
    const timer = clock.after(delayMs, () => finish(true));
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** A signal that aborts after `delayMs`, or together with `parent`. Call `cancel` when the work is done. */
export function deadline(
  clock: Clock,
  delayMs: number,
  parent?: AbortSignal,
): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = clock.after(delayMs, abort);
  if (parent?.aborted) abort();
  parent?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    cancel() {
      timer.cancel();
      parent?.removeEventListener('abort', abort);
    },
  };
}
