/** The compose file and the stack file, against the specification's own schema and against this project's rules. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { loaded } from '../config/support.ts';
import {
  dependencyComplaints,
  healthComplaints,
  imageComplaints,
  isPinned,
  keptComplaints,
  mountComplaints,
  mountsOf,
  portComplaints,
  restartComplaints,
  rightsComplaints,
  secretComplaints,
  servicesOf,
  userComplaints,
  variableComplaints,
} from './compose-rules.ts';
import { environmentOf } from './dockerfile-rules.ts';
import { mapAt, ROOT, read, type TreeMap, treeOf, VERSION, yamlDocument } from './stack-files.ts';

const COMPOSE = read('docker-compose.yml');
const STACK = read('otel-config/swarm-stack.yml');
const OURS = 'docker-events-otel';

/** The schema names its dialect by an address that ajv does not know it under. */
const { $schema: _dialect, ...schema } = JSON.parse(read('test/fixtures/compose/compose-spec.json'));
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

function schemaComplaints(file: TreeMap): string[] {
  return validate(file) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const FILES = [
  { name: 'docker-compose.yml', text: COMPOSE, folder: ROOT, isStack: false },
  { name: 'otel-config/swarm-stack.yml', text: STACK, folder: join(ROOT, 'otel-config'), isStack: true },
] as const;

for (const { name, text, folder, isStack } of FILES) {
  describe(name, () => {
    const file = treeOf(text);
    const ours = mapAt(file, 'services', OURS);

    it('fits the schema of the Compose Specification', () => {
      assert.deepEqual(schemaComplaints(file), []);
    });

    it('keeps the rules for every service', () => {
      assert.deepEqual(
        [
          ...imageComplaints(file),
          ...restartComplaints(file),
          ...healthComplaints(yamlDocument(text)),
          ...portComplaints(file),
          ...mountComplaints(file, folder),
          ...rightsComplaints(file, { isStack }),
          ...dependencyComplaints(file),
          ...secretComplaints(file),
          ...variableComplaints(file, { isStack }),
        ],
        [],
      );
    });

    it('runs this collector as nobody, with the socket mounted read-only and the version of package.json', () => {
      assert.deepEqual(userComplaints(ours), []);
      assert.deepEqual(
        mountsOf(ours).filter(({ isReadOnly }) => isReadOnly),
        [{ source: '/var/run/docker.sock', target: '/var/run/docker.sock', isReadOnly: true }],
      );
      assert.match(String(ours['image']), new RegExp(`\\b${OURS}:${VERSION.replaceAll('.', '\\.')}$`));
    });

    it('keeps the journal in a volume, where the image has it', () => {
      const folder = environmentOf(read('Dockerfile')).get('DOCKER_EVENTS_OTEL_STORAGE');
      assert.deepEqual(keptComplaints(ours, folder ?? ''), []);
    });

    it('gives this collector longer to end than it takes for itself', async () => {
      const seconds = Number(/^(\d+)s$/.exec(String(ours['stop_grace_period']))?.[1]);
      const { config } = await loaded();
      assert.ok(seconds * 1000 > config.service.shutdownTimeoutMs, `stop_grace_period is ${seconds} s`);
    });

    it('tells this collector where to send to by variables that it knows', async () => {
      const env = mapAt(ours, 'environment');
      const endpoint = 'http://collector.example:4318';
      const given = Object.fromEntries(Object.keys(env).map((key) => [key, key.endsWith('_ENDPOINT') ? endpoint : '']));
      const { config } = await loaded(undefined, { env: given });
      const [exporter] = config.pipelines[0]?.exporters ?? [];
      assert.equal(exporter?.type, 'otlp_http');
      assert.match(JSON.stringify(exporter), /collector\.example:4318/);
    });
  });
}

describe('the swarm stack', () => {
  it('runs one collector on every node', () => {
    const ours = mapAt(treeOf(STACK), 'services', OURS);
    assert.equal(mapAt(ours, 'deploy')['mode'], 'global');
  });

  it('has nothing that `docker stack deploy` does not know', () => {
    const unknown = ['group_add', 'security_opt', 'build', 'restart', 'depends_on', 'mem_limit', 'tmpfs', 'privileged'];
    for (const [, service] of servicesOf(treeOf(STACK))) {
      assert.deepEqual(
        unknown.filter((key) => key in service),
        [],
      );
    }
  });
});

describe('the rules for a compose file', () => {
  const BAD = treeOf(`
services:
  web:
    image: nginx:latest
    restart: "no"
    privileged: true
    user: root
    ports: ["8080:80", {target: 80, host_ip: 0.0.0.0}]
    volumes: ["./missing.yaml:/a:ro", "./docker-compose.yml:/b", "data:/c", "/var/run/docker.sock:/d"]
    environment: {ADMIN_PASSWORD: hunter2, NAME: "\${WHO:?}", MORE: "\${WHO:?see stat -c}"}
    depends_on: {nobody: {condition: service_started}, db: {condition: service_healthy}}
  db:
    image: postgres:16.4.0
    restart: always
`);

  it('find what is wrong', () => {
    assert.deepEqual(imageComplaints(BAD), ['web: nginx:latest is not pinned to a version']);
    assert.deepEqual(restartComplaints(BAD), ['web: is not started again when it ends']);
    assert.deepEqual(portComplaints(BAD), [
      'web: "8080:80" is open to other machines',
      'web: {"target":80,"host_ip":"0.0.0.0"} is open to other machines',
    ]);
    assert.deepEqual(mountComplaints(BAD, ROOT), [
      'web: ./missing.yaml does not exist',
      'web: ./docker-compose.yml can be written by the service',
      'web: the volume data is not declared',
      'web: /var/run/docker.sock is not mounted read-only',
    ]);
    assert.deepEqual(rightsComplaints(BAD).slice(0, 4), [
      'web: can write to its root file system',
      'web: keeps capabilities',
      'web: may gain privileges',
      'web: is given privileges',
    ]);
    assert.deepEqual(keptComplaints(mapAt(BAD, 'services', 'web'), '/c'), []);
    assert.deepEqual(keptComplaints(mapAt(BAD, 'services', 'web'), '/a'), ['/a is no volume that it can write']);
    assert.deepEqual(keptComplaints(mapAt(BAD, 'services', 'web'), '/e'), ['keeps nothing of /e']);
    assert.deepEqual(userComplaints(mapAt(BAD, 'services', 'web')), ['runs as "root"']);
    assert.deepEqual(dependencyComplaints(BAD), [
      'web: waits for nobody, which does not exist',
      'web: waits for the health of db, which is not checked',
    ]);
    assert.deepEqual(secretComplaints(BAD), ['web: ADMIN_PASSWORD stands in the file']);
    assert.deepEqual(variableComplaints(BAD, { isStack: true }), [
      '${WHO:?} has neither a default nor words for who forgets it',
      '${WHO:?see stat -c} has a hyphen in its words',
    ]);
  });

  it('want a health check, or a reason beside its absence', () => {
    const complaints = (health: string) => healthComplaints(yamlDocument(`services:\n  web:\n    image: a\n${health}`));
    assert.deepEqual(complaints(''), ['web: says nothing of its health']);
    assert.deepEqual(complaints('    healthcheck: {disable: true}\n'), [
      'web: has no health check, and no reason for that',
    ]);
    assert.deepEqual(complaints('    # No health check: no shell.\n    healthcheck: {disable: true}\n'), []);
    assert.deepEqual(complaints('    healthcheck: {test: [CMD, "true"]}\n'), []);
  });

  for (const image of ['nginx', 'nginx:1', 'nginx:1.27', 'nginx:latest', 'nginx:${TAG}', 'nginx:1.27.0-${X}']) {
    it(`take ${image} for a moving target`, () => assert.equal(isPinned(image), false));
  }
  for (const image of ['nginx:1.27.0', 'ghcr.io/a/b:v1.2.3-alpine3.20', '${REGISTRY:?where}/a:0.1.0']) {
    it(`take ${image} for a version`, () => assert.equal(isPinned(image), true));
  }

  it('include the schema, which refuses what Compose does not know', () => {
    assert.deepEqual(schemaComplaints(treeOf('services: {a: {imagee: x}}')), [
      '/services/a must NOT have additional properties',
    ]);
  });
});
