/**
 * The containers that are known, by id, bounded; and what of them differs from their rows of state.
 *
 * - 20,000 containers; the one that was silent longest is forgotten first.
 * - Labels of 16 MiB in all; those of further containers are not kept, and are then missing on what is worked out of them.
 * - Nothing is collected for rows: a container carries a mark when it differs from its row, and of those that are gone only
 *   the ids that have a row are kept. So it costs the same where nobody ever asks for rows.
 */
import type { StateRows } from '../model/journal.ts';
import { ContainerHistory, forgetOldest } from './container-history.ts';
import { containerFrom, containerRow, type Head, headFrom, headRow } from './rows.ts';

/** How many containers are remembered. About 750 bytes each with half a dozen labels. */
const CONTAINERS_MAX = 20_000;

/** A container that was moved to the end of the list so recently stays where it is: to move it each time costs more. */
const MOVE_AFTER_EVENTS = 1000;

const LABELS_LENGTH_MAX = 16 * 1024 ** 2;

/** How many of those that were removed are remembered, so that a list that was asked for before does not bring them back. */
const REMOVED_MAX = 4096;

/** Ids that an engine writes. Others are remembered in memory only, since a row's key must lead back to its id. */
const ID = /^[\w.:-]{1,128}$/;

export class KnownContainers {
  readonly #receiver: string;
  /** In the order in which they were last heard of, give or take MOVE_AFTER_EVENTS events. */
  readonly #containers = new Map<string, ContainerHistory>();
  readonly #removed = new Set<string>();
  /** Rows whose containers are gone. */
  readonly #staleRows = new Set<string>();
  #head: Head = { engineId: undefined, isListed: false };
  #isHeadChanged = false;
  #labelsLength = 0;
  #events = 0;

  constructor(receiver: string) {
    this.#receiver = receiver;
  }

  get head(): Head {
    return this.#head;
  }

  setHead(head: Partial<Head>): void {
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

  wasRemoved(id: string): boolean {
    return this.#removed.has(id);
  }

  forgetAll(): void {
    for (const id of [...this.#containers.keys()]) this.#forget(id);
    this.setHead({ engineId: undefined, isListed: false });
  }

  /** Takes over rows, those of other receivers left out. */
  restore(rows: ReadonlyMap<string, string>): void {
    const prefix = this.#keyOf('');
    for (const [key, row] of rows) {
      const id = key.startsWith(prefix) ? key.slice(prefix.length) : '';
      if (!ID.test(id)) continue;
      const history = containerFrom(row);
      if (history === undefined) this.#staleRows.add(id);
      else this.#takeOver(id, history);
    }
    const head = rows.get(this.#headKey);
    if (head !== undefined) this.#head = headFrom(head);
  }

  /** Rows that have changed since the last call. */
  changedRows(): StateRows {
    const rows = new Map<string, string | undefined>();
    for (const id of this.#staleRows) rows.set(this.#keyOf(id), undefined);
    this.#staleRows.clear();
    for (const [id, history] of this.#containers) {
      if (!history.needsRow || !ID.test(id)) continue;
      rows.set(this.#keyOf(id), containerRow(history));
      history.noteRow();
    }
    if (this.#isHeadChanged) rows.set(this.#headKey, headRow(this.#head));
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
    for (const id of this.#containers.keys()) {
      this.#forget(id);
      return;
    }
  }

  #forget(id: string): void {
    const history = this.#containers.get(id);
    if (history === undefined) return;
    this.#containers.delete(id);
    this.#labelsLength -= history.labels?.length ?? 0;
    if (history.hasRow) this.#staleRows.add(id);
  }
}
