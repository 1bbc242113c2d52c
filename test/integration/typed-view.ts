/** How each attribute of the engine is read back from the typed attributes, by docs/attributes.md. */
import type { SinkRecord } from '../support/otlp-sink.ts';
import { said, textOf } from './compare.ts';
import type { SeenEvent } from './reader.ts';

/** By type of event, then by the engine's key: the attribute that has its value. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  container: {
    name: 'container.name',
    signal: 'docker.signal.number',
    exitCode: 'process.exit.code',
    execDuration: 'docker.container.run_duration_seconds',
    execID: 'docker.exec.id',
    height: 'docker.container.tty.height',
    width: 'docker.container.tty.width',
    comment: 'docker.commit.comment',
    imageID: 'docker.commit.image.id',
    imageRef: 'docker.commit.image.reference',
    'com.docker.compose.project': 'docker.compose.project',
    'com.docker.compose.service': 'docker.compose.service',
    'com.docker.stack.namespace': 'docker.stack.namespace',
    'com.docker.swarm.node.id': 'docker.swarm.node.id',
    'com.docker.swarm.service.id': 'docker.swarm.service.id',
    'com.docker.swarm.service.name': 'docker.swarm.service.name',
    'com.docker.swarm.task.id': 'docker.swarm.task.id',
    'com.docker.swarm.task.name': 'docker.swarm.task.name',
  },
  network: { name: 'docker.network.name', type: 'docker.network.driver', container: 'container.id' },
  volume: {
    driver: 'docker.volume.driver',
    container: 'container.id',
    destination: 'docker.volume.destination',
    'read/write': 'docker.volume.read_write',
    propagation: 'docker.volume.propagation',
  },
  node: { name: 'docker.node.name' },
  service: { name: 'docker.swarm.service.name' },
  secret: { name: 'docker.secret.name' },
  config: { name: 'docker.config.name' },
  daemon: {
    'shutdown-timeout': 'docker.daemon.shutdown_timeout_seconds',
    'default-stop-timeout': 'docker.daemon.default_stop_timeout_seconds',
    'default-shm-size': 'docker.daemon.default_shm_size_bytes',
  },
};

const UPDATES: Readonly<Record<string, string>> = { 'service.updatestate': 'docker.service.update_state' };

export function typedValueOf(record: SinkRecord, event: SeenEvent, key: string): string | undefined {
  const { type } = event;
  if (key === 'reclaimed') return textOf(record.attributes.get('docker.prune.reclaimed_bytes'));
  if (key === 'oldName') return `/${said(record, 'docker.container.old_name')}`;
  if ((type === 'container' && key === 'image') || (type === 'image' && key === 'name')) return imageOf(record);
  const name = NAMES[type]?.[key] ?? changeOf(type, key) ?? `docker.${type}.${key.replaceAll('-', '_')}`;
  return textOf(record.attributes.get(name));
}

/** `replicas.old` of a service update. */
function changeOf(type: string, key: string): string | undefined {
  const [, what, when] = /^(.+)\.(old|new)$/.exec(key) ?? [];
  if (what === undefined) return undefined;
  return `${UPDATES[`${type}.${what}`] ?? `docker.${type}.${what}`}.${when}`;
}

/** The image reference put together again; an image that was given by its id has that only. */
function imageOf(record: SinkRecord): string | undefined {
  const name = textOf(record.attributes.get('container.image.name'));
  if (name === undefined) return textOf(record.attributes.get('container.image.id'));
  const tags = record.attributes.get('container.image.tags');
  const tag = Array.isArray(tags) ? `:${String(tags[0])}` : '';
  const digest = textOf(record.attributes.get('oci.manifest.digest'));
  return `${name}${tag}${digest === undefined ? '' : `@${digest}`}`;
}
