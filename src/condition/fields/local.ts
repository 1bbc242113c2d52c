/** Networks, volumes, plugins, the daemon, and what a prune gave back. No labels are merged into what the engine says of these. */

import type { EventEntry } from '../../model/entry.ts';
import { baseAction } from '../../model/event-name.ts';
import type { Field } from '../field.ts';
import { actor, type FieldGroup, ofEvent, said, texts, wholeNumber, yesNo } from './define.ts';

const own = ofEvent('own');

/** A prune of containers may only have what the engine wrote: it has no container, and so no labels. */
function reclaimed({ event }: EventEntry): number | undefined {
  return baseAction(event.action) === 'prune' ? wholeNumber(event.attributes.get('reclaimed')) : undefined;
}

function attribute(name: string, type: string, key: string, meaning: string, example: string): Field {
  return own('text', name, meaning, example, (entry) => said(entry, type, key));
}

export const LOCAL: FieldGroup = {
  title: 'Networks, volumes, plugins and the daemon',
  preface: 'Of events of that type. Which container was connected, or mounts the volume, is `docker.container.id`.',
  fields: [
    own('text', 'docker.network.id', 'The network.', 'd56db528a519539ce03fcbb701d889c8', ({ event }) =>
      actor(event, 'network'),
    ),
    attribute('docker.network.name', 'network', 'name', 'Its name.', 'shop_default'),
    attribute('docker.network.driver', 'network', 'type', 'Its driver; events of scope swarm do not say it.', 'bridge'),
    own('text', 'docker.volume.name', 'The volume.', 'shop_data', ({ event }) => actor(event, 'volume')),
    attribute('docker.volume.driver', 'volume', 'driver', 'Its driver.', 'local'),
    attribute('docker.volume.destination', 'volume', 'destination', 'On mount: where in the container.', '/data'),
    own('boolean', 'docker.volume.read_write', 'On mount: whether the container may write to it.', 'true', (entry) =>
      yesNo(said(entry, 'volume', 'read/write')),
    ),
    own(
      'text',
      'docker.plugin.id',
      'The plugin; a pull names it by its reference.',
      '9c1e0b3f2a4d5c6e7f8091a2b3c4d5e6',
      ({ event }) => actor(event, 'plugin'),
    ),
    attribute('docker.plugin.name', 'plugin', 'name', 'Its name, as the user typed it.', 'vieux/sshfs:latest'),
    attribute('docker.daemon.name', 'daemon', 'name', "On daemon reload: the engine's host name.", 'node-1'),
    own('boolean', 'docker.daemon.debug', 'On daemon reload: whether it logs debug messages.', 'false', (entry) =>
      yesNo(said(entry, 'daemon', 'debug')),
    ),
    own('boolean', 'docker.daemon.live_restore', 'On daemon reload: whether containers outlive it.', 'true', (entry) =>
      yesNo(said(entry, 'daemon', 'live-restore')),
    ),
    own(
      'texts',
      'docker.daemon.insecure_registries',
      'On daemon reload: registries spoken to without TLS.',
      'reg.example.com:5000',
      (entry) => texts(said(entry, 'daemon', 'insecure-registries')),
    ),
    own(
      'texts',
      'docker.daemon.registry_mirrors',
      'On daemon reload: mirrors of Docker Hub.',
      'https://mirror.example.com',
      (entry) => texts(said(entry, 'daemon', 'registry-mirrors')),
    ),
    attribute(
      'docker.daemon.default_runtime',
      'daemon',
      'default-runtime',
      'On daemon reload: the runtime of containers that name none.',
      'runc',
    ),
    own(
      'number',
      'docker.prune.reclaimed_bytes',
      'On prune: disk space that it gave back, in bytes.',
      '52428800',
      reclaimed,
    ),
  ],
};
