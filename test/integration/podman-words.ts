/** What is expected of an event of Podman: Docker's words for it, by docs/engines.md. */
import type { SeenEvent } from './reader.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  'container remove': 'destroy',
  'container died': 'die',
  'container exec': 'exec_start',
  'container exec_died': 'exec_die',
  'image remove': 'delete',
  'image loadfromarchive': 'load',
  'volume remove': 'destroy',
  'network remove': 'destroy',
};

/** Podman has these on every event, empty where they say nothing; then there is no attribute. */
const OFTEN_EMPTY = ['image', 'name', 'podId'];

export function asDocker(event: SeenEvent): SeenEvent {
  const action = ACTIONS[`${event.type} ${event.action}`] ?? event.action;
  const attributes = new Map(
    [...event.attributes].filter(([key, value]) => value !== '' || !OFTEN_EMPTY.includes(key)),
  );
  const exitCode = attributes.get('containerExitCode');
  if (exitCode !== undefined && (action === 'die' || action === 'exec_die')) {
    attributes.set('exitCode', exitCode);
    attributes.delete('containerExitCode');
  }
  // Its volume events have the name, but no id.
  const id = event.type === 'volume' && event.id === '' ? (attributes.get('name') ?? '') : event.id;
  return { ...event, action, attributes, id };
}
