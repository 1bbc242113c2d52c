/**
 * The compatible views: what an event looks like to users of Falco's docker plugin and of Logtail. They repeat the
 * engine's words as they are, labels that shadow an own key included, because that is what those tools do.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import type { Attributes } from '../model/log-record.ts';
import { toDecimalNanos } from '../model/time.ts';
import { RULE } from './registry/rule.ts';
import { definitionOf, type NamesOf, put } from './registry.ts';

type FalcoField = readonly [name: NamesOf<'string'>, key: string];

/** Falco's fields that are one attribute of the engine, on events of any type. */
const FALCO_FIELDS: readonly FalcoField[] = [
  ['docker.stack.namespace', 'com.docker.stack.namespace'],
  ['docker.node.id', 'com.docker.swarm.node.id'],
  ['docker.swarm.task', 'com.docker.swarm.task'],
  ['docker.swarm.taskid', 'com.docker.swarm.task.id'],
  ['docker.swarm.taskname', 'com.docker.swarm.task.name'],
  ['docker.swarm.servicename', 'com.docker.swarm.service.name'],
  ['docker.node.statenew', 'state.new'],
  ['docker.node.stateold', 'state.old'],
  ['docker.attributes.container', 'container'],
  ['docker.attributes.image', 'image'],
  ['docker.attributes.name', 'name'],
  ['docker.attributes.type', 'type'],
  ['docker.attributes.exitcode', 'exitCode'],
  ['docker.attributes.signal', 'signal'],
];

/**
 * The 21 fields of Falco's docker plugin. An empty field is left out: Falco cannot tell it from a missing one. `status`,
 * `id` and `from` are made from the action, the id and the image, because engines from API 1.52 on no longer send them.
 */
export function putFalcoView(to: Attributes, event: DockerEvent): void {
  const { type, action, actorId, attributes, scope } = event;
  const putSaid = (name: NamesOf<'string'>, value: string | undefined) => {
    if (value !== undefined && value !== '') put(to, name, value);
  };
  putSaid('docker.type', type);
  putSaid('docker.action', action);
  putSaid('docker.scope', scope);
  putSaid('docker.actor.id', actorId);
  if (type === 'container' || type === 'image') {
    putSaid('docker.status', action);
    putSaid('docker.id', actorId);
  }
  if (type === 'container') putSaid('docker.from', attributes.get('image'));
  for (const [name, key] of FALCO_FIELDS) putSaid(name, attributes.get(key));
}

const RESERVED: ReadonlySet<string> = new Set([
  '_time_nano_',
  '_action_',
  '_type_',
  '_id_',
  'log.record.uid',
  'docker.event.shadowed',
  'docker.event.synthetic',
  'docker.event.basis',
  ...Object.keys(RULE),
]);

/**
 * Logtail's four keys, and every attribute of the engine under its own key.
 *
 * @param besides true when other views write to the same record: then a label does not get a name that is registered
 * @returns the keys that could not be written, because something else has their name
 */
export function putLogtailView(
  to: Attributes,
  event: DockerEvent,
  options: { readonly withAttributes: boolean; readonly besides: boolean },
): readonly string[] {
  if (event.time !== undefined) put(to, '_time_nano_', toDecimalNanos(event.time));
  put(to, '_action_', event.action);
  put(to, '_type_', event.type);
  put(to, '_id_', event.actorId);
  if (!options.withAttributes) return [];
  const refused: string[] = [];
  for (const [key, value] of event.attributes) {
    if (RESERVED.has(key) || (options.besides && definitionOf(key) !== undefined)) refused.push(key);
    else to[key] = value;
  }
  return refused;
}
