/**
 * The identities of the events that were read last, so that a replay repeats nothing.
 *
 * An engine replays its last 256 events on every connect. Those that were read before are among the last events read,
 * give or take the few that concurrent publishers swapped, so remembering `capacity` of them is enough when it is well
 * above 256. Podman replays its journal from two seconds before the newest event instead; on a host that makes more than
 * `capacity` events in that time, some would be told twice, with equal uid.
 */
export class SeenSet {
  readonly #uids = new Set<string>();
  /** The same uids in the order of arrival, as a ring. */
  readonly #order: (string | undefined)[];
  #next = 0;

  constructor(capacity: number) {
    this.#order = new Array(capacity);
  }

  /** True when `uid` is new; it is then remembered, and the oldest forgotten. */
  add(uid: string): boolean {
    if (this.#uids.has(uid)) return false;
    const oldest = this.#order[this.#next];
    if (oldest !== undefined) this.#uids.delete(oldest);
    this.#order[this.#next] = uid;
    this.#next = (this.#next + 1) % this.#order.length;
    this.#uids.add(uid);
    return true;
  }
}
