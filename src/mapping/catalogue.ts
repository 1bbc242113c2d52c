/**
 * Every type and action that a Docker Engine is known to send, 20.10 to 29, read in the engine's source. What is not here
 * passes through as itself.
 */
export const CATALOGUE = {
  container: [
    'create',
    'start',
    'restart',
    'stop',
    'kill',
    'die',
    'oom',
    'pause',
    'unpause',
    'rename',
    'update',
    'resize',
    'attach',
    'detach',
    'top',
    'export',
    'checkpoint',
    'commit',
    'archive-path',
    'extract-to-dir',
    'copy',
    'destroy',
    'prune',
    'exec_create',
    'exec_start',
    'exec_detach',
    'exec_die',
    'health_status',
  ],
  image: ['pull', 'push', 'tag', 'untag', 'delete', 'import', 'load', 'save', 'create', 'prune'],
  volume: ['create', 'destroy', 'mount', 'unmount', 'prune'],
  network: ['create', 'destroy', 'connect', 'disconnect', 'prune', 'update', 'remove'],
  plugin: ['pull', 'create', 'enable', 'disable', 'remove'],
  builder: ['prune'],
  daemon: ['reload'],
  node: ['create', 'update', 'remove'],
  service: ['create', 'update', 'remove'],
  secret: ['create', 'update', 'remove'],
  config: ['create', 'update', 'remove'],
} as const;

export type EventType = keyof typeof CATALOGUE;
export type ActionOf<Type extends EventType> = (typeof CATALOGUE)[Type][number];
