/**
 * Sends metrics every interval, and once more at the end.
 *
 *   interval ──► collect ──► one attempt for each exporter, side by side
 *                                  │ too large for the backend
 *                                  └──► the metrics in halves, one after the other
 *
 * - Everything is cumulative. So nothing is kept, nothing is tried again, and what is lost is a point in a curve: the next
 *   report holds all that the last one would have told. The Retry-After of a backend is waited for.
 * - An exporter whose last attempt still goes on is left out of a round; it never has two at once.
 * - The last report of a process holds its final numbers. It has two seconds, and the deadline of the stop: an end is not
 *   held up by a backend that hangs.
 * - A metric that is refused by itself is told of, and the others are delivered all the same: that is over with the first
 *   report that is sent whole. A backend that refuses every one of them takes no metrics, and that is a trouble.
 * - Where nobody asked for metrics by name and the backend answers that it has no such signal, none are sent any more.
 */
import type { Component } from '../model/component.ts';
import type { MetricsReport } from '../model/metric.ts';
import type { MetricsState, Trouble } from '../model/status.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import { type Clock, deadline, type Timer } from '../runtime/clock.ts';
import { classifyError, classifyResult } from './classify.ts';
import { type AttemptOutcome, type Exporter, lacksSignal } from './exporter.ts';
import { offText } from './happenings.ts';
import {
  metricsNotCollected,
  metricsNotSent,
  metricsOff,
  metricsPartlyRejected,
  metricsSentAgain,
  metricsStillNotSent,
  metricsTroubleText,
  type NotSent,
} from './metrics-happenings.ts';

/** An exporter in a metrics pipeline. */
export interface MetricsTarget {
  /** As in logs: `metrics:otlp_http`. */
  readonly name: string;
  /** Nobody asked for metrics by name. */
  readonly isImplied: boolean;
  /** Where to, for a person, without secrets. */
  readonly destination: string;
  readonly exporter: Exporter<MetricsReport>;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
}

export interface MetricsSenderParts {
  readonly targets: readonly MetricsTarget[];
  readonly intervalMs: number;
  readonly collect: () => MetricsReport;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface MetricsSenderComponent extends Component {
  /** One for each target, in their order. */
  states(): readonly MetricsState[];
  /** Sends a report before its time, and does not wait for it. Where one is on its way, that is enough. */
  sendNow(): void;
}

export function createMetricsSender(parts: MetricsSenderParts): MetricsSenderComponent {
  return new MetricsSender(parts);
}

/** What the last report may take at most. */
const LAST_MS = 2000;

class MetricsSender implements MetricsSenderComponent {
  readonly #parts: MetricsSenderParts;
  readonly #ways: readonly Way[];
  #timer: Timer | undefined;
  #stopped: Promise<void> | undefined;

  constructor(parts: MetricsSenderParts) {
    this.#parts = parts;
    this.#ways = parts.targets.map((target) => new Way(target, parts));
  }

  states(): readonly MetricsState[] {
    return this.#ways.map((way) => way.state());
  }

  async start(): Promise<void> {
    this.#plan();
  }

  stop(limit: AbortSignal): Promise<void> {
    this.#stopped ??= this.#stop(limit);
    return this.#stopped;
  }

  #plan(): void {
    const { clock, intervalMs } = this.#parts;
    this.#timer = clock.after(intervalMs, () => {
      this.#plan();
      this.sendNow();
    });
  }

  sendNow(): void {
    const report = this.#collect();
    if (report !== undefined) for (const way of this.#ways) way.send(report);
  }

  async #stop(limit: AbortSignal): Promise<void> {
    const wasStarted = this.#timer !== undefined;
    this.#timer?.cancel();
    const over = deadline(this.#parts.clock, LAST_MS, limit);
    if (wasStarted) {
      const report = this.#collect();
      if (report !== undefined) await Promise.all(this.#ways.map((way) => way.sendLast(report, over.signal)));
    }
    over.cancel();
    await Promise.all(this.#ways.map((way) => way.shutdown()));
  }

  #collect(): MetricsReport | undefined {
    try {
      return this.#parts.collect();
    } catch (error) {
      this.#parts.telemetry.report(metricsNotCollected(error));
      return undefined;
    }
  }
}

/** The same trouble is told again after so many reports. */
const TELL_AGAIN_AFTER = 60;

/** To one exporter. */
class Way {
  readonly #target: MetricsTarget;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  /** The attempt that goes on. */
  #running: Promise<void> | undefined;
  #giveUp: () => void = () => {};
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** What was told and not yet mended. */
  #failure: { readonly detail: string; readonly times: number } | undefined;
  #trouble: Trouble | undefined;
  /** Whether any part of the report was taken, and what was said of the last one that was refused. */
  #round: { isTaken: boolean; refused: NotSent | undefined } = { isTaken: false, refused: undefined };
  #isOff = false;
  #lastDelivered: UnixNanos | undefined;

  constructor(target: MetricsTarget, { clock, telemetry }: MetricsSenderParts) {
    this.#target = target;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  state(): MetricsState {
    const { name, destination } = this.#target;
    const failing = this.#trouble === undefined ? 'delivering' : 'failing';
    const state = this.#isOff ? 'off' : failing;
    return { name, destination, state, trouble: this.#trouble, lastDelivered: this.#lastDelivered };
  }

  send(report: MetricsReport): void {
    if (this.#running !== undefined || this.#isOff || this.#clock.monotonicMs() < this.#notBeforeMs) return;
    void this.#attempt(report);
  }

  /** @param over aborts when there is no time left */
  async sendLast(report: MetricsReport, over: AbortSignal): Promise<void> {
    const giveUp = () => this.#giveUp();
    over.addEventListener('abort', giveUp, { once: true });
    if (over.aborted) giveUp();
    await this.#running;
    if (!over.aborted && !this.#isOff) await this.#attempt(report);
    over.removeEventListener('abort', giveUp);
  }

  shutdown(): Promise<void> {
    this.#giveUp();
    return this.#target.exporter.shutdown();
  }

  /** Resolves when it is over, or was given up. */
  #attempt(report: MetricsReport): Promise<void> {
    const before = this.#failure;
    this.#round = { isTaken: false, refused: undefined };
    this.#running = this.#deliver(report).then((isTried) => {
      this.#running = undefined;
      if (!isTried) return;
      const { isTaken, refused } = this.#round;
      this.#trouble = isTaken || refused === undefined ? undefined : this.#troubleOf(refused);
      if (this.#failure === before) this.#sentWhole();
    });
    return this.#running;
  }

  /** False where the rest of the report need not be tried. */
  async #deliver(report: MetricsReport): Promise<boolean> {
    const beganMs = this.#clock.monotonicMs();
    const outcome = await this.#export(report);
    if (outcome === undefined) return false;
    this.#measure(outcome, (this.#clock.monotonicMs() - beganMs) / 1000);
    if (outcome.kind !== 'split' || report.snapshot.metrics.length < 2) return this.#judge(outcome);
    for (const half of halvesOf(report)) if (!(await this.#deliver(half))) return false;
    return true;
  }

  /** Undefined where it was given up. */
  #export(report: MetricsReport): Promise<AttemptOutcome | undefined> {
    const { exporter, timeoutMs } = this.#target;
    return new Promise((resolve) => {
      const controller = new AbortController();
      const cut = (outcome: AttemptOutcome | undefined) => {
        end(outcome);
        controller.abort();
      };
      const timer = this.#clock.after(timeoutMs, () => {
        cut({
          kind: 'retry',
          reason: 'timeout',
          detail: `there was no answer within ${timeoutMs / 1000} s`,
          retryAfterMs: undefined,
        });
      });
      const end = (outcome: AttemptOutcome | undefined) => {
        timer.cancel();
        resolve(outcome);
      };
      this.#giveUp = () => cut(undefined);
      try {
        exporter.export([report], (result) => end(classifyResult(result)), controller.signal);
      } catch (error) {
        end({ ...classifyError(error), reason: 'exporter_threw' });
      }
    });
  }

  #measure(outcome: AttemptOutcome, seconds: number): void {
    const part = this.#target.name;
    const of = outcome.kind === 'delivered' ? { part } : { part, reason: outcome.reason ?? outcome.kind };
    this.#telemetry.measure('export_duration', seconds, of);
  }

  #judge(outcome: AttemptOutcome): boolean {
    const { name, isImplied } = this.#target;
    if (outcome.kind === 'delivered') {
      this.#delivered(outcome.rejected, outcome.detail);
      return true;
    }
    if (isImplied && lacksSignal(outcome)) {
      this.#isOff = true;
      this.#trouble = { message: offText('metrics', outcome.detail), since: this.#clock.now() };
      this.#telemetry.report(metricsOff(name, outcome.detail));
      return false;
    }
    this.#failed(outcome);
    if (outcome.kind !== 'retry' && outcome.kind !== 'misconfigured') {
      this.#round.refused = outcome;
      return true;
    }
    this.#notBeforeMs = this.#clock.monotonicMs() + (outcome.retryAfterMs ?? 0);
    this.#trouble = this.#troubleOf(outcome);
    return false;
  }

  #troubleOf(outcome: NotSent): Trouble {
    return { message: metricsTroubleText(outcome), since: this.#trouble?.since ?? this.#clock.now() };
  }

  #delivered(rejected: number, detail: string | undefined): void {
    this.#round.isTaken = true;
    this.#lastDelivered = this.#clock.now();
    const { name } = this.#target;
    if (rejected > 0 || detail !== undefined) this.#telemetry.report(metricsPartlyRejected(name, rejected, detail));
  }

  #sentWhole(): void {
    if (this.#failure !== undefined) {
      this.#telemetry.report(metricsSentAgain(this.#target.name, this.#failure.times));
    }
    this.#failure = undefined;
  }

  #failed(outcome: NotSent): void {
    const { name } = this.#target;
    const { detail } = outcome;
    const times = (this.#failure?.times ?? 0) + 1;
    const isKnown = this.#failure?.detail === detail && times % TELL_AGAIN_AFTER !== 0;
    this.#failure = { detail, times };
    this.#telemetry.report(isKnown ? metricsStillNotSent(name, detail, times) : metricsNotSent(name, outcome));
  }
}

/** By their metrics, each with all its series. */
function halvesOf({ snapshot, resource }: MetricsReport): readonly MetricsReport[] {
  const middle = snapshot.metrics.length >> 1;
  return [snapshot.metrics.slice(0, middle), snapshot.metrics.slice(middle)].map((metrics) => ({
    snapshot: { ...snapshot, metrics },
    resource,
  }));
}
