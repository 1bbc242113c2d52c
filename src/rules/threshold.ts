/**
 * How often a rule has matched lately, apart for each key: the values of the threshold's `by`.
 *
 *   match ──► quiet? ── yes ──► cooled down
 *               │ no
 *               ▼
 *             window of its key ── fewer than `count` ──► counted
 *               │ `count` within `within`
 *               ▼
 *             told; the window is empty again, and it is quiet for `cool_down`
 *
 * - A pure fold over matches: time is the event's, and nothing depends on a clock or on when a process was started. All that
 *   it knows is in its rows, so that what comes after a restart is decided as if there had been none.
 * - The window ends with the newest match of the key, and slides with it. What comes late counts where it belongs, and not
 *   at all when the window has gone beyond it. A match without a time counts at the time of the last one of its key; the
 *   first of a key, at the time it was read.
 * - Bounded: fewer than `count` times for a key, and `KEYS_MAX` keys, of which the one that was silent longest is forgotten.
 * - A key is forgotten, too, when a match is both dated and read so much later than its last one that it can have no part
 *   in a window or a silence any more. So another engine's clock, or a replay after a long absence, forgets nothing by
 *   itself.
 */
import { type Entry, entryTime } from '../model/entry.ts';
import { toUnixMillis } from '../model/time.ts';
import { decodeRow, encodeRow, fingerprintOf, type KeyState, keyOf, rowName } from './rows.ts';
import type { RuleThreshold } from './rule-set.ts';

export const KEYS_MAX = 4096;

export type Verdict = 'told' | 'counted' | 'cooled_down';

export class ThresholdCounter {
  readonly fingerprint: string;
  readonly #rule: string;
  /** The key that was silent longest comes first. */
  readonly #keys = new Map<string, KeyState>();
  readonly #changed = new Set<string>();
  #threshold: RuleThreshold;
  #order = 0;

  constructor(rule: string, threshold: RuleThreshold) {
    this.#rule = rule;
    this.#threshold = threshold;
    this.fingerprint = fingerprintOf(threshold);
  }

  /** Goes on with a threshold of the same fingerprint, compiled anew. */
  adopt(threshold: RuleThreshold): void {
    this.#threshold = threshold;
  }

  /** Takes note of a match, and says what is to become of it. */
  match(entry: Entry): Verdict {
    const key = keyOf(this.#threshold.by.map((field) => field.read(entry)));
    const before = this.#keys.get(key);
    const seen = toUnixMillis(entry.observedAt);
    const ownTime = entryTime(entry);
    const time = ownTime === undefined ? (before?.last ?? seen) : toUnixMillis(ownTime);
    const last = Math.max(time, before?.last ?? time);
    const times = before?.times ?? [];
    const verdict = this.#judge(times, before?.quietUntil, time, last);
    const quietUntil = verdict === 'told' ? this.#quietUntil(last) : before?.quietUntil;
    this.#order += 1;
    // To the end of the order.
    this.#keys.delete(key);
    this.#keys.set(key, { order: this.#order, last, seen, quietUntil, times });
    this.#changed.add(key);
    this.#forget(time, seen);
    return verdict;
  }

  /** @param times of its key; changed to what they are after this match */
  #judge(times: number[], quietUntil: number | undefined, time: number, last: number): Verdict {
    const { count, withinMs } = this.#threshold;
    const isInWindow = (other: number) => last - other <= withinMs;
    const first = times.findIndex(isInWindow);
    if (first !== 0) times.splice(0, first < 0 ? times.length : first);
    if (quietUntil !== undefined && time < quietUntil) return 'cooled_down';
    if (isInWindow(time)) times.splice(times.findLastIndex((other) => other <= time) + 1, 0, time);
    if (times.length < count) return 'counted';
    times.length = 0;
    return 'told';
  }

  #quietUntil(last: number): number | undefined {
    const { coolDownMs } = this.#threshold;
    return coolDownMs === 0 ? undefined : last + coolDownMs;
  }

  #forget(time: number, seen: number): void {
    const { withinMs, coolDownMs } = this.#threshold;
    const afterMs = withinMs + coolDownMs;
    for (const [key, state] of this.#keys) {
      const isOver = time - state.last > afterMs && seen - state.seen > afterMs;
      if (!isOver && this.#keys.size <= KEYS_MAX) return;
      this.#keys.delete(key);
      this.#changed.add(key);
    }
  }

  /** Takes up what an earlier process knew, by key. What cannot be taken up is removed with the next changed rows. */
  restore(rows: ReadonlyMap<string, string>): void {
    const states: (readonly [string, KeyState])[] = [];
    for (const [key, text] of rows) {
      const state = decodeRow(this.fingerprint, text);
      if (state === undefined || state.times.length >= this.#threshold.count) this.#changed.add(key);
      else states.push([key, state]);
    }
    states.sort(([, one], [, other]) => one.order - other.order);
    for (const [key, state] of states) this.#keys.set(key, state);
    this.#order = states.at(-1)?.[1].order ?? 0;
  }

  /** Forgets everything; the rows are removed. */
  clear(): void {
    for (const key of this.#keys.keys()) this.#changed.add(key);
    this.#keys.clear();
  }

  /** Adds the rows that have changed since the last time; undefined for one that is to be removed. */
  takeChanged(to: Map<string, string | undefined>): void {
    for (const key of this.#changed) {
      const state = this.#keys.get(key);
      to.set(rowName(this.#rule, key), state === undefined ? undefined : encodeRow(this.fingerprint, state));
    }
    this.#changed.clear();
  }
}
