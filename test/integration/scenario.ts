/**
 * A day in the life of an engine, in half a minute: everything that an engine of its kind tells of without a registry to
 * pull from. Nothing waits for time: each step waits for the event that it should cause.
 */
import type { SeenEvent } from './reader.ts';
import { playSwarm } from './swarm-scenario.ts';
import { tarOf } from './tar.ts';
import {
  act,
  countTo,
  createContainer,
  IMAGE,
  importImage,
  mark,
  next,
  remove,
  runContainer,
  runOutOfMemory,
  type World,
} from './world.ts';

/** Plays everything, and ends with an event that nothing of the scenario comes after. */
export async function playScenario(world: World, endMark: string): Promise<SeenEvent> {
  await importImage(world);
  await playContainers(world);
  await playDeaths(world);
  await playExec(world);
  await playHealth(world);
  await playLabels(world);
  await playImages(world);
  await playVolumesAndNetworks(world);
  if (!world.podman) await playSwarm(world);
  await playPrunes(world);
  if (world.engine.own !== undefined) await reload(world, world.engine.own);
  return mark(world, endMark);
}

async function playContainers(world: World): Promise<void> {
  const { api } = world;
  await runContainer(world, 'web', {
    tty: true,
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
  });
  await act(world, 'web', 'pause');
  await act(world, 'web', 'unpause');
  await api.call('POST', '/containers/web/rename', { query: { name: 'web-2' } });
  await api.call('POST', '/containers/web-2/update', { body: { CpuShares: 512 } });
  await act(world, 'web-2', 'resize', { h: '24', w: '80' });
  await api.call('GET', '/containers/web-2/top', { allow: [500] });
  // Podman gives no answer to this before the container ends.
  if (!world.podman) await act(world, 'web-2', 'attach', { logs: '1', stdout: '1' });
  await api.call('GET', '/containers/web-2/export');
  await api.call('GET', '/containers/web-2/archive', { query: { path: '/data/hello' } });
  await api.call('PUT', '/containers/web-2/archive', {
    query: { path: '/data' },
    body: tarOf([{ path: 'in', content: Buffer.from('in\n') }]),
  });
  await api.call('POST', '/commit', {
    query: { container: 'web-2', repo: 'snap', tag: '1', comment: 'before upgrade' },
    body: {},
  });
  await act(world, 'web-2', 'restart', { t: '1' });
  await act(world, 'web-2', 'stop', { t: '1' });
  await act(world, 'web-2', 'start');
  await act(world, 'web-2', 'kill', { signal: 'SIGUSR1' });
  await act(world, 'web-2', 'kill', { signal: 'SIGKILL' });
  await act(world, 'web-2', 'wait');
  await remove(world, 'web-2');
}

/** How often a crashing container is run before the engine gives it up. */
const RUNS = 3;

/** A crash, again and again; a death for want of memory; and one that was asked for. */
export async function playDeaths(world: World): Promise<void> {
  const looped = world.reader.waitForNext(
    countTo(RUNS, ({ action, attributes }) => action.startsWith('die') && attributes.get('name') === 'crashloop'),
  );
  const hostConfig = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: RUNS - 1 } };
  await runContainer(world, 'crashloop', { command: ['sh', '-c', 'exit 3'], hostConfig });
  await looped;
  await remove(world, 'crashloop');

  // Podman tells of no want of memory.
  if (!world.podman) {
    await runOutOfMemory(world, 'leak');
    await remove(world, 'leak');
  }

  const ended = next(world, 'wanted', 'die');
  await runContainer(world, 'wanted');
  await act(world, 'wanted', 'kill', { signal: 'SIGKILL' });
  await ended;
  await remove(world, 'wanted');
}

async function exec(world: World, name: string, command: readonly string[], parts: object = {}): Promise<string> {
  const made = await world.api.call('POST', `/containers/${name}/exec`, {
    body: { Cmd: command, AttachStdout: true, AttachStderr: true, ...parts },
  });
  return made.text('Id');
}

async function playExec(world: World): Promise<void> {
  const { api, podman } = world;
  await runContainer(world, 'worker');
  const died = next(world, 'worker', podman ? 'exec_died' : 'exec_die');
  const login = await exec(world, 'worker', ['sh', '-c', 'echo --password=hunter2: "a  b" é; exit 7']);
  await api.call('POST', `/exec/${login}/start`, { body: { Detach: false, Tty: false } });
  await died;
  if (!podman) {
    const unstartable = await exec(world, 'worker', ['/bin/no-such-program']);
    await api.call('POST', `/exec/${unstartable}/start`, {
      body: { Detach: false, Tty: false },
      allow: [400, 404, 500],
    });
  }
  await remove(world, 'worker');
}

async function playHealth(world: World): Promise<void> {
  const every = 200_000_000;
  const healthStatus = (status: string) => {
    if (world.podman) return next(world, 'shaky', 'health_status');
    return next(world, 'shaky', `health_status: ${status}`);
  };
  const well = healthStatus('healthy');
  await runContainer(world, 'shaky', {
    health: { Test: ['CMD-SHELL', 'test ! -e /sick'], Interval: every, Timeout: 10 * every, Retries: 1 },
  });
  if (world.podman) return remove(world, 'shaky');
  await well;
  const sick = healthStatus('unhealthy');
  await startExec(world, await exec(world, 'shaky', ['touch', '/sick']));
  await sick;
  const again = healthStatus('healthy');
  await startExec(world, await exec(world, 'shaky', ['rm', '/sick']));
  await again;
  await remove(world, 'shaky');
}

async function startExec(world: World, execId: string): Promise<void> {
  await world.api.call('POST', `/exec/${execId}/start`, { body: { Detach: false, Tty: false } });
}

/** Labels that try to pass for what the engine says, and some that are hard to carry. */
async function playLabels(world: World): Promise<void> {
  const labels = {
    exitCode: '0',
    signal: '9',
    execID: 'mine',
    container: 'other',
    type: 'bridge',
    _type_: 'image',
    'docker.actor.id': 'forged',
    'log.record.uid': 'forged',
    __proto__key: 'p',
    constructor: 'c',
    'quotes " and \\ back': '<html> & \u0001 é 😀',
    // Podman refuses a label without a name.
    ...(world.podman ? {} : { '': 'empty key' }),
    'empty value': '',
  };
  const died = next(world, 'spoof', 'die');
  await runContainer(world, 'spoof', { labels, command: ['sh', '-c', 'exit 3'] });
  await died;
  await remove(world, 'spoof');
}

async function playImages({ api }: World): Promise<void> {
  await api.call('POST', `/images/${IMAGE}/tag`, { query: { repo: 'registry.example:5000/team/app', tag: 'v1' } });
  const saved = await api.call('GET', '/images/get', { query: { names: 'snap:1' } });
  await api.call('DELETE', '/images/registry.example:5000/team/app:v1');
  await api.call('DELETE', '/images/snap:1');
  await api.call('POST', '/images/load', { body: saved.body });
  await api.call('DELETE', '/images/snap:1');
}

async function playVolumesAndNetworks(world: World): Promise<void> {
  const { api, podman } = world;
  await api.call('POST', '/volumes/create', { body: { Name: 'shop_data' } });
  await runContainer(world, 'store', { hostConfig: { Binds: ['shop_data:/data/volume'] } });
  await remove(world, 'store');
  await api.call('DELETE', '/volumes/shop_data');
  if (podman) return;
  const internal = { Name: 'shop_net', Driver: 'bridge', Internal: true };
  await api.call('POST', '/networks/create', { body: internal });
  await api.call('DELETE', '/networks/shop_net');
}

async function playPrunes(world: World): Promise<void> {
  const { api, podman } = world;
  await createContainer(world, 'leftover');
  const volume = await api.call('POST', '/volumes/create', { body: {} });
  if (volume.text('Name') === '') throw new Error('a volume without a name was made');
  const builds = podman ? [] : ['/build/prune'];
  for (const path of ['/containers/prune', '/networks/prune', '/volumes/prune', '/images/prune', ...builds]) {
    await api.call('POST', path);
  }
}

async function reload({ reader }: World, own: { reload(): void }): Promise<void> {
  const reloaded = reader.waitForNext(({ type, action }) => type === 'daemon' && action === 'reload');
  own.reload();
  await reloaded;
}
