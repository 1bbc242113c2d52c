/**
 * The containers that are known, by id, bounded; and what of them differs from their rows of state.
 *
 * - 20,000 containers; of those that do not run the one that was silent longest is forgotten first, give or take those
 *   that run and were asked before it.
 * - Labels of 16 MiB in all; those of further containers are not kept, and are then missing on what is worked out of them.
 * - Nothing is collected for rows: a container carries a mark when it differs from its row, and of those that are gone only
 *   the ids that have a row are kept. So it costs the same where nobody ever asks for rows.
 */
import type { StateRows } from '../model/journal.ts';
import { ContainerHistory, forgetOldest } from './container-history.ts';
import { containerFrom, containerRow, type Head, headFrom, headRow, ROW_ID } from './rows.ts';
import type { Run } from './runs.ts';

/** How many containers are remembered. About 750 bytes each with half a dozen labels. */
const CONTAINERS_MAX = 20_000;

/** A container that was moved to the end of the list so recently stays where it is: to move it each time costs more. */
const MOVE_AFTER_EVENTS = 1000;

const LABELS_LENGTH_MAX = 16 * 1024 ** 2;

/**
 * So many of those that were silent longest are asked whether they run, before one that runs is forgotten. Each is then put
 * behind the others, so that the next time others are asked.
 */
const SPARED_MAX = 16;

/**
 * Of so many of those that were removed the last runs are remembered: what is told of them late is known by them, and begins
 * or ends no other run.
 */
const RUNS_OF_REMOVED_MAX = 64;

/** How many of those that were removed are remembered, so that a list that was asked for before does not bring them back. */
const REMOVED_MAX = 4096;

export class KnownContainers {
  readonly #receiver: string;
  /** In the order in which they were last heard of, give or take MOVE_AFTER_EVENTS events. */
  readonly #containers = new Map<string, ContainerHistory>();
  /** Goes on where it was: a new one would have to find its way over all that were deleted. */
  #silent = this.#containers.entries();
  readonly #removed = new Set<string>();
  /** Rows whose containers are gone. */
  readonly #staleRows = new Set<string>();
  readonly #onForgotten: () => void;
  #runsOfRemoved = new Map<string, readonly Run[]>();
  #head: Omit<Head, 'removed'> = { engineId: undefined, isListed: false };
  #isHeadChanged = false;
  #labelsLength = 0;
  #events = 0;

  /** @param onForgotten is told when a container is forgotten while a run of it is open */
  constructor(receiver: string, onForgotten: () => void = () => {}) {
    this.#receiver = receiver;
    this.#onForgotten = onForgotten;
  }

  get head(): Omit<Head, 'removed'> {
    return this.#head;
  }

  setHead(head: Partial<Omit<Head, 'removed'>>): void {
    this.#head = { ...this.#head, ...head };
    this.#isHeadChanged = true;
  }

  get(id: string): ContainerHistory | undefined {
    return this.#containers.get(id);
  }

  [Symbol.iterator](): MapIterator<[id: string, history: ContainerHistory]> {
    return this.#containers.entries();
  }

  /** The container of an event, made where it is not known. */
  heardOf(id: string): ContainerHistory {
    this.#events += 1;
    let history = this.#containers.get(id);
    if (history === undefined) {
      if (this.#containers.size >= CONTAINERS_MAX) this.#forgetSilent();
      history = new ContainerHistory();
      for (const run of this.#runsOfRemoved.get(id) ?? []) history.runs.add(run);
    } else if (this.#events - history.movedAt < MOVE_AFTER_EVENTS) {
      return history;
    } else {
      this.#containers.delete(id);
    }
    history.movedAt = this.#events;
    this.#containers.set(id, history);
    return history;
  }

  /** Keeps the labels of a container as far as there is room. They never change while it lives. */
  keepLabels(history: ContainerHistory, labels: string): void {
    const hasRoom = this.#labelsLength + labels.length <= LABELS_LENGTH_MAX;
    history.labels = hasRoom ? labels : '[]';
    history.isChanged = true;
    this.#labelsLength += history.labels.length;
  }

  /** The container was removed. */
  remove(id: string): void {
    this.#forget(id);
    this.#removed.add(id);
    if (this.#removed.size > REMOVED_MAX) forgetOldest(this.#removed);
  }

  /** It was removed, and may be told of nevertheless; what is told then does not change what is kept. */
  keepRuns(id: string, { runs }: ContainerHistory): void {
    if (runs.isEmpty || this.#runsOfRemoved.has(id)) return;
    this.#runsOfRemoved.set(id, [...runs]);
    if (this.#runsOfRemoved.size > RUNS_OF_REMOVED_MAX) forgetOldest(this.#runsOfRemoved);
    this.#isHeadChanged = true;
  }

  wasRemoved(id: string): boolean {
    return this.#removed.has(id);
  }

  forgetAll(): void {
    for (const [id, history] of [...this.#containers]) this.#giveUp(id, history);
    this.#runsOfRemoved.clear();
    this.setHead({ engineId: undefined, isListed: false });
  }

  /** Takes over rows, those of other receivers left out. */
  restore(rows: ReadonlyMap<string, string>): void {
    const prefix = this.#keyOf('');
    for (const [key, row] of rows) {
      const id = key.startsWith(prefix) ? key.slice(prefix.length) : '';
      if (!ROW_ID.test(id)) continue;
      const history = containerFrom(row);
      if (history === undefined) this.#staleRows.add(id);
      else this.#takeOver(id, history);
    }
    const head = rows.get(this.#headKey);
    if (head === undefined) return;
    const { removed, ...rest } = headFrom(head);
    this.#head = rest;
    this.#runsOfRemoved = new Map(removed);
  }

  /** Rows that have changed since the last call. */
  changedRows(): StateRows {
    const rows = new Map<string, string | undefined>();
    for (const id of this.#staleRows) rows.set(this.#keyOf(id), undefined);
    this.#staleRows.clear();
    for (const [id, history] of this.#containers) {
      if (!history.needsRow || !ROW_ID.test(id)) continue;
      rows.set(this.#keyOf(id), containerRow(history));
      history.noteRow();
    }
    if (this.#isHeadChanged) rows.set(this.#headKey, headRow({ ...this.#head, removed: this.#runsOfRemoved }));
    this.#isHeadChanged = false;
    return rows;
  }

  /** A receiver's name may hold a slash, an id never does. */
  #keyOf(id: string): string {
    return `container/${this.#receiver}/${id}`;
  }

  get #headKey(): string {
    return `containers/${this.#receiver}`;
  }

  #takeOver(id: string, history: ContainerHistory): void {
    history.noteRow();
    this.#labelsLength += history.labels?.length ?? 0;
    this.#containers.set(id, history);
  }

  #forgetSilent(): void {
    const asked: (readonly [id: string, history: ContainerHistory])[] = [];
    for (let next = this.#nextSilent(); next !== undefined; next = this.#nextSilent()) {
      asked.push(next);
      if (next[1].runs.newest?.isOpen !== true || asked.length > SPARED_MAX) break;
    }
    const last = asked.at(-1);
    const forgotten = last?.[1].runs.newest?.isOpen ? asked[0] : last;
    for (const container of asked) {
      if (container === forgotten) this.#giveUp(...container);
      else this.#moveToEnd(...container);
    }
  }

  /** Each is forgotten or put at the end when it was asked, so that none is left behind. */
  #nextSilent(): readonly [id: string, history: ContainerHistory] | undefined {
    const { done, value } = this.#silent.next();
    if (done !== true) return value;
    this.#silent = this.#containers.entries();
    return this.#silent.next().value;
  }

  #moveToEnd(id: string, history: ContainerHistory): void {
    this.#containers.delete(id);
    this.#containers.set(id, history);
  }

  #giveUp(id: string, { runs }: ContainerHistory): void {
    this.#forget(id);
    if (runs.newest?.isOpen) this.#onForgotten();
  }

  #forget(id: string): void {
    const history = this.#containers.get(id);
    if (history === undefined) return;
    this.#containers.delete(id);
    this.#labelsLength -= history.labels?.length ?? 0;
    if (history.hasRow) this.#staleRows.add(id);
  }
}
