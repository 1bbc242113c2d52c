/**
 * The 21 fields of Falco's docker plugin. They repeat the engine's words unchecked, as Falco does: a label that has the name of
 * one of them is taken for it. All are texts. Falco cannot tell an empty text from a missing one, so what an event does not have
 * is empty here, too: `docker.from != busybox` holds for a network event. The two that Falco declares and cannot read are missing where
 * the engine does not say them.
 *
 * `docker.status`, `docker.id` and `docker.from` are made from the action, the id and the image, because engines from API 1.52
 * on no longer send them.
 */
import type { EventEntry } from '../../model/entry.ts';
import type { Field } from '../field.ts';
import { type FieldGroup, ofEvent } from './define.ts';

const falco = ofEvent('falco');

function attribute(name: string, key: string, meaning: string, example: string): Field {
  return falco('text', name, meaning, example, ({ event }) => event.attributes.get(key) ?? '');
}

/** One that is missing, not empty, where the engine does not say it. */
function possible(name: string, key: string, meaning: string, example: string): Field {
  return falco('text', name, meaning, example, ({ event }) => event.attributes.get(key));
}

function hasStatus({ event }: EventEntry): boolean {
  return event.type === 'container' || event.type === 'image';
}

const ID = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';

export const FALCO: FieldGroup = {
  title: "Falco's fields",
  preface:
    "As the docker plugin of Falco has them, read from the engine's words unchecked: a container label called `exitCode` passes for the exit code here. What an event does not have is an empty text, but for `docker.attributes.exitcode` and `docker.attributes.signal`, which are missing then. Gaps and losses have none of them.",
  fields: [
    falco('text', 'docker.status', 'The whole action of container and image events.', 'exec_start: /bin/sh', (entry) =>
      hasStatus(entry) ? entry.event.action : '',
    ),
    falco('text', 'docker.id', 'Actor.ID of container and image events.', ID, (entry) =>
      hasStatus(entry) ? entry.event.actorId : '',
    ),
    falco('text', 'docker.from', 'The image of container events.', 'busybox:1.36', ({ event }) =>
      event.type === 'container' ? (event.attributes.get('image') ?? '') : '',
    ),
    falco('text', 'docker.type', 'What kind of object the event is about.', 'container', ({ event }) => event.type),
    falco(
      'text',
      'docker.action',
      'The whole action, suffix included.',
      'health_status: healthy',
      ({ event }) => event.action,
    ),
    attribute('docker.stack.namespace', 'com.docker.stack.namespace', 'Label com.docker.stack.namespace.', 'shop'),
    attribute(
      'docker.node.id',
      'com.docker.swarm.node.id',
      'Label com.docker.swarm.node.id; not the id of node events.',
      'pme4h2j0hqhropbdkzopcywig',
    ),
    attribute(
      'docker.swarm.task',
      'com.docker.swarm.task',
      'Label com.docker.swarm.task, which is normally empty.',
      '',
    ),
    attribute(
      'docker.swarm.taskid',
      'com.docker.swarm.task.id',
      'Label com.docker.swarm.task.id.',
      'k3vwqkh0b1nfi8mmtjt6jyevc',
    ),
    attribute(
      'docker.swarm.taskname',
      'com.docker.swarm.task.name',
      'Label com.docker.swarm.task.name.',
      'api.1.k3vwqkh0b1nf',
    ),
    attribute(
      'docker.swarm.servicename',
      'com.docker.swarm.service.name',
      'Label com.docker.swarm.service.name.',
      'api',
    ),
    attribute('docker.node.statenew', 'state.new', 'State of a swarm node, now.', 'down'),
    attribute('docker.node.stateold', 'state.old', 'State of a swarm node, before.', 'ready'),
    attribute('docker.attributes.container', 'container', 'Attribute container: of network and volume events.', ID),
    attribute('docker.attributes.image', 'image', 'Attribute image: of container events.', 'busybox:1.36'),
    attribute('docker.attributes.name', 'name', 'Attribute name: of all events but volume and prune.', 'shop-web-1'),
    attribute('docker.attributes.type', 'type', 'Attribute type: the driver, on network events.', 'bridge'),
    possible(
      'docker.attributes.exitcode',
      'exitCode',
      'Attribute exitCode: of container die and exec_die. Falco declares it and cannot read it.',
      '137',
    ),
    possible(
      'docker.attributes.signal',
      'signal',
      'Attribute signal: of container kill, in digits. Falco declares it and cannot read it.',
      '15',
    ),
    falco(
      'text',
      'docker.scope',
      'Where the event is known: local or swarm.',
      'local',
      ({ event }) => event.scope ?? '',
    ),
    falco(
      'text',
      'docker.actor.id',
      'The object the event is about, as the engine names it; empty on prune. Falco reads it and does not declare it.',
      ID,
      ({ event }) => event.actorId,
    ),
  ],
};
