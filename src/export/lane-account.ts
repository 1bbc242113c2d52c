/**
 * What became of the entries of a lane: for its status, in entries of whatever kind but losses, and for the counters, in what
 * its signal is about: events, or spans.
 *
 * An entry is counted once, when it is acknowledged: exported, filtered, passed over or rejected. What is in hand is none of
 * these yet.
 */
import type { Entry } from '../model/entry.ts';
import type { ExporterState } from '../model/status.ts';
import type { Counter, Of, Telemetry } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Signal } from './happenings.ts';
import type { InHand } from './in-hand.ts';

type Kind = Entry['kind'];

/** Why a record was rejected: by the backend, a whole batch or a part of it, or by a fault of ours. */
export type RejectedReason = 'refused' | 'partial_success' | 'not_mapped';

export type LaneNumbers = Pick<
  ExporterState,
  'exported' | 'filtered' | 'passedOver' | 'rejected' | 'inHand' | 'lastDelivered'
>;

export interface LaneAccountParts {
  readonly name: string;
  readonly signal: Signal;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export class LaneAccount {
  readonly #parts: LaneAccountParts;
  readonly #of: Of;
  /** What the counters count, and which these are. */
  readonly #kind: Kind;
  readonly #counters: { readonly exported: Counter; readonly rejected: Counter };
  #exported = 0;
  #filtered = 0;
  #passedOver = 0;
  #rejected = 0;
  #inHand = 0;
  #lastDelivered: UnixNanos | undefined;

  constructor(parts: LaneAccountParts) {
    this.#parts = parts;
    this.#of = { part: parts.name };
    const isLogs = parts.signal === 'logs';
    this.#kind = isLogs ? 'event' : 'span';
    this.#counters = isLogs
      ? { exported: 'records_exported', rejected: 'records_rejected' }
      : { exported: 'spans_exported', rejected: 'spans_rejected' };
  }

  get numbers(): LaneNumbers {
    return {
      exported: this.#exported,
      filtered: this.#filtered,
      passedOver: this.#passedOver,
      rejected: this.#rejected,
      inHand: this.#inHand,
      lastDelivered: this.#lastDelivered,
    };
  }

  taken({ kind }: InHand): void {
    if (kind !== 'loss') this.#inHand += 1;
  }

  /** It is in hand no more, and was not counted. */
  left({ kind }: InHand): void {
    if (kind !== 'loss') this.#inHand -= 1;
  }

  passedOver(kind: Kind): void {
    if (kind === 'loss') return;
    this.#passedOver += 1;
    this.#count('entries_passed_over', 1);
  }

  filtered(kind: Kind): void {
    if (kind === 'loss') return;
    this.#filtered += 1;
    if (kind === 'event') this.#count('events_filtered', 1);
  }

  /** @param rejected how many of them the backend did not take, without saying which */
  delivered(entries: readonly InHand[], rejected: number): void {
    const now = this.#parts.clock.now();
    this.#lastDelivered = now;
    let [all, ours] = [0, 0];
    for (const { kind, time } of entries) {
      if (kind === 'loss') continue;
      all += 1;
      if (kind === this.#kind) ours += 1;
      if (time !== undefined) this.#lag(now, time);
    }
    const lost = Math.min(rejected, all);
    this.#exported += all - lost;
    this.#rejected += lost;
    this.#count(this.#counters.exported, ours - Math.min(rejected, ours));
    this.#count(this.#counters.rejected, Math.min(rejected, ours), 'partial_success');
  }

  rejected(entries: readonly InHand[], reason: RejectedReason): void {
    let ours = 0;
    for (const { kind } of entries) {
      if (kind !== 'loss') this.#rejected += 1;
      if (kind === this.#kind) ours += 1;
    }
    this.#count(this.#counters.rejected, ours, reason);
  }

  #lag(now: UnixNanos, time: UnixNanos): void {
    const seconds = now[0] - time[0] + (now[1] - time[1]) / 1e9;
    this.#parts.telemetry.measure('export_lag', Math.max(0, seconds), this.#of);
  }

  #count(counter: Counter, by: number, reason?: RejectedReason): void {
    if (by === 0) return;
    this.#parts.telemetry.count(counter, by, reason === undefined ? this.#of : { ...this.#of, reason });
  }
}
