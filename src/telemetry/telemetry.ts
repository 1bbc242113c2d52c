/**
 * What the collector says of itself: a happening becomes its log line and its counts in one call, so that the two cannot
 * disagree. Counts are exact whatever the log leaves out. Nothing here throws: telling must never break what is told.
 */
import type { Counter, Happening, Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from './log.ts';
import { Repeats } from './repeats.ts';

export interface CollectorTelemetry extends Telemetry {
  /** Everything counted so far; a counter that was never added to is absent. */
  counters(): ReadonlyMap<Counter, number>;
  /** Writes the summaries that are held back, and waits for nothing afterwards. For the end of the process. */
  flush(): void;
}

export function createTelemetry(log: Log, clock: Clock): CollectorTelemetry {
  const counters = new Map<Counter, number>();
  const repeats = new Repeats(clock, (happening) => quietly(() => log.write(happening)));
  const count = (counter: Counter, by = 1) => {
    counters.set(counter, (counters.get(counter) ?? 0) + by);
  };
  return {
    report(happening: Happening): void {
      for (const [counter, by] of Object.entries(happening.counts ?? {})) count(counter as Counter, by);
      if (log.wants(happening.level)) quietly(() => repeats.add(happening));
    },
    count,
    measure() {},
    counters: () => new Map(counters),
    flush: () => quietly(() => repeats.flush()),
  };
}

/** The log failed, and there is no other place to tell it. */
function quietly(task: () => void): void {
  try {
    task();
  } catch {
    // A log that cannot be written must not end the collector.
  }
}
