import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, link, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerProblem } from '../../src/engine/answer-problems.ts';
import { RefusedAnswer } from '../../src/engine/exchange.ts';
import { explain } from '../../src/engine/problems.ts';
import { permissionDenied } from '../../src/engine/socket-problems.ts';
import type { EngineProblem } from '../../src/model/engine.ts';
import { engineUnderTest } from '../support/engine-under-test.ts';
import { type FakeAnswer, FakeEngine } from '../support/fake-engine.ts';
import { machine } from '../support/surroundings.ts';

async function problemAt(host: string): Promise<EngineProblem> {
  const under = await engineUnderTest({ host });
  const problem = await under.failToConnect();
  assert.equal(under.clock.pending, 0, 'a timer was left behind');
  return problem;
}

describe('what is wrong with a socket', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'problems-'));
    path = join(folder, 'docker.sock');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is told when there is none', async () => {
    assert.deepEqual(await problemAt(`unix://${path}`), {
      code: 'no_such_socket',
      message: `There is no socket at unix://${path}. Start the engine; in a container, mount its socket: -v ${path}:${path}. If the engine listens elsewhere, say where with DOCKER_HOST or the option host.`,
    });
  });

  it('is told when it is a directory, as a mount of a missing path makes it', async () => {
    await mkdir(path);
    assert.deepEqual(await problemAt(`unix://${path}`), {
      code: 'not_a_socket',
      message: `unix://${path} is a directory, not a socket. Docker makes a directory there when it is told to mount a path that does not exist: stop what mounts it, remove ${path}, start the engine, and mount it again.`,
    });
  });

  it('is told when it is a file', async () => {
    await writeFile(path, '');
    assert.deepEqual(await problemAt(`unix://${path}`), {
      code: 'not_a_socket',
      message: `unix://${path} is a file, not a socket. Say where the engine listens with DOCKER_HOST or the option host.`,
    });
  });

  it('is told when nobody listens on it any more', async () => {
    const other = join(folder, 'other.sock');
    const server = createServer().listen(other);
    await once(server, 'listening');
    // A second name for the socket stays when its server closes and removes the first.
    await link(other, path);
    server.close();
    await once(server, 'close');
    assert.deepEqual(await problemAt(`unix://${path}`), {
      code: 'connection_refused',
      message: `unix://${path} is there, but nobody listens on it: the engine is stopped. Start it (systemctl start docker); in a container that mounts the socket itself, start the container again after that, since the engine makes a new socket.`,
    });
  });

  it('is told with owner, mode, user and groups when permission is denied', async () => {
    const fake = await FakeEngine.start({ path });
    const groups = process.getgroups?.() ?? [];
    const effective = process.getegid?.() ?? 0;
    await chmod(folder, 0o755);
    await chmod(path, 0o000);
    const { uid, gid } = await stat(path);
    // Root may connect to everything; it is somebody else for the time of the attempt.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const problem = await problemAt(fake.host);
      const mine = [...new Set([effective, ...groups])];
      assert.deepEqual(problem, {
        code: 'permission_denied',
        message: `Permission denied on unix://${path}, which belongs to uid ${uid} and gid ${gid} with mode 0000. This process runs as uid ${isRoot ? 65_534 : uid} with groups ${mine.join(', ')}. Its group may not write to it, so a group will not help: run as uid ${uid}, or give the socket mode 0660.`,
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await fake.stop();
    }
  });

  const DENIED: readonly (readonly [title: string, Parameters<typeof permissionDenied>, message: string])[] = [
    [
      'names the group to add',
      [
        'unix:///var/run/docker.sock',
        { kind: 'socket', uid: 0, gid: 998, mode: 0o660 },
        { uid: 65_532, groups: [65_532] },
      ],
      'Permission denied on unix:///var/run/docker.sock, which belongs to uid 0 and gid 998 with mode 0660. This process runs as uid 65532 with groups 65532. Add the socket\'s group: group_add: ["998"] in a compose file, --group-add 998 with docker run, or a membership in that group on the host.',
    ],
    [
      'says that no group will help where the group may not write',
      ['unix:///d.sock', { kind: 'socket', uid: 0, gid: 0, mode: 0o600 }, { uid: 1000, groups: [1000, 4] }],
      'Permission denied on unix:///d.sock, which belongs to uid 0 and gid 0 with mode 0600. This process runs as uid 1000 with groups 1000, 4. Its group may not write to it, so a group will not help: run as uid 0, or give the socket mode 0660.',
    ],
    [
      'looks further where the group is right already',
      ['unix:///d.sock', { kind: 'socket', uid: 0, gid: 998, mode: 0o660 }, { uid: 1000, groups: [998] }],
      'Permission denied on unix:///d.sock, which belongs to uid 0 and gid 998 with mode 0660. This process runs as uid 1000 with groups 998. The group is right, so something else forbids it: SELinux, AppArmor, a user namespace, or a closed folder on the path.',
    ],
    [
      'says so where the socket cannot even be looked at',
      ['unix:///d.sock', undefined, { uid: 1000, groups: [1000] }],
      'unix:///d.sock may not be connected to, nor even looked at. This process runs as uid 1000 with groups 1000. A folder on its path is closed to this user: open it (x permission), or mount the socket itself.',
    ],
  ];
  for (const [title, given, message] of DENIED) {
    it(title, () => assert.deepEqual(permissionDenied(...given), { code: 'permission_denied', message }));
  }
});

describe('what is wrong on the way to a host', () => {
  it('is told when nobody listens', async () => {
    const fake = await FakeEngine.start({ listen: 'tcp' });
    await fake.stop();
    assert.deepEqual(await problemAt(fake.host), {
      code: 'connection_refused',
      message: `Nobody listens at ${fake.host}: the connection was refused. Check the port, that the engine is running, and that it listens there (dockerd -H tcp://…).`,
    });
  });

  it('is told when the connection breaks before an answer', async () => {
    const fake = await FakeEngine.start({ listen: 'tcp' });
    fake.answer('/version', 'drop');
    assert.deepEqual(await problemAt(fake.host), {
      code: 'connection_lost',
      message: `The connection to ${fake.host} broke before GET /version was answered (ECONNRESET). The engine may be restarting, or what listens there is not an engine.`,
    });
    await fake.stop();
  });

  const attempt = {
    endpoint: { kind: 'tcp', scheme: 'tcp', host: 'engine.test', port: 2375, basePath: '' },
    text: 'tcp://engine.test:2375',
    request: 'GET /version',
    apiVersion: undefined,
    timeoutMs: 10_000,
    timedOut: false,
  } as const;
  const CODES: readonly (readonly [code: string, problem: EngineProblem])[] = [
    [
      'ENOTFOUND',
      {
        code: 'host_not_found',
        message:
          'The host "engine.test" of tcp://engine.test:2375 has no address (ENOTFOUND). Check its spelling and this machine\'s DNS; in a compose file the proxy\'s service name must be on a network of this service.',
      },
    ],
    [
      'EHOSTUNREACH',
      {
        code: 'host_unreachable',
        message:
          "There is no way to tcp://engine.test:2375 from here (EHOSTUNREACH). Check the network between this machine and the engine's.",
      },
    ],
    [
      'ETIMEDOUT',
      {
        code: 'timed_out',
        message:
          'tcp://engine.test:2375 did not answer GET /version within 10000 ms (connect_timeout, ping_timeout). The engine may be overloaded or hung, or a firewall in between drops the packets.',
      },
    ],
  ];
  for (const [code, problem] of CODES) {
    it(`is told for ${code}`, async () => {
      const error = Object.assign(new Error('connect'), { code });
      assert.deepEqual(await explain(error, attempt, machine()), problem);
    });
  }
});

describe('what is wrong with an answer', () => {
  const NOT = 'Check the address and port; DOCKER_HOST or the option host says where the engine is.';
  const ANSWERS: readonly (readonly [title: string, FakeAnswer, (host: string) => EngineProblem])[] = [
    [
      'a page of a web server',
      { status: 200, body: '<!doctype html><html><style>p{}</style><h1>Welcome to nginx!</h1></html>' },
      (host) => ({
        code: 'not_an_engine',
        message: `What listens at ${host} is not a Docker Engine: GET /version was answered with something that an engine does not say: Welcome to nginx. ${NOT}`,
      }),
    ],
    [
      'JSON of something else',
      { status: 200, body: { hello: 'world' } },
      (host) => ({
        code: 'not_an_engine',
        message: `What listens at ${host} is not a Docker Engine: GET /version was answered with something that an engine does not say: {"hello":"world"}. ${NOT}`,
      }),
    ],
    [
      'a page that is not there',
      { status: 404, body: '404 page not found\n', headers: { 'Content-Type': 'text/plain' } },
      (host) => ({
        code: 'not_an_engine',
        message: `What listens at ${host} is not a Docker Engine: GET /version was answered with 404: 404 page not found. ${NOT}`,
      }),
    ],
    [
      'an engine in trouble',
      { status: 500, body: { message: 'database is locked, token=abcdef123456' } },
      (host) => ({
        code: 'engine_error',
        message: `${host} answered GET /version with 500: database is locked, token=[masked]. The engine, or the proxy before it, is in trouble: look at its log (journalctl -u docker).`,
      }),
    ],
    [
      'a proxy without its engine',
      { status: 503, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' },
      (host) => ({
        code: 'engine_error',
        message: `${host} answered GET /version with 503: 503 Service Unavailable. The engine, or the proxy before it, is in trouble: look at its log (journalctl -u docker).`,
      }),
    ],
    [
      'somebody who wants to be logged in to',
      { status: 401, body: '' },
      (host) => ({
        code: 'forbidden',
        message: `${host} refused GET /version with 401. A socket proxy has to let through GET /events, /_ping and /version: with docker-socket-proxy set EVENTS=1, PING=1 and VERSION=1 (INFO=1 adds the host's name).`,
      }),
    ],
    [
      'a server that takes TLS only',
      { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' },
      (host) => ({
        code: 'tls_refused',
        message: `${host} takes TLS only, and plain HTTP was sent. Write https:// or set DOCKER_TLS_VERIFY=1, with the certificates in DOCKER_CERT_PATH or the option tls.`,
      }),
    ],
  ];
  for (const [title, answer, problem] of ANSWERS) {
    it(`is told for ${title}`, async () => {
      const fake = await FakeEngine.start({ listen: 'tcp' });
      fake.answer('/version', answer);
      assert.deepEqual(await problemAt(fake.host), problem(fake.host));
      await fake.stop();
    });
  }

  it('is told when it is not HTTP', async () => {
    const server: Server = createServer((socket: Socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const host = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    assert.deepEqual(await problemAt(host), {
      code: 'not_an_engine',
      message: `What listens at ${host} is not a Docker Engine: GET /version was answered with something that an engine does not say. ${NOT}`,
    });
    server.close();
  });

  const asked = { text: 'unix:///d.sock', request: 'GET /events', apiVersion: '1.99' };
  const json = { 'content-type': 'application/json' };
  const ADVICE =
    'Take api_version or DOCKER_API_VERSION away to have a version negotiated, or pin one that the engine speaks.';
  for (const said of [
    'client version 1.99 is too new. Maximum supported API version is 1.41',
    'client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
  ]) {
    it(`is told for: ${said}`, () => {
      const refused = new RefusedAnswer(400, JSON.stringify({ message: said }), json);
      assert.deepEqual(answerProblem(refused, asked), {
        code: 'api_version',
        message: `unix:///d.sock does not speak API version 1.99: ${said}. ${ADVICE}`,
      });
    });
  }

  it('never brings a stranger’s control characters to the terminal', () => {
    const refused = new RefusedAnswer(500, JSON.stringify({ message: 'a\u001b[2Jb' }), json);
    assert.match(answerProblem(refused, asked).message, /with 500: a\\u001b\[2Jb\./);
  });
});
