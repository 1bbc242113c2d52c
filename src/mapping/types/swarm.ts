/** Events of scope swarm, which managers send. An update says only what changed, and often nothing but the name. */
import type { ActionOf } from '../catalogue.ts';
import { integer, NO_KEYS, type OwnKeys, text, yesNo } from '../readers.ts';
import { type NamesOf, put } from '../registry.ts';
import { nameOrId, putUnknown } from './local.ts';
import { type ActionMapping, actionInWords, type Facts, shown, type TypeMapping } from './type-mapping.ts';

const NODE_UPDATE: OwnKeys = new Map([
  ['availability.old', text('docker.node.availability.old')],
  ['availability.new', text('docker.node.availability.new')],
  ['role.old', text('docker.node.role.old')],
  ['role.new', text('docker.node.role.new')],
  ['state.old', text('docker.node.state.old')],
  ['state.new', text('docker.node.state.new')],
  ['leader.old', yesNo('docker.node.leader.old')],
  ['leader.new', yesNo('docker.node.leader.new')],
  ['reachability.old', text('docker.node.reachability.old')],
  ['reachability.new', text('docker.node.reachability.new')],
]);

const SERVICE_UPDATE: OwnKeys = new Map([
  ['image.old', text('docker.service.image.old')],
  ['image.new', text('docker.service.image.new')],
  ['replicas.old', integer('docker.service.replicas.old')],
  ['replicas.new', integer('docker.service.replicas.new')],
  ['updatestate.old', text('docker.service.update_state.old')],
  ['updatestate.new', text('docker.service.update_state.new')],
]);

/** What an update may change, in words: the part of the key before `.old` and `.new`. */
const CHANGES: readonly (readonly [key: string, words: string])[] = [
  ['state', 'state'],
  ['availability', 'availability'],
  ['role', 'role'],
  ['leader', 'leadership'],
  ['reachability', 'reachability'],
  ['image', 'image'],
  ['replicas', 'replicas'],
  ['updatestate', 'roll-out'],
];

/** `: state ready → down, leadership true → false`; nothing where the update says nothing. */
function changes({ event }: Facts): string {
  const told: string[] = [];
  for (const [key, words] of CHANGES) {
    const [before, now] = [event.attributes.get(`${key}.old`), event.attributes.get(`${key}.new`)];
    if (now === undefined) continue;
    told.push(`${words} ${before === undefined ? '' : `${shown(before)} → `}${shown(now)}`);
  }
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

/** Create, update and remove, which are all that swarm objects know. */
function actions(noun: string, update: OwnKeys): ReadonlyMap<string, ActionMapping> {
  const all: Readonly<Record<ActionOf<'node' | 'service' | 'secret' | 'config'>, ActionMapping>> = {
    create: { says: (facts) => `${noun} ${nameOrId(facts)} was created.` },
    update: { own: update, says: (facts) => `${noun} ${nameOrId(facts)} was updated${changes(facts)}.` },
    remove: { says: (facts) => `${noun} ${nameOrId(facts)} was removed.` },
  };
  return new Map(Object.entries(all));
}

function swarmObject(
  noun: string,
  names: { readonly id: NamesOf<'string'>; readonly name: NamesOf<'string'> },
  update: OwnKeys,
): TypeMapping {
  return {
    own: new Map([['name', text(names.name)]]),
    actions: actions(noun, update),
    actor: (to, actorId) => put(to, names.id, actorId),
    other: putUnknown,
    labelled: false,
    says: (facts) => `${noun} ${nameOrId(facts)}: ${actionInWords(facts.event)}.`,
  };
}

export const NODE_MAPPING = swarmObject('Node', { id: 'docker.swarm.node.id', name: 'docker.node.name' }, NODE_UPDATE);
export const SERVICE_MAPPING = swarmObject(
  'Service',
  { id: 'docker.swarm.service.id', name: 'docker.swarm.service.name' },
  SERVICE_UPDATE,
);
export const SECRET_MAPPING = swarmObject('Secret', { id: 'docker.secret.id', name: 'docker.secret.name' }, NO_KEYS);
export const CONFIG_MAPPING = swarmObject('Config', { id: 'docker.config.id', name: 'docker.config.name' }, NO_KEYS);
