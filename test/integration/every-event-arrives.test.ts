/**
 * The whole, as a user runs it: a real engine, a collector in a process of its own, and a backend that shares no code with
 * it. A witness reads the same stream; every event it saw must be one record, and no record may be without its event.
 */
import assert from 'node:assert/strict';
import type { OtlpSink } from '../support/otlp-sink.ts';
import { arrival, assertEveryEventArrived } from './arrivals.ts';
import type { CollectorParts } from './collector-process.ts';
import { LOGTAIL_VIEW, type RecordView, said, TYPED_VIEW } from './compare.ts';
import { type EngineSource, findEngines } from './engine.ts';
import { RecordingProxy } from './proxy.ts';
import { playDeaths, playScenario } from './scenario.ts';
import { Scene } from './scene.ts';
import { tagMany, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** How many kinds of events the scenario makes at least: on Docker with swarm, and on Podman. */
const KINDS = { docker: 40, podman: 20 };

/** All that the collector ever asks an engine for; the end of a look at its memory is a moment ago. */
const ASKED = new RegExp(
  `^GET /(${[
    ...['_ping', 'version', 'info', 'events', 'events\\?since=[\\d.]+', 'events\\?since=[\\d.]+&until=\\d+\\.\\d{9}'],
    ...['containers/json\\?all=1', 'containers/[0-9a-f]{64}/json'],
  ].join('|')})$`,
);

for (const source of engines.sources) describe(`against ${source.name}`, () => tests(source));

function tests(source: EngineSource): void {
  let scene: Scene;
  let world: World;

  before(async () => {
    scene = await Scene.open(source);
    world = scene.world;
  });
  after(() => scene.close());
  afterEach(() => scene.tidy());

  /** A collector behind a proxy, from when it is told of events. */
  const begin = async (sink: OtlpSink, parts: Partial<CollectorParts> = {}, allowed?: RegExp) => {
    const proxy = await RecordingProxy.start(world.engine.host, allowed);
    scene.endLater(() => proxy.stop());
    const collector = scene.collector({ sink, storage: await scene.folder(), ...parts, host: proxy.host });
    await Promise.race([proxy.subscribed(), collector.ended()]);
    // Docker remembers what happens from now on; Podman begins to tell a moment later.
    while (world.podman && collector.running && sink.requests.length === 0) await scene.mark();
    assert.ok(collector.running, collector.log);
    return { proxy, collector };
  };

  const ways: readonly (readonly [string, Partial<CollectorParts>, RecordView])[] = [
    ['http/protobuf, with typed attributes', { protocol: 'http/protobuf' }, TYPED_VIEW],
    [
      'http/json and gzip, word for word in the logtail view',
      { protocol: 'http/json', compression: 'gzip', args: ['--view', 'otel', '--view', 'logtail'] },
      LOGTAIL_VIEW,
    ],
    ['grpc, with typed attributes', { protocol: 'grpc' }, TYPED_VIEW],
  ];
  for (const [way, parts, view] of ways) {
    it(`delivers every event of the scenario exactly once over ${way}`, async () => {
      const sink = await scene.sink(parts.protocol === 'grpc' ? 'grpc' : 'http');
      const { proxy, collector } = await begin(sink, parts);
      const first = await scene.mark();
      const last = await playScenario(world, `end of ${way}`.replaceAll(/[^a-z]+/g, '-'));
      await arrival(last, sink, collector);
      assert.equal(await collector.stop(), 0, collector.log);

      const records = assertEveryEventArrived(world, sink, [first, last], view);
      const kinds = new Set(records.map(({ eventName }) => eventName));
      process.stdout.write(`      ${records.length} events of ${kinds.size} kinds\n`);
      const least = world.podman ? KINDS.podman : KINDS.docker;
      assert.ok(kinds.size >= least, `only ${kinds.size} kinds: ${[...kinds].join(', ')}`);
      const stream = world.podman ? 'GET /events' : 'GET /events?since=0';
      for (const request of ['GET /version', 'GET /info', stream]) assert.ok(proxy.requests.includes(request), request);
      assert.deepEqual(
        proxy.requests.filter((request) => !ASKED.test(request)),
        [],
      );
      if (parts.compression === 'gzip') assert.equal(sink.requests[0]?.headers.get('content-encoding'), 'gzip');
    });
  }

  it('tells a crash, a kill for want of memory and a wanted end apart', async () => {
    const sink = await scene.sink();
    const { collector } = await begin(sink);
    await playDeaths(world);
    const last = await scene.mark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const deaths = sink.records.filter(({ eventName }) => eventName === 'docker.container.die');
    const reasonOf = (name: string) => {
      const record = deaths.findLast(({ attributes }) => attributes.get('container.name') === name);
      assert.ok(record, `no death of ${name}`);
      return `${said(record, 'docker.container.exit.reason')}, severity ${record.severityNumber}`;
    };
    assert.equal(reasonOf('crashloop'), 'failed, severity 17');
    // Podman does not say which signal it sent.
    assert.equal(reasonOf('wanted'), world.podman ? 'failed, severity 17' : 'killed, severity 9');
    if (!world.podman) assert.equal(reasonOf('leak'), 'oom_killed, severity 17');
  });

  it('says which engine the events are of', async () => {
    const sink = await scene.sink();
    const { collector } = await begin(sink);
    await arrival(await scene.mark(), sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const info = (await world.api.call('GET', '/info')).json();
    const resource = sink.records[0]?.resource ?? new Map();
    assert.equal(resource.get('host.name'), info['Name']);
    assert.equal(resource.get('docker.engine.version'), info['ServerVersion']);
    assert.equal(resource.get('service.name'), 'docker-events');
  });

  it('without storage loses nothing that it has read when it is told to stop while the backend refuses', async () => {
    const sink = await scene.sink();
    sink.answerAlways({ status: 503 });
    // While the backend refuses one batch the others wait, so that only the console shows how far it has read.
    const args = ['--exporter', 'otlp', '--exporter', 'console'];
    const { collector } = await begin(sink, { args, storage: 'none' });
    const first = await scene.mark();
    await tagMany(world, 200);
    const last = await scene.mark();
    await collector.said(`.${last.timeNano.slice(-9)}Z`);
    await sink.waitForRequests(1);

    sink.answerAlways('take');
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
  });

  it('leaves no hole when it is told to stop while events stream in', async () => {
    const sink = await scene.sink();
    const { collector } = await begin(sink);
    const first = await scene.mark();
    await arrival(first, sink, collector);

    // Podman tags an image the slower the more names it had.
    const load = tagMany(world, world.podman ? 100 : 1_000);
    const inTheMiddle = await world.reader.waitForNext(({ action }) => action === 'tag');
    await arrival(inTheMiddle, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    await load;

    const delivered = new Set(sink.records.map(({ timeUnixNano }) => timeUnixNano));
    const lastDelivered = world.reader.seen.findLast(({ timeNano }) => delivered.has(timeNano));
    assert.ok(lastDelivered);
    assertEveryEventArrived(world, sink, [first, lastDelivered], TYPED_VIEW);
  });

  it('needs no more than /_ping, /version and /events', async () => {
    const sink = await scene.sink();
    const { proxy, collector } = await begin(sink, {}, /^GET \/(_ping|version|events(\?\S*)?)$/);
    const first = await scene.mark();
    await tagMany(world, 20);
    const last = await scene.mark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
    assert.deepEqual(new Set(proxy.refused), new Set(['GET /info', 'GET /containers/json?all=1']));
  });

  it('goes on without a loss or a repetition when its connection is cut', async () => {
    const sink = await scene.sink();
    const { proxy, collector } = await begin(sink);
    const first = await scene.mark();
    await arrival(first, sink, collector);

    proxy.cut();
    await tagMany(world, 50);
    const last = await scene.mark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
  });
}
