/** An engine to act upon, the witness of its events, and the small acts that scenarios are made of. */
import { randomUUID } from 'node:crypto';
import { type ApiAnswer, EngineApi } from './api.ts';
import { readBusybox } from './busybox.ts';
import type { TestEngine } from './engine.ts';
import type { EventReader, SeenEvent } from './reader.ts';
import { tarOf } from './tar.ts';

export const IMAGE = 'event-test:busybox';

export interface World {
  readonly api: EngineApi;
  readonly reader: EventReader;
  readonly engine: TestEngine;
  /** Tells the marks of this run from those of earlier ones, which Podman tells again. */
  readonly run: string;
  /** Podman knows no swarm, builder or reload, and calls some things by other names. */
  readonly podman: boolean;
}

export async function openWorld(engine: TestEngine, reader: EventReader): Promise<World> {
  const api = new EngineApi(engine.host);
  const version = await api.call('GET', '/version');
  return { api, reader, engine, run: randomUUID(), podman: version.body.toString().includes('Podman Engine') };
}

/** The image of all containers here: a static busybox, made on the spot. */
export async function importImage({ api }: World, name = IMAGE): Promise<void> {
  const content = readBusybox();
  const commands = ['sh', 'sleep', 'true', 'touch', 'rm', 'test', 'tail', 'cat', 'kill'];
  const links = commands.map((command) => ({ path: `bin/${command}`, linkTo: 'busybox' }));
  const [repo = '', tag = ''] = name.split(':');
  const body = tarOf([
    { path: 'bin/busybox', content },
    { path: 'data/hello', content: Buffer.from('hello\n') },
    ...links,
  ]);
  await api.call('POST', '/images/create', { query: { fromSrc: '-', repo, tag, message: 'for tests' }, body });
}

/** Load: many events as fast as four clients can cause them. */
export async function tagMany({ api }: World, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${index}`).values();
  const client = async () => {
    for (const tag of names) await api.call('POST', `/images/${IMAGE}/tag`, { query: { repo: 'load', tag } });
  };
  await Promise.all([client(), client(), client(), client()]);
}

/** One event that can be told from all others: the last image tag. */
export async function mark({ api, reader, run }: World, name: string): Promise<SeenEvent> {
  const marker = `${name}-${run}`;
  const marked = reader.waitFor(({ type, action, attributes }) => {
    return type === 'image' && action === 'tag' && (attributes.get('name') ?? '').endsWith(`mark:${marker}`);
  });
  await api.call('POST', `/images/${IMAGE}/tag`, { query: { repo: 'mark', tag: marker } });
  return marked;
}

export interface ContainerParts {
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly health?: object;
  /** The signal of `docker stop`; without one it is SIGKILL, so that nothing is waited for. */
  readonly stopSignal?: string;
  readonly hostConfig?: object;
}

export async function createContainer({ api }: World, name: string, parts: ContainerParts = {}): Promise<void> {
  const {
    command = ['sleep', '600'],
    labels = {},
    tty = false,
    health,
    stopSignal = 'SIGKILL',
    hostConfig = {},
  } = parts;
  await api.call('POST', '/containers/create', {
    query: { name },
    body: {
      Image: IMAGE,
      Cmd: command,
      Labels: labels,
      Tty: tty,
      StopSignal: stopSignal,
      ...(health === undefined ? {} : { Healthcheck: health }),
      HostConfig: { NetworkMode: 'none', ...hostConfig },
    },
  });
}

export async function runContainer(world: World, name: string, parts: ContainerParts = {}): Promise<void> {
  await createContainer(world, name, parts);
  await act(world, name, 'start');
}

/**
 * A container that the kernel kills something in for want of memory, and that ends as if it had been the first process
 * itself. That one lives until the engine has told of it: a container that is gone at once may take the news with it.
 */
export async function runOutOfMemory(world: World, name: string): Promise<void> {
  const memory = 8 * 1024 * 1024;
  const told = next(world, name, 'oom');
  await runContainer(world, name, {
    command: ['sh', '-c', 'tail /dev/zero; until test -e /data/told; do sleep 0.1; done; exit 137'],
    hostConfig: { Memory: memory, MemorySwap: memory },
  });
  await told;
  const body = tarOf([{ path: 'told', content: Buffer.from('told\n') }]);
  await world.api.call('PUT', `/containers/${name}/archive`, { query: { path: '/data' }, body });
  await act(world, name, 'wait');
}

export function act(
  { api }: World,
  name: string,
  verb: string,
  query: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  return api.call('POST', `/containers/${name}/${verb}`, { query, allow: [304] });
}

export async function remove({ api }: World, name: string): Promise<void> {
  await api.call('DELETE', `/containers/${name}`, { query: { force: 'true', v: 'true' } });
}

/** The next event of this container whose action begins so. */
export function next({ reader }: World, name: string, action: string): Promise<SeenEvent> {
  return reader.waitForNext((event) => event.action.startsWith(action) && event.attributes.get('name') === name);
}

/** Matches the event with which this many have matched. */
export function countTo(count: number, matches: (event: SeenEvent) => boolean): (event: SeenEvent) => boolean {
  let left = count;
  return (event) => {
    if (matches(event)) left -= 1;
    return left === 0;
  };
}
