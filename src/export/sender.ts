/**
 * Delivers a batch for certain: tries until every record of it is delivered or refused for good.
 *
 *   batch ──► gate (shared) ──► attempt with a deadline ──► what it means (classify.ts)
 *               ▲                                             │ delivered      settled
 *               └──────────── retry, misconfigured ◄──────────┤ split          halves, one after the other
 *                                                             │ refused        settled
 *
 * - There is no limit to the number of tries. A retry is the same records, and encoding is a pure function: the same bytes.
 * - An attempt is aborted at its deadline. An exporter may say for a moment longer how it ended; then it counts as failed.
 *   It may have arrived all the same: delivery is at least once.
 * - Halves of a batch are sent one after the other, so that a batch is never more than one request at a time. Some backends
 *   keep the good records of a batch that they refuse; these get them twice, with the same bytes and the same uid.
 * - A single record that the backend does not take is refused. Neighbours refused for the same reason are settled together.
 * - Where the backend says that it has no such signal, whoever owns the sender is asked first whether to try again at all.
 *
 * What is sent is log records or spans; all of it is called records here.
 */
import type { Mark } from '../model/mark.ts';
import type { Trouble } from '../model/status.ts';
import type { Of, Telemetry } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import { Backoff } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { classifyResult } from './classify.ts';
import {
  type AttemptOutcome,
  type Exporter,
  lacksSignal,
  type Refused,
  type Settled,
  type Waiting,
} from './exporter.ts';
import { Gate } from './gate.ts';
import {
  exporterThrew,
  misconfigured,
  recovered,
  retrying,
  type Signal,
  splitting,
  stillRetrying,
  troubleText,
} from './happenings.ts';
import type { ReadableLogRecord } from './otel.ts';

/** A wrong token is seldom mended within seconds, and some backends lock out who keeps trying. */
const MISCONFIGURED_AT_LEAST_MS = 30_000;

/** The same trouble is told again after so many tries, for whoever looks at the end of a log only. */
const TELL_AGAIN_AFTER = 10;

/** How long an exporter may take to say how it ended once its attempt was aborted. */
const AFTER_DEADLINE_MS = 1000;

/** `count` records from `offset` of the batch ended so. Every record of a batch is settled exactly once. */
export type Settle = (offset: number, count: number, outcome: Settled) => void;

export interface BatchSender<Item = ReadableLogRecord> {
  send(records: Waiting<Item>[], settle: Settle): void;
  /** Tries now what waits for its next try. */
  hurry(): void;
  /** Nothing is tried or settled any more, and what is in flight is aborted. */
  close(): void;
}

export interface SenderParts<Item = ReadableLogRecord> {
  /** For messages. */
  readonly name: string;
  /** For messages. Logs where it is not given. */
  readonly signal?: Signal;
  readonly exporter: Exporter<Item>;
  /** Is given each record once, when it is settled and no attempt for it goes on. */
  readonly release?: ((records: readonly Waiting<Item>[]) => void) | undefined;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  readonly retry: { readonly initialMs: number; readonly maxMs: number };
  readonly mark?: Mark | undefined;
  /** No attempt goes on, and the next one waits for its time: the backend cannot take anything now. */
  readonly onHeld?: () => void;
  /** The backend says that it does not have this signal. Where it is true, that is the end: the sender has been closed. */
  readonly givesUpOn?: (detail: string) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

interface Piece<Item> {
  readonly offset: number;
  readonly records: Waiting<Item>[];
}

/** A batch on its way. The first piece is the one that is tried. */
interface Job<Item> {
  readonly pieces: Piece<Item>[];
  readonly settle: Settle;
  /** Refused neighbours that are not settled yet. */
  refused: { readonly offset: number; count: number; readonly outcome: Refused } | undefined;
}

/** A failure after which the records are tried again. */
type Failure = Extract<AttemptOutcome, { kind: 'retry' | 'misconfigured' }>;

interface ToldTrouble {
  readonly detail: string;
  readonly message: string;
  readonly since: number;
  readonly sinceTime: UnixNanos;
  readonly tries: number;
}

export class RetryingSender<Item> implements BatchSender<Item> {
  readonly #parts: SenderParts<Item>;
  readonly #of: Of;
  readonly #gate: Gate;
  readonly #attempts = new Set<() => void>();
  readonly #due: Job<Item>[] = [];
  #isTrying = false;
  #probing: Job<Item> | undefined;
  #isClosed = false;
  /** The trouble that was told; undefined while all is well. */
  #trouble: ToldTrouble | undefined;

  constructor(parts: SenderParts<Item>) {
    this.#parts = parts;
    this.#of = { part: parts.name };
    this.#gate = new Gate(parts.clock, new Backoff({ ...parts.retry, factor: 2 }, parts.random));
  }

  /** Undefined while all is well. */
  get trouble(): Trouble | undefined {
    return this.#trouble && { message: this.#trouble.message, since: this.#trouble.sinceTime };
  }

  send(records: Waiting<Item>[], settle: Settle): void {
    if (this.#isClosed || records.length === 0) return;
    this.#pass({ pieces: [{ offset: 0, records }], settle, refused: undefined });
  }

  hurry(): void {
    this.#gate.hurry();
  }

  close(): void {
    this.#isClosed = true;
    this.#gate.shut();
    for (const abort of this.#attempts) abort();
    this.#attempts.clear();
  }

  #pass(job: Job<Item>): void {
    this.#gate.pass(() => this.#try(job));
  }

  /** What comes to be due during a try is tried after it, so that an exporter that answers at once grows no stack. */
  #try(job: Job<Item>): void {
    if (!this.#gate.isOpen) this.#probing = job;
    this.#due.push(job);
    if (this.#isTrying) return;
    this.#isTrying = true;
    try {
      for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) this.#tryNow(next);
    } finally {
      this.#isTrying = false;
    }
  }

  #tryNow(job: Job<Item>): void {
    const piece = job.pieces[0];
    if (this.#isClosed || piece === undefined) return;
    // The one before it may have closed the gate.
    if (this.#gate.isOpen || this.#probing === job) {
      this.#attempt(piece.records, (outcome) => this.#judge(job, piece, outcome));
    } else this.#pass(job);
  }

  /** One export with its deadline; `done` is called once, or not at all after a close. */
  #attempt(records: Waiting<Item>[], done: (outcome: AttemptOutcome) => void): void {
    const { clock, exporter, timeoutMs, telemetry, name } = this.#parts;
    const controller = new AbortController();
    const started = clock.monotonicMs();
    let isOver = false;
    // Let go of when it is over: what a finished attempt holds, it would hold until the next full garbage collection.
    let tell: ((outcome: AttemptOutcome) => void) | undefined = done;
    let timer = clock.after(timeoutMs, () => {
      controller.abort();
      const detail = `there was no answer within ${timeoutMs / 1000} s`;
      timer = clock.after(AFTER_DEADLINE_MS, () =>
        finish({ kind: 'retry', reason: 'timeout', detail, retryAfterMs: undefined }),
      );
    });
    const abort = () => {
      isOver = true;
      tell = undefined;
      timer.cancel();
      controller.abort();
    };
    const finish = (outcome: AttemptOutcome) => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      this.#attempts.delete(abort);
      telemetry.measure('export_duration', (clock.monotonicMs() - started) / 1000, this.#ofOutcome(outcome));
      const told = tell;
      tell = undefined;
      told?.(outcome);
      if (this.#attempts.size === 0 && !this.#gate.isOpen) this.#parts.onHeld?.();
    };
    this.#attempts.add(abort);
    this.#parts.mark?.('lane.sending');
    try {
      exporter.export(records, (result) => finish(classifyResult(result)), controller.signal);
    } catch (error) {
      // A record that the exporter cannot serialise: it is found by halving, and must not hold up the others.
      telemetry.report(exporterThrew(name, records.length, error, this.#parts.signal));
      finish({ kind: 'split', reason: 'exporter_threw', detail: 'the exporter could not put it into words' });
    }
  }

  #judge(job: Job<Item>, piece: Piece<Item>, outcome: AttemptOutcome): void {
    const isProbe = this.#probing === job;
    if (isProbe) this.#probing = undefined;
    if (outcome.kind === 'retry' || outcome.kind === 'misconfigured') {
      if (lacksSignal(outcome) && this.#parts.givesUpOn?.(outcome.detail) === true) return;
      this.#again(job, isProbe, outcome);
      return;
    }
    job.pieces.shift();
    if (outcome.kind === 'split' && piece.records.length > 1) {
      const { telemetry, name, signal } = this.#parts;
      telemetry.report(splitting(name, piece.records.length, outcome.detail, signal));
      job.pieces.unshift(...halvesOf(piece));
    } else {
      this.#settle(job, piece, outcome.kind === 'split' ? { kind: 'refused', detail: outcome.detail } : outcome);
    }
    if (job.pieces.length > 0) this.#pass(job);
    if (isProbe) this.#recover();
  }

  #settle(job: Job<Item>, { offset, records }: Piece<Item>, outcome: Settled): void {
    this.#parts.release?.(records);
    if (outcome.kind === 'refused' && job.refused?.outcome.detail === outcome.detail) {
      job.refused.count += records.length;
    } else {
      this.#settleRefused(job);
      if (outcome.kind === 'refused') job.refused = { offset, count: records.length, outcome };
      else job.settle(offset, records.length, outcome);
    }
    if (job.pieces.length === 0) this.#settleRefused(job);
  }

  #settleRefused(job: Job<Item>): void {
    const { refused } = job;
    job.refused = undefined;
    if (refused !== undefined) job.settle(refused.offset, refused.count, refused.outcome);
  }

  #again(job: Job<Item>, isProbe: boolean, outcome: Failure): void {
    this.#parts.telemetry.count('export_retries', 1, this.#ofOutcome(outcome));
    const atLeastMs = Math.max(
      outcome.retryAfterMs ?? 0,
      outcome.kind === 'misconfigured' ? MISCONFIGURED_AT_LEAST_MS : 0,
    );
    const delayMs = this.#gate.failed(() => this.#try(job), isProbe, atLeastMs);
    if (delayMs !== undefined) this.#tellTrouble(outcome, delayMs);
  }

  #tellTrouble(outcome: Failure, delayMs: number): void {
    const { telemetry, name, signal, clock } = this.#parts;
    const told = this.#trouble;
    const tries = (told?.tries ?? 0) + 1;
    const { detail } = outcome;
    this.#trouble = {
      detail,
      message: troubleText(outcome, signal),
      since: told?.since ?? clock.monotonicMs(),
      sinceTime: told?.sinceTime ?? clock.now(),
      tries,
    };
    const isKnown = told?.detail === detail && tries % TELL_AGAIN_AFTER !== 0;
    if (isKnown) telemetry.report(stillRetrying(name, detail, tries, delayMs));
    else if (outcome.kind === 'misconfigured') telemetry.report(misconfigured(name, outcome, delayMs, signal));
    else telemetry.report(retrying(name, detail, delayMs, signal));
  }

  #ofOutcome(outcome: AttemptOutcome): Of {
    if (outcome.kind === 'delivered') return this.#of;
    return { part: this.#parts.name, reason: outcome.reason ?? outcome.kind };
  }

  #recover(): void {
    const { telemetry, name, clock } = this.#parts;
    if (this.#trouble !== undefined) {
      telemetry.report(recovered(name, this.#trouble.tries, clock.monotonicMs() - this.#trouble.since));
      this.#trouble = undefined;
    }
    this.#gate.open();
  }
}

function halvesOf<Item>({ offset, records }: Piece<Item>): [Piece<Item>, Piece<Item>] {
  const middle = records.length >> 1;
  return [
    { offset, records: records.slice(0, middle) },
    { offset: offset + middle, records: records.slice(middle) },
  ];
}
