/**
 * The fold over history: what an event means in the light of those before it.
 *
 *   received event ──► state of its container ──► the same event with its context
 *
 * It runs once for each event, before the journal, in the order of the stream; nobody asks the past again afterwards.
 *
 * What is remembered of a container: the last signal sent to it on purpose, whether the kernel killed something in it for
 * want of memory, the commands of its execs, and which of its labels have the name of an engine's own key. All of it is
 * bounded; the container that was silent longest is forgotten first, and a `die` of a forgotten container is judged by its
 * exit code alone.
 *
 * Not known here, because no event says it: what the container's own stop signal is, and which exec is a health probe.
 */
import { type EventContext, NO_CONTEXT } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { EventEntry, Received } from '../model/entry.ts';
import { ownContainerKeys, SHADOWABLE_KEYS } from '../model/own-keys.ts';
import { ContainerHistory, forgetOldest } from './container-history.ts';
import { judgeExit } from './exit.ts';

/** How many containers are remembered. About 200 bytes each. */
const CONTAINERS_MAX = 20_000;

/** A container that was moved to the end of the list so recently stays where it is: to move it each time costs more. */
const MOVE_AFTER_EVENTS = 1000;

export class Lifecycle {
  /** By container id; in the order in which they were last heard of, give or take MOVE_AFTER_EVENTS events. */
  readonly #containers = new Map<string, ContainerHistory>();
  #events = 0;

  /** Gives each event its context, in order. */
  fold(events: readonly Received[]): EventEntry[] {
    return events.map((received) => ({
      kind: 'event',
      raw: received.raw,
      event: received.event,
      uid: received.uid,
      observedAt: received.observedAt,
      engine: received.engine,
      context: this.#contextOf(received.event),
    }));
  }

  #contextOf(event: DockerEvent): EventContext {
    if (event.type !== 'container' || event.actorId === '') return NO_CONTEXT;
    const history = this.#historyOf(event.actorId);
    const action = baseAction(event.action);
    this.#learnLabels(history, action, event);
    const context = remember(history, action, event);
    if (action === 'destroy') this.#containers.delete(event.actorId);
    if (history.shadowingLabels.size === 0) return context;
    const shadowed = [...history.shadowingLabels].filter((key) => event.attributes.has(key));
    return shadowed.length === 0 ? context : { ...context, shadowed };
  }

  #historyOf(id: string): ContainerHistory {
    this.#events += 1;
    let history = this.#containers.get(id);
    if (history === undefined) {
      if (this.#containers.size >= CONTAINERS_MAX) forgetOldest(this.#containers);
      history = new ContainerHistory();
    } else if (this.#events - history.movedAt < MOVE_AFTER_EVENTS) {
      return history;
    } else {
      this.#containers.delete(id);
    }
    history.movedAt = this.#events;
    this.#containers.set(id, history);
    return history;
  }

  /** A key that the engine does not write on this action can only have come from a label. */
  #learnLabels(history: ContainerHistory, action: string, event: DockerEvent): void {
    const own = ownContainerKeys(action);
    if (own === undefined) return;
    for (const key of SHADOWABLE_KEYS) {
      if (own.has(key) || !event.attributes.has(key) || history.shadowingLabels.has(key)) continue;
      history.shadowingLabels = new Set([...history.shadowingLabels, key]);
    }
  }
}

/** Takes note of what this event says of the container, and gives what the container's past says of the event. */
function remember(history: ContainerHistory, action: string, event: DockerEvent): EventContext {
  switch (action) {
    case 'start':
      history.beginRun();
      return NO_CONTEXT;
    case 'kill':
      history.noteSignal(ownValue(history, event, 'signal'), event.time);
      return NO_CONTEXT;
    case 'oom':
      history.noteOom();
      return NO_CONTEXT;
    case 'die':
      return { exit: judgeExit(history, ownValue(history, event, 'exitCode'), event.time) };
    case 'exec_create':
    case 'exec_start':
      history.noteExec(ownValue(history, event, 'execID'), commandOf(event.action));
      return NO_CONTEXT;
    case 'exec_detach':
    case 'exec_die':
      return execContext(history, action, ownValue(history, event, 'execID'));
    default:
      return NO_CONTEXT;
  }
}

function execContext(history: ContainerHistory, action: string, execId: string | undefined): EventContext {
  const execCommand = history.execCommand(execId);
  if (action === 'exec_die') history.forgetExec(execId);
  return execCommand === undefined ? NO_CONTEXT : { execCommand };
}

/** The engine's own value; undefined where a label of the same name may stand in its place. */
function ownValue(history: ContainerHistory, event: DockerEvent, key: string): string | undefined {
  return history.shadowingLabels.has(key) ? undefined : event.attributes.get(key);
}

function baseAction(action: string): string {
  const colon = action.indexOf(': ');
  return colon < 0 ? action : action.slice(0, colon);
}

function commandOf(action: string): string {
  return action.slice(action.indexOf(': ') + 2);
}
