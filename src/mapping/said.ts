/**
 * What an event says, as attributes by our own names: of the thing it is about, and of what happened to it.
 *
 * On container events the engine merges labels over its own keys: see the head of mapper.ts.
 */
import type { EventEntry } from '../model/entry.ts';
import type { Attributes } from '../model/log-record.ts';
import type { Planned } from './plan.ts';
import { put } from './registry.ts';

type Said = Pick<EventEntry, 'event' | 'context'>;

export const NONE: readonly string[] = Object.freeze([]);

/**
 * Everything but what tells of the event as such (its type, action and scope), and what follows from its context.
 *
 * @returns the engine's own keys that a label has taken
 */
export function putSaid(attributes: Attributes, { event, context }: Said, planned: Planned): readonly string[] {
  const { plan, suffix, detail } = planned;
  if (suffix !== undefined) plan.mapping.suffix?.(attributes, suffix);
  if (detail !== undefined) put(attributes, 'docker.event.action_detail', detail);
  const { type, own } = plan;
  let shadowed: string[] | undefined;
  for (const [key, value] of event.attributes) {
    const read = own.get(key);
    if (read !== undefined) {
      // The engine's own image and name win against labels.
      const isCertain = !type.labelled || type.own.has(key);
      if ((isCertain || context.shadowed?.includes(key) !== true) && read(attributes, value)) continue;
      if (type.labelled) {
        shadowed ??= [];
        shadowed.push(key);
      }
    }
    type.other(attributes, key, value);
  }
  if (event.actorId !== '') type.actor(attributes, event.actorId, plan.action);
  return shadowed ?? NONE;
}

/** Of the thing alone: what only this action says of it, such as an exit code, is left out. */
export function putThing(attributes: Attributes, { event, context }: Said, { plan }: Planned): void {
  const { type, own, action } = plan;
  for (const [key, value] of event.attributes) {
    const isOfAction = own.has(key) && !type.own.has(key) && context.shadowed?.includes(key) !== true;
    if (isOfAction || type.own.get(key)?.(attributes, value) === true) continue;
    type.other(attributes, key, value);
  }
  if (event.actorId !== '') type.actor(attributes, event.actorId, action);
}
