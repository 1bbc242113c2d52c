/**
 * Values kept apart by part and reason: bounded, because a series once begun stays for the life of the process. What comes
 * when there are too many is put together under the part and the reason {@link OTHER}, so that sums stay exact.
 */
import type { Of } from '../model/telemetry.ts';

/** Far more than there are receivers and lanes times reasons. */
export const SERIES_MAX = 512;

export const OTHER = 'other';

const NOTHING: Of = Object.freeze({});

export class Series<Value> {
  readonly #make: () => Value;
  readonly #parts = new Map<string | undefined, Map<string | undefined, Value>>();
  #size = 0;

  constructor(make: () => Value) {
    this.#make = make;
  }

  of({ part, reason }: Of = NOTHING): Value {
    return this.#parts.get(part)?.get(reason) ?? this.#begin(part, reason);
  }

  *[Symbol.iterator](): Iterator<readonly [of: Of, value: Value]> {
    for (const [part, reasons] of this.#parts) {
      for (const [reason, value] of reasons) yield [ofWhat(part, reason), value];
    }
  }

  #begin(part: string | undefined, reason: string | undefined): Value {
    const isOther = part === OTHER && reason === OTHER;
    if (this.#size >= SERIES_MAX && !isOther) return this.of({ part: OTHER, reason: OTHER });
    const value = this.#make();
    const reasons = this.#parts.get(part);
    if (reasons === undefined) this.#parts.set(part, new Map([[reason, value]]));
    else reasons.set(reason, value);
    this.#size += 1;
    return value;
  }
}

function ofWhat(part: string | undefined, reason: string | undefined): Of {
  return { ...(part === undefined ? {} : { part }), ...(reason === undefined ? {} : { reason }) };
}
