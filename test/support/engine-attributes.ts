/**
 * The way back: from the attributes of a record to the attributes that the engine sent. Written independently of the
 * mapping, as a table of names, so that a test can show that nothing was lost.
 */
import type { Attributes } from '../../src/model/log-record.ts';

type Back = readonly (readonly [key: string, name: string])[];

const EXEC: Back = [
  ['execID', 'docker.exec.id'],
  ['execType', 'docker.exec.type'],
];

const RECLAIMED: Back = [['reclaimed', 'docker.prune.reclaimed_bytes']];

const CONTAINER: ReadonlyMap<string, Back> = new Map(
  Object.entries<Back>({
    commit: [
      ['comment', 'docker.commit.comment'],
      ['imageID', 'docker.commit.image.id'],
      ['imageRef', 'docker.commit.image.reference'],
    ],
    die: [
      ['exitCode', 'process.exit.code'],
      ['execDuration', 'docker.container.run_duration_seconds'],
      ['oomKilled', 'docker.container.oom_killed'],
    ],
    exec_create: EXEC,
    exec_start: EXEC,
    exec_detach: EXEC,
    exec_die: [...EXEC, ['exitCode', 'process.exit.code']],
    kill: [['signal', 'docker.signal.number']],
    prune: RECLAIMED,
    resize: [
      ['height', 'docker.container.tty.height'],
      ['width', 'docker.container.tty.width'],
    ],
  }),
);

const LABELS: Back = [
  ['com.docker.compose.project', 'docker.compose.project'],
  ['com.docker.compose.service', 'docker.compose.service'],
  ['com.docker.compose.container-number', 'docker.compose.container_number'],
  ['com.docker.stack.namespace', 'docker.stack.namespace'],
  ['com.docker.swarm.node.id', 'docker.swarm.node.id'],
  ['com.docker.swarm.service.id', 'docker.swarm.service.id'],
  ['com.docker.swarm.service.name', 'docker.swarm.service.name'],
  ['com.docker.swarm.task.id', 'docker.swarm.task.id'],
  ['com.docker.swarm.task.name', 'docker.swarm.task.name'],
  ['io.kubernetes.pod.name', 'k8s.pod.name'],
  ['io.kubernetes.pod.namespace', 'k8s.namespace.name'],
  ['io.kubernetes.pod.uid', 'k8s.pod.uid'],
  ['io.kubernetes.container.name', 'k8s.container.name'],
];

/** `name` stands for the key itself in what changed: `state.old` is `docker.node.state.old`. */
function changed(type: string, keys: readonly (readonly [key: string, name: string])[]): Back {
  return keys.flatMap(([key, name]) =>
    ['old', 'new'].map((when) => [`${key}.${when}`, `docker.${type}.${name}.${when}`]),
  );
}

const DAEMON_UNITS = new Map([
  ['shutdown-timeout', '_seconds'],
  ['default-stop-timeout', '_seconds'],
  ['default-shm-size', '_bytes'],
]);

/** Every key of a daemon reload that is known. */
export const DAEMON_KEYS: readonly string[] = [
  ...['debug', 'live-restore', 'max-concurrent-downloads', 'max-concurrent-uploads', 'max-download-attempts'],
  ...['shutdown-timeout', 'default-stop-timeout', 'labels', 'insecure-registries', 'registry-mirrors'],
  ...['allow-nondistributable-artifacts', 'features', 'runtimes', 'default-runtime', 'default-shm-size'],
  ...[
    'default-ipc-mode',
    'default-cgroupns-mode',
    'cluster-store',
    'cluster-store-opts',
    'cluster-advertise',
    'nri-opts',
  ],
];

const OTHERS: ReadonlyMap<string, ReadonlyMap<string, Back>> = new Map(
  Object.entries<Record<string, Back>>({
    image: { prune: RECLAIMED },
    network: {
      '*': [
        ['name', 'docker.network.name'],
        ['type', 'docker.network.driver'],
        ['container', 'container.id'],
      ],
      prune: RECLAIMED,
    },
    volume: {
      '*': [
        ['driver', 'docker.volume.driver'],
        ['container', 'container.id'],
        ['destination', 'docker.volume.destination'],
        ['read/write', 'docker.volume.read_write'],
        ['propagation', 'docker.volume.propagation'],
      ],
      prune: RECLAIMED,
    },
    plugin: { '*': [['name', 'docker.plugin.name']] },
    builder: { prune: RECLAIMED },
    daemon: {
      '*': [
        ['name', 'docker.daemon.name'],
        ...DAEMON_KEYS.map((key): [string, string] => [
          key,
          `docker.daemon.${key.replaceAll('-', '_')}${DAEMON_UNITS.get(key) ?? ''}`,
        ]),
      ],
    },
    node: {
      '*': [
        ['name', 'docker.node.name'],
        ...changed(
          'node',
          ['availability', 'role', 'state', 'leader', 'reachability'].map((key) => [key, key]),
        ),
      ],
    },
    service: {
      '*': [
        ['name', 'docker.swarm.service.name'],
        ...changed('service', [
          ['image', 'image'],
          ['replicas', 'replicas'],
          ['updatestate', 'update_state'],
        ]),
      ],
    },
    secret: { '*': [['name', 'docker.secret.name']] },
    config: { '*': [['name', 'docker.config.name']] },
  }).map(([type, actions]) => [type, new Map(Object.entries(actions))]),
);

/** What the engine sent, read from a record of the default view. */
export function engineAttributesOf(record: Attributes): Map<string, string> {
  const found = new Map<string, string>();
  const [type, action] = [String(record['docker.event.type']), String(record['docker.event.action'])];
  const take = (key: string, text: string | undefined) => {
    if (text !== undefined) found.set(key, text);
  };
  const takeAll = (back: Back = []) => {
    for (const [key, name] of back) take(key, textOf(record[name]));
  };
  if (type === 'container') {
    takeAll(LABELS);
    takeAll(CONTAINER.get(action));
    take('name', textOf(record['container.name']));
    take('image', imageOf(record));
    const oneoff = record['docker.compose.oneoff'];
    take('com.docker.compose.oneoff', oneoff === undefined ? undefined : oneoff === true ? 'True' : 'False');
    const oldName = record['docker.container.old_name'];
    take('oldName', oldName === undefined ? undefined : `/${oldName}`);
  } else {
    takeAll(OTHERS.get(type)?.get('*'));
    takeAll(OTHERS.get(type)?.get(action));
  }
  if (type === 'image') {
    take('name', ['pull', 'push'].includes(action) ? textOf(record['container.image.name']) : imageOf(record));
  }
  for (const [name, value] of Object.entries(record)) {
    for (const prefix of ['container.label.', 'docker.image.label.', 'docker.attribute.']) {
      if (name.startsWith(prefix)) take(name.slice(prefix.length), textOf(value));
    }
  }
  return found;
}

function textOf(value: Attributes[string] | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

function imageOf(record: Attributes): string | undefined {
  const name = record['container.image.name'];
  if (name === undefined) return textOf(record['container.image.id']);
  const tags = record['container.image.tags'];
  const tag = Array.isArray(tags) ? `:${tags[0]}` : '';
  const digest = record['oci.manifest.digest'];
  return `${name}${tag}${digest === undefined ? '' : `@${digest}`}`;
}
