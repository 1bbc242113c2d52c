/**
 * The engines that the integration tests run against: those that DOCKER_EVENTS_OTEL_ENGINES names, or else a private
 * dockerd of this machine. A private one has data, sockets and pid file in a folder of its own, is started here and
 * stopped by its pid.
 *
 *     DOCKER_EVENTS_OTEL_ENGINES=docker-28=/opt/28/dockerd,podman=unix:///run/podman.sock
 *
 * A path is a dockerd to start, privately; anything else is the endpoint of an engine that runs already.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { whyNoBusybox } from './busybox.ts';
import { Dockerd, type DockerdOptions } from './dockerd.ts';

export interface TestEngine {
  readonly name: string;
  /** As `DOCKER_HOST` says it. */
  readonly host: string;
  /** Only for an engine that was started here. */
  readonly own: Dockerd | undefined;
  stop(): Promise<void>;
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
export async function startEngine(source: EngineSource, options: DockerdOptions = {}): Promise<TestEngine> {
  if ('host' in source) return { ...source, own: undefined, stop: async () => {} };
  const own = await Dockerd.start(source.dockerd, options);
  return { name: source.name, host: own.host, own, stop: () => own.stop() };
}
