/**
 * The fold over history: what an event means in the light of those before it, and which containers there are.
 *
 *   received event ──► state of its container ──► the same event with its context, and the spans that it ended
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
 * What is remembered of a container: its last runs (runs.ts), the last signals sent to it on purpose, whether the kernel
 * killed something in it for want of memory, its running execs, how its health is checked (execs.ts), which of its labels
 * have the name of an engine's own key; and, for a comparison after a gap, its names, labels, state, last start and health.
 * Of a swarm's services: the rollouts under way (rollouts.ts). All of it is bounded; the container that was silent longest is
 * forgotten first, those that run as late as possible, and a `die` of a forgotten container is judged by its exit code alone.
 *
 * Spans (run-spans.ts, rollouts.ts) are told right after the event that ended them, and with it they are kept: an event that
 * is folded again after a restart tells none. They are made of the events and of nothing else, and named by the time at
 * which their run, pull or rollout began, so that whoever folds the same events tells the same spans. An event is given the
 * run that it belongs to by its time: read late, it belongs to an earlier run than the last.
 *
 * Another engine at the same endpoint has other containers: when it is met, or with its first event, all that is known is
 * forgotten. After a restart soon after that, what was learned from its list is forgotten, too, and is to be learned anew.
 *
 * Events that were worked out after a gap change the state like any other. Of their deaths is said only what the events
 * before the gap, or the engine's word that the kernel killed, tell: nobody knows who asked for what meanwhile. An event
 * that another engine of the swarm reported before changes nothing a second time.
 *
 * Not known here, because no event says it: what the container's own stop signal is, and how its health is checked, until
 * somebody who has asked the engine tells it. After an engine's clock was set back, what happens passes for read late until
 * it shows the old time again.
 */
import { type EventContext, NO_CONTEXT } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { EventEntry, Received, SpanEntry, TraceKey } from '../model/entry.ts';
import { baseAction, suffixOf } from '../model/event-name.ts';
import type { Inventory } from '../model/inventory.ts';
import type { StateRows } from '../model/journal.ts';
import { type ContainerHistory, isLater } from './container-history.ts';
import { beginExec, PROBE, recallExec } from './execs.ts';
import { dieContext, unseenDieContext } from './exit-context.ts';
import { ContainerInventory } from './inventory.ts';
import { KnownContainers } from './known-containers.ts';
import { labelsOf, learnShadowingLabels, noteNames } from './labels.ts';
import { ownValue } from './own-words.ts';
import { Rollouts } from './rollouts.ts';
import { labelsRow } from './rows.ts';
import { beginRun, endAll, endExec, endPause, endRun, type Happened, SERVICE_ID } from './run-spans.ts';
import type { Run } from './runs.ts';
import { asksToStop } from './signals.ts';
import { draftOf, type SpanDraft } from './span-draft.ts';

/** Which spans are made of what is folded; those of health checks can be left out alone. */
export type SpansMade = 'none' | 'without_probes' | 'all';

export interface LifecycleOptions {
  /**
   * Is told when rows have changed without an event that they could be made of again, so that they had better be saved at
   * once.
   */
  readonly onLearned?: () => void;
  /** What spans are made of is remembered anyway, so that they can be asked for later. */
  readonly spans?: SpansMade;
  /** Is told when a run or a rollout is forgotten that was not seen to end: there will be no span of it. */
  readonly onForgotten?: (what: 'run' | 'rollout') => void;
}

/** A container that runs now, or is paused. It is the same object as long as it is known. */
export interface RunningContainer {
  /** As `labelsFrom` reads them; undefined as long as they are not known. */
  readonly labels: string | undefined;
}

const RESTART: EventContext = Object.freeze({ isRestart: true });

export class Lifecycle {
  /** What is known of the containers, to be compared with what the engine says. */
  readonly inventory: Inventory;
  readonly #known: KnownContainers;
  readonly #rollouts: Rollouts;
  #spans: SpansMade;
  /** Of the event that is folded. */
  readonly #ended: SpanDraft[] = [];
  #engine: EngineIdentity | undefined;
  #isRestoring = false;

  /** @param receiver the receiver whose events are folded, by its name in the configuration */
  constructor(receiver: string, options: LifecycleOptions = {}) {
    const { onLearned = () => {}, spans = 'without_probes', onForgotten = () => {} } = options;
    const forgotten = (what: 'run' | 'rollout') => {
      // What is folded again was told before.
      if (!this.#isRestoring) onForgotten(what);
    };
    this.#spans = spans;
    this.#known = new KnownContainers(receiver, () => forgotten('run'));
    this.#rollouts = new Rollouts(receiver, () => forgotten('rollout'));
    this.inventory = new ContainerInventory(this.#known, onLearned);
  }

  /** The engine whose events are folded, once it is known. */
  get engine(): EngineIdentity | undefined {
    return this.#engine;
  }

  *running(): Iterable<RunningContainer> {
    for (const [, history] of this.#known) {
      if (history.state === 'running' || history.state === 'paused') yield history;
    }
  }

  /** From the next event on these are made. */
  makeSpans(spans: SpansMade): void {
    this.#spans = spans;
  }

  /** Gives each event its context, in order, and after it the spans that it ended, those inside of others first. */
  fold(events: readonly Received[]): (EventEntry | SpanEntry)[] {
    const entries: (EventEntry | SpanEntry)[] = [];
    for (const received of events) {
      const about = entryOf(received, this.#contextOf(received));
      entries.push(about);
      if (this.#ended.length > 0) this.#takeSpans(about, entries);
    }
    return entries;
  }

  /**
   * Events are missing after those that were folded: it cannot be said any more of what ran then that its end was not told.
   * No event tells it, so that the rows had better be saved at once.
   */
  noteGap(): void {
    for (const [, history] of this.#known) history.doubtExecs();
  }

  #takeSpans(about: EventEntry, into: (EventEntry | SpanEntry)[]): void {
    const { uid, observedAt, engine } = about;
    if (this.#spans !== 'none' && about.isTwin === undefined) {
      for (const draft of this.#ended) into.push({ kind: 'span', uid, ...draft, about, observedAt, engine });
    }
    this.#ended.length = 0;
  }

  /**
   * Takes up what an earlier process knew. To be called once, before the first event.
   *
   * @param rows all that `changedRows` ever gave, the last of each key; those of other receivers may be among them
   * @param unfolded the events since, and some of those before, oldest first; those of other receivers left out
   */
  restore(rows: ReadonlyMap<string, string>, unfolded: Iterable<EventEntry>): void {
    this.#isRestoring = true;
    this.#known.restore(rows);
    this.#rollouts.restore(rows);
    for (const entry of unfolded) this.#contextOf(entry, entry.context);
    // These spans were told with the events that ended them.
    this.#ended.length = 0;
    this.#isRestoring = false;
  }

  /** The rows that have changed since the last call; undefined for one that is to be removed. */
  changedRows(): StateRows {
    const rollouts = this.#rollouts.changedRows();
    const containers = this.#known.changedRows();
    return rollouts.size === 0 ? containers : new Map([...containers, ...rollouts]);
  }

  /** Another engine than before has other containers: then all that is known is forgotten. */
  meet(engine: EngineIdentity): void {
    this.#engine = engine;
    const { engineId } = this.#known.head;
    if (engine.id === undefined || engine.id === engineId) return;
    if (engineId !== undefined) {
      this.#known.forgetAll();
      this.#rollouts.forgetAll();
    }
    this.#known.setHead({ engineId: engine.id });
  }

  /** @param told its context where the event is folded again */
  #contextOf(received: Received, told?: EventContext): EventContext {
    const { event, engine, synthetic, isTwin } = received;
    if (engine !== this.#engine) this.meet(engine);
    if (event.type === 'service') return this.#serviceContext(received);
    if (isTwin === true) return NO_CONTEXT;
    if (event.type === 'image' && event.action === 'pull') this.#ended.push(pullOf(received));
    if (event.type !== 'container' || event.actorId === '') return NO_CONTEXT;
    const history = this.#known.heardOf(event.actorId);
    const action = baseAction(event.action);
    if (history.name === undefined) noteNames(history, event);
    learnShadowingLabels(history, action, event);
    const context = this.#remember(history, action, received, told);
    if (history.shadowingLabels.size === 0 || synthetic !== undefined) return context;
    const shadowed = [...history.shadowingLabels].filter((key) => event.attributes.has(key));
    return shadowed.length === 0 ? context : { ...context, shadowed };
  }

  /** A twin is noted, too: the end of the rollout may be reported by this engine first. */
  #serviceContext(received: Received): EventContext {
    if (received.event.actorId === '') return NO_CONTEXT;
    const rollout = this.#rollouts.note(received, this.#ended);
    return rollout === undefined || received.isTwin === true ? NO_CONTEXT : { rollout };
  }

  /** Takes note of what this event says of the container, and gives what the container's past says of the event. */
  #remember(
    history: ContainerHistory,
    action: string,
    received: Received,
    told: EventContext | undefined,
  ): EventContext {
    const { event } = received;
    const run = history.runs.at(event.time);
    switch (action) {
      case 'create':
        this.#noteMade(history, action, event);
        history.create(event.time);
        return ofRun(NO_CONTEXT, run);
      case 'start':
        return this.#start(history, received);
      case 'rename':
        this.#noteMade(history, action, event);
        return ofRun(NO_CONTEXT, run);
      case 'pause':
        history.enter('paused', event.time);
        return ofRun(NO_CONTEXT, run);
      case 'unpause':
        endPause(this.#happened(history, received));
        history.enter('running', event.time);
        return ofRun(NO_CONTEXT, run);
      case 'health_status':
        history.noteHealth(suffixOf(event.action), event.time);
        return ofRun(NO_CONTEXT, run);
      case 'kill':
        this.#noteSignal(history, event);
        return ofRun(NO_CONTEXT, run);
      case 'oom':
        history.noteOom();
        return ofRun(NO_CONTEXT, run);
      case 'die':
        return this.#die(history, received, told);
      case 'destroy':
        return this.#destroy(history, received, told);
      case 'exec_create':
      case 'exec_start': {
        history.noteAlive(event.time);
        const startedAt = action === 'exec_start' ? (event.time ?? received.observedAt) : undefined;
        return ofRun(beginExec(history, event, startedAt, told), run);
      }
      case 'exec_detach':
        return ofRun(recallExec(history, action, event), run);
      case 'exec_die':
        return ofRun(this.#endExec(history, received), run);
      default:
        return ofRun(NO_CONTEXT, run);
    }
  }

  #start(history: ContainerHistory, received: Received): EventContext {
    const { event } = received;
    // An end after this start is that of its own run, told by the engine's list before its events, or is read late.
    const hadEnded = history.state === 'exited' && !isLater(history.endsKnownTo, event.time);
    const run = beginRun(this.#happened(history, received));
    this.#noteMade(history, 'start', event);
    // Read late, when its run had ended already: what was told since counts.
    const isOver = run !== undefined && event.time !== undefined && !run.isAt(event.time) && run.endsAfter(event.time);
    if (!isOver) history.beginRun(event.time);
    const isRestart = hadEnded || (run !== undefined && history.runs.before(run) !== undefined);
    return ofRun(isRestart ? RESTART : NO_CONTEXT, run);
  }

  #die(history: ContainerHistory, received: Received, told: EventContext | undefined): EventContext {
    const { event, synthetic } = received;
    // Of an end before the last one no exit code is known.
    const isLast = synthetic !== undefined && event.attributes.has('exitCode');
    const context = synthetic === undefined ? dieContext(history, event) : unseenDieContext(history, event);
    const rollout = this.#rollouts.startOf(event.attributes.get(SERVICE_ID));
    const run = endRun(this.#happened(history, received), { exit: context.exit, rollout }, isLast, told?.run);
    history.endRun(event.time, isLast);
    return ofRun(context, run);
  }

  #destroy(history: ContainerHistory, received: Received, told: EventContext | undefined): EventContext {
    endAll(this.#happened(history, received));
    const { actorId } = received.event;
    const { newest } = history.runs;
    // Where it is folded again, what is known may be of events after it.
    const isItsOwn = told === undefined || (told.run !== undefined && newest?.isAt(told.run));
    if (isItsOwn) this.#known.keepRuns(actorId, history);
    this.#known.remove(actorId);
    return ofRun(NO_CONTEXT, newest);
  }

  #endExec(history: ContainerHistory, received: Received): EventContext {
    const { event } = received;
    const id = ownValue(history, event, 'execID');
    const exec = history.exec(id);
    const context = recallExec(history, 'exec_die', event);
    if (id !== undefined) endExec(this.#happened(history, received), id, exec, context.isProbe === true);
    return context;
  }

  #noteSignal(history: ContainerHistory, event: DockerEvent): void {
    const signal = ownValue(history, event, 'signal');
    history.noteSignal(signal, event.time);
    if (event.time === undefined || !asksToStop(Number(signal))) return;
    history.noteStopRequest(event.time, this.#rollouts.startOf(event.attributes.get(SERVICE_ID)));
  }

  #happened(history: ContainerHistory, received: Received): Happened {
    return { history, received, ended: this.#ended, withProbes: this.#spans === 'all' };
  }

  #noteMade(history: ContainerHistory, action: string, event: DockerEvent): void {
    noteNames(history, event);
    if (history.labels === undefined) this.#known.keepLabels(history, labelsRow(labelsOf(action, event)));
  }
}

function entryOf(received: Received, context: EventContext): EventEntry {
  const { raw, event, uid, observedAt, engine, synthetic, isTwin } = received;
  const entry: EventEntry = { kind: 'event', raw, event, uid, observedAt, engine, context };
  if (synthetic === undefined && isTwin === undefined) return entry;
  return { ...entry, ...(synthetic && { synthetic }), ...(isTwin && { isTwin }) };
}

/** Shared objects where nothing else is to be said: it is asked for each event. */
function ofRun(context: EventContext, run: Run | undefined): EventContext {
  if (run === undefined) return context;
  if (context === NO_CONTEXT) return run.context;
  return context === PROBE ? run.probeContext : { ...context, run: run.start };
}

function pullOf({ event, observedAt }: Received): SpanDraft {
  const start = event.time ?? observedAt;
  const isEstimated = event.time === undefined;
  const trace: TraceKey = { of: 'image', id: event.actorId, start };
  return draftOf({
    name: 'pull',
    trace,
    start,
    end: start,
    isStartEstimated: isEstimated,
    isEndEstimated: isEstimated,
  });
}
