/** What happens while nobody reads: a collector is killed, its connection is cut, its engine stands still. */
import assert from 'node:assert/strict';
import {
  arrival,
  arrivalOf,
  assertEveryEventArrived,
  assertEveryEventSurvived,
  assertSpansSurvived,
  gapsIn,
} from './arrivals.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { type EngineSource, findEngines } from './engine.ts';
import { Scene } from './scene.ts';
import { act, countTo, remove, runContainer, tagMany, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** How many events after the start of the churn a collector is killed. */
const KILLED_AFTER = [2, 7, 15];

/** Containers that come and go, two at a time: some 40 events. */
async function churn(world: World, round: number): Promise<void> {
  const one = async (name: string) => {
    await runContainer(world, name, { command: ['sh', '-c', 'exit 3'] });
    await act(world, name, 'wait');
    await remove(world, name);
  };
  const client = async (names: readonly string[]) => {
    for (const name of names) await one(`churn-${round}-${name}`);
  };
  await Promise.all([client(['a', 'b', 'c']), client(['d', 'e', 'f'])]);
}

for (const source of engines.sources) {
  if ('dockerd' in source) describe(`while nobody reads the events of ${source.name}`, () => tests(source));
}

function tests(source: EngineSource): void {
  let scene: Scene;
  let world: World;

  before(async () => {
    scene = await Scene.open(source);
    world = scene.world;
  });
  after(() => scene.close());
  afterEach(() => scene.tidy());

  it('a collector that is killed around the churn of containers loses nothing, no run either', async () => {
    const [sink, storage] = [await scene.sink(), await scene.folder()];
    const calm = { sink: await scene.sink(), storage: await scene.folder() };
    const undisturbed = scene.collector(calm);
    let collector = scene.collector({ sink, storage });
    await scene.markArrived(calm.sink, undisturbed);
    const first = await scene.markArrived(sink, collector);
    for (const [round, count] of KILLED_AFTER.entries()) {
      await runContainer(world, `lasting-${round}`);
      const happened = world.reader.waitForNext(countTo(count, () => true));
      const churned = churn(world, round);
      await happened;
      await collector.kill();
      // This run began under one collector, ends under none, and is told by the next.
      await remove(world, `lasting-${round}`);
      await churned;
      collector = scene.collector({ sink, storage });
    }
    const last = await scene.markArrived(sink, collector);
    await arrival(last, calm.sink, undisturbed);
    for (const each of [collector, undisturbed]) assert.equal(await each.stop(), 0, each.log);
    assert.deepEqual(assertEveryEventSurvived(world, sink, [first, last]), []);
    assertSpansSurvived(world, sink, calm.sink, [first, last]);
  });

  it('more than the engine remembers is told as one gap that holds all that is missing', async () => {
    const [sink, storage] = [await scene.sink(), await scene.folder()];
    const killed = scene.collector({ sink, storage });
    const first = await scene.markArrived(sink, killed);
    await killed.kill();
    await tagMany(world, 400);
    const collector = scene.collector({ sink, storage });
    const last = await scene.markArrived(sink, collector);
    await arrivalOf(({ eventName }) => eventName === 'docker.events.gap', sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const [gap, ...others] = gapsIn(sink);
    assert.ok(gap);
    assert.deepEqual(others, []);
    assert.equal(gap.reason, 'ring_overrun');
    const arrived = new Set(sink.records.map(({ timeUnixNano }) => timeUnixNano));
    const from = BigInt(first.timeNano);
    const missing = world.reader.seen.filter(({ timeNano }) => BigInt(timeNano) > from && !arrived.has(timeNano));
    // 400 events, of which the engine remembers 256 together with the mark or two after them.
    assert.ok(missing.length >= 400 - 256 && missing.length < 400, `${missing.length} are missing`);
    const outside = missing.filter(({ timeNano }) => BigInt(timeNano) <= gap.from || BigInt(timeNano) >= gap.to);
    assert.deepEqual(outside, []);
    const firstAfter = world.reader.seen.find(({ timeNano }) => BigInt(timeNano) === gap.to);
    assert.ok(firstAfter);
    assertEveryEventSurvived(world, sink, [firstAfter, last]);
    assert.equal(gap.from, from);
  });

  it('a proxy that closes idle streams again and again changes nothing', async () => {
    const sink = await scene.sink();
    const proxy = await CuttingProxy.start(world.engine.host, 100);
    scene.endLater(() => proxy.stop());
    // It would wait ever longer for an engine whose streams are that short.
    const args = await scene.configured(
      'receivers: {docker_events: {reconnect_initial: 50ms, reconnect_max: 100ms}}\n',
    );
    const collector = scene.collector({ host: proxy.host, sink, storage: await scene.folder(), args });
    const first = await scene.markArrived(sink, collector);
    for (let round = 1; round <= 8; round += 1) {
      await Promise.race([proxy.cut(proxy.cuts + 1), collector.ended()]);
      await tagMany(world, round);
    }
    const last = await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last]);
    assert.deepEqual(gapsIn(sink), []);
  });

  it('an engine that stands still for a while is waited for, and nothing is missing', async () => {
    const sink = await scene.sink();
    const args = await scene.configured('receivers: {docker_events: {ping_interval: 1s, ping_timeout: 200ms}}\n');
    const collector = scene.collector({ sink, storage: await scene.folder(), args });
    const first = await scene.markArrived(sink, collector);
    await runContainer(world, 'short', { command: ['sleep', '1'] });
    scene.dockerd.pause();
    try {
      await collector.said('receiver.no_answer');
    } finally {
      scene.dockerd.resume();
    }
    await world.reader.waitFor(({ action, attributes }) => action === 'die' && attributes.get('name') === 'short');
    await remove(world, 'short');
    const last = await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last]);
    assert.deepEqual(gapsIn(sink), []);
  });

  it('an engine that stands still while its collector is killed tells everything to the next one', async () => {
    const [sink, storage] = [await scene.sink(), await scene.folder()];
    const killed = scene.collector({ sink, storage });
    const first = await scene.markArrived(sink, killed);
    await runContainer(world, 'brief', { command: ['sleep', '1'] });
    scene.dockerd.pause();
    await killed.kill();
    scene.dockerd.resume();
    const collector = scene.collector({ sink, storage });
    await world.reader.waitFor(({ action, attributes }) => action === 'die' && attributes.get('name') === 'brief');
    await remove(world, 'brief');
    const last = await scene.mark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assert.deepEqual(assertEveryEventSurvived(world, sink, [first, last]), []);
  });
}
