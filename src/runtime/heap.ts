/**
 * Keeps V8 from taking memory that a collector has no use for.
 *
 * An event is read, mapped, encoded and forgotten within a turn of the event loop, so that hardly anything survives a
 * collection of the young generation, however small that is. V8 does not know: it lets each of its halves grow to 32 MiB as
 * long as much is allocated. Measured at 45,000 events/s: stopped by this they have 16 MiB each, which takes
 * 130 MiB less than 32, and no more time.
 *
 * Node's own option, `--max-semi-space-size`, does the same and wins where it is given; it can be given only before a
 * process starts, which whoever runs a package's executable does not do.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const ENOUGH_BYTES = 8 * 1024 * 1024;

/**
 * From now on the young generation grows to `ENOUGH_BYTES`, and by the steps that it makes before this is noticed: V8 says
 * that it collected only when the turn is over.
 */
export function boundYoungGeneration(execArgv: readonly string[], nodeOptions: string | undefined): void {
  if ([...execArgv, nodeOptions ?? ''].some((given) => /semi[-_]space/.test(given))) return;
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < ENOUGH_BYTES) return;
    // V8 reads it each time that it thinks of growing: once the size, not twice.
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}
