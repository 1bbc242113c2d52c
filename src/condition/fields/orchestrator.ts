/** What Compose and Swarm say of a container by its labels, and what Swarm says of itself. */
import type { EventEntry } from '../../model/entry.ts';
import type { Field, FieldType } from '../field.ts';
import { actor, type FieldGroup, ofEvent, said, type ValueTypes, wholeNumber, yesNo } from './define.ts';

const own = ofEvent('own');

function labelled(name: string, key: string, meaning: string, example: string): Field {
  return own('text', name, meaning, example, (entry) => said(entry, 'container', key));
}

export const COMPOSE: FieldGroup = {
  title: 'Compose',
  preface: 'Of container events, from the labels that Compose writes (`com.docker.compose.*`).',
  fields: [
    labelled('docker.compose.project', 'com.docker.compose.project', 'The project.', 'shop'),
    labelled('docker.compose.service', 'com.docker.compose.service', 'The service.', 'web'),
    own('number', 'docker.compose.container_number', 'Which of the containers of its service.', '1', (entry) =>
      wholeNumber(said(entry, 'container', 'com.docker.compose.container-number')),
    ),
    own('boolean', 'docker.compose.oneoff', 'Whether it was made by `docker compose run`.', 'false', (entry) =>
      yesNo(said(entry, 'container', 'com.docker.compose.oneoff'), 'True', 'False'),
    ),
  ],
};

/** From the label on a container event, from the actor on an event of the thing itself. */
function idOf({ event }: EventEntry, type: string, key: string): string | undefined {
  return event.type === 'container' ? event.attributes.get(key) : actor(event, type);
}

function serviceName(entry: EventEntry): string | undefined {
  return said(entry, 'service', 'name') ?? said(entry, 'container', 'com.docker.swarm.service.name');
}

type Reader<Type extends FieldType> = (entry: EventEntry) => ValueTypes[Type] | undefined;

/** Two fields of what an update changed: before and now. */
function changed<Type extends FieldType>(
  type: Type,
  name: string,
  meaning: string,
  [before, now]: readonly [string, string],
  readerOf: (when: 'old' | 'new') => Reader<Type>,
): readonly Field[] {
  return [
    own(type, `${name}.old`, `${meaning}, before an update that changed it.`, before, readerOf('old')),
    own(type, `${name}.new`, `${meaning}, after an update that changed it.`, now, readerOf('new')),
  ];
}

function textOf(type: string, key: string): (when: 'old' | 'new') => Reader<'text'> {
  return (when) => {
    const whole = `${key}.${when}`;
    return (entry) => said(entry, type, whole);
  };
}

export const SWARM: FieldGroup = {
  title: 'Swarm',
  preface: 'Of container events, from the labels that Swarm writes; and of events of scope swarm, which managers send.',
  fields: [
    own(
      'text',
      'docker.swarm.service.id',
      'The service: of the container, or that the event is about.',
      '6r9nkhhlpb3u574ixa1ieht1t',
      (entry) => idOf(entry, 'service', 'com.docker.swarm.service.id'),
    ),
    own('text', 'docker.swarm.service.name', 'Its name.', 'api', serviceName),
    own('text', 'docker.swarm.task.id', "The container's task.", 'k3vwqkh0b1nfi8mmtjt6jyevc', (entry) =>
      said(entry, 'container', 'com.docker.swarm.task.id'),
    ),
    own(
      'text',
      'docker.swarm.task.name',
      'Its name: service, slot and id.',
      'api.1.k3vwqkh0b1nfi8mmtjt6jyevc',
      (entry) => said(entry, 'container', 'com.docker.swarm.task.name'),
    ),
    own(
      'text',
      'docker.swarm.node.id',
      'The node: of the container, or that the event is about.',
      'pme4h2j0hqhropbdkzopcywig',
      (entry) => idOf(entry, 'node', 'com.docker.swarm.node.id'),
    ),
    own('text', 'docker.node.name', 'On node events, its host name.', 'node-1', (entry) => said(entry, 'node', 'name')),
    ...changed(
      'text',
      'docker.node.state',
      'unknown, down, ready or disconnected',
      ['ready', 'down'],
      textOf('node', 'state'),
    ),
    ...changed(
      'text',
      'docker.node.availability',
      'active, pause or drain',
      ['active', 'drain'],
      textOf('node', 'availability'),
    ),
    ...changed('text', 'docker.node.role', 'worker or manager', ['worker', 'manager'], textOf('node', 'role')),
    ...changed(
      'boolean',
      'docker.node.leader',
      'Whether it leads the managers',
      ['true', 'false'],
      (when) => (entry) => yesNo(said(entry, 'node', `leader.${when}`)),
    ),
    ...changed(
      'text',
      'docker.node.reachability',
      'unknown, unreachable or reachable',
      ['reachable', 'unreachable'],
      textOf('node', 'reachability'),
    ),
    own('text', 'docker.service.name', 'On service events, its name.', 'api', (entry) =>
      said(entry, 'service', 'name'),
    ),
    ...changed(
      'text',
      'docker.service.image',
      'The image of its tasks',
      ['busybox:1.36', 'busybox:1.37'],
      textOf('service', 'image'),
    ),
    ...changed(
      'number',
      'docker.service.replicas',
      'How many tasks it should have',
      ['1', '3'],
      (when) => (entry) => wholeNumber(said(entry, 'service', `replicas.${when}`)),
    ),
    ...changed(
      'text',
      'docker.service.update_state',
      'State of the roll-out: updating, paused, completed, rollback_started, rollback_paused, rollback_completed or unknown',
      ['updating', 'rollback_started'],
      textOf('service', 'updatestate'),
    ),
    own('text', 'docker.secret.id', 'The secret.', 'w15fun0xxzt5lu08mhobrczxe', ({ event }) => actor(event, 'secret')),
    own('text', 'docker.secret.name', 'Its name.', 'db-password', (entry) => said(entry, 'secret', 'name')),
    own('text', 'docker.config.id', 'The config.', 'n04tv0t80nn08oh7p0c42y6nn', ({ event }) => actor(event, 'config')),
    own('text', 'docker.config.name', 'Its name.', 'nginx-conf', (entry) => said(entry, 'config', 'name')),
  ],
};
