/**
 * Whether a condition is meant for gaps, too.
 *
 * A gap has none of an event's fields, so that `not docker.type = container` holds for it. Whoever wrote that thinks of events:
 * a gap is offered only to rules that name `docker.record` or a field of gaps.
 */
import type { Condition } from '../../condition/tree.ts';

export function asksForGaps(condition: Condition): boolean {
  return namesGap(condition);
}

/** In any part of a tree, whatever its kind: fields stand in transformers and behind operators, too. */
function namesGap(part: object): boolean {
  if ('kind' in part && part.kind === 'field' && 'name' in part) {
    return part.name === 'docker.record' || (typeof part.name === 'string' && part.name.startsWith('docker.gap.'));
  }
  return Object.values(part).some((inner: unknown) => typeof inner === 'object' && inner !== null && namesGap(inner));
}
