/**
 * The engines that the integration tests run against: those that DOCKER_EVENTS_OTEL_ENGINES names, or else a private
 * dockerd of this machine. A private one has data, sockets and pid file in a folder of its own, is started here and
 * stopped by its pid.
 *
 *     DOCKER_EVENTS_OTEL_ENGINES=docker-28=/opt/28/dockerd,podman=unix:///run/podman.sock
 *
 * A path is a dockerd to start, privately; anything else is the endpoint of an engine that runs already.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { whyNoBusybox } from './busybox.ts';

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

/** An engine that can be had: one to start, or one that runs. */
export type EngineSource = { readonly name: string } & ({ readonly dockerd: string } | { readonly host: string });

/** `missing` says why no engine can be had. */
export type Engines =
  | { readonly kind: 'found'; readonly sources: readonly EngineSource[] }
  | { readonly kind: 'missing'; readonly why: string };

/** True where it is a failure, and no reason to leave tests out, when there is no engine. */
export function engineRequired(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] === 'true' || env['DOCKER_EVENTS_OTEL_REQUIRE_ENGINE'] === '1';
}

export function findEngines(env: NodeJS.ProcessEnv): Engines {
  const given = env['DOCKER_EVENTS_OTEL_ENGINES'] ?? '';
  const dockerd = findProgram('dockerd', env['PATH'] ?? '');
  const machines = dockerd === undefined ? [] : [{ name: 'this machine', dockerd }];
  const sources = given === '' ? machines : given.split(',').map(sourceOf);
  if (sources.length === 0) return missing('there is no dockerd on this machine (Debian: apt-get install docker.io)');
  const startsOne = sources.some((source) => 'dockerd' in source);
  if (startsOne && process.getuid?.() !== 0) return missing('only root can start a private dockerd');
  const why = whyNoBusybox();
  return why === undefined ? { kind: 'found', sources } : missing(why);
}

function missing(why: string): Engines {
  return { kind: 'missing', why };
}

function sourceOf(pair: string): EngineSource {
  const cut = pair.indexOf('=');
  if (cut < 1) throw new Error(`expected name=endpoint or name=/path/to/dockerd, got ${JSON.stringify(pair)}`);
  const [name, what] = [pair.slice(0, cut), pair.slice(cut + 1)];
  return what.startsWith('/') ? { name, dockerd: what } : { name, host: what };
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

/** The engine, ready to be spoken to. Rejects with what dockerd said when it does not start. */
export async function startEngine(source: EngineSource): Promise<TestEngine> {
  if ('host' in source) return { ...source, own: undefined, stop: async () => {} };
  return startDockerd(source.name, source.dockerd);
}

async function startDockerd(name: string, dockerd: string): Promise<TestEngine> {
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
  const removeFolder = async () => {
    releaseMounts(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let daemon = await launch(dockerd, args, folder).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  return {
    name,
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
      await removeFolder();
    },
  };
}

/** Resolves when dockerd says that it listens; rejects with the end of its log when it ends before. */
async function launch(dockerd: string, args: readonly string[], folder: string): Promise<ChildProcess> {
  const daemon = spawn(dockerd, [...args], { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  // A test run that is interrupted leaves no engine behind.
  const endWithUs = () => daemon.kill('SIGTERM');
  process.once('exit', endWithUs);
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: daemon.stderr }).on('line', (line) => {
    said.push(line);
    if (line.includes('API listen on')) ready.resolve();
  });
  daemon.once('error', ready.reject);
  // All of its output has been read then.
  daemon.once('close', (code) => {
    process.removeListener('exit', endWithUs);
    ready.reject(new Error(`dockerd ended with ${code} before it listened\n${said.slice(-15).join('\n')}`.trim()));
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
