/**
 * The identities of the events that were read last, so that a replay repeats nothing.
 *
 * An engine replays its last 256 events on every connect. Those that were read before are among the last events read,
 * give or take the few that concurrent publishers swapped, so a thousand would do for that. The rest is for the audit, which
 * asks a second later whether an event has come, and for Podman, which replays its journal from two seconds before the
 * last event: on a host that makes more than `capacity` events in that time, some would be told twice, with equal uid.
 *
 * Two generations, of which the older is forgotten as a whole: the last `capacity` are known for certain, up to as many
 * before them too. A set that loses one for each it gains would keep the garbage collector at work.
 */
export class SeenSet {
  readonly capacity: number;
  #newer = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  has(uid: string): boolean {
    return this.#newer.has(uid) || this.#older.has(uid);
  }

  /** True when `uid` is new; it is then remembered. */
  add(uid: string): boolean {
    if (this.has(uid)) return false;
    if (this.#newer.size >= this.capacity) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(uid);
    return true;
  }
}
