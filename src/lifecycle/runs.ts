/**
 * The last runs of one container, newest first, by when they began.
 *
 * Events may be read late, from the engine's memory, so that a run may become known after a later one. It takes its place by
 * time, and so does what is told of it. Which runs are known does then not depend on the order in which they were told,
 * nor on how often: it may all be told again after a restart.
 *
 * The time at which a run began names it for good. It may be
 *
 * - `event`: that of its `start`.
 * - `inspect`: what the engine says, a little before the event. Its event, where it comes after all, counts instead.
 * - `observed`: when this process read that it had begun, where nobody knows when. Its event counts instead, too.
 * - `derived`: made of its `die` alone, since its beginning was not seen.
 */
import type { EventContext } from '../model/context.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';

export type RunBasis = 'event' | 'inspect' | 'observed' | 'derived';

/** Runs of one container that are remembered. An end that is told later than that may be told a second time. */
const RUNS_MAX = 5;

/** The event of a start comes that much later at most than what else is known of the same start. */
const SAME_START_SECONDS = 60;

export class Run {
  readonly start: UnixNanos;
  readonly basis: RunBasis;
  /** Undefined as long as nothing told that it ended. */
  end: UnixNanos | undefined;
  /** Its end was told by its own `die`; otherwise by something that could not have happened before it ended. */
  isEndTold = false;
  /** The start that this run was known by before its event was read. */
  readonly alias: UnixNanos | undefined;
  /** Of an event of this run of which nothing else is to be said: one object for all of them. */
  readonly context: EventContext;
  #probeContext: EventContext | undefined;

  constructor(start: UnixNanos, basis: RunBasis, alias?: UnixNanos) {
    this.start = start;
    this.basis = basis;
    this.alias = alias;
    this.context = Object.freeze({ run: start });
  }

  /** The same of an event of its health check. */
  get probeContext(): EventContext {
    this.#probeContext ??= Object.freeze({ isProbe: true, run: this.start });
    return this.#probeContext;
  }

  get isOpen(): boolean {
    return this.end === undefined;
  }

  close(end: UnixNanos, isEndTold: boolean): void {
    this.end = end;
    this.isEndTold = isEndTold;
  }

  isAt(start: UnixNanos): boolean {
    return compareTimes(this.start, start) === 0 || (this.alias !== undefined && compareTimes(this.alias, start) === 0);
  }

  /** False where that cannot be said, since its beginning is no time of the engine. */
  beginsAfter(time: UnixNanos): boolean {
    return this.basis !== 'observed' && compareTimes(this.start, time) > 0;
  }

  /** For sure, because its `die` said so. */
  endsAfter(time: UnixNanos): boolean {
    return this.isEndTold && this.end !== undefined && compareTimes(this.end, time) > 0;
  }

  /** Whether the event of a start at this time is that of this run, which was told otherwise before. */
  isStartedBy(time: UnixNanos): boolean {
    const late = time[0] - this.start[0];
    switch (this.basis) {
      case 'event':
        return false;
      case 'inspect':
        return this.isOpen && compareTimes(time, this.start) >= 0 && late <= SAME_START_SECONDS;
      case 'observed':
        return this.isOpen && Math.abs(late) <= SAME_START_SECONDS;
      case 'derived':
        return this.endsAfter(time);
    }
  }
}

export class Runs {
  readonly #runs: Run[] = [];

  get newest(): Run | undefined {
    return this.#runs[0];
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  [Symbol.iterator](): ArrayIterator<Run> {
    return this.#runs.values();
  }

  /** The run that an event of this time belongs to: the last that had begun. */
  at(time: UnixNanos | undefined): Run | undefined {
    if (time === undefined) return this.#runs[0];
    for (const run of this.#runs) if (!run.beginsAfter(time)) return run;
    return undefined;
  }

  startedAt(start: UnixNanos): Run | undefined {
    return this.#runs.find((run) => run.isAt(start));
  }

  /** The run that a `start` of this time began, where it is known already by something else. */
  startedUnseen(time: UnixNanos): Run | undefined {
    const around = this.at(time);
    // Read late: what ended then was taken for the run before.
    if (around?.endsAfter(time)) return around;
    return this.#runs.find((run, place) => {
      const before = this.#runs[place + 1];
      // It would rather be that of the run before.
      if (before !== undefined && compareTimes(before.start, time) > 0) return false;
      return run.isStartedBy(time);
    });
  }

  /** The run before this one. */
  before(run: Run): Run | undefined {
    const place = this.#runs.indexOf(run);
    return place < 0 ? undefined : this.#runs[place + 1];
  }

  after(run: Run): Run | undefined {
    return this.#runs[this.#runs.indexOf(run) - 1];
  }

  /** Of later ones only the engine's list may have told, whose events are still on their way. */
  isNewestRead(run: Run): boolean {
    const place = this.#runs.indexOf(run);
    return place >= 0 && this.#runs.slice(0, place).every(({ basis }) => basis === 'inspect');
  }

  /** Puts it in its place. One that is older than all that are remembered is not remembered. */
  add(run: Run): void {
    const place = this.#runs.findIndex(({ start }) => compareTimes(start, run.start) < 0);
    this.#runs.splice(place < 0 ? this.#runs.length : place, 0, run);
    if (this.#runs.length > RUNS_MAX) this.#runs.pop();
  }

  replace(run: Run, by: Run): void {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    this.add(by);
  }

  /** Those that nothing ended yet, and that began before this time. Oldest first. */
  openBefore(time: UnixNanos): readonly Run[] {
    return this.#runs.filter((run) => run.isOpen && compareTimes(run.start, time) < 0).reverse();
  }
}
