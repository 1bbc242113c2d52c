/**
 * The span that a record belongs to, so that whoever reads it gets to the run and back.
 *
 * - An event of a container: the run that it belongs to, and of an exec whose id is the engine's word, the exec.
 * - The pull of an image, and the update of a service during a rollout: that.
 *
 * The ids are derived, so that they are there long before the span is: a run is told when it has ended. Of a health check no
 * span is told unless it is asked for; its records lead to the trace of the run all the same.
 */
import type { EventEntry } from '../model/entry.ts';
import type { Attributes, SpanIds } from '../model/log-record.ts';
import { rootIdsOf, spanIdsOf } from './trace-ids.ts';

/** @param attributes of the record, by our own names */
export function spanOfRecord({ event, context, observedAt }: EventEntry, attributes: Attributes): SpanIds | undefined {
  const { type, actorId: id, time } = event;
  if (type === 'container') {
    if (context.run === undefined) return undefined;
    const trace = { of: 'container', id, start: context.run } as const;
    const exec = attributes['docker.exec.id'];
    return typeof exec === 'string' ? spanIdsOf(trace, 'exec', exec) : rootIdsOf(trace);
  }
  if (type === 'service') {
    return context.rollout === undefined ? undefined : rootIdsOf({ of: 'service', id, start: context.rollout });
  }
  const isPull = type === 'image' && event.action === 'pull';
  return isPull ? rootIdsOf({ of: 'image', id, start: time ?? observedAt }) : undefined;
}
