/**
 * What took time in containers, as spans at a backend for traces: exactly those that are expected, with the times of the
 * engine's own events as the witness saw them.
 */
import assert from 'node:assert/strict';
import type { OtlpSink, SinkSpan } from '../support/otlp-sink.ts';
import { nanosOf } from './arrivals.ts';
import type { CollectorParts, CollectorProcess } from './collector-process.ts';
import { findEngines } from './engine.ts';
import { Registry } from './registry.ts';
import { Scene } from './scene.ts';
import { assertIdsAreUnique, assertRecordsLead, picture } from './span-picture.ts';
import { act, countTo, next, remove, runContainer, runOutOfMemory, tagMany, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** Health checks are left out, as they are where nobody says otherwise. */
const CONFIG = 'rules: {bundled: false}\n';

const EVERY = 500_000_000;

/** Not the first process of its own, which no signal without a handler ends. */
const MORTAL = { hostConfig: { NetworkMode: 'none', PidMode: 'host' } };

for (const source of engines.sources) {
  // Podman tells of execs without their ids, and of no signal's number.
  if ('dockerd' in source) describe(`${source.name}: the spans`, () => tests(() => Scene.open(source)));
}

function tests(open: () => Promise<Scene>): void {
  let scene: Scene;
  let world: World;
  let sink: OtlpSink;
  let collector: CollectorProcess;
  /** A collector that knows nothing yet is told by the engine of all that was before. */
  let since: bigint;

  before(async () => {
    scene = await open();
    world = scene.world;
  });
  afterEach(() => scene.tidy());
  after(() => scene.close());

  async function begin(parts: Partial<CollectorParts> = {}): Promise<void> {
    sink = await scene.sink(parts.protocol === 'grpc' ? 'grpc' : 'http');
    const args = await scene.configuredAlone(CONFIG);
    collector = scene.collector({ sink, storage: await scene.folder(), args, ...parts });
    await Promise.race([collector.said('receiver.connected'), collector.ended()]);
    since = BigInt((await scene.mark()).timeNano);
  }

  /** Ends the collector, which delivers everything before, and gives what was told since its beginning. */
  async function end(wereStartsSeen = true): Promise<readonly SinkSpan[]> {
    await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    assert.deepEqual([...sink.violations, ...sink.notThere], []);
    const spans = sink.spans.filter(({ endTimeUnixNano }) => BigInt(endTimeUnixNano) > since);
    assertIdsAreUnique(spans);
    const records = sink.records.filter(({ timeUnixNano, eventName }) => {
      return BigInt(timeUnixNano) > since && eventName.startsWith('docker.container.');
    });
    assert.ok(records.length > 0);
    if (wereStartsSeen) assertRecordsLead(world, sink, records);
    return spans;
  }

  async function exec(name: string, command: readonly string[]): Promise<string> {
    const body = { Cmd: command, AttachStdout: true };
    const id = (await world.api.call('POST', `/containers/${name}/exec`, { body })).text('Id');
    const died = next(world, name, 'exec_die');
    await world.api.call('POST', `/exec/${id}/start`, { body: { Detach: false, Tty: false } });
    await died;
    return id;
  }

  const ways: readonly Partial<CollectorParts>[] = [
    { protocol: 'http/protobuf', compression: 'gzip' },
    { protocol: 'http/json' },
    { protocol: 'grpc' },
  ];
  for (const parts of ways) {
    it(`of a crash, over ${parts.protocol}: the run has failed, and is of its Compose service`, async () => {
      await begin(parts);
      const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', tier: 'front' };
      await runContainer(world, 'crash', { command: ['sh', '-c', 'exit 3'], labels });
      await act(world, 'crash', 'wait');
      await remove(world, 'crash');
      const spans = await end();
      assert.deepEqual(picture(world, spans), [
        'container run crash: start to die, ERROR The container failed with exit code 3.',
        '  container create crash: create to start',
      ]);
      for (const { resource } of spans) {
        assert.equal(resource.get('service.name'), 'web');
        assert.equal(resource.get('service.namespace'), 'shop');
      }
      const run = named(spans, 'container run');
      assert.equal(run.attributes.get('process.exit.code'), 3n);
      assert.equal(run.attributes.get('error.type'), 'failed');
      assert.equal(run.attributes.get('docker.container.exit.reason'), 'failed');
      assert.equal(run.attributes.get('container.label.tier'), 'front');
      const create = named(spans, 'container create');
      assert.equal(create.attributes.get('process.exit.code'), undefined);
      assert.equal(create.attributes.get('error.type'), undefined);
    });
  }

  it('of a kill for want of memory: the run has failed', async () => {
    await begin();
    await runOutOfMemory(world, 'leak');
    await remove(world, 'leak');
    const spans = await end();
    assert.deepEqual(picture(world, spans), [
      'container run leak: start to die, ERROR The kernel killed the container, being out of memory (exit code 137).',
      '  container create leak: create to start',
    ]);
    assert.equal(named(spans, 'container run').attributes.get('error.type'), 'oom_killed');
    // A container without an owner is a service of its own.
    assert.equal(named(spans, 'container run').resource.get('service.name'), 'leak');
  });

  it('of a stop: from the first signal to the end, which is no failure', async () => {
    await begin();
    await runContainer(world, 'polite', { ...MORTAL, stopSignal: 'SIGTERM' });
    await act(world, 'polite', 'stop', { t: '20' });
    await remove(world, 'polite');
    await runContainer(world, 'deaf', { stopSignal: 'SIGTERM' });
    await act(world, 'deaf', 'stop', { t: '1' });
    await remove(world, 'deaf');
    const spans = await end();
    assert.deepEqual(picture(world, spans), [
      'container run polite: start to die',
      '  container create polite: create to start',
      '  container stop polite: kill to die',
      'container run deaf: start to die',
      '  container create deaf: create to start',
      '  container stop deaf: kill to die',
    ]);
    const [polite, deaf] = spans.filter(({ name }) => name === 'container run');
    assert.equal(polite?.attributes.get('docker.container.exit.reason'), 'stopped');
    assert.equal(polite?.attributes.get('process.exit.code'), 143n);
    // It was killed in the end, but somebody had asked it to stop a second before.
    assert.equal(deaf?.attributes.get('docker.container.exit.reason'), 'killed');
    const [, stop] = spans.filter(({ name }) => name === 'container stop');
    assert.ok(stop);
    assert.ok(BigInt(stop.endTimeUnixNano) - BigInt(stop.startTimeUnixNano) > 900_000_000n);
  });

  it('of a kill: a stop as short as it was, and no failure', async () => {
    await begin();
    await runContainer(world, 'victim');
    await act(world, 'victim', 'kill', { signal: 'SIGUSR1' });
    await act(world, 'victim', 'kill', { signal: 'SIGKILL' });
    await act(world, 'victim', 'wait');
    await remove(world, 'victim');
    assert.deepEqual(picture(world, await end()), [
      'container run victim: start to die',
      '  container create victim: create to start',
      '  container stop victim: kill 2 to die',
    ]);
  });

  it('of execs: one that succeeds, one that fails, and none of a health check', async () => {
    await begin();
    const health = { Test: ['CMD-SHELL', 'test -e /data'], Interval: EVERY };
    const probed = world.reader.waitForNext(countTo(2, ({ action }) => action === 'exec_die'));
    await runContainer(world, 'worker', { health });
    await probed;
    const well = await exec('worker', ['sh', '-c', 'true']);
    const ill = await exec('worker', ['sh', '-c', 'exit 7']);
    await remove(world, 'worker');
    const spans = await end();
    const number = (id: string, action: string) => {
      const events = world.reader.seen.filter((event) => event.action.startsWith(action) && nameOf(event) === 'worker');
      const place = events.findIndex(({ attributes }) => attributes.get('execID') === id) + 1;
      return place === 1 ? action : `${action} ${place}`;
    };
    const times = (id: string) => `${number(id, 'exec_start')} to ${number(id, 'exec_die')}`;
    assert.deepEqual(picture(world, spans), [
      'container run worker: start to die',
      '  container create worker: create to start',
      `  container exec worker: ${times(well)}`,
      `  container exec worker: ${times(ill)}, ERROR The exec failed with exit code 7.`,
      '  container stop worker: kill to die',
    ]);
    const execs = spans.filter(({ name }) => name === 'container exec');
    assert.deepEqual(
      execs.map(({ attributes }) =>
        ['docker.exec.id', 'docker.exec.command', 'process.exit.code', 'error.type'].map((key) => attributes.get(key)),
      ),
      [
        [well, 'sh -c true', 0n, undefined],
        [ill, 'sh -c exit 7', 7n, 'exit_code'],
      ],
    );
  });

  it('of an exec that cannot be started, of which the engine tells no end: it has failed, and took no time', async () => {
    await begin();
    await runContainer(world, 'worker');
    const path = '/containers/worker/exec';
    const id = (await world.api.call('POST', path, { body: { Cmd: ['/nosuch'], AttachStdout: true } })).text('Id');
    const body = { Detach: false, Tty: false };
    await world.api.call('POST', `/exec/${id}/start`, { body, allow: [400, 404, 500] });
    // An exec that was begun just before the end might have been ended with its container.
    await exec('worker', ['sleep', '2']);
    await remove(world, 'worker');
    const spans = await end();
    assert.deepEqual(picture(world, spans), [
      'container run worker: start to die',
      '  container create worker: create to start',
      '  container exec worker: exec_start to exec_start, ERROR The exec could not be started., estimated: end',
      '  container exec worker: exec_start 2 to exec_die',
      '  container stop worker: kill to die',
    ]);
    const span = spans.find(({ attributes }) => attributes.get('docker.exec.id') === id);
    assert.equal(span?.attributes.get('docker.exec.command'), '/nosuch ');
    assert.equal(span?.attributes.get('error.type'), 'not_started');
  });

  it('of a restart policy: a trace for each run, each with a link to the run before', async () => {
    await begin();
    const hostConfig = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } };
    const died = world.reader.waitForNext(countTo(3, (event) => event.action === 'die' && nameOf(event) === 'loop'));
    await runContainer(world, 'loop', { command: ['sh', '-c', 'exit 3'], hostConfig });
    await died;
    await remove(world, 'loop');
    const failed = 'ERROR The container failed with exit code 3.';
    const spans = await end();
    assert.deepEqual(picture(world, spans), [
      `container run loop: start to die, ${failed}`,
      '  container create loop: create to start',
      `container run loop: start 2 to die 2, ${failed}, previous_run: container run from start`,
      `container run loop: start 3 to die 3, ${failed}, previous_run: container run from start 2`,
    ]);
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 3);
  });

  it('of pauses: one that ended, and one that ended with the run', async () => {
    await begin();
    await runContainer(world, 'sleepy');
    await act(world, 'sleepy', 'pause');
    await act(world, 'sleepy', 'unpause');
    await act(world, 'sleepy', 'pause');
    await act(world, 'sleepy', 'kill', { signal: 'SIGKILL' });
    await act(world, 'sleepy', 'wait');
    await remove(world, 'sleepy');
    assert.deepEqual(picture(world, await end()), [
      'container run sleepy: start to die',
      '  container create sleepy: create to start',
      '  container pause sleepy: pause to unpause',
      '  container pause sleepy: pause 2 to die',
      '  container stop sleepy: kill to die',
    ]);
  });

  it('of a container that is renamed while it runs: under its last name', async () => {
    await begin();
    await runContainer(world, 'before');
    await world.api.call('POST', '/containers/before/rename', { query: { name: 'after' } });
    await act(world, 'after', 'kill', { signal: 'SIGKILL' });
    await act(world, 'after', 'wait');
    await remove(world, 'after');
    const spans = await end();
    assert.deepEqual(picture(world, spans), [
      'container run after: start to die',
      '  container create before: create to start',
      '  container stop after: kill to die',
    ]);
    assert.equal(named(spans, 'container run').resource.get('service.name'), 'after');
  });

  it('of a container that is started again by hand: the time between is in no run', async () => {
    await begin();
    await runContainer(world, 'again', { command: ['true'] });
    await act(world, 'again', 'wait');
    await act(world, 'again', 'start');
    await act(world, 'again', 'wait');
    await remove(world, 'again');
    assert.deepEqual(picture(world, await end()), [
      'container run again: start to die',
      '  container create again: create to start',
      'container run again: start 2 to die 2, previous_run: container run from start',
    ]);
  });

  it('of a container that ran before the collector was there: from its true start', async () => {
    await runContainer(world, 'elder');
    const { State } = (await world.api.call('GET', '/containers/elder/json')).json();
    const startedAt = nanosOf(String(Reflect.get(Object(State), 'StartedAt')));
    // More than the engine remembers.
    await tagMany(world, 300);
    await begin();
    await collector.said('receiver.inventory');
    await act(world, 'elder', 'kill', { signal: 'SIGKILL' });
    await act(world, 'elder', 'wait');
    await remove(world, 'elder');
    const spans = await end(false);
    assert.deepEqual(picture(world, spans), [
      `container run elder: ${startedAt} to die`,
      '  container stop elder: kill to die',
    ]);
    const { traceId, spanId } = named(spans, 'container run');
    const records = sink.records.filter(({ attributes }) => attributes.get('container.name') === 'elder');
    assert.deepEqual(
      records.map((record) => [record.eventName, record.traceId, record.spanId]),
      ['kill', 'die', 'destroy'].map((action) => [`docker.container.${action}`, traceId, spanId]),
    );
  });

  it('of a pull: one without length, which its record leads to', async () => {
    await begin();
    const registry = await Registry.start();
    scene.endLater(() => registry.stop());
    await runContainer(world, 'bystander', { command: ['true'] });
    await act(world, 'bystander', 'wait');
    await remove(world, 'bystander');
    await world.api.call('POST', '/images/create', { query: { fromImage: `${registry.name}/shop/api`, tag: '1' } });
    await world.api.call('DELETE', `/images/${registry.name}/shop/api:1`);
    const spans = await end();
    assert.deepEqual(picture(world, spans).slice(-1), ['image pull : pull']);
    assert.equal(spans.length, 3);
    const pull = named(spans, 'image pull');
    assert.equal(pull.startTimeUnixNano, pull.endTimeUnixNano);
    assert.equal(pull.resource.get('service.name'), 'docker-events');
    const record = sink.records.findLast(({ eventName }) => eventName === 'docker.image.pull');
    assert.deepEqual([record?.traceId, record?.spanId], [pull.traceId, pull.spanId]);
  });
}

function named(spans: readonly SinkSpan[], wanted: string): SinkSpan {
  const span = spans.find(({ name }) => name === wanted);
  assert.ok(span, `there is no ${wanted}`);
  return span;
}

function nameOf({ attributes }: { readonly attributes: ReadonlyMap<string, string> }): string | undefined {
  return attributes.get('name');
}
