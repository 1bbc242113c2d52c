/**
 * The whole, as a user runs it: a real engine, a collector in a process of its own, and a backend that shares no code with
 * it. A witness reads the same stream; every event it saw must be one record, and no record may be without its event.
 */
import assert from 'node:assert/strict';
import { type OtlpSink, type SinkRecord, startOtlpSink } from '../support/otlp-sink.ts';
import { type CollectorParts, CollectorProcess } from './collector-process.ts';
import { complaints, LOGTAIL_VIEW, type RecordView, said, TYPED_VIEW } from './compare.ts';
import { type EngineSource, findEngines, startEngine } from './engine.ts';
import { asDocker } from './podman-words.ts';
import { RecordingProxy } from './proxy.ts';
import { EventReader, type SeenEvent } from './reader.ts';
import { playDeaths, playScenario } from './scenario.ts';
import { importImage, mark, openWorld, tagMany, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** How many kinds of events the scenario makes at least: on Docker with swarm, and on Podman. */
const KINDS = { docker: 40, podman: 20 };

/** The events between two marks, those included. */
function between<Timed>(
  items: readonly Timed[],
  first: SeenEvent,
  last: SeenEvent,
  timeOf: (item: Timed) => string,
): Timed[] {
  const [from, to] = [BigInt(first.timeNano), BigInt(last.timeNano)];
  return items.filter((item) => BigInt(timeOf(item)) >= from && BigInt(timeOf(item)) <= to);
}

/** Gives the records between the marks: exactly one for each event between them. */
function assertEveryEventArrived(
  world: World,
  sink: OtlpSink,
  marks: readonly [SeenEvent, SeenEvent],
  view: RecordView,
): readonly SinkRecord[] {
  const events = between(world.reader.seen, ...marks, ({ timeNano }) => timeNano);
  const seen = world.podman ? events.map(asDocker) : events;
  const records = between(sink.records, ...marks, ({ timeUnixNano }) => timeUnixNano);
  assert.deepEqual(sink.violations, []);
  assert.deepEqual(complaints(seen, records, view), []);
  return records;
}

/** Resolves when the sink was sent this event; fails with the collector's log when that ends before. */
async function arrival(event: SeenEvent, sink: OtlpSink, collector: CollectorProcess): Promise<void> {
  const isIt = (record: SinkRecord) => record.timeUnixNano === event.timeNano;
  const arrived = sink.waitUntil(({ requests }) => requests.some(({ records }) => records.some(isIt)));
  const log = await Promise.race([arrived, collector.ended()]);
  assert.equal(log, undefined, 'the collector ended');
}

for (const source of engines.sources) describe(`against ${source.name}`, () => tests(source));

function tests(source: EngineSource): void {
  let world: World;
  const enders: (() => Promise<void>)[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  let marksMade = 0;

  before(async () => {
    const engine = await startEngine(source);
    enders.push(() => engine.stop());
    const reader = await EventReader.open(engine.host);
    enders.push(async () => reader.close());
    world = await openWorld(engine, reader);
    await importImage(world);
  });
  after(async () => {
    for (const end of enders.reverse()) await end();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const makeMark = () => {
    marksMade += 1;
    return mark(world, `${marksMade}`);
  };
  const sinkOf = async (kind: 'http' | 'grpc' = 'http') => {
    const sink = await startOtlpSink({ kind });
    closers.push(() => sink.stop());
    return sink;
  };
  const collectorOf = (parts: CollectorParts) => {
    const collector = CollectorProcess.run(parts);
    closers.push(() => collector.stop());
    return collector;
  };
  /** A collector behind a proxy, from when it is told of events. */
  const begin = async (sink: OtlpSink, parts: Partial<CollectorParts> = {}, allowed?: RegExp) => {
    const proxy = await RecordingProxy.start(world.engine.host, allowed);
    closers.push(() => proxy.stop());
    const collector = collectorOf({ sink, ...parts, host: proxy.host });
    await Promise.race([proxy.subscribed(), collector.ended()]);
    // Docker remembers what happens from now on; Podman begins to tell a moment later.
    while (world.podman && collector.running && sink.requests.length === 0) await makeMark();
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
      const sink = await sinkOf(parts.protocol === 'grpc' ? 'grpc' : 'http');
      const { proxy, collector } = await begin(sink, parts);
      const first = await makeMark();
      const last = await playScenario(world, `end-${marksMade}`);
      await arrival(last, sink, collector);
      assert.equal(await collector.stop(), 0, collector.log);

      const records = assertEveryEventArrived(world, sink, [first, last], view);
      const kinds = new Set(records.map(({ eventName }) => eventName));
      process.stdout.write(`      ${records.length} events of ${kinds.size} kinds\n`);
      const least = world.podman ? KINDS.podman : KINDS.docker;
      assert.ok(kinds.size >= least, `only ${kinds.size} kinds: ${[...kinds].join(', ')}`);
      // When it pings is a matter of time.
      const asked = new Set(proxy.requests.filter((request) => request !== 'GET /_ping'));
      const events = world.podman ? 'GET /events' : 'GET /events?since=0';
      assert.deepEqual(asked, new Set(['GET /version', 'GET /info', events]));
      if (parts.compression === 'gzip') assert.equal(sink.requests[0]?.headers.get('content-encoding'), 'gzip');
    });
  }

  it('tells a crash, a kill for want of memory and a wanted end apart', async () => {
    const sink = await sinkOf();
    const { collector } = await begin(sink);
    await playDeaths(world);
    const last = await makeMark();
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
    const sink = await sinkOf();
    const { collector } = await begin(sink);
    await arrival(await makeMark(), sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const info = (await world.api.call('GET', '/info')).json();
    const resource = sink.records[0]?.resource ?? new Map();
    assert.equal(resource.get('host.name'), info['Name']);
    assert.equal(resource.get('docker.engine.version'), info['ServerVersion']);
    assert.equal(resource.get('service.name'), 'docker-events');
  });

  it('loses nothing that it has read when it is told to stop while the backend refuses', async () => {
    const sink = await sinkOf();
    sink.answerAlways({ status: 503 });
    // While the backend refuses one batch the others wait, so that only the console shows how far it has read.
    const { collector } = await begin(sink, { args: ['--exporter', 'otlp', '--exporter', 'console'] });
    const first = await makeMark();
    await tagMany(world, 200);
    const last = await makeMark();
    await collector.said(`.${last.timeNano.slice(-9)}Z`);
    await sink.waitForRequests(1);

    sink.answerAlways('take');
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
  });

  it('leaves no hole when it is told to stop while events stream in', async () => {
    const sink = await sinkOf();
    const { collector } = await begin(sink);
    const first = await makeMark();
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
    const sink = await sinkOf();
    const { proxy, collector } = await begin(sink, {}, /^GET \/(_ping|version|events(\?\S*)?)$/);
    const first = await makeMark();
    await tagMany(world, 20);
    const last = await makeMark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
    assert.deepEqual(new Set(proxy.refused), new Set(['GET /info']));
  });

  it('goes on without a loss or a repetition when its connection is cut', async () => {
    const sink = await sinkOf();
    const { proxy, collector } = await begin(sink);
    const first = await makeMark();
    await arrival(first, sink, collector);

    proxy.cut();
    await tagMany(world, 50);
    const last = await makeMark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
  });

  if (!('dockerd' in source)) return;

  it('goes on when the engine was restarted', async () => {
    const sink = await sinkOf();
    const collector = collectorOf({ host: world.engine.host, sink });
    const first = await makeMark();
    await arrival(first, sink, collector);

    await world.engine.own?.restart();
    await world.reader.reopen();
    const last = await makeMark();
    await arrival(last, sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assertEveryEventArrived(world, sink, [first, last], TYPED_VIEW);
  });
}
