/**
 * To which runs the events of a row belong, in few digits: each beginning once, and for each event which of them it is.
 *
 * As JSON objects they would be a tenth of the whole file, since nearly every event of a container has one.
 */
import type { EventContext } from '../model/context.ts';
import type { Entry } from '../model/entry.ts';

/** Seconds and nanos of each run, one after the other; and for each entry its run, counted from 1, or 0. */
export type StoredRuns = readonly [times: readonly number[], ofEntries: readonly number[]];

/** Undefined where no event has one. */
export function writeRuns(entries: readonly Entry[]): StoredRuns | undefined {
  let times: number[] | undefined;
  const ofEntries: number[] = [];
  /** By nanos, which hardly two have in common. */
  const known = new Map<number, number>();
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    const run = entry?.kind === 'event' ? entry.context.run : undefined;
    if (run === undefined) continue;
    times ??= [];
    let number = known.get(run[1]);
    if (number === undefined || times[number * 2 - 2] !== run[0]) {
      times.push(run[0], run[1]);
      number = times.length / 2;
      known.set(run[1], number);
    }
    while (ofEntries.length < index) ofEntries.push(0);
    ofEntries.push(number);
  }
  return times === undefined ? undefined : [times, ofEntries];
}

/** Gives the context of an entry of which nothing but its run is known: the same object for all of one run. */
export function readRuns(stored: StoredRuns | undefined): (index: number) => EventContext | undefined {
  if (stored === undefined) return () => undefined;
  const [times, ofEntries] = stored;
  const contexts: (EventContext | undefined)[] = [];
  return (index) => {
    const number = ofEntries[index] ?? 0;
    const [seconds, nanos] = [times[number * 2 - 2], times[number * 2 - 1]];
    if (seconds === undefined || nanos === undefined) return undefined;
    contexts[number] ??= Object.freeze({ run: Object.freeze([seconds, nanos] as const) });
    return contexts[number];
  };
}

export function isRuns(value: readonly unknown[]): boolean {
  return (
    value.length === 2 && value.every((list) => Array.isArray(list) && list.every((one) => Number.isSafeInteger(one)))
  );
}
