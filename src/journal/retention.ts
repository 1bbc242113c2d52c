/**
 * What leaves the file, and when.
 *
 *   oldest ──── history ────┬── in hand ──┬──── waiting ────► newest
 *                           │ leased, not │
 *                           │ acknowledged│
 *
 * - What every reader is done with is history. Of it the newest `history` bytes stay, to be looked at.
 * - Above `max_size` all history goes, then what nobody wants any more of what is younger than something in hand: a backend
 *   that is away may hold one span for a week, and a million events after it. Then the oldest that waits, for exactly those
 *   readers that have not got it.
 * - What has waited for longer than `max_age` goes likewise.
 * - What some reader has in hand stays, or a crash would lose it without a word. So do the last 1,024 events of each receiver,
 *   by which a replay is known after a restart, and the last row, by which positions go on.
 */
import type { LossReason } from '../model/entry.ts';
import type { Storage, Tuning } from './parts.ts';
import type { ChunkHead, Store } from './store.ts';

/** A reader as the bounds see it, in positions of the file. */
export interface Claim {
  /** The oldest that it is not done with; undefined when it wants nothing. */
  readonly oldest: number | undefined;
  /** The oldest that it was not given; undefined when it wants nothing more. */
  readonly next: number | undefined;
  isInHand(from: number, to: number): boolean;
  /** It will not be given what it was not given of these. */
  lose(from: number, to: number, reason: LossReason): void;
}

export class Retention {
  readonly #storage: Storage;
  readonly #tuning: Tuning;
  /** All before was deleted, or is kept for its receiver's sake. */
  #scanned = 0;
  /** Rows that were history and kept as the last of their receiver, the oldest first. */
  #kept = new Map<number, ChunkHead[]>();
  /** Beyond what every reader is done with: all before was deleted, or is in somebody's hand. */
  #between = { done: 0, scanned: 0 };

  constructor(storage: Storage, tuning: Tuning) {
    this.#storage = storage;
    this.#tuning = tuning;
  }

  /** The file is another, or what was deleted is there again. */
  reset(): void {
    this.#scanned = 0;
    this.#kept = new Map();
    this.#between = { done: 0, scanned: 0 };
  }

  /**
   * Within a transaction.
   *
   * @param foldedUpTo what comes after is needed to fold it again
   * @param isDiskFull every byte is wanted: no history is kept
   * @returns how many rows were deleted
   */
  run(store: Store, claims: readonly Claim[], foldedUpTo: number, nowSeconds: number, isDiskFull: boolean): number {
    const done = doneWith(store, claims);
    const history = isDiskFull ? 0 : this.#storage.history;
    let deleted = this.#deleteHistory(store, Math.min(done, foldedUpTo), history);
    deleted += this.#deleteWaiting(store, claims, 'expired', (head) => this.#isExpired(head, nowSeconds));
    if (store.size > this.#storage.max_size) deleted += this.#deleteHistory(store, done, 0);
    if (isDiskFull || store.size > this.#storage.max_size) {
      deleted += this.#deleteBetween(store, claims, done, foldedUpTo);
    }
    if (store.size <= this.#storage.max_size) return deleted;
    let excess = store.size - this.#storage.max_size + this.#tuning.slackBytes;
    let upto: number | undefined;
    deleted += this.#deleteWaiting(store, claims, 'storage_full', (head) => {
      if (upto !== undefined) excess -= head.upto - upto;
      upto = head.upto;
      return excess > 0;
    });
    return deleted;
  }

  #isExpired(head: ChunkHead, nowSeconds: number): boolean {
    return head.observedSeconds < nowSeconds - this.#storage.max_age / 1000;
  }

  #deleteHistory(store: Store, done: number, keepBytes: number): number {
    const last = store.lastHeadUntil(done);
    const doomed: ChunkHead[] = [];
    const limit = (last?.upto ?? 0) - keepBytes;
    if (limit > 0) {
      for (const head of store.heads(this.#scanned)) {
        if (head.upto > limit || head.end > done) break;
        this.#scanned = head.end;
        if (this.#isLastOfReceiver(head, store)) this.#keep(head);
        else doomed.push(head);
      }
    }
    for (const queue of this.#kept.values()) {
      while (queue[0] !== undefined && !this.#isLastOfReceiver(queue[0], store)) {
        doomed.push(queue[0]);
        queue.shift();
      }
    }
    return deleteAll(store, doomed);
  }

  #deleteBetween(store: Store, claims: readonly Claim[], done: number, foldedUpTo: number): number {
    const to = Math.min(firstWaiting(claims) ?? store.next, foldedUpTo);
    // Of what was in hand something is done with.
    if (this.#between.done !== done) this.#between = { done, scanned: done };
    const enough = Math.min(store.size, this.#storage.max_size) - this.#tuning.slackBytes;
    let deleted = 0;
    for (;;) {
      const doomed = this.#unwanted(store, claims, to, store.size - enough);
      if (doomed.length === 0) return deleted;
      deleted += deleteAll(store, doomed);
    }
  }

  /** The oldest rows until `to` that are in nobody's hand: about so much of them. */
  #unwanted(store: Store, claims: readonly Claim[], to: number, bytes: number): readonly ChunkHead[] {
    const doomed: ChunkHead[] = [];
    const between = this.#between;
    let isAnyKept = false;
    let size = 0;
    let upto: number | undefined;
    for (const head of store.heads(between.scanned)) {
      if (size >= bytes || head.end > to || head.end >= store.next) break;
      const isKept = this.#isLastOfReceiver(head, store);
      const isInHand = claims.some((claim) => claim.isInHand(head.first, head.end));
      if (!isKept && !isInHand) {
        doomed.push(head);
        size += head.upto - (upto ?? head.upto);
      }
      upto = head.upto;
      // What is kept for its receiver is looked at again: it is not its last for ever.
      isAnyKept ||= isKept;
      if (!isAnyKept) between.scanned = head.end;
    }
    return doomed;
  }

  #isLastOfReceiver({ receiver, nth }: ChunkHead, { identities }: Store): boolean {
    for (const { id, events } of identities.receivers())
      if (id === receiver) return events - nth < this.#tuning.keptEvents;
    return false;
  }

  #keep(head: ChunkHead): void {
    if (head.receiver === undefined) return;
    const queue = this.#kept.get(head.receiver);
    if (queue === undefined) this.#kept.set(head.receiver, [head]);
    else queue.push(head);
  }

  #deleteWaiting(
    store: Store,
    claims: readonly Claim[],
    reason: LossReason,
    isDoomed: (head: ChunkHead) => boolean,
  ): number {
    const doomed: ChunkHead[] = [];
    const first = firstWaiting(claims);
    if (first === undefined) return 0;
    for (const head of store.heads(store.chunkStart(first))) {
      if (claims.some((claim) => claim.isInHand(head.first, head.end))) continue;
      const stays = head.end >= store.next || this.#isLastOfReceiver(head, store);
      // It may be given up, but makes no room.
      if (stays && reason === 'storage_full') continue;
      if (!isDoomed(head)) break;
      for (const claim of claims) claim.lose(head.first, head.end, reason);
      if (!stays) doomed.push(head);
    }
    return deleteAll(store, doomed);
  }
}

/** The position before which every reader is done. */
function doneWith(store: Store, claims: readonly Claim[]): number {
  let done = store.next;
  for (const { oldest } of claims) if (oldest !== undefined) done = Math.min(done, oldest);
  return done;
}

function firstWaiting(claims: readonly Claim[]): number | undefined {
  let first: number | undefined;
  for (const { next } of claims) if (next !== undefined && (first === undefined || next < first)) first = next;
  return first;
}

/** Neighbours go together. */
function deleteAll(store: Store, doomed: readonly ChunkHead[]): number {
  const sorted = doomed.toSorted((one, other) => one.first - other.first);
  let from: ChunkHead | undefined;
  let last: ChunkHead | undefined;
  for (const head of sorted) {
    if (last !== undefined && from !== undefined && head.first !== last.end) {
      store.deleteChunks(from.first, last.first);
      from = undefined;
    }
    from ??= head;
    last = head;
  }
  if (from !== undefined && last !== undefined) store.deleteChunks(from.first, last.first);
  return doomed.length;
}
