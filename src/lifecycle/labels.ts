/** What the events of a container tell of its names and labels, which of the labels pose as the engine's word among them. */
import type { DockerEvent } from '../model/docker-event.ts';
import { ownContainerKeys, SHADOWABLE_KEYS } from '../model/own-keys.ts';
import type { ContainerHistory } from './container-history.ts';

/** The names on this event are those of now. */
export function noteNames(history: ContainerHistory, { attributes }: DockerEvent): void {
  const name = attributes.get('name');
  if (name !== undefined) history.noteNames(name, attributes.get('image'));
}

/** All but what the engine writes itself. */
export function labelsOf(action: string, { attributes }: DockerEvent): (readonly [string, string])[] {
  const own = ownContainerKeys(action);
  return [...attributes].filter(([key]) => key !== 'image' && key !== 'name' && own?.has(key) !== true);
}

/** By action: the keys that the engine does not write on it, though on others. */
const FOREIGN_KEYS = new Map<string, readonly string[]>();

function foreignKeys(action: string): readonly string[] | undefined {
  const known = FOREIGN_KEYS.get(action);
  if (known !== undefined) return known;
  const own = ownContainerKeys(action);
  if (own === undefined) return undefined;
  const keys = SHADOWABLE_KEYS.filter((key) => !own.has(key));
  FOREIGN_KEYS.set(action, keys);
  return keys;
}

/** A key that the engine does not write on this action can only have come from a label. */
export function learnShadowingLabels(history: ContainerHistory, action: string, { attributes }: DockerEvent): void {
  for (const key of foreignKeys(action) ?? []) {
    if (attributes.has(key)) history.noteShadowingLabel(key);
  }
}
