/**
 * What the engine's events add up to, as plain numbers in Maps: it is asked about every event, and no metrics SDK is.
 *
 *   folded entries ──note──► host ──► type and action
 *                              └────► owner ──► starts, deaths by reason, …
 *   running containers ─────────────────┘            (at the time of a collection)
 *
 * - What it counts is a function of the entries alone, their context included: spans may be off. A run's duration is that
 *   between its beginning, which the context of its `die` names, and that `die`; clocks that were set back give 0.
 * - Only events are counted. What another engine of the swarm told before is not counted again; a death that was worked out
 *   after a gap counts like any other, and so does an event that a pipeline leaves out later.
 * - Every number of an owner is there, at 0, from when the owner is first heard of, which for one that runs is the first
 *   collection: what shows up for the first time at 1 is no increase for whoever reads it. Health is there from its first
 *   change on, because most containers have no check; durations, from the first.
 * - Bounds: so many owners, over all hosts, and so many hosts. Those beyond are counted together, which is told once. None is
 *   ever forgotten, because a counter that is cumulative cannot begin again in silence.
 */
import type { EventContext, ExitReason } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { Entry, EventEntry } from '../model/entry.ts';
import { baseAction, suffixOf } from '../model/event-name.ts';
import { ownerOf, type RunningContainers } from '../model/owner.ts';
import type { UnixNanos } from '../model/time.ts';
import type { HostTally } from './host-tally.ts';
import { Hosts } from './hosts.ts';
import type { OwnerTally } from './owner-tally.ts';

export interface EventMetricsOptions {
  /** The actions that are known of each type; others are counted together. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** At most so many owners are kept apart. */
  readonly ownersMax?: number;
  /** Called once, when there are more. */
  readonly onOverflow?: (ownersMax: number) => void;
}

const OWNERS_MAX = 1000;

export class EventMetrics {
  readonly #hosts: Hosts;

  constructor({ known, ownersMax = OWNERS_MAX, onOverflow = () => {} }: EventMetricsOptions) {
    this.#hosts = new Hosts(known, ownersMax, () => onOverflow(ownersMax));
  }

  /** To be called with each entry once: as it goes into the journal, and not when it is read from there. */
  note(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'event' && entry.isTwin !== true) this.#note(entry);
    }
  }

  /**
   * All there is, hosts and owners in the order in which they were first heard of.
   *
   * @param running all that run now; the same owner may be given several times
   */
  hosts(running: Iterable<RunningContainers>): readonly HostTally[] {
    this.#hosts.noteRunning(running);
    return this.#hosts.all();
  }

  #note({ event, context, engine }: EventEntry): void {
    const host = this.#hosts.of(engine);
    const action = baseAction(event.action);
    host.noteEvent(event.type, action);
    if (event.type === 'container') noteContainer(host, action, event, context);
    else if (event.type === 'image' && action === 'pull') host.pulls += 1;
  }
}

function noteContainer(host: HostTally, action: string, event: DockerEvent, context: EventContext): void {
  switch (action) {
    case 'start': {
      const owner = host.owner(ownerOf(event.attributes));
      owner.starts += 1;
      if (context.isRestart === true) owner.restarts += 1;
      return;
    }
    case 'die':
      noteDeath(host.owner(ownerOf(event.attributes)), event.time, context);
      return;
    case 'oom':
      host.owner(ownerOf(event.attributes)).oomKills += 1;
      return;
    case 'exec_start':
      if (context.isProbe !== true) host.owner(ownerOf(event.attributes)).execs += 1;
      return;
    case 'health_status':
      host.owner(ownerOf(event.attributes)).noteHealth(suffixOf(event.action));
      return;
  }
}

function noteDeath(owner: OwnerTally, at: UnixNanos | undefined, { exit, run }: EventContext): void {
  const reason: ExitReason = exit?.reason ?? 'unknown';
  owner.deaths[reason] += 1;
  if (run === undefined || at === undefined) return;
  owner.runDurations.add(Math.max(0, at[0] - run[0] + (at[1] - run[1]) / 1e9));
}
