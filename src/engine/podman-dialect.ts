/**
 * Podman's words in Docker's (libpod/events and pkg/domain/entities/events.go of Podman 4 to 6).
 *
 * Podman keeps a journal, not a ring of 256, so `since=0` would be its whole history. Its `since` is read as a floating
 * point number, which is off by up to 240 ns, and is exclusive: an overlap and the receiver's dedupe make up for both.
 *
 * What Podman does not say cannot be translated: an exec has neither command nor exec id, a kill no signal, a network
 * connection no network id (the name stands in its place), a volume no driver.
 */

import type { DockerEvent } from '../model/docker-event.ts';
import type { Dialect } from '../model/engine.ts';
import type { UnixNanos } from '../model/time.ts';

const OVERLAP_SECONDS = 2;

const ACTIONS = new Map<string, ReadonlyMap<string, string>>([
  [
    'container',
    new Map([
      ['remove', 'destroy'],
      ['died', 'die'],
      ['exec', 'exec_start'],
      ['exec_died', 'exec_die'],
    ]),
  ],
  [
    'image',
    new Map([
      ['remove', 'delete'],
      ['loadfromarchive', 'load'],
    ]),
  ],
  ['volume', new Map([['remove', 'destroy']])],
  ['network', new Map([['remove', 'destroy']])],
]);

/** Podman writes these on every event, empty where they say nothing. */
const OFTEN_EMPTY = ['image', 'name', 'podId'];

export const podmanDialect: Dialect = {
  name: 'podman',
  ringSize: undefined,
  since: (newest) => (newest === undefined ? undefined : sinceText(newest)),
  normalise(event, line) {
    const action = actionOf(event, line);
    const attributes = attributesOf(event, action);
    const actorId = actorIdOf(event);
    return {
      ...event,
      action,
      actorId,
      attributes,
      originalAction: action === event.action ? event.originalAction : event.action,
    };
  },
};

function sinceText([seconds, nanos]: UnixNanos): string {
  const from = seconds - OVERLAP_SECONDS;
  return from < 0 ? '0.000000000' : `${from}.${String(nanos).padStart(9, '0')}`;
}

function actionOf({ type, action }: DockerEvent, line: Readonly<Record<string, unknown>>): string {
  const health = line['HealthStatus'];
  if (type === 'container' && action === 'health_status' && typeof health === 'string' && health !== '') {
    return `health_status: ${health}`;
  }
  return ACTIONS.get(type)?.get(action) ?? action;
}

function isConnection({ type, action }: DockerEvent): boolean {
  return type === 'network' && (action === 'connect' || action === 'disconnect');
}

function actorIdOf(event: DockerEvent): string {
  const { type, actorId, attributes } = event;
  if (isConnection(event)) return attributes.get('network') || actorId;
  if (type === 'volume' && actorId === '') return attributes.get('name') ?? '';
  return actorId;
}

function attributesOf(event: DockerEvent, action: string): ReadonlyMap<string, string> {
  const attributes = new Map(event.attributes);
  for (const key of OFTEN_EMPTY) {
    if (attributes.get(key) === '') attributes.delete(key);
  }
  const exitCode = attributes.get('containerExitCode');
  if (event.type === 'container' && (action === 'die' || action === 'exec_die') && exitCode !== undefined) {
    attributes.set('exitCode', exitCode);
    attributes.delete('containerExitCode');
  }
  const network = attributes.get('network');
  // Podman's actor is the container here, Docker's the network.
  if (isConnection(event) && network !== undefined) {
    attributes.set('container', event.actorId);
    attributes.set('name', network);
    attributes.delete('network');
  }
  return attributes;
}
