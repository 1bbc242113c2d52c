import type { UnixNanos } from './time.ts';

/**
 * What an event means in the light of those before it. Decided once, by the lifecycle fold, before the journal; never
 * recomputed afterwards, so that a retry or a restart says the same.
 */
export interface EventContext {
  /** On a container's `die`: how it ended. */
  readonly exit?: ExitContext;
  /** On `exec_detach` and `exec_die`, which do not say it themselves: the command of the exec, as `exec_create` said it. */
  readonly execCommand?: string;
  /** On events of an exec: it is the container's health check, not somebody's doing. */
  readonly isProbe?: true;
  /** The names of the rules that this event has matched. */
  readonly rules?: readonly string[];
  /**
   * When the run of its container began that this event belongs to, which together with the container's id names the run's
   * trace; undefined before the first start, and where it is not known. What follows a `die` belongs to the run that ended.
   */
  readonly run?: UnixNanos;
  /** On a container's `start`: it had run before. */
  readonly isRestart?: true;
  /** On updates of a service: when the rollout began that it belongs to. */
  readonly rollout?: UnixNanos;
  /** Keys of this event that its container is known to carry as labels, so that their values are not the engine's word. */
  readonly shadowed?: readonly string[];
}

/**
 * - `completed`: exit code 0 and nobody asked it to stop.
 * - `failed`: another exit code and nobody asked it to stop: a crash.
 * - `stopped`: somebody asked it to stop with a signal that can be handled, and it did.
 * - `killed`: somebody sent SIGKILL.
 * - `oom_killed`: the kernel killed it for want of memory.
 * - `unknown`: the engine gave no readable exit code and nobody was seen asking it to stop.
 */
export type ExitReason = 'completed' | 'failed' | 'stopped' | 'killed' | 'oom_killed' | 'unknown';

export interface ExitContext {
  readonly reason: ExitReason;
  /** True when a person or program asked for this death (`stopped`, `killed`), or the container had simply finished. */
  readonly intended: boolean;
  /** The number of the last signal sent on purpose before this death; undefined when there was none. */
  readonly signal: number | undefined;
}

/** Nothing is known beyond the event itself. */
export const NO_CONTEXT: EventContext = Object.freeze({});
