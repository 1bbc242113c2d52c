/**
 * The engines that the integration tests run against: those named by DOCKER_EVENTS_OTEL_TEST_HOSTS, or else a private
 * dockerd of this machine, with data, sockets and pid file in a folder of its own, started here and stopped by its pid.
 *
 *     DOCKER_EVENTS_OTEL_TEST_HOSTS=docker-28=unix:///tmp/28.sock,podman=unix:///tmp/podman.sock
 *     DOCKER_EVENTS_OTEL_TEST_DOCKERD=/opt/docker-28/dockerd      this one instead of the machine's
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestEngine {
  readonly name: string;
  /** As `DOCKER_HOST` says it. */
  readonly host: string;
  /** Only for an engine that was started here. */
  readonly own: OwnEngine | undefined;
  stop(): Promise<void>;
}

export interface OwnEngine {
  /** Has it read its configuration again (SIGHUP). */
  reload(): void;
  /** Stops and starts it; its containers end. */
  restart(): Promise<void>;
}

/** `missing` says why no engine can be had. */
export type Engines =
  | { readonly kind: 'given'; readonly hosts: readonly { readonly name: string; readonly host: string }[] }
  | { readonly kind: 'private'; readonly dockerd: string }
  | { readonly kind: 'missing'; readonly why: string };

/** True where it is a failure, and no reason to leave tests out, when there is no engine. */
export function engineRequired(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] === 'true' || env['DOCKER_EVENTS_OTEL_REQUIRE_ENGINE'] === '1';
}

export function findEngines(env: NodeJS.ProcessEnv): Engines {
  const given = env['DOCKER_EVENTS_OTEL_TEST_HOSTS'] ?? '';
  if (given !== '') return { kind: 'given', hosts: given.split(',').map(hostOf) };
  const dockerd = env['DOCKER_EVENTS_OTEL_TEST_DOCKERD'] ?? findProgram('dockerd', env['PATH'] ?? '');
  if (dockerd === undefined)
    return { kind: 'missing', why: 'there is no dockerd on this machine (Debian: apt-get install docker.io)' };
  if (process.getuid?.() !== 0) return { kind: 'missing', why: 'only root can start a private dockerd' };
  return { kind: 'private', dockerd };
}

function hostOf(pair: string): { readonly name: string; readonly host: string } {
  const cut = pair.indexOf('=');
  if (cut < 1) throw new Error(`DOCKER_EVENTS_OTEL_TEST_HOSTS: expected name=endpoint, got ${JSON.stringify(pair)}`);
  return { name: pair.slice(0, cut), host: pair.slice(cut + 1) };
}

/** Also where Debian puts daemons, which is not on everybody's PATH. */
function findProgram(name: string, path: string): string | undefined {
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** All engines to test, ready to be spoken to. Throws when there is none. */
export async function startEngines(engines: Engines): Promise<readonly TestEngine[]> {
  if (engines.kind === 'missing') throw new Error(`no Docker Engine to test against: ${engines.why}`);
  if (engines.kind === 'private') return [await startDockerd(engines.dockerd)];
  return engines.hosts.map(({ name, host }) => ({ name, host, own: undefined, stop: async () => {} }));
}

async function startDockerd(dockerd: string): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'test-engine-'));
  const host = `unix://${join(folder, 'docker.sock')}`;
  await writeFile(join(folder, 'daemon.json'), '{ "max-concurrent-downloads": 2 }\n');
  const args = [
    ...[
      '--config-file',
      join(folder, 'daemon.json'),
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'exec'),
    ],
    ...['--pidfile', join(folder, 'docker.pid'), '--host', host],
    // No bridge and no packet filter: containers have no network, and the machine's own is left as it is.
    ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--shutdown-timeout=5'],
  ];
  let daemon = await launch(dockerd, args, folder);
  return {
    name: execFileSync(dockerd, ['--version'], { encoding: 'utf8' }).trim(),
    host,
    own: {
      reload: () => daemon.kill('SIGHUP'),
      restart: async () => {
        await end(daemon);
        daemon = await launch(dockerd, args, folder);
      },
    },
    stop: async () => {
      await end(daemon);
      releaseMounts(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Resolves when dockerd says that it listens; rejects with the end of its log when it ends before. */
async function launch(dockerd: string, args: readonly string[], folder: string): Promise<ChildProcess> {
  const daemon = spawn(dockerd, [...args], { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  // A test run that is interrupted leaves no engine behind.
  const endWithUs = () => daemon.kill('SIGTERM');
  process.once('exit', endWithUs);
  const logFile = createWriteStream(join(folder, 'dockerd.log'), { flags: 'a' });
  const ready = Promise.withResolvers<void>();
  createInterface({ input: daemon.stderr }).on('line', (line) => {
    logFile.write(`${line}\n`);
    if (line.includes('API listen on')) ready.resolve();
  });
  daemon.once('exit', async (code) => {
    process.removeListener('exit', endWithUs);
    const log = await readFile(join(folder, 'dockerd.log'), 'utf8');
    ready.reject(new Error(`dockerd ended with ${code} before it listened:\n${log.split('\n').slice(-15).join('\n')}`));
  });
  await ready.promise;
  return daemon;
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await ended;
}

/** dockerd leaves mounts of its network namespaces behind, which would keep the folder from being removed. */
function releaseMounts(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' }).split('\n');
  const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((target) => target.startsWith(`${folder}/`));
  for (const target of ours.reverse()) execFileSync('umount', ['--lazy', target]);
}
