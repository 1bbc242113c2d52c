/**
 * The lifecycle that every long-lived part has.
 *
 * `start` resolves when the part can be spoken to. `stop` takes no new work, finishes what it has within the deadline,
 * and resolves then or at the deadline, never later; it is safe twice, and safe without a start. Parts are started from
 * the sink backwards and stopped from the source forwards, so that nobody speaks to a part that is not listening.
 */
export interface Component {
  start(): Promise<void>;
  /** @param deadline aborts when there is no time left */
  stop(deadline: AbortSignal): Promise<void>;
}
