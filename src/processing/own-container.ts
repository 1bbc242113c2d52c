/** Events about one container: by default those of the collector's own are nobody's concern. */
import type { EventEntry } from '../model/entry.ts';

/** Besides its own events, those in which others name it: as what a network or a volume was joined with. */
const NAMES_CONTAINER: ReadonlySet<string> = new Set(['network', 'volume']);

/** @param id the whole id, as the engine says it */
export function isAboutContainer(id: string): (entry: EventEntry) => boolean {
  return ({ event: { type, actorId, attributes } }) => {
    if (type === 'container') return actorId === id;
    return NAMES_CONTAINER.has(type) && attributes.get('container') === id;
  };
}
