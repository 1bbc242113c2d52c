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
 */
import type { Mark } from '../model/mark.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { Backoff } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { classifyResult } from './classify.ts';
import type { AttemptOutcome, Exporter, Refused, Settled, WaitingRecord } from './exporter.ts';
import { Gate } from './gate.ts';
import { exporterThrew, misconfigured, recovered, retrying, splitting, stillRetrying } from './happenings.ts';

/** A wrong token is seldom mended within seconds, and some backends lock out who keeps trying. */
const MISCONFIGURED_AT_LEAST_MS = 30_000;

/** The same trouble is told again after so many tries, for whoever looks at the end of a log only. */
const TELL_AGAIN_AFTER = 10;

/** How long an exporter may take to say how it ended once its attempt was aborted. */
const AFTER_DEADLINE_MS = 1000;

/** `count` records from `offset` of the batch ended so. Every record of a batch is settled exactly once. */
export type Settle = (offset: number, count: number, outcome: Settled) => void;

export interface BatchSender {
  send(records: WaitingRecord[], settle: Settle): void;
  /** Tries now what waits for its next try. */
  hurry(): void;
  /** Nothing is tried or settled any more, and what is in flight is aborted. */
  close(): void;
}

export interface SenderParts {
  /** For messages. */
  readonly name: string;
  readonly exporter: Exporter;
  /** Is given each record once, when it is settled and no attempt for it goes on. */
  readonly release?: ((records: readonly WaitingRecord[]) => void) | undefined;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  readonly retry: { readonly initialMs: number; readonly maxMs: number };
  readonly mark?: Mark | undefined;
  /** No attempt goes on, and the next one waits for its time: the backend cannot take anything now. */
  readonly onHeld?: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

interface Piece {
  readonly offset: number;
  readonly records: WaitingRecord[];
}

/** A batch on its way. The first piece is the one that is tried. */
interface Job {
  readonly pieces: Piece[];
  readonly settle: Settle;
  /** Refused neighbours that are not settled yet. */
  refused: { readonly offset: number; count: number; readonly outcome: Refused } | undefined;
}

export class RetryingSender implements BatchSender {
  readonly #parts: SenderParts;
  readonly #gate: Gate;
  readonly #attempts = new Set<() => void>();
  readonly #due: Job[] = [];
  #isTrying = false;
  #probing: Job | undefined;
  #isClosed = false;
  /** The trouble that was told; undefined while all is well. */
  #trouble: { readonly detail: string; readonly since: number; readonly tries: number } | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.clock, new Backoff({ ...parts.retry, factor: 2 }, parts.random));
  }

  send(records: WaitingRecord[], settle: Settle): void {
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

  #pass(job: Job): void {
    this.#gate.pass(() => this.#try(job));
  }

  /** What comes to be due during a try is tried after it, so that an exporter that answers at once grows no stack. */
  #try(job: Job): void {
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

  #tryNow(job: Job): void {
    const piece = job.pieces[0];
    if (this.#isClosed || piece === undefined) return;
    // The one before it may have closed the gate.
    if (this.#gate.isOpen || this.#probing === job) {
      this.#attempt(piece.records, (outcome) => this.#judge(job, piece, outcome));
    } else this.#pass(job);
  }

  /** One export with its deadline; `done` is called once, or not at all after a close. */
  #attempt(records: WaitingRecord[], done: (outcome: AttemptOutcome) => void): void {
    const { clock, exporter, timeoutMs, telemetry, name } = this.#parts;
    const controller = new AbortController();
    let isOver = false;
    // Let go of when it is over: what a finished attempt holds, it would hold until the next full garbage collection.
    let tell: ((outcome: AttemptOutcome) => void) | undefined = done;
    let timer = clock.after(timeoutMs, () => {
      controller.abort();
      const detail = `there was no answer within ${timeoutMs / 1000} s`;
      timer = clock.after(AFTER_DEADLINE_MS, () => finish({ kind: 'retry', detail, retryAfterMs: undefined }));
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
      telemetry.report(exporterThrew(name, records.length, error));
      finish({ kind: 'split', detail: 'the exporter could not put it into words' });
    }
  }

  #judge(job: Job, piece: Piece, outcome: AttemptOutcome): void {
    const isProbe = this.#probing === job;
    if (isProbe) this.#probing = undefined;
    if (outcome.kind === 'retry' || outcome.kind === 'misconfigured') {
      this.#again(job, isProbe, outcome);
      return;
    }
    job.pieces.shift();
    if (outcome.kind === 'split' && piece.records.length > 1) {
      this.#parts.telemetry.report(splitting(this.#parts.name, piece.records.length, outcome.detail));
      job.pieces.unshift(...halvesOf(piece));
    } else {
      this.#settle(job, piece, outcome.kind === 'split' ? { kind: 'refused', detail: outcome.detail } : outcome);
    }
    if (job.pieces.length > 0) this.#pass(job);
    if (isProbe) this.#recover();
  }

  #settle(job: Job, { offset, records }: Piece, outcome: Settled): void {
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

  #settleRefused(job: Job): void {
    const { refused } = job;
    job.refused = undefined;
    if (refused !== undefined) job.settle(refused.offset, refused.count, refused.outcome);
  }

  #again(job: Job, isProbe: boolean, outcome: Extract<AttemptOutcome, { kind: 'retry' | 'misconfigured' }>): void {
    this.#parts.telemetry.count('export_retries');
    const atLeastMs = Math.max(
      outcome.retryAfterMs ?? 0,
      outcome.kind === 'misconfigured' ? MISCONFIGURED_AT_LEAST_MS : 0,
    );
    const delayMs = this.#gate.failed(() => this.#try(job), isProbe, atLeastMs);
    if (delayMs !== undefined) this.#tellTrouble(outcome, delayMs);
  }

  #tellTrouble(outcome: Extract<AttemptOutcome, { kind: 'retry' | 'misconfigured' }>, delayMs: number): void {
    const { telemetry, name, clock } = this.#parts;
    const told = this.#trouble;
    const tries = (told?.tries ?? 0) + 1;
    this.#trouble = { detail: outcome.detail, since: told?.since ?? clock.monotonicMs(), tries };
    const isKnown = told?.detail === outcome.detail && tries % TELL_AGAIN_AFTER !== 0;
    if (isKnown) telemetry.report(stillRetrying(name, outcome.detail, tries, delayMs));
    else if (outcome.kind === 'misconfigured') telemetry.report(misconfigured(name, outcome, delayMs));
    else telemetry.report(retrying(name, outcome.detail, delayMs));
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

function halvesOf({ offset, records }: Piece): [Piece, Piece] {
  const middle = records.length >> 1;
  return [
    { offset, records: records.slice(0, middle) },
    { offset: offset + middle, records: records.slice(middle) },
  ];
}
