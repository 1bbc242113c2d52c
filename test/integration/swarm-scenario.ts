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
  const spec = (replicas: number) => ({
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
  });
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

/** Swarm objects are changed by naming the version that is meant. */
async function versionOf(api: EngineApi, path: string): Promise<{ readonly version: string }> {
  const version = (await api.call('GET', path)).json()['Version'];
  return { version: String(Reflect.get(Object(version), 'Index')) };
}
