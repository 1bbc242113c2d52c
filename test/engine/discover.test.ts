import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type DiscoveryOptions, discover } from '../../src/engine/discover.ts';
import { problemIn } from '../support/engine-under-test.ts';
import { type MachineOptions, machine } from '../support/surroundings.ts';

const NONE: DiscoveryOptions = { host: undefined, context: undefined, tls: undefined };
const DEFAULT = '/var/run/docker.sock';

function contextFiles(name: string, meta: object, folder = '/home/ann/.docker'): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  return { [`${folder}/contexts/meta/${id}/meta.json`]: JSON.stringify(meta) };
}

function context(name: string, host: string): Record<string, string> {
  return contextFiles(name, { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } });
}

async function found(machineOptions: MachineOptions, options: Partial<DiscoveryOptions> = {}): Promise<string> {
  const result = await discover({ ...NONE, ...options }, machine(machineOptions));
  if (!result.ok) throw new Error(result.problem.message);
  const { text, from, tls } = result.value;
  const secured = tls === undefined ? '' : ` with TLS ${tls.verify ? 'checked' : 'unchecked'}`;
  return `${text} from ${from}${secured}`;
}

async function complaint(machineOptions: MachineOptions, options: Partial<DiscoveryOptions> = {}): Promise<string> {
  return problemIn(await discover({ ...NONE, ...options }, machine(machineOptions))).message;
}

describe('the search for an engine', () => {
  const everything: MachineOptions = {
    env: { DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'a' },
    files: {
      ...context('a', 'tcp://a:1'),
      ...context('b', 'tcp://b:1'),
      '/home/ann/.docker/config.json': '{"currentContext":"b"}',
    },
    sockets: [DEFAULT],
  };
  const ORDER: readonly (readonly [title: string, MachineOptions, Partial<DiscoveryOptions>, string])[] = [
    ['the host option before all', everything, { host: 'unix:///x.sock' }, 'unix:///x.sock from the option host'],
    ['the context option before DOCKER_HOST', everything, { context: 'b' }, 'tcp://b:1 from the option context "b"'],
    ['DOCKER_HOST before DOCKER_CONTEXT', everything, {}, 'tcp://h:1 from DOCKER_HOST'],
    [
      'DOCKER_CONTEXT before the current context',
      { ...everything, env: { DOCKER_HOST: '', DOCKER_CONTEXT: 'a' } },
      {},
      'tcp://a:1 from DOCKER_CONTEXT "a"',
    ],
    [
      'the current context before the sockets',
      { ...everything, env: {} },
      {},
      'tcp://b:1 from the current context "b"',
    ],
    [
      'the sockets where variables hold blanks',
      { env: { DOCKER_HOST: ' ', DOCKER_CONTEXT: ' ' }, sockets: [DEFAULT] },
      {},
      'unix:///var/run/docker.sock from the default socket',
    ],
    ['the sockets last', { sockets: [DEFAULT] }, {}, 'unix:///var/run/docker.sock from the default socket'],
    ['DOCKER_HOST for the context default', everything, { context: 'default' }, 'tcp://h:1 from DOCKER_HOST'],
    [
      'the sockets for DOCKER_CONTEXT=default, whatever the current context',
      { ...everything, env: { DOCKER_CONTEXT: 'default' } },
      {},
      'unix:///var/run/docker.sock from the default socket',
    ],
    [
      'the contexts of DOCKER_CONFIG',
      {
        env: { DOCKER_CONFIG: '/etc/d' },
        files: {
          '/etc/d/config.json': '{"CURRENTCONTEXT":"c"}',
          ...contextFiles('c', { endpoints: { Docker: { HOST: 'unix:///c.sock' } } }, '/etc/d'),
        },
      },
      {},
      'unix:///c.sock from the current context "c"',
    ],
    ['the pipe on Windows', { platform: 'win32' }, {}, 'npipe:////./pipe/docker_engine from the default pipe'],
  ];
  for (const [title, machineOptions, options, expected] of ORDER) {
    it(`takes ${title}`, async () => assert.equal(await found(machineOptions, options), expected));
  }

  const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
  const SOCKETS: readonly (readonly [path: string, name: string])[] = [
    [DEFAULT, 'the default socket'],
    ['/run/user/1000/docker.sock', 'the socket of rootless Docker'],
    ['/home/ann/.docker/run/docker.sock', 'the socket of Docker Desktop or rootless Docker'],
    ['/home/ann/.docker/desktop/docker.sock', 'the socket of Docker Desktop'],
    ['/home/ann/.colima/default/docker.sock', 'the socket of colima'],
    ['/home/ann/.colima/docker.sock', 'the socket of colima'],
    ['/home/ann/.orbstack/run/docker.sock', 'the socket of OrbStack'],
    ['/home/ann/.rd/docker.sock', 'the socket of Rancher Desktop'],
    ['/home/ann/.lima/default/sock/docker.sock', 'the socket of Lima'],
    ['/home/ann/.lima/docker/sock/docker.sock', 'the socket of Lima'],
    ['/run/user/1000/podman/podman.sock', 'the socket of rootless Podman'],
    ['/run/podman/podman.sock', 'the socket of Podman'],
  ];
  for (const [index, [path, name]] of SOCKETS.entries()) {
    it(`takes ${path} before those after it`, async () => {
      const sockets = SOCKETS.slice(index).map(([later]) => later);
      assert.equal(await found({ env, sockets }), `unix://${path} from ${name}`);
    });
  }

  it('lists where it looked when there is nothing, and may look again', async () => {
    const problem = problemIn(await discover(NONE, machine({ env })));
    assert.deepEqual(problem, {
      code: 'no_endpoint',
      waiting: true,
      message: `No engine was found. DOCKER_HOST and DOCKER_CONTEXT are empty, no context is selected, and there is no socket at ${SOCKETS.map(([path]) => path).join(', ')}. Start Docker or Podman; in a container, mount the engine's socket: -v /var/run/docker.sock:/var/run/docker.sock. An engine elsewhere is named with DOCKER_HOST or the option host.`,
    });
  });

  const meta = (name: string) =>
    `/home/ann/.docker/contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`;
  const WRONG: readonly (readonly [MachineOptions, Partial<DiscoveryOptions>, string])[] = [
    [
      {},
      { host: 'unix:///a', context: 'a' },
      'The options host and context are both set, and each names an engine. Keep one of them.',
    ],
    [
      {},
      { context: 'gone' },
      `The option context cannot be used. There is no context "gone": ${meta('gone')} cannot be read. \`docker context ls\` shows the contexts there are.`,
    ],
    [
      { env: { DOCKER_CONTEXT: 'k8s' }, files: contextFiles('k8s', { Endpoints: { kubernetes: {} } }) },
      {},
      `DOCKER_CONTEXT cannot be used. The context "k8s" names no docker endpoint in ${meta('k8s')}. \`docker context inspect\` shows what it holds.`,
    ],
    [
      { files: { '/home/ann/.docker/config.json': '{' } },
      {},
      '/home/ann/.docker/config.json is not a JSON object. Repair it, or say where the engine is with DOCKER_HOST.',
    ],
    [
      { env: { DOCKER_HOST: 'fd://' } },
      {},
      'DOCKER_HOST has the scheme "fd", which is not known. Write it as unix:///path/to/docker.sock, tcp://host:2376, https://host:2376, ssh://user@host or npipe:////./pipe/name.',
    ],
    [
      {},
      { host: 'unix:///a', tls: { insecure_skip_verify: false } },
      'The option tls is set, but unix:///a from the option host takes no TLS. Leave tls out, or name a tcp:// engine.',
    ],
    [
      { env: { DOCKER_HOST: 'http://h', DOCKER_TLS_VERIFY: '1' } },
      {},
      'TLS is asked for, but http://h from DOCKER_HOST says http. Write tcp:// or https:// for TLS, or take the TLS settings away.',
    ],
  ];
  for (const [machineOptions, options, message] of WRONG) {
    it(`says: ${message.slice(0, 60)}…`, async () => assert.equal(await complaint(machineOptions, options), message));
  }
});

describe('TLS', () => {
  const files = Object.fromEntries(['ca', 'cert', 'key'].map((name) => [`/certs/${name}.pem`, '']));
  const TABLE: readonly (readonly [host: string, env: Record<string, string>, expected: string])[] = [
    ['tcp://h', {}, 'tcp://h:2375'],
    ['h:4243', {}, 'tcp://h:4243'],
    ['tcp://h', { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, 'tcp://h:2376 with TLS checked'],
    ['tcp://h', { DOCKER_TLS_VERIFY: '0', DOCKER_CERT_PATH: '/certs' }, 'tcp://h:2376 with TLS checked'],
    ['tcp://h', { DOCKER_TLS_VERIFY: '', DOCKER_CERT_PATH: '/certs' }, 'tcp://h:2376 with TLS unchecked'],
    ['tcp://h', { DOCKER_TLS_VERIFY: '1' }, 'tcp://h:2376 with TLS checked'],
    ['tcp://h:2376', {}, 'tcp://h:2376'],
    ['http://h', {}, 'http://h:2375'],
    ['https://h', {}, 'https://h:2376 with TLS checked'],
    ['https://h:8443', {}, 'https://h:8443 with TLS checked'],
    ['unix:///a', { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, 'unix:///a'],
  ];
  for (const [host, variables, expected] of TABLE) {
    it(`of ${host} with ${JSON.stringify(variables)} makes ${expected}`, async () => {
      const text = await found({ env: { ...variables, DOCKER_HOST: host }, files });
      assert.equal(text.replace(' from DOCKER_HOST', ''), expected);
    });
  }

  it('takes its files from the context, and does not check where the context says so', async () => {
    const id = createHash('sha256').update('prod').digest('hex');
    const tlsFiles = { [`/home/ann/.docker/contexts/tls/${id}/docker/ca.pem`]: '' };
    const prod = contextFiles('prod', { Endpoints: { docker: { Host: 'tcp://p:2376', SkipTLSVerify: true } } });
    const result = await discover({ ...NONE, context: 'prod' }, machine({ files: { ...tlsFiles, ...prod } }));
    assert.deepEqual(result.ok && result.value.tls, {
      ca: `/home/ann/.docker/contexts/tls/${id}/docker/ca.pem`,
      cert: undefined,
      key: undefined,
      verify: false,
    });
  });

  it('points at the first file of a DOCKER_CERT_PATH that holds none', async () => {
    const env = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/empty' };
    const result = await discover(NONE, machine({ env }));
    assert.equal(result.ok && result.value.tls?.ca, '/empty/ca.pem');
  });
});
