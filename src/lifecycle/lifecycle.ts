/**
 * The fold over history: what an event means in the light of those before it, and which containers there are.
 *
 *   received event ──► state of its container ──► the same event with its context
 *                             │       ▲
 *                        rows │       │ rows, and the events since
 *                             ▼       │
 *                       journal (a restart)
 *
 * It runs once for each event, before the journal, in the order of the stream; nobody asks the past again afterwards. What
 * it knows is a function of the events alone, but for what was learned by asking the engine. So it is saved as rows now
 * and then, and after a restart the events that were kept since are folded again; those that the rows hold already change
 * nothing, which lets the rows be a little newer than the first of these events.
 *
 * What is remembered of a container: the last signal sent to it on purpose, whether the kernel killed something in it for
 * want of memory, its running execs, how its health is checked (execs.ts), which of its labels have the name of an
 * engine's own key; and, for a comparison after a gap, its names, labels, state, last start and health. All of it is
 * bounded; the container that was silent longest is forgotten first, and a `die` of a forgotten container is judged by its
 * exit code alone.
 *
 * Another engine at the same endpoint has other containers: when it is met, or with its first event, all that is known is
 * forgotten. After a restart soon after that, what was learned from its list is forgotten, too, and is to be learned anew.
 *
 * Events that were worked out after a gap change the state like any other. Of their deaths is said only what the events
 * before the gap, or the engine's word that the kernel killed, tell: nobody knows who asked for what meanwhile. An event
 * that another engine of the swarm reported before changes nothing a second time.
 *
 * Not known here, because no event says it: what the container's own stop signal is, and how its health is checked, until
 * somebody who has asked the engine tells it.
 */
import { type EventContext, NO_CONTEXT } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { EventEntry, Received } from '../model/entry.ts';
import type { Inventory } from '../model/inventory.ts';
import type { StateRows } from '../model/journal.ts';
import { ownContainerKeys, SHADOWABLE_KEYS } from '../model/own-keys.ts';
import type { ContainerHistory } from './container-history.ts';
import { beginExec, recallExec } from './execs.ts';
import { judgeExit, judgeUnseenExit } from './exit.ts';
import { ContainerInventory } from './inventory.ts';
import { KnownContainers } from './known-containers.ts';
import { baseAction, ownValue, suffixOf } from './own-words.ts';
import { labelsRow } from './rows.ts';

export class Lifecycle {
  /** What is known of the containers, to be compared with what the engine says. */
  readonly inventory: Inventory;
  readonly #known: KnownContainers;
  #engine: EngineIdentity | undefined;

  /**
   * @param receiver the receiver whose events are folded, by its name in the configuration
   * @param onLearned is told when rows have changed without an event that they could be made of again, so that they had
   *   better be saved at once
   */
  constructor(receiver: string, onLearned: () => void = () => {}) {
    this.#known = new KnownContainers(receiver);
    this.inventory = new ContainerInventory(this.#known, onLearned);
  }

  /** Gives each event its context, in order. */
  fold(events: readonly Received[]): EventEntry[] {
    return events.map((received) => {
      const entry: EventEntry = {
        kind: 'event',
        raw: received.raw,
        event: received.event,
        uid: received.uid,
        observedAt: received.observedAt,
        engine: received.engine,
        context: this.#contextOf(received),
      };
      const { synthetic, isTwin } = received;
      if (synthetic === undefined && isTwin === undefined) return entry;
      return { ...entry, ...(synthetic && { synthetic }), ...(isTwin && { isTwin }) };
    });
  }

  /**
   * Takes up what an earlier process knew. To be called once, before the first event.
   *
   * @param rows all that `changedRows` ever gave, the last of each key; those of other receivers may be among them
   * @param unfolded the events since, and some of those before, oldest first; those of other receivers left out
   */
  restore(rows: ReadonlyMap<string, string>, unfolded: Iterable<EventEntry>): void {
    this.#known.restore(rows);
    for (const entry of unfolded) this.#contextOf(entry, entry.context);
  }

  /** The rows that have changed since the last call; undefined for one that is to be removed. */
  changedRows(): StateRows {
    return this.#known.changedRows();
  }

  /** Another engine than before has other containers: then all that is known is forgotten. */
  meet(engine: EngineIdentity): void {
    this.#engine = engine;
    const { engineId } = this.#known.head;
    if (engine.id === undefined || engine.id === engineId) return;
    if (engineId !== undefined) this.#known.forgetAll();
    this.#known.setHead({ engineId: engine.id });
  }

  /** @param told its context where the event is folded again */
  #contextOf(received: Received, told?: EventContext): EventContext {
    const { event, engine, synthetic, isTwin } = received;
    if (engine !== this.#engine) this.meet(engine);
    if (event.type !== 'container' || event.actorId === '' || isTwin === true) return NO_CONTEXT;
    const history = this.#known.heardOf(event.actorId);
    const action = baseAction(event.action);
    if (history.name === undefined) noteNames(history, event);
    learnShadowingLabels(history, action, event);
    const context = this.#remember(history, action, received, told);
    if (history.shadowingLabels.size === 0 || synthetic !== undefined) return context;
    const shadowed = [...history.shadowingLabels].filter((key) => event.attributes.has(key));
    return shadowed.length === 0 ? context : { ...context, shadowed };
  }

  /** Takes note of what this event says of the container, and gives what the container's past says of the event. */
  #remember(
    history: ContainerHistory,
    action: string,
    { event, synthetic }: Received,
    told: EventContext | undefined,
  ): EventContext {
    const isSynthetic = synthetic !== undefined;
    switch (action) {
      case 'create':
        this.#noteMade(history, action, event);
        history.create(event.time);
        return NO_CONTEXT;
      case 'start':
        this.#noteMade(history, action, event);
        history.beginRun(event.time);
        return NO_CONTEXT;
      case 'rename':
        this.#noteMade(history, action, event);
        return NO_CONTEXT;
      case 'pause':
        history.enter('paused', event.time);
        return NO_CONTEXT;
      case 'unpause':
        history.enter('running', event.time);
        return NO_CONTEXT;
      case 'health_status':
        history.noteHealth(suffixOf(event.action), event.time);
        return NO_CONTEXT;
      case 'kill':
        history.noteSignal(ownValue(history, event, 'signal'), event.time);
        return NO_CONTEXT;
      case 'oom':
        history.noteOom();
        return NO_CONTEXT;
      case 'die':
        // Of an end before the last one no exit code is known.
        history.endRun(event.time, isSynthetic && event.attributes.has('exitCode'));
        return isSynthetic ? unseenDieContext(history, event) : dieContext(history, event);
      case 'destroy':
        this.#known.remove(event.actorId);
        return NO_CONTEXT;
      case 'exec_create':
      case 'exec_start':
        history.noteAlive(event.time);
        return beginExec(history, event, told);
      case 'exec_detach':
      case 'exec_die':
        return recallExec(history, action, event);
      default:
        return NO_CONTEXT;
    }
  }

  #noteMade(history: ContainerHistory, action: string, event: DockerEvent): void {
    noteNames(history, event);
    if (history.labels === undefined) this.#known.keepLabels(history, labelsRow(labelsOf(action, event)));
  }
}

function noteNames(history: ContainerHistory, { attributes }: DockerEvent): void {
  const name = attributes.get('name');
  if (name !== undefined) history.noteNames(name, attributes.get('image'));
}

/** All but what the engine writes itself. */
function labelsOf(action: string, { attributes }: DockerEvent): (readonly [string, string])[] {
  const own = ownContainerKeys(action);
  return [...attributes].filter(([key]) => key !== 'image' && key !== 'name' && own?.has(key) !== true);
}

/** By action: the keys that the engine does not write on it, though on others. */
const FOREIGN_KEYS = new Map<string, readonly string[]>();

function foreignKeys(action: string): readonly string[] | undefined {
  const known = FOREIGN_KEYS.get(action);
  if (known !== undefined) return known;
  const own = ownContainerKeys(action);
  if (own === undefined) return undefined;
  const keys = SHADOWABLE_KEYS.filter((key) => !own.has(key));
  FOREIGN_KEYS.set(action, keys);
  return keys;
}

/** A key that the engine does not write on this action can only have come from a label. */
function learnShadowingLabels(history: ContainerHistory, action: string, { attributes }: DockerEvent): void {
  for (const key of foreignKeys(action) ?? []) {
    if (attributes.has(key)) history.noteShadowingLabel(key);
  }
}

function dieContext(history: ContainerHistory, event: DockerEvent): EventContext {
  const oom = history.oom || ownValue(history, event, 'oomKilled') === 'true';
  return { exit: judgeExit({ signal: history.signal, oom }, ownValue(history, event, 'exitCode'), event.time) };
}

/** Its own keys were written by us, and no label stands in their place. */
function unseenDieContext({ signal, oom }: ContainerHistory, { attributes, time }: DockerEvent): EventContext {
  const past = { signal, oom: oom || attributes.get('oomKilled') === 'true' };
  const exit = judgeUnseenExit(past, attributes.get('exitCode'), time);
  return exit === undefined ? NO_CONTEXT : { exit };
}
