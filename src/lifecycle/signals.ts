/** Signals that were sent to a container on purpose, and which of them ask its run to end. */
import { compareTimes, type UnixNanos } from '../model/time.ts';

export interface SentSignal {
  readonly number: number;
  readonly at: UnixNanos | undefined;
}

/** Somebody wants the run to end: the signals of one request, which may be several. */
export interface StopRequest {
  readonly first: UnixNanos;
  readonly last: UnixNanos;
  /** When the rollout of the container's service began that was under way at the first signal. */
  readonly rollout: UnixNanos | undefined;
}

export const SIGKILL = 9;

/** SIGINT, SIGQUIT, SIGTERM: what docker stop and images' STOPSIGNAL commonly send. */
const STOP_SIGNALS: ReadonlySet<number> = new Set([2, 3, 15]);

/** A signal is no reason any more for what happens later than that. */
export const ASKED_TO_STOP_SECONDS = 600;

/** Whether a signal is a wish that the run should end, whatever it dies of. */
export function asksToStop(signal: number): boolean {
  return signal === SIGKILL || STOP_SIGNALS.has(signal);
}

/**
 * The request that a signal belongs to: one that comes ten minutes after the last is another. Those of a request may be told
 * again in any order, and it stays the same.
 */
export function requestOf(before: StopRequest | undefined, at: UnixNanos, rollout: UnixNanos | undefined): StopRequest {
  if (before === undefined || at[0] - before.last[0] > ASKED_TO_STOP_SECONDS) return { first: at, last: at, rollout };
  return compareTimes(at, before.last) > 0 ? { ...before, last: at } : before;
}
