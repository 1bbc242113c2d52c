/**
 * A gap on its way from the verdict to its record.
 *
 *     doubt ──► settled ──► told            each step is kept with the events that led to it, as a row of state,
 *       └──► withdrawn                       so that a gap which was seen is told, whatever ends the process meanwhile
 *
 * In doubt is what looks like a gap as long as the replay goes on. When the stream ends before it is decided, the next one
 * goes on with it, in this process or another: the events since then count as new for it, although they were read. Gaps that
 * come before the first of them is told become one, whose window covers all.
 */
import type { EngineIdentity } from '../model/engine.ts';
import type { GapEntry, GapReason, Received, Reconciled } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';

/** What is known of a gap that is not told yet. */
export interface Gap {
  readonly reason: GapReason;
  readonly from: UnixNanos | undefined;
  readonly to: UnixNanos | undefined;
  readonly recovered?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly detail?: string | undefined;
}

/** What may be a gap. */
export interface Doubt extends Gap {
  /** The identity of the first new event. */
  readonly first: string;
}

/** Under which key the gap of a receiver waits. */
export function gapKey(receiver: string): string {
  return `gap/${receiver}`;
}

export class GapKeeper {
  readonly #key: string;
  readonly #deliver: (entries: readonly (Received | GapEntry)[], rows: StateRows) => void;
  #settled: Gap | undefined;
  #doubt: Doubt | undefined;
  /** What the row says; undefined for none. */
  #written: string | undefined;
  #isDirty = false;

  constructor(receiver: string, deliver: (entries: readonly (Received | GapEntry)[], rows: StateRows) => void) {
    this.#key = gapKey(receiver);
    this.#deliver = deliver;
  }

  /** Takes over what an earlier process left behind. */
  recover(row: string | undefined): void {
    this.#written = row;
    if (row === undefined) return;
    const { settled, doubt } = readRow(row);
    this.#settled = settled;
    this.#doubt = doubt;
  }

  /** What is to be told. */
  get pending(): Gap | undefined {
    return this.#settled;
  }

  /** What is in doubt. */
  get open(): Doubt | undefined {
    return this.#doubt;
  }

  /** It looks like a gap so far. Takes the place of a doubt from before. */
  doubt(doubt: Doubt): void {
    this.#doubt = doubt;
    this.#isDirty = true;
  }

  /** It was none. */
  withdraw(): void {
    if (this.#doubt === undefined) return;
    this.#doubt = undefined;
    this.#isDirty = true;
  }

  /** It is one; takes the place of a doubt. */
  settle(gap: Gap): void {
    this.#doubt = undefined;
    this.#settled = this.#settled === undefined ? gap : merged(this.#settled, gap);
    this.#isDirty = true;
  }

  /** No more will be found out about what is in doubt. */
  settleDoubt(): void {
    if (this.#doubt === undefined) return;
    const { reason, from, to } = this.#doubt;
    this.settle({ reason, from, to });
  }

  /** What has changed since the last time, to be kept with the events that are delivered now; undefined when nothing has. */
  takeRows(): StateRows | undefined {
    if (!this.#isDirty) return undefined;
    this.#isDirty = false;
    const [settled, doubt] = [this.#settled, this.#doubt];
    const row = settled === undefined && doubt === undefined ? undefined : JSON.stringify({ settled, doubt });
    if (row === this.#written) return undefined;
    this.#written = row;
    return new Map([[this.#key, row]]);
  }

  /** Keeps what has changed, without events. */
  flush(): void {
    const rows = this.takeRows();
    if (rows !== undefined) this.#deliver([], rows);
  }

  /** Tells what is pending, together with what was worked out from it. */
  tell(entry: GapEntry, synthetic: readonly Received[]): void {
    this.#settled = undefined;
    this.#isDirty = true;
    const rows = this.takeRows() ?? new Map();
    this.#deliver([entry, ...synthetic], rows);
  }
}

export function gapEntry(
  gap: Gap,
  found: { readonly uid: string; readonly reconciled: Reconciled | undefined; readonly detail: string | undefined },
  observedAt: UnixNanos,
  engine: EngineIdentity,
): GapEntry {
  const { reason, from, to, recovered, atLeast } = gap;
  const detail = sentences(gap.detail, found.detail);
  const { uid, reconciled } = found;
  return { kind: 'gap', uid, reason, from, to, atLeast, recovered, reconciled, detail, observedAt, engine };
}

/** The one that says more wins: another engine explains everything, and what is not known explains nothing. */
const WEIGHTS: Readonly<Record<GapReason, number>> = {
  not_known: 0,
  journal_lost: 1,
  subscriber_dropped: 2,
  ring_overrun: 3,
  engine_restarted: 4,
  engine_replaced: 5,
};

function merged(earlier: Gap, later: Gap): Gap {
  const heavier = WEIGHTS[later.reason] > WEIGHTS[earlier.reason] ? later : earlier;
  const together =
    earlier.reason === later.reason ? undefined : `Told together: ${earlier.reason}, then ${later.reason}.`;
  return {
    reason: heavier.reason,
    from: outermost(earlier.from, later.from, -1),
    to: outermost(earlier.to, later.to, 1),
    recovered: sum(earlier.recovered, later.recovered),
    atLeast: sum(earlier.atLeast, later.atLeast),
    detail: sentences(earlier.detail, later.detail, together),
  };
}

function outermost(left: UnixNanos | undefined, right: UnixNanos | undefined, sign: 1 | -1): UnixNanos | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compareTimes(left, right) * sign > 0 ? left : right;
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : left + right;
}

/** Each once, and no more than fit a record. */
function sentences(...parts: readonly (string | undefined)[]): string | undefined {
  const said = [...new Set(parts.filter((part) => part !== undefined))];
  return said.length === 0 ? undefined : said.join(' ').slice(0, 1000);
}

const UNREADABLE: Gap = {
  reason: 'not_known',
  from: undefined,
  to: undefined,
  detail: 'What an earlier run had noted of this gap could not be read.',
};

/** Total: a row that is no gap gives one of which nothing is known. */
function readRow(row: string): { readonly settled: Gap | undefined; readonly doubt: Doubt | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    return { settled: UNREADABLE, doubt: undefined };
  }
  const fields = fieldsOf(value);
  const doubtful = fieldsOf(fields['doubt']);
  const [settled, doubt] = [readGap(fieldsOf(fields['settled'])), readGap(doubtful)];
  const first = doubtful['first'];
  if (doubt !== undefined && typeof first === 'string') return { settled, doubt: { ...doubt, first } };
  return { settled: settled ?? doubt ?? UNREADABLE, doubt: undefined };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readGap(fields: Readonly<Record<string, unknown>>): Gap | undefined {
  const { reason, detail } = fields;
  if (!isReason(reason)) return undefined;
  return {
    reason,
    from: timeIn(fields['from']),
    to: timeIn(fields['to']),
    recovered: numberIn(fields['recovered']),
    atLeast: numberIn(fields['atLeast']),
    detail: typeof detail === 'string' ? detail : undefined,
  };
}

function isReason(value: unknown): value is GapReason {
  return typeof value === 'string' && Object.hasOwn(WEIGHTS, value);
}

function timeIn(value: unknown): UnixNanos | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [seconds, nanos] = value;
  return Number.isSafeInteger(seconds) && Number.isSafeInteger(nanos) ? [seconds, nanos] : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
