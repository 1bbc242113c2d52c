/** The update of a swarm's service is a trace of its own, which the runs that it ended lead to. */
import assert from 'node:assert/strict';
import type { OtlpSink } from '../support/otlp-sink.ts';
import { findEngines } from './engine.ts';
import type { SeenEvent } from './reader.ts';
import { Scene } from './scene.ts';
import { assertIdsAreUnique, assertRecordsLead, picture } from './span-picture.ts';
import { versionOf } from './swarm-scenario.ts';
import { IMAGE, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** How long a task is watched before its update counts as done. */
const MONITOR = 300_000_000;

for (const source of engines.sources) {
  if ('dockerd' in source) describe(`${source.name}: the spans of a service`, () => tests(() => Scene.open(source)));
}

function tests(open: () => Promise<Scene>): void {
  let scene: Scene;
  let world: World;

  before(async () => {
    scene = await open();
    world = scene.world;
    await world.api.call('POST', '/swarm/init', {
      body: { ListenAddr: '127.0.0.1:22377', AdvertiseAddr: '127.0.0.1', DataPathPort: 24789 },
    });
  });
  afterEach(() => scene.tidy());
  after(async () => {
    await world.api.call('POST', '/swarm/leave', { query: { force: 'true' } });
    await scene.close();
  });

  const seen = (matches: (event: SeenEvent) => boolean) => world.reader.waitForNext(matches);
  const task = (action: string) =>
    seen(({ type, action: what, attributes }) => {
      return type === 'container' && what === action && attributes.get('com.docker.swarm.service.name') === 'shop_api';
    });
  const rollout = (state: string) => seen(({ attributes }) => attributes.get('updatestate.new') === state);

  it('have the updates, what failed of them, and the runs that they ended', async () => {
    const { api } = world;
    const sink = await scene.sink();
    const args = await scene.configuredAlone('rules: {bundled: false}\n');
    const collector = scene.collector({ sink, storage: await scene.folder(), args });
    await Promise.race([collector.said('receiver.connected'), collector.ended()]);

    const started = task('start');
    const path = `/services/${(await api.call('POST', '/services/create', { body: spec('one', 600) })).text('ID')}`;
    await started;
    const update = async (body: object, state: string) => {
      const ended = rollout(state);
      await api.call('POST', `${path}/update`, { query: await versionOf(api, path), body });
      await ended;
    };
    await update(spec('two', 600), 'completed');
    await update(spec('three', 0), 'rollback_completed');
    await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    assert.deepEqual([...sink.violations, ...sink.notThere], []);
    assertIdsAreUnique(sink.spans);
    // Whether the engine begins another task while it rolls back is its own affair.
    const tasks = world.reader.seen
      .filter(({ type, action }) => type === 'container' && action === 'create')
      .slice(0, 3);
    const spans = sink.spans.filter(({ attributes }) => {
      const id = attributes.get('container.id');
      return id === undefined || tasks.some((one) => one.id === id);
    });
    const lines = picture(world, spans).map((line) =>
      tasks.reduce(
        (text, { attributes }, index) => text.replaceAll(attributes.get('name') ?? '', `${index + 1}`),
        line,
      ),
    );
    assert.deepEqual(lines, [
      'container run 1: start to die, rollout: service rollout from updating',
      '  container create 1: create to start',
      '  container stop 1: kill to die',
      'service rollout shop_api: updating to completed',
      'container run 2: start to die, rollout: service rollout from updating 2',
      '  container create 2: create to start',
      '  container stop 2: kill to die',
      'service rollout shop_api: updating 2 to rollback_completed, ERROR The update was rolled back.',
      'container run 3: start to die, ERROR The container failed with exit code 3., rollout: service rollout from updating 2',
      '  container create 3: create to start',
    ]);
    for (const { resource, attributes } of spans) {
      assert.equal(resource.get('service.name'), 'shop_api');
      assert.equal(attributes.get('docker.swarm.service.name'), 'shop_api');
      const isOfTask = attributes.has('container.id');
      assert.equal(resource.get('service.namespace'), isOfTask ? 'shop' : undefined);
    }
    assertUpdatesLead(sink);
    assertRecordsLead(
      world,
      sink,
      sink.records.filter(({ eventName, attributes }) => {
        const isOfContainer = eventName.startsWith('docker.container.');
        return isOfContainer && tasks.some(({ id }) => id === attributes.get('container.id'));
      }),
    );
  });
}

/** Of the records of updates, those that tell how far a rollout is lead to it. */
function assertUpdatesLead({ records, spans }: OtlpSink): void {
  const leading = records.flatMap(({ attributes, timeUnixNano, traceId, spanId }) => {
    const state = attributes.get('docker.service.update_state.new');
    if (state === undefined) return [];
    const rollout = spans.find((span) => span.traceId === traceId && span.spanId === spanId);
    assert.equal(rollout?.name, 'service rollout', `what the update to ${state} leads to`);
    const at = BigInt(timeUnixNano);
    assert.ok(at >= BigInt(rollout.startTimeUnixNano) && at <= BigInt(rollout.endTimeUnixNano));
    return [state];
  });
  assert.deepEqual(leading, ['updating', 'completed', 'updating', 'rollback_started', 'rollback_completed']);
}

function spec(version: string, seconds: number) {
  const slowly = { Parallelism: 1, Monitor: MONITOR, Order: 'stop-first' };
  return {
    Name: 'shop_api',
    Labels: { 'com.docker.stack.namespace': 'shop' },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { ...slowly, FailureAction: 'rollback' },
    RollbackConfig: slowly,
    TaskTemplate: {
      ContainerSpec: {
        Image: IMAGE,
        Args: seconds === 0 ? ['sh', '-c', 'exit 3'] : ['sleep', String(seconds)],
        Env: [`VERSION=${version}`],
        StopSignal: 'SIGKILL',
        Labels: { 'com.docker.stack.namespace': 'shop' },
      },
      RestartPolicy: { Condition: 'none' },
      Networks: [{ Target: 'host' }],
    },
  };
}
