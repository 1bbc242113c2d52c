/** Events that nobody sent, of one container, in the engine's form; and how those of several become one sequence. */
import type { ListedContainer } from '../model/engine.ts';
import type { Synthetic } from '../model/entry.ts';
import { baseAction } from '../model/event-name.ts';
import type { Difference } from '../model/inventory.ts';
import { ownContainerKeys } from '../model/own-keys.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import type { ContainerHistory } from './container-history.ts';
import { labelsFrom } from './rows.ts';

type Pair = readonly [key: string, value: string];

export class Story {
  readonly #id: string;
  readonly #synthetic: Synthetic;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #names: readonly Pair[];
  readonly #events: Difference[] = [];

  /** What the engine says now counts for the name; what its events said, for the image as its user wrote it. */
  constructor(
    id: string,
    basis: Synthetic['basis'],
    known: Pick<ContainerHistory, 'name' | 'image' | 'labels'> | undefined,
    now: ListedContainer | undefined,
  ) {
    this.#id = id;
    this.#synthetic = { basis };
    this.#labels = now?.labels ?? labelsFrom(known?.labels);
    const pairs: Pair[] = [
      ['image', known?.image || now?.image || ''],
      ['name', now?.name || known?.name || ''],
    ];
    this.#names = pairs.filter(([, value]) => value !== '');
  }

  get events(): readonly Difference[] {
    return this.#events;
  }

  /** @param own what the engine would have written besides labels and names */
  tell(action: string, time?: UnixNanos, own: readonly Pair[] = []): void {
    this.#events.push({
      event: {
        type: 'container',
        action,
        actorId: this.#id,
        attributes: this.#attributes(action, own),
        scope: 'local',
        time,
        originalAction: undefined,
      },
      synthetic: this.#synthetic,
    });
  }

  /** Sorted by key, as the engine writes them. A label with the name of an own key is left out: it would pass for it. */
  #attributes(action: string, own: readonly Pair[]): ReadonlyMap<string, string> {
    const keys = ownContainerKeys(baseAction(action));
    const labels = [...this.#labels].filter(([key]) => keys?.has(key) !== true);
    const merged = new Map([...labels, ...this.#names, ...own]);
    return new Map([...merged].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}

/**
 * One sequence of the events of several containers, oldest first. An event without a time stands before the next one of its
 * container that has one, else at the end; and none before one that comes first in its own container.
 */
export function inOrder(stories: readonly (readonly Difference[])[]): readonly Difference[] {
  const keyed = stories.flatMap((events) => withKeys(events));
  // The sort is stable, so that what has no time, or the same, stays in the order of its container.
  keyed.sort((left, right) => compareKeys(left.at, right.at));
  return keyed.map(({ difference }) => difference);
}

interface Keyed {
  readonly difference: Difference;
  /** Undefined: after all that have one. */
  readonly at: UnixNanos | undefined;
}

function withKeys(events: readonly Difference[]): readonly Keyed[] {
  const keyed: Keyed[] = [];
  let latest: UnixNanos | undefined;
  for (const [index, difference] of events.entries()) {
    const next = events.slice(index).find(({ event }) => event.time !== undefined)?.event.time;
    if (next !== undefined && (latest === undefined || compareTimes(next, latest) > 0)) latest = next;
    keyed.push({ difference, at: next === undefined ? undefined : latest });
  }
  return keyed;
}

function compareKeys(left: UnixNanos | undefined, right: UnixNanos | undefined): number {
  if (left === undefined) return right === undefined ? 0 : 1;
  return right === undefined ? -1 : compareTimes(left, right);
}
