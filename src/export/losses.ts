/**
 * What a lane does with entries that its backend will never take: they are set aside in the journal, and told in their place
 * as a LossEntry to the same reader.
 *
 * What tells of a gap or a loss itself is not told again when it is refused, since that could go on for ever; and spans are
 * told in the log only, because nothing among spans could tell.
 */
import type { LossEntry } from '../model/entry.ts';
import type { JournalReader } from '../model/journal.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { InHand } from './in-hand.ts';

export interface LossesParts {
  /** The lane's. */
  readonly name: string;
  readonly reader: JournalReader;
  readonly clock: Clock;
  readonly random: Random;
}

export class Losses {
  readonly #parts: LossesParts;

  constructor(parts: LossesParts) {
    this.#parts = parts;
  }

  /** Whether a record tells of any of these. */
  isTold(entries: readonly InHand[]): boolean {
    return entries.some(isTold);
  }

  giveUp(entries: readonly InHand[], detail: string): void {
    this.tell(entries, entries.length, detail);
    for (const each of entries) this.#parts.reader.setAside(each, detail);
  }

  /** Tells that so many of these were lost. Before they are acknowledged, so that a crash in between repeats and not forgets. */
  tell(entries: readonly InHand[], rejected: number, detail: string): void {
    const { reader, name, clock, random } = this.#parts;
    const losses = entries.filter(isTold);
    const [first, last] = [losses[0], losses.at(-1)];
    if (first === undefined || last === undefined) return;
    const loss: LossEntry = {
      kind: 'loss',
      uid: random.hex(16),
      reason: 'rejected',
      exporter: name,
      count: Math.min(rejected, losses.length),
      first: first.time,
      last: last.time,
      detail,
      observedAt: clock.now(),
      engine: first.engine,
    };
    reader.tell(loss);
  }
}

function isTold({ kind }: InHand): boolean {
  return kind === 'event' || kind === 'alert';
}
