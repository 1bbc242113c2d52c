/** ssh endpoints, through a program named `ssh` on a PATH of the test's own. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { sshArguments } from '../../src/engine/ssh.ts';
import { engineUnderTest, valueIn, WHOLE } from '../support/engine-under-test.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { realMachine } from '../support/surroundings.ts';

describe('an engine behind ssh', () => {
  let folder: string;

  /** Puts a program named ssh on the PATH that is given to the engine stage. */
  async function withSsh(script: string): Promise<Record<string, string>> {
    await writeFile(join(folder, 'ssh'), script);
    await chmod(join(folder, 'ssh'), 0o755);
    return { PATH: [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) };
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read through the standard input and output of ssh', async () => {
    const fake = await FakeEngine.start();
    const env = await withSsh(`#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(join(folder, 'arguments'))}, JSON.stringify(process.argv.slice(2)) + '\\n');
const socket = require('node:net').connect(${JSON.stringify(fake.path)});
process.stdin.pipe(socket).pipe(process.stdout);
`);
    const under = await engineUnderTest({ host: 'ssh://ann@node-1:2222' }, realMachine(env));
    const session = await under.connect();
    assert.equal(session.identity.endpoint, 'ssh://node-1:2222');
    valueIn(await session.ping(5000, under.stop.signal));
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    const served = await fake.stream();
    const bytes: Buffer[] = [];
    const reading = stream.read((some) => bytes.push(Buffer.from(some)));
    served.send('{"a":1}\n');
    served.end();
    assert.deepEqual(await reading, { kind: 'ended' });
    assert.equal(Buffer.concat(bytes).toString(), '{"a":1}\n');
    const [first] = (await readFile(join(folder, 'arguments'), 'utf8')).split('\n');
    assert.equal(
      JSON.parse(first ?? '').join(' '),
      '-T -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ControlMaster=no -l ann -p 2222 -- node-1 docker system dial-stdio',
    );
    await fake.stop();
    assert.equal(under.clock.pending, 0);
  });

  it('is cut when ssh loses its connection', async () => {
    const fake = await FakeEngine.start();
    const env = await withSsh(`#!/usr/bin/env node
const socket = require('node:net').connect(${JSON.stringify(fake.path)});
process.stdin.pipe(socket);
socket.on('data', (bytes) => {
  process.stdout.write(bytes);
  if (!bytes.includes('last')) return;
  process.stderr.write('Timeout, server node-1 not responding.\\r\\n');
  process.exitCode = 255;
  socket.destroy();
  process.stdin.destroy();
});
`);
    const under = await engineUnderTest({ host: 'ssh://node-1' }, realMachine(env));
    const session = await under.connect();
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    const served = await fake.stream();
    const reading = stream.read(() => undefined);
    served.send('last');
    assert.deepEqual(await reading, {
      kind: 'cut',
      problem: {
        code: 'connection_lost',
        message:
          'The event stream of ssh://node-1 was cut (Timeout, server node-1 not responding.). The engine, a proxy or the network in between failed.',
      },
    });
    await fake.stop();
  });

  it('stops ssh when the stream is closed from here', async () => {
    const fake = await FakeEngine.start();
    const env = await withSsh(`#!/usr/bin/env node
const socket = require('node:net').connect(${JSON.stringify(fake.path)});
process.stdin.pipe(socket).pipe(process.stdout);
`);
    const under = await engineUnderTest({ host: 'ssh://node-1' }, realMachine(env));
    const stream = valueIn(await (await under.connect()).events(WHOLE, under.stop.signal));
    const served = await fake.stream();
    const reading = stream.read(() => undefined);
    stream.close();
    assert.deepEqual(await reading, { kind: 'closed_by_us' });
    await served.closed;
    await fake.stop();
  });

  const COMPLAINTS: readonly (readonly [stderr: string, exitCode: number, message: string])[] = [
    [
      'No ED25519 host key is known for node-1 and you have requested strict checking.\nHost key verification failed.',
      255,
      'ssh://node-1 cannot be reached: its host key is not in known_hosts. Connect once by hand with ssh to check and keep the key, or mount a known_hosts file; as the user that this process runs as. ssh said: Host key verification failed.',
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      255,
      'ssh://node-1 cannot be reached: its host key is not the one in known_hosts. Find out why it changed: somebody may be in between. If the machine was set up anew, remove the old key with ssh-keygen -R HOST and connect once by hand. ssh said: Host key verification failed.',
    ],
    [
      'ann@node-1: Permission denied (publickey,password).',
      255,
      'ssh://node-1 cannot be reached: it took none of our keys. ssh is run without asking, so the key must be without passphrase or in an agent (SSH_AUTH_SOCK), and the other side must know it. ssh said: ann@node-1: Permission denied (publickey,password).',
    ],
    [
      'ssh: Could not resolve hostname node-1: Name or service not known',
      255,
      'ssh://node-1 cannot be reached: the host has no address. Check its spelling, the DNS, and ~/.ssh/config. ssh said: ssh: Could not resolve hostname node-1: Name or service not known',
    ],
    [
      'ssh: connect to host node-1 port 22: Connection refused',
      255,
      'ssh://node-1 cannot be reached: nobody listens there. Check the port, and that sshd is running on the other side. ssh said: ssh: connect to host node-1 port 22: Connection refused',
    ],
    [
      'ssh: connect to host node-1 port 22: No route to host',
      255,
      'ssh://node-1 cannot be reached: there is no way to it from here. Check the network and the firewalls in between. ssh said: ssh: connect to host node-1 port 22: No route to host',
    ],
    [
      'bash: docker: command not found',
      127,
      'ssh://node-1 cannot be reached: there is no docker command on the other side. Install the docker command there and put it on the PATH of shells that are not interactive; "docker system dial-stdio" must run there. ssh said: bash: docker: command not found',
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      1,
      'ssh://node-1 cannot be reached: the docker command there cannot reach its engine. Log in there and run "docker version" as that user. ssh said: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    [
      'kex_exchange_identification: banner line contains invalid characters',
      255,
      'ssh://node-1 cannot be reached: ssh ended with 255. Try "docker system dial-stdio" there by hand. ssh said: kex_exchange_identification: banner line contains invalid characters',
    ],
  ];
  for (const [stderr, exitCode, message] of COMPLAINTS) {
    it(`says what to do about: ${stderr.split('\n')[0]}`, async () => {
      const env = await withSsh(`#!/bin/sh\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${exitCode}\n`);
      const under = await engineUnderTest({ host: 'ssh://node-1' }, realMachine(env));
      assert.deepEqual(await under.failToConnect(), { code: 'ssh_failed', message });
    });
  }

  it('says so where there is no ssh', async () => {
    const under = await engineUnderTest({ host: 'ssh://node-1' }, realMachine({ PATH: folder }));
    assert.deepEqual(await under.failToConnect(), {
      code: 'ssh_failed',
      message:
        'ssh://node-1 is reached with the ssh command, which could not be run (ENOENT). Install the OpenSSH client, or name a tcp:// engine with TLS.',
    });
  });

  it('quotes a socket path for the shell on the other side', () => {
    const endpoint = {
      kind: 'ssh',
      host: 'h',
      user: undefined,
      port: undefined,
      socketPath: "/run/$(id)'s.sock",
    } as const;
    assert.deepEqual(sshArguments(endpoint).slice(-7), [
      '--',
      'h',
      'docker',
      '--host',
      String.raw`'unix:///run/$(id)'\''s.sock'`,
      'system',
      'dial-stdio',
    ]);
  });
});
