/**
 * What must have happened to one container, that it is now as the engine says and not as it was known.
 *
 * | known           | now                             | told                                                       |
 * | --------------- | ------------------------------- | ---------------------------------------------------------- |
 * | up              | down                            | `die`                                                      |
 * | up or down      | up, and an end before this run was not told | `die`, and then as in the other rows |
 * | up              | up, in a later run              | `die`, `start`                                             |
 * | up              | down, after a later run         | `die`, `start`, `die`                                      |
 * | created or down | up                              | `start`                                                    |
 * | created or down | down, after a later run         | `start`, `die`                                             |
 * | up              | not there any more              | `die`, `destroy`                                           |
 * | created or down | not there any more              | `destroy`                                                  |
 * | not at all      | there                           | `create`, and then as above                                |
 * | any             | has another name                | `rename`                                                   |
 * | up              | up in the same run, and paused or not, or of another health | `pause`, `unpause`, `health_status` |
 *
 * Up is running or paused. Of several runs in between the engine knows the last one only.
 *
 * Times are the engine's: `create`; `start` when the last run began; `die` when the last run ended, or that of a run before
 * it where a later one has not ended yet. Where inspect was not possible, and for `destroy`, `rename`, `pause`, `unpause`
 * and `health_status`, there is no time: inspect has the time of the last probe, which moves on and is not that of the
 * change. An exit code is told of the last run only: the engine sets it back at a start.
 *
 * Nothing is told of the state of a container whose state was never told, and nothing of health where it was not known.
 */
import type { InspectedContainer, ListedContainer } from '../model/engine.ts';
import type { Difference } from '../model/inventory.ts';
import type { UnixNanos } from '../model/time.ts';
import { type ContainerHistory, isLater, NO_HEALTH_YET } from './container-history.ts';
import { Story } from './story.ts';

export type Known = Pick<
  ContainerHistory,
  'name' | 'image' | 'labels' | 'state' | 'stateAt' | 'startedAt' | 'endsKnownTo' | 'health'
>;

/** A container that was not known, after its `create`. */
const NEW: Known = {
  name: undefined,
  image: undefined,
  labels: undefined,
  state: 'created',
  stateAt: undefined,
  startedAt: undefined,
  endsKnownTo: undefined,
  health: undefined,
};

/** @returns the events that are missing, in their order */
export function differencesOfVanished(id: string, known: Known): readonly Difference[] {
  const story = new Story(id, 'list', known, undefined);
  if (isUp(known)) story.tell('die');
  story.tell('destroy');
  return story.events;
}

/**
 * @param known undefined for a container that is new
 * @param now as inspect tells it, else as the list does
 * @returns the events that are missing, in their order
 */
export function differencesOf(
  id: string,
  known: Known | undefined,
  now: ListedContainer | InspectedContainer,
): readonly Difference[] {
  const inspected = isInspected(now) ? now : undefined;
  const story = new Story(id, inspected === undefined ? 'list' : 'inspect', known, now);
  if (known === undefined) story.tell('create', now.created);
  else if (known.name !== undefined && now.name !== '' && now.name !== known.name) {
    story.tell('rename', undefined, [['oldName', `/${known.name}`]]);
  }
  const before = known ?? { ...NEW, endsKnownTo: now.created };
  const phase = phaseOf(now.state);
  if (before.state === undefined || phase === undefined) return story.events;
  const isNewRun = inspected === undefined ? seemsNewRun(before, now) : isLaterRun(before, inspected);
  const earlierEnd = inspected && untoldEnd(before, inspected, isNewRun);
  if (earlierEnd !== undefined) story.tell('die', earlierEnd);
  if (isNewRun) {
    if (isUp(before) && !isLater(earlierEnd, lastHeard(before))) story.tell('die');
    story.tell('start', inspected?.startedAt);
  }
  if (phase === 'down' && (isNewRun || isUp(before)))
    tellDeath(story, inspected, isNewRun ? undefined : before.startedAt);
  if (phase === 'up') tellPause(story, isNewRun ? 'running' : before.state, now.state);
  if (phase === 'up' && inspected !== undefined) {
    tellHealth(story, isNewRun ? NO_HEALTH_YET : before.health, inspected);
  }
  return story.events;
}

/** `new` has never run. */
type Phase = 'new' | 'up' | 'down';

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['created', 'new'],
  ['running', 'up'],
  ['paused', 'up'],
  ['exited', 'down'],
  // It has died and will be started again; the engine's event of the death has the same meaning.
  ['restarting', 'down'],
  ['removing', 'down'],
  ['dead', 'down'],
  // Podman's.
  ['configured', 'new'],
  ['initialized', 'new'],
  ['stopping', 'up'],
  ['stopped', 'down'],
]);

/** Undefined for a state that no known engine has, of which nothing is claimed. */
export function phaseOf(state: string): Phase | undefined {
  return PHASES.get(state);
}

export function isUp({ state }: Pick<Known, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}

function isInspected(container: ListedContainer | InspectedContainer): container is InspectedContainer {
  return 'oomKilled' in container;
}

/** By the list alone a run shows only where there was none before. */
function seemsNewRun(before: Known, now: ListedContainer): boolean {
  if (isUp(before)) return false;
  return phaseOf(now.state) === 'up' || (before.state === 'created' && hasRun(now.state));
}

/** States that come after a run only; a container that is removed may never have run. */
function hasRun(state: string): boolean {
  return state === 'exited' || state === 'restarting' || state === 'stopped';
}

/** The event of a start comes a little after the time that inspect gives for it. */
function isLaterRun(before: Known, { state, startedAt }: InspectedContainer): boolean {
  if (!isUp(before) && phaseOf(state) === 'up') return true;
  if (startedAt === undefined) return false;
  if (before.state === 'created') return true;
  return isLater(startedAt, lastHeard(before));
}

/** A run that began later is another one than the one that was known. */
function lastHeard(before: Known): UnixNanos | undefined {
  return before.startedAt ?? before.stateAt;
}

/**
 * While a run lasts, inspect keeps when the one before it ended. Where the engine was away then, it tells of the start of
 * this run at most.
 *
 * @returns undefined where there is no such end, or it was told
 */
function untoldEnd(before: Known, now: InspectedContainer, isNewRun: boolean): UnixNanos | undefined {
  const { state, startedAt, finishedAt } = now;
  if (phaseOf(state) !== 'up' || !isLater(startedAt, finishedAt)) return undefined;
  if (!isNewRun && before.startedAt === undefined) return undefined;
  const toldTo = before.endsKnownTo ?? lastHeard(before);
  return isLater(finishedAt, toldTo) ? finishedAt : undefined;
}

function tellDeath(story: Story, inspected: InspectedContainer | undefined, knownStart: UnixNanos | undefined): void {
  if (inspected === undefined) {
    story.tell('die');
    return;
  }
  const { startedAt, finishedAt, exitCode, oomKilled } = inspected;
  const own: (readonly [string, string])[] = [];
  if (exitCode !== undefined) own.push(['exitCode', String(exitCode)]);
  if (oomKilled) own.push(['oomKilled', 'true']);
  // The end of an earlier run, where an engine did not write down that of the last one.
  const isOfLastRun = finishedAt !== undefined && !isLater(startedAt, finishedAt);
  if (isOfLastRun && startedAt !== undefined) own.push(['execDuration', String(secondsBetween(startedAt, finishedAt))]);
  // Without an exit code it would pass for the end of an earlier run.
  const isPlain = exitCode !== undefined || !isLater(knownStart, finishedAt);
  story.tell('die', isOfLastRun && isPlain ? finishedAt : undefined, own);
}

/** Whole seconds, as the engine counts them. */
function secondsBetween(from: UnixNanos, to: UnixNanos): number {
  return to[0] - from[0] - (to[1] < from[1] ? 1 : 0);
}

function tellPause(story: Story, before: string, now: string): void {
  if (before !== 'paused' && now === 'paused') story.tell('pause');
  if (before === 'paused' && now === 'running') story.tell('unpause');
}

/** The engine tells of these two only, and only when one becomes the other. */
const TOLD_HEALTH: ReadonlySet<string> = new Set(['healthy', 'unhealthy']);

function tellHealth(story: Story, before: string | undefined, { health }: InspectedContainer): void {
  if (before === undefined || health === undefined || health === before || !TOLD_HEALTH.has(health)) return;
  story.tell(`health_status: ${health}`);
}
