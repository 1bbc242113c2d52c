/**
 * What is known of an engine's containers, compared with what the engine says.
 *
 *   list ──► toInspect ──► inspect ──► a little time ──► differences ──► as events through the fold ──► learn
 *
 * The fold goes on meanwhile, and its events are as new as the engine's answers, or newer:
 *
 * - `toInspect` begins a comparison. A container of which an event told something since is left out of it: its events speak
 *   for it. So is one that was removed meanwhile.
 * - A container that is known but not listed is inspected too: it may have been made after the list.
 * - The answers may be newer than the stream: a death that inspect tells of may be on its way. Whoever compares gives the
 *   stream a little time after the last answer; the death then arrives, and its container is left out.
 *
 * Not seen: a container that was down before and is down now, and ran in between. To ask for each of them would be to
 * inspect every container that anybody ever left lying about.
 */
import type { InspectedContainer, ListedContainer } from '../model/engine.ts';
import type { Difference, Inventory } from '../model/inventory.ts';
import { SHADOWABLE_KEYS } from '../model/own-keys.ts';
import { type ContainerHistory, NO_HEALTH_YET } from './container-history.ts';
import { differencesOf, differencesOfVanished, isUp, phaseOf } from './differences.ts';
import type { KnownContainers } from './known-containers.ts';
import { labelsRow } from './rows.ts';
import { Run } from './runs.ts';
import { inOrder } from './story.ts';

type Inspected = ReadonlyMap<string, InspectedContainer | undefined>;

export class ContainerInventory implements Inventory {
  readonly #known: KnownContainers;
  readonly #onLearned: () => void;

  constructor(known: KnownContainers, onLearned: () => void) {
    this.#known = known;
    this.#onLearned = onLearned;
  }

  get isKnown(): boolean {
    return this.#known.head.isListed;
  }

  toInspect(listed: readonly ListedContainer[]): readonly string[] {
    for (const [, history] of this.#known) history.isTouched = false;
    const ids = new Set(listed.map(({ id }) => id));
    const vanished = [...this.#known].filter(([id]) => !ids.has(id)).map(([id]) => id);
    const doubtful = listed.filter((container) => this.#needsInspect(container)).map(({ id }) => id);
    return [...doubtful, ...vanished];
  }

  #needsInspect({ id, state }: ListedContainer): boolean {
    const history = this.#known.get(id);
    if (history === undefined) return !this.#known.wasRemoved(id);
    const phase = phaseOf(state);
    return phase === 'up' || isUp(history) || (history.state === 'created' && phase === 'down');
  }

  differences(listed: readonly ListedContainer[], inspected: Inspected): readonly Difference[] {
    const ids = new Set(listed.map(({ id }) => id));
    const ofListed = listed.map((container) => this.#ofListed(container, inspected));
    const ofOthers = [...this.#known]
      .filter(([id, history]) => !ids.has(id) && !history.isTouched)
      .map(([id, history]) => {
        const now = inspected.get(id);
        return now === undefined ? differencesOfVanished(id, history) : differencesOf(id, history, now);
      });
    return inOrder([...ofListed, ...ofOthers]);
  }

  #ofListed(container: ListedContainer, inspected: Inspected): readonly Difference[] {
    const { id } = container;
    const history = this.#known.get(id);
    if (history?.isTouched || this.#known.wasRemoved(id) || isGone(id, inspected)) return [];
    return differencesOf(id, history, inspected.get(id) ?? container);
  }

  learn(listed: readonly ListedContainer[], inspected: Inspected): void {
    for (const container of listed) {
      const { id } = container;
      if (this.#known.wasRemoved(id) || isGone(id, inspected)) continue;
      this.#fill(this.#known.heardOf(id), container, inspected.get(id));
    }
    this.#known.setHead({ isListed: true });
    this.#onLearned();
  }

  unknownProbes(): readonly string[] {
    return [...this.#known].filter(([, history]) => isUp(history) && history.probe === undefined).map(([id]) => id);
  }

  wantsProbe(id: string): boolean {
    const history = this.#known.get(id);
    return history !== undefined && history.probe === undefined;
  }

  learnProbe(id: string, probe: string | undefined): void {
    this.#known.get(id)?.learnProbe(probe);
  }

  /** What an event has told is left as it is: it may be newer. */
  #fill(history: ContainerHistory, listed: ListedContainer, inspected: InspectedContainer | undefined): void {
    history.name ??= listed.name;
    history.image ??= inspected?.image ?? listed.image;
    if (history.labels === undefined) this.#known.keepLabels(history, labelsRow(listed.labels));
    if (history.state === undefined) {
      history.state = runStateOf(inspected?.state ?? listed.state);
      if (history.state === 'created') {
        history.stateAt = inspected?.created;
        history.untoldCreation = inspected?.created;
      }
    }
    if (history.startedAt === undefined) {
      history.startedAt = inspected?.startedAt;
      history.isStartListed = history.startedAt !== undefined;
    }
    if (isUp(history) && history.runs.isEmpty && inspected?.startedAt !== undefined) {
      history.runs.add(new Run(inspected.startedAt, 'inspect'));
    }
    history.endsKnownTo ??= inspected?.finishedAt ?? inspected?.startedAt;
    if (inspected !== undefined && isUp(history)) history.health ??= inspected.health ?? NO_HEALTH_YET;
    for (const key of SHADOWABLE_KEYS) if (listed.labels.has(key)) history.noteShadowingLabel(key);
    history.isChanged = true;
  }
}

/** It was removed between the list and the inspect; its events tell. */
function isGone(id: string, inspected: Inspected): boolean {
  return inspected.has(id) && inspected.get(id) === undefined;
}

function runStateOf(state: string): ContainerHistory['state'] {
  if (state === 'paused') return 'paused';
  const phase = phaseOf(state);
  if (phase === undefined) return undefined;
  return phase === 'new' ? 'created' : phase === 'up' ? 'running' : 'exited';
}
