/**
 * What the lane asks of an exporter: the SDK's LogRecordExporter or SpanExporter, so that any of OpenTelemetry JS fits, with
 * three additions that ours make use of. `export` is given a signal that aborts at the attempt's deadline; the result may
 * carry the outcome itself where an exporter knows more than "failed"; and an exporter may encode each item when it is
 * emitted. An item is a log record or a span.
 */
import type { Outcome } from '../model/outcome.ts';
import { type ExportResult, ExportResultCode, type ReadableLogRecord } from './otel.ts';
import type { EncodedItem } from './otlp/encoded-item.ts';

/** An item as it waits: as the SDK has it, or as the exporter encoded it. */
export type Waiting<Item = ReadableLogRecord> = Item | EncodedItem;

export interface Exporter<Item = ReadableLogRecord> {
  /**
   * Brings an item, when it is emitted, into the form in which it waits. Only an exporter that has this is ever given
   * anything else than the SDK's items.
   */
  prepare?(item: Item): Waiting<Item>;
  /** These items are settled, and nobody asks for them again. Their attempts are over: `export` has called back. */
  release?(items: readonly Waiting<Item>[]): void;
  export(items: Waiting<Item>[], done: (result: ExportResult) => void, signal?: AbortSignal): void;
  /** Optional, as the SDK's SpanExporter has it. */
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** An exporter, and how it wants to be used. */
export interface BuiltExporter<Item = ReadableLogRecord> {
  readonly exporter: Exporter<Item>;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  /** The first and the longest wait between two tries. */
  readonly retry: { readonly initialMs: number; readonly maxMs: number };
}

/**
 * The configuration is wrong, not the records: a token that is not accepted, a path that does not exist. They are kept and
 * tried again, slowly, while somebody mends it.
 */
export interface Misconfigured {
  readonly kind: 'misconfigured';
  readonly detail: string;
  /** What to look at, without a full stop: what becomes of what was to be sent is said behind it. */
  readonly advice: string;
  readonly retryAfterMs: number | undefined;
}

/** Why it failed, in one word of few: `503`, `UNAVAILABLE`, `ECONNREFUSED`. Left out where there is none. */
interface Reason {
  readonly reason?: string;
}

export type AttemptOutcome = (Outcome | Misconfigured) & Reason;

/** What those answer that know nothing of a signal: that there is no such path, or no such service. */
const NO_SUCH_SIGNAL: ReadonlySet<string> = new Set(['404', '405', '501', 'UNIMPLEMENTED']);

/** The backend says that it does not have this signal at all, or not there. */
export function lacksSignal({ reason }: AttemptOutcome): boolean {
  return reason !== undefined && NO_SUCH_SIGNAL.has(reason);
}

export type Delivered = Extract<Outcome, { kind: 'delivered' }>;
export type Refused = Extract<Outcome, { kind: 'refused' }>;

/** How it ended for good. */
export type Settled = Delivered | Refused;

export const DELIVERED: Delivered = Object.freeze({ kind: 'delivered', rejected: 0, detail: undefined });

/** An ExportResult that says how it ended in our words as well as in the SDK's. */
export interface DetailedResult extends ExportResult {
  readonly outcome: AttemptOutcome;
}

export function resultOf(outcome: AttemptOutcome): DetailedResult {
  if (outcome.kind === 'delivered') return { code: ExportResultCode.SUCCESS, outcome };
  return { code: ExportResultCode.FAILED, error: new Error(outcome.detail), outcome };
}

export function isDetailed(result: ExportResult): result is DetailedResult {
  return 'outcome' in result;
}
