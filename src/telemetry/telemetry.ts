/**
 * What the collector says of itself: a happening becomes its log line and its counts in one call, so that the two cannot
 * disagree. Counts are exact whatever the log leaves out, in total and by part and reason. Nothing here throws: telling must
 * never break what is told.
 */
import type { Counter, Happening, Measure, Of, Tallies, Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import { Histogram } from '../runtime/histogram.ts';
import { BOUNDS } from './bounds.ts';
import type { Log } from './log.ts';
import { Repeats } from './repeats.ts';
import { Series } from './series.ts';

export interface CollectorTelemetry extends Telemetry, Tallies {
  /** Writes the summaries that are held back, and waits for nothing afterwards. For the end of the process. */
  flush(): void;
}

interface Count {
  count: number;
}

const newCount = (): Count => ({ count: 0 });

export function createTelemetry(log: Log, clock: Clock): CollectorTelemetry {
  const counters = new Map<Counter, Series<Count>>();
  const measured: Readonly<Record<Measure, Series<Histogram>>> = {
    export_duration: new Series(() => new Histogram(BOUNDS.export_duration)),
    export_lag: new Series(() => new Histogram(BOUNDS.export_lag)),
  };
  const repeats = new Repeats(clock, (happening) => quietly(() => log.write(happening)));
  const count = (counter: Counter, by = 1, of?: Of) => {
    let series = counters.get(counter);
    if (series === undefined) {
      series = new Series(newCount);
      counters.set(counter, series);
    }
    series.of(of).count += by;
  };
  return {
    report(happening: Happening): void {
      for (const [counter, by] of Object.entries(happening.counts ?? {})) count(counter as Counter, by, happening.of);
      if (log.wants(happening.level)) quietly(() => repeats.add(happening));
    },
    count,
    measure: (measure, value, of) => measured[measure].of(of).add(value),
    counters: () => new Map([...counters].map(([counter, series]) => [counter, totalOf(series)])),
    tallied: () =>
      [...counters].flatMap(([counter, series]) => [...series].map(([of, { count }]) => ({ counter, of, count }))),
    measures: () =>
      Object.entries(measured).flatMap(([measure, series]) =>
        [...series].map(([of, histogram]) => ({
          measure: measure as Measure,
          of,
          distribution: histogram.distribution(),
        })),
      ),
    flush: () => quietly(() => repeats.flush()),
  };
}

function totalOf(series: Series<Count>): number {
  let total = 0;
  for (const [, { count }] of series) total += count;
  return total;
}

/** The log failed, and there is no other place to tell it. */
function quietly(task: () => void): void {
  try {
    task();
  } catch {
    // A log that cannot be written must not end the collector.
  }
}
