/** What only the manager of a swarm tells. */
import type { EngineApi } from './api.ts';
import { countTo, IMAGE, type World } from './world.ts';

export async function playSwarm(world: World): Promise<void> {
  const { api, reader } = world;
  await api.call('POST', '/swarm/init', {
    body: { ListenAddr: '127.0.0.1:22377', AdvertiseAddr: '127.0.0.1', DataPathPort: 24789 },
  });
  const data = Buffer.from('secret').toString('base64');
  for (const kind of ['secrets', 'configs']) {
    const made = await api.call('POST', `/${kind}/create`, { body: { Name: `shop-${kind}`, Data: data } });
    const path = `/${kind}/${made.text('ID')}`;
    const Labels = { seen: 'yes' };
    await api.call('POST', `${path}/update`, {
      query: await versionOf(api, path),
      body: { Name: `shop-${kind}`, Labels },
    });
    await api.call('DELETE', path);
  }
  const network = await api.call('POST', '/networks/create', { body: { Name: 'shop_overlay', Driver: 'overlay' } });
  await api.call('DELETE', `/networks/${network.text('Id')}`);
  await playService(world);
  const node = (await api.call('GET', '/info')).json()['Swarm'];
  const id = String(Reflect.get(Object(node), 'NodeID'));
  const drained = reader.waitForNext(
    ({ type, attributes }) => type === 'node' && attributes.get('availability.new') === 'drain',
  );
  await api.call('POST', `/nodes/${id}/update`, {
    query: await versionOf(api, `/nodes/${id}`),
    body: { Role: 'manager', Availability: 'drain' },
  });
  await drained;
  await api.call('POST', '/swarm/leave', { query: { force: 'true' } });
}

async function playService(world: World): Promise<void> {
  const { api, reader } = world;
  const task = (verb: string, count: number) =>
    reader.waitForNext(
      countTo(
        count,
        ({ action, attributes }) => action === verb && attributes.get('com.docker.swarm.service.name') === 'api',
      ),
    );
  const first = task('start', 1);
  const made = await api.call('POST', '/services/create', { body: spec(1) });
  await first;
  const path = `/services/${made.text('ID')}`;
  const second = task('start', 1);
  await api.call('POST', `${path}/update`, { query: await versionOf(api, path), body: spec(2) });
  await second;
  const gone = task('destroy', 2);
  await api.call('DELETE', path);
  await gone;
}

function spec(replicas: number) {
  return {
    Name: 'api',
    Labels: { 'com.docker.stack.namespace': 'shop' },
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: {
      ContainerSpec: {
        Image: IMAGE,
        Args: ['sleep', '600'],
        StopSignal: 'SIGKILL',
        Labels: { 'com.docker.stack.namespace': 'shop' },
      },
      Networks: [{ Target: 'host' }],
    },
  };
}

/** Makes managers of one swarm of both; each listens on a loopback address of its own, so that no port is wanted twice. */
export async function joinSwarm(first: EngineApi, second: EngineApi): Promise<void> {
  const [one, two] = ['127.0.0.1', '127.0.0.2'];
  await first.call('POST', '/swarm/init', {
    body: { ListenAddr: `${one}:22377`, AdvertiseAddr: one, DataPathPort: 24789 },
  });
  const tokens = (await first.call('GET', '/swarm')).json()['JoinTokens'];
  await second.call('POST', '/swarm/join', {
    body: {
      ListenAddr: `${two}:22377`,
      AdvertiseAddr: two,
      RemoteAddrs: [`${one}:22377`],
      JoinToken: String(Reflect.get(Object(tokens), 'Manager')),
    },
  });
}

/** A service with a task on each of the engines, from its creation to its removal. */
export async function playSpreadService(worlds: readonly World[]): Promise<void> {
  const [leader] = worlds;
  if (leader === undefined) return;
  const { api } = leader;
  const everywhere = (type: string, action: string) =>
    Promise.all(
      worlds.map(({ reader }) => reader.waitForNext((event) => event.type === type && event.action === action)),
    );
  const started = everywhere('container', 'start');
  const made = await api.call('POST', '/services/create', { body: spec(worlds.length) });
  await started;
  const path = `/services/${made.text('ID')}`;
  const updated = everywhere('service', 'update');
  const Labels = { seen: 'yes' };
  await api.call('POST', `${path}/update`, {
    query: await versionOf(api, path),
    body: { ...spec(worlds.length), Labels },
  });
  await updated;
  const gone = Promise.all([everywhere('service', 'remove'), everywhere('container', 'destroy')]);
  await api.call('DELETE', path);
  await gone;
}

/** Swarm objects are changed by naming the version that is meant. */
export async function versionOf(api: EngineApi, path: string): Promise<{ readonly version: string }> {
  const version = (await api.call('GET', path)).json()['Version'];
  return { version: String(Reflect.get(Object(version), 'Index')) };
}
