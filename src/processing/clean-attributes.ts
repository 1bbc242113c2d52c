/**
 * The attributes of one event of each container, network and image, in which nothing was to be masked. What comes again under
 * the same key is to be masked no more than it was then: labels, names and images need one comparison each.
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

  note({ actorId, attributes }: Pick<DockerEvent, 'actorId' | 'attributes'>): void {
    if (!isEngineId(actorId) || lengthOf(attributes) > LENGTH_MAX) return;
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(actorId, attributes);
  }
}

function lengthOf(attributes: ReadonlyMap<string, string>): number {
  let length = 0;
  for (const [key, value] of attributes) length += key.length + value.length;
  return length;
}
