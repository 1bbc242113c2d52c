/**
 * Which entries a pipeline is for.
 *
 *   entry ──► health check? ──► the collector's own container? ──► include ──► exclude ──► pass
 *
 * - Left out by default: what health checks do (three events a probe, with the probe's whole command line) and what happens to
 *   the container that the collector itself runs in.
 * - `include` names what passes, `exclude` what does not; both are asked of events, alerts and spans, and an exclusion wins.
 *   `docker.record` in a condition tells them apart. A span is asked of by the event that ended it.
 * - Losses and gaps always pass: that something is missing is never left out.
 *
 * It is asked for each pipeline, after the journal. So lifecycle and rules have seen what is left out here, another pipeline
 * may have it, and a later filter applies to what still waits.
 */
import type { Predicate } from '../condition/field.ts';
import type { Entry, EventEntry } from '../model/entry.ts';

export interface FilterConditions {
  /** Everything where it is not given. */
  readonly include?: Predicate | undefined;
  /** What one of these holds for is left out. */
  readonly exclude: readonly Predicate[];
  readonly health_checks: 'drop' | 'keep';
  readonly own_container: 'drop' | 'keep';
}

/** `pass`, or why not. */
export type Verdict = 'pass' | 'health_check' | 'own_container' | 'filter';

/**
 * @param isOwn whether an event is about the container that this process runs in
 */
export function createFilter(
  { include, exclude, health_checks, own_container }: FilterConditions,
  isOwn: (entry: EventEntry) => boolean,
): (entry: Entry) => Verdict {
  const dropsProbes = health_checks === 'drop';
  const dropsOwn = own_container === 'drop';
  return (entry) => {
    if (entry.kind === 'loss' || entry.kind === 'gap') return 'pass';
    const event = entry.kind === 'span' ? entry.about : entry;
    if (event.kind === 'event') {
      if (dropsProbes && (event.context.isProbe === true || isProbe(entry))) return 'health_check';
      if (dropsOwn && isOwn(event)) return 'own_container';
    }
    if (include !== undefined && !include(entry)) return 'filter';
    return exclude.some((isLeftOut) => isLeftOut(entry)) ? 'filter' : 'pass';
  };
}

/** A check that ended with its container is told by an event of the container. */
function isProbe(entry: Entry): boolean {
  return entry.kind === 'span' && entry.exec?.isProbe === true;
}
