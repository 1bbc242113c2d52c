/**
 * Of each container, network and image the attributes in which nothing was to be masked, as one of its events has them. What
 * comes again under the same key is to be masked no more than it was then: labels, names and images need one comparison each.
 *
 * Only ids of the engine are remembered, and of attributes only what a person would write: all else is as long as a stranger
 * likes.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import { isEngineId } from '../runtime/engine-id.ts';

/** With the longest attributes they take some 10 MiB; as people write labels, one. */
const REMEMBERED_MAX = 1024;
const LENGTH_MAX = 4096;

export class CleanAttributes {
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  of(actorId: string): ReadonlyMap<string, string> | undefined {
    return this.#known.get(actorId);
  }

  /** @param masked the attributes as they may leave: the same object where nothing was to be masked */
  note({ actorId, attributes }: Pick<DockerEvent, 'actorId' | 'attributes'>, masked: DockerEvent['attributes']): void {
    if (!isEngineId(actorId) || lengthOf(attributes) > LENGTH_MAX) return;
    const clean = attributes === masked ? attributes : unchanged(attributes, masked);
    if (clean === undefined) return;
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(actorId, clean);
  }
}

/** Undefined where a key was masked or left out: what stands under one may then have stood under another. */
function unchanged(
  attributes: ReadonlyMap<string, string>,
  masked: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  if (masked.size !== attributes.size) return undefined;
  const clean = new Map<string, string>();
  for (const [key, value] of attributes) {
    const shown = masked.get(key);
    if (shown === undefined) return undefined;
    if (shown === value) clean.set(key, value);
  }
  return clean;
}

function lengthOf(attributes: ReadonlyMap<string, string>): number {
  let length = 0;
  for (const [key, value] of attributes) length += key.length + value.length;
  return length;
}
