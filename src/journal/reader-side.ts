/** What the reader of a durable journal is made of, and how a loss of its begins. */
import { type Entry, entryTime, type LossEntry, type LossReason } from '../model/entry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { Page } from './pages.ts';
import type { Ring } from './ring.ts';
import type { Wants } from './tally.ts';

/** What a reader needs of its journal. */
export interface ReaderSide {
  readonly ring: Ring;
  readonly clock: Clock;
  readonly random: Random;
  /** The part of the file that has this position, or is the first after it; undefined when there is none. Throws nothing. */
  page(position: number): Page | 'none' | 'failed';
  /** What was told to the reader and stands in this row of the file. */
  toldEntry(row: number): Entry | undefined;
  /** There is something to write down. */
  changed(): void;
  /** The reader has taken entries from memory. */
  moved(): void;
  /** So many entries for this reader cannot be read and are left out. */
  unreadable(exporter: string, count: number): void;
  readonly wants: Wants;
  /** So many that it does not want were given up. */
  passedOver(exporter: string, count: number): void;
  /** One more was given up; `loss` tells of all since the last lease. */
  lost(loss: LossEntry): void;
  /** The reader has been told so. */
  toldOf(loss: LossEntry): void;
  setAside(exporter: string, what: number | Entry, detail: string): void;
  isDurable(): boolean;
}

/** Tells of this entry; it grows with those that follow. */
export function lossOf(
  entry: Entry,
  exporter: string,
  reason: LossReason,
  { clock, random }: Pick<ReaderSide, 'clock' | 'random'>,
): LossEntry {
  const time = entryTime(entry);
  return {
    kind: 'loss',
    uid: random.hex(16),
    reason,
    exporter,
    count: 1,
    first: time,
    last: time,
    detail: undefined,
    observedAt: clock.now(),
    engine: entry.engine,
  };
}
