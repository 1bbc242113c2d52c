/** Containers as an engine lists and inspects them, with defaults for everything. */
import type { InspectedContainer, ListedContainer } from '../../src/model/engine.ts';

/** Seconds since the epoch: noon. */
export const NOON = 1_795_262_400;

export function listedContainer(parts: Partial<ListedContainer> & { readonly id: string }): ListedContainer {
  return { name: 'web', image: 'busybox:local', state: 'running', created: [NOON, 0], labels: new Map(), ...parts };
}

/** What a list says of an inspected container. */
export function asListed({ id, name, image, state, created, labels }: InspectedContainer): ListedContainer {
  return { id, name, image, state, created: created && [created[0], 0], labels };
}

export function inspectedContainer(parts: Partial<InspectedContainer> & { readonly id: string }): InspectedContainer {
  return {
    ...listedContainer(parts),
    startedAt: [NOON, 0],
    finishedAt: undefined,
    exitCode: 0,
    oomKilled: false,
    health: undefined,
    healthAt: undefined,
    restartCount: 0,
    probe: undefined,
    ...parts,
  };
}
