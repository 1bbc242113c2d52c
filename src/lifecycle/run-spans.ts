/**
 * The spans of one container: when its runs begin and end, and what took time in them.
 *
 * | told by                       | spans, in this order                                                                  |
 * | ----------------------------- | ------------------------------------------------------------------------------------- |
 * | `start`                       | of a run whose end was not told: `exec`, `pause`, `run`; of the new one: `create`      |
 * | `unpause`                     | `pause`                                                                               |
 * | `exec_die`                    | `exec`                                                                                |
 * | `die`                         | `pause`, `stop`, `run`                                                                |
 * | `destroy`                     | `exec`, and where the end was not told: `pause`, `run`                                |
 *
 * - A run ends once. A `die` of a run that is closed already tells nothing: it is known by its time, or, where the event is
 *   folded again, by the run that was told of it.
 * - A `die` that comes after the end of the last run ends another one, whose `start` was not seen. What was done to the container
 *   since shows that it ran already: so the signal that ended it is within it, and its stop is told.
 * - A run that became known after a later one, and whose `die` is not told either, ended when the next one began.
 * - Execs may be told to end a little after their run; the engine tells it of each that it started. So one that is still open
 *   at the next `start` or at `destroy` could not be started, and took no time. Where its end may have been missed, or it
 *   was begun just before its run ended, it ended with its run.
 *
 * Where a beginning or an end was not seen, the best that is known stands in its place, made of the events alone.
 */
import type { ExitContext } from '../model/context.ts';
import type { Received, SpanLink, TraceKey } from '../model/entry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { type ContainerHistory, isLater } from './container-history.ts';
import { ownValue } from './own-words.ts';
import type { Exec } from './running-execs.ts';
import { Run } from './runs.ts';
import { asksToStop } from './signals.ts';
import { draftOf, type SpanDraft } from './span-draft.ts';

const NOTHING_SAID: Death = { exit: undefined, rollout: undefined };

/** A label that swarm writes itself, over one of the same name. */
export const SERVICE_ID = 'com.docker.swarm.service.id';

/** An event of a container, what is known of the container, and where the spans go that it ends. */
export interface Happened {
  readonly received: Received;
  readonly history: ContainerHistory;
  readonly ended: SpanDraft[];
  /** Health checks are execs like any. */
  readonly withProbes: boolean;
}

/** `start`. To be called before the history takes note of it. @returns undefined where it is older than all that is known */
export function beginRun(happened: Happened): Run | undefined {
  const { received, history } = happened;
  const { runs } = history;
  const at = timeOf(received);
  const known = runs.startedAt(at);
  if (known !== undefined) {
    tellUntilStart(happened, known);
    return known;
  }
  if (isEvent(received)) {
    const unseen = runs.startedUnseen(at);
    // It was told by that name, and has ended.
    if (unseen?.isOpen === false) return unseen;
    if (unseen !== undefined) {
      const run = new Run(at, 'event', unseen.start);
      runs.replace(unseen, run);
      tellUntilStart(happened, run);
      endForgottenRuns(happened, at);
      return run;
    }
  }
  const run = new Run(at, isEvent(received) ? 'event' : received.event.time === undefined ? 'observed' : 'inspect');
  runs.add(run);
  tellUntilStart(happened, run);
  endForgottenRuns(happened, at);
  return runs.startedAt(at);
}

/** What a `die` says besides its time. */
export interface Death {
  readonly exit: ExitContext | undefined;
  /** When the rollout of the container's service began that is under way. */
  readonly rollout: UnixNanos | undefined;
}

/**
 * `die`. To be called before the history takes note of it.
 *
 * @param isLast it is the end of the last run for sure, whatever its time
 * @param toldRun the run that it was told to end, where it is folded again
 * @returns the run that it ended, or that had ended already
 */
export function endRun(
  happened: Happened,
  death: Death,
  isLast: boolean,
  toldRun: UnixNanos | undefined,
): Run | undefined {
  const { received, history } = happened;
  const { runs } = history;
  const { time } = received.event;
  const end = timeOf(received);
  const known = toldRun === undefined ? (isLast ? runs.newest : runs.at(time)) : runs.startedAt(toldRun);
  // Of a run of which nothing is known, not even when it ended, there is nothing to tell.
  if (known === undefined && time === undefined && toldRun === undefined) return undefined;
  const run = known === undefined || isEndOfAnother(known, received) ? addUnseen(happened, toldRun) : known;
  if (run.isOpen) {
    run.close(later(end, run.start), isEvent(received));
    tellPause(happened, run, end, time === undefined);
    tellStop(happened, run, end, death.exit);
    tellRun(happened, run, end, time === undefined, death);
    endForgottenRuns(happened, run.start);
  }
  return run;
}

/** `destroy`. */
export function endAll(happened: Happened): void {
  const { received, history } = happened;
  const end = timeOf(received);
  endExecs(happened, end);
  const { newest } = history.runs;
  if (newest === undefined) return;
  endForgottenRuns(happened, newest.start);
  if (newest.isOpen) endUntold(happened, newest, end);
}

/** `unpause`. To be called before the history takes note of it. */
export function endPause(happened: Happened): void {
  const { received, history } = happened;
  const run = history.runs.at(received.event.time);
  if (run?.isOpen) tellPause(happened, run, timeOf(received), received.event.time === undefined);
}

/** `exec_die`, of an exec with an id. @param exec undefined where its beginning was not seen */
export function endExec(happened: Happened, id: string, exec: Exec | undefined, isProbe: boolean): void {
  const { received, history, ended, withProbes } = happened;
  if (isProbe && !withProbes) return;
  const { event } = received;
  const end = timeOf(received);
  const run = history.runs.at(exec?.startedAt ?? event.time);
  if (run === undefined) return;
  // An exec that is known no more may have been told to have ended with its run.
  if (exec === undefined && (run !== history.runs.newest || !run.isOpen)) return;
  const code = ownValue(history, event, 'exitCode');
  ended.push(
    draftOf({
      name: 'exec',
      trace: traceOf(received, run),
      own: id,
      start: exec?.startedAt ?? end,
      end,
      isStartEstimated: exec?.startedAt === undefined,
      isEndEstimated: event.time === undefined,
      failure: code !== undefined && /^-?\d{1,10}$/.test(code) && Number(code) !== 0 ? 'exit_code' : undefined,
    }),
  );
}

/** What was begun in the last run and was not seen to end. */
function endExecs({ received, history, ended, withProbes }: Happened, atLatest: UnixNanos): void {
  for (const [id, { startedAt, isProbe, isInDoubt, command }] of history.execs ?? []) {
    if (startedAt === undefined || (isProbe && !withProbes)) continue;
    const run = history.runs.at(startedAt);
    if (run === undefined || compareTimes(startedAt, atLatest) >= 0) continue;
    const mayHaveStarted = isInDoubt || !run.isEndTold || run.end === undefined || isJustBefore(startedAt, run.end);
    ended.push(
      draftOf({
        name: 'exec',
        trace: traceOf(received, run),
        own: id,
        start: startedAt,
        end: mayHaveStarted ? (run.end ?? atLatest) : startedAt,
        isEndEstimated: true,
        failure: mayHaveStarted ? undefined : 'not_started',
        exec: { id, command, isProbe },
      }),
    );
  }
}

/** To start an exec takes some time. */
function isJustBefore([seconds, nanos]: UnixNanos, end: UnixNanos): boolean {
  return end[0] - seconds + (end[1] - nanos) / 1e9 < 1;
}

/** Runs that began before this time, and after which another began, have ended, though nobody told. */
function endForgottenRuns(happened: Happened, before: UnixNanos): void {
  const { runs } = happened.history;
  for (const run of runs.openBefore(before)) {
    const next = runs.after(run);
    if (next !== undefined) endUntold(happened, run, next.start);
  }
}

/** What a start ends. The engine's list may have told of the run before its event was read. */
function tellUntilStart(happened: Happened, run: Run): void {
  if (happened.history.runs.isNewestRead(run)) endExecs(happened, run.start);
  tellCreation(happened, run);
}

/** With the first run that is told to begin. */
function tellCreation({ received, history, ended }: Happened, run: Run): void {
  const { runs, untoldCreation: start } = history;
  history.untoldCreation = undefined;
  if (start === undefined || runs.before(run) !== undefined || compareTimes(start, run.start) > 0) return;
  const isEndEstimated = run.basis === 'observed';
  ended.push(draftOf({ name: 'create', trace: traceOf(received, run), start, end: run.start, isEndEstimated }));
}

function endUntold(happened: Happened, run: Run, end: UnixNanos): void {
  tellPause(happened, run, end, true);
  run.close(later(end, run.start), false);
  tellRun(happened, run, end, true, NOTHING_SAID);
}

/** Only of the last run is it known that it was ended by its own `die`; any other `die` may be that one, told late. */
function isEndOfAnother(run: Run, { event }: Received): boolean {
  return run.isEndTold && isLater(event.time, run.end);
}

function addUnseen({ received, history }: Happened, toldRun: UnixNanos | undefined): Run {
  const { runs } = history;
  const start = toldRun ?? unseenStart(received, history);
  const known = runs.startedAt(start);
  if (known !== undefined) return known;
  const run = new Run(start, 'derived');
  runs.add(run);
  return run;
}

/** As long before its end as the engine says, or when the first of what happened in it was told, where that shows more. */
function unseenStart(received: Received, history: ContainerHistory): UnixNanos {
  const end = timeOf(received);
  const { event, synthetic } = received;
  // What was worked out has no label in the place of an own key.
  const duration =
    synthetic === undefined ? ownValue(history, event, 'execDuration') : event.attributes.get('execDuration');
  const isReadable = duration !== undefined && /^\d{1,9}$/.test(duration) && event.time !== undefined;
  const latest: UnixNanos = isReadable ? [Math.max(0, end[0] - Number(duration)), end[1]] : end;
  // The engine counts whole seconds and leaves out what is less.
  const earliest: UnixNanos | undefined = isReadable ? [latest[0] - 1, latest[1]] : undefined;
  return history
    .signsOfLife()
    .filter((sign) => compareTimes(sign, latest) < 0 && (earliest === undefined || compareTimes(sign, earliest) > 0))
    .reduce((first, sign) => (compareTimes(sign, first) < 0 ? sign : first), latest);
}

function tellRun(
  { received, history, ended }: Happened,
  run: Run,
  end: UnixNanos,
  isEndEstimated: boolean,
  { exit, rollout = history.stop?.rollout }: Death,
): void {
  const trace = traceOf(received, run);
  const links: SpanLink[] = [];
  const before = history.runs.before(run);
  if (before !== undefined) links.push({ why: 'previous_run', trace: { ...trace, start: before.start } });
  const service = received.event.attributes.get(SERVICE_ID);
  if (service !== undefined && rollout !== undefined) {
    links.push({ why: 'rollout', trace: { of: 'service', id: service, start: rollout } });
  }
  const failure = exit?.reason === 'failed' || exit?.reason === 'oom_killed' ? exit.reason : undefined;
  const isStartEstimated = run.basis === 'derived' || run.basis === 'observed';
  ended.push(draftOf({ name: 'run', trace, start: run.start, end, isStartEstimated, isEndEstimated, failure, links }));
}

function tellStop(
  { received, history, ended }: Happened,
  run: Run,
  end: UnixNanos,
  exit: ExitContext | undefined,
): void {
  if (exit?.signal === undefined) return;
  const start = asksToStop(exit.signal) ? history.stop?.first : history.signal?.at;
  // Of another run, where this end is read late.
  if (start === undefined || compareTimes(start, run.start) < 0 || compareTimes(start, end) > 0) return;
  const isEndEstimated = received.event.time === undefined;
  ended.push(draftOf({ name: 'stop', trace: traceOf(received, run), start, end, isEndEstimated }));
}

function tellPause({ received, history, ended }: Happened, run: Run, end: UnixNanos, isEndEstimated: boolean): void {
  const { state, stateAt: start } = history;
  if (state !== 'paused' || start === undefined || compareTimes(start, end) > 0 || run.beginsAfter(start)) return;
  const own = `${start[0]}.${String(start[1]).padStart(9, '0')}`;
  ended.push(draftOf({ name: 'pause', trace: traceOf(received, run), own, start, end, isEndEstimated }));
}

function traceOf({ event }: Received, { start }: Run): TraceKey {
  return { of: 'container', id: event.actorId, start };
}

/** When it happened, or was noticed at the latest. */
function timeOf({ event, observedAt }: Received): UnixNanos {
  return event.time ?? observedAt;
}

function isEvent({ event, synthetic }: Received): boolean {
  return synthetic === undefined && event.time !== undefined;
}

function later(left: UnixNanos, right: UnixNanos): UnixNanos {
  return compareTimes(left, right) < 0 ? right : left;
}
