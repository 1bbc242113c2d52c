/** Who watches a collector is told what happened and how it is: its counts are those of a known day, and its troubles are told alike. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { OtlpSink, SinkMetric } from '../support/otlp-sink.ts';
import type { PrometheusFamily } from '../support/prometheus-text.ts';
import { soon } from '../support/soon.ts';
import { type ToldStatus, Watcher } from '../support/watcher.ts';
import { assertEveryEventArrived, between, type Marks } from './arrivals.ts';
import type { CollectorProcess } from './collector-process.ts';
import { findEngines } from './engine.ts';
import { Registry } from './registry.ts';
import { Scene } from './scene.ts';
import { act, countTo, next, remove, runContainer, runOutOfMemory, tagMany, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/**
 * An engine that has no time for its streams leaves events out of them, which are found a second later. Metrics are sent at
 * the end alone: a report that the backend refuses is a trouble until the next one.
 */
const CONFIG = `receivers: {docker_events: {audit_interval: 1s}}
service: {telemetry: {metrics: {interval: 24h}}}
`;

const LISTEN = ['--listen', '127.0.0.1:0'];

const SHOP = { 'com.docker.compose.project': 'shop' };
const WEB = { ...SHOP, 'com.docker.compose.service': 'web' };
const DB = { ...SHOP, 'com.docker.compose.service': 'db' };
const API = { 'com.docker.swarm.service.name': 'shop_api', 'com.docker.stack.namespace': 'shop' };

for (const source of engines.sources) {
  if ('dockerd' in source) describe(`${source.name}: who watches a collector`, () => tests(() => Scene.open(source)));
}

function tests(open: () => Promise<Scene>): void {
  let scene: Scene;
  let world: World;
  let sink: OtlpSink;
  let collector: CollectorProcess;
  let watcher: Watcher;

  before(async () => {
    scene = await open();
    world = scene.world;
  });
  afterEach(() => scene.tidy());
  after(() => scene.close());

  async function begin(storage: string): Promise<void> {
    sink = await scene.sink();
    collector = scene.collector({ sink, storage, args: [...LISTEN, ...(await scene.configured(CONFIG))] });
    await collector.said('telemetry.listening');
    watcher = new Watcher(/metrics are at http:\/\/([\d.:]+)\//.exec(collector.log)?.[1] ?? '');
  }

  async function allArrived(marks: Marks): Promise<void> {
    const events = between(world.reader.seen, marks, ({ timeNano }) => timeNano);
    const missing = () => {
      const arrived = new Set(sink.records.map(({ timeUnixNano }) => timeUnixNano));
      return events.filter(({ timeNano }) => !arrived.has(timeNano));
    };
    await soon(
      sink.waitUntil(() => missing().length === 0),
      () => `${missing().map(({ raw }) => raw)} did not arrive, and the collector said:\n${collector.log}`,
    );
  }

  it('finds in the metrics what happened, and nothing else', async () => {
    await begin(await scene.folder());
    const first = await scene.markArrived(sink, collector);
    const before = await watcher.metrics();
    await playDay(world, scene);
    const last = await scene.markArrived(sink, collector);
    await allArrived([first, last]);
    const after = await watcher.metrics();

    const ooms = between(world.reader.seen, [first, last], ({ timeNano }) => timeNano).filter(
      ({ action }) => action === 'oom',
    );
    assert.ok(ooms.length > 0);
    assert.deepEqual(
      changesOf(before, after, OWNER_METRICS),
      [
        'docker_container_deaths_total completed 1',
        'docker_container_deaths_total killed 1',
        'docker_container_deaths_total shop db killed 1',
        'docker_container_deaths_total oom_killed 1',
        'docker_container_deaths_total shop web failed 3',
        'docker_container_deaths_total stopped 1',
        'docker_container_execs_total 2',
        'docker_container_health_changes_total shop db unhealthy 1',
        `docker_container_oom_kills_total ${ooms.length}`,
        'docker_container_restarts_total shop web 2',
        'docker_container_run_duration_seconds_count 4',
        'docker_container_run_duration_seconds_count shop db 1',
        'docker_container_run_duration_seconds_count shop web 3',
        'docker_container_running 1',
        'docker_container_running shop shop_api 2',
        'docker_container_running shop web 1',
        'docker_container_starts_total 5',
        'docker_container_starts_total shop db 1',
        'docker_container_starts_total shop shop_api 2',
        'docker_container_starts_total shop web 4',
        'docker_image_pulls_total 1',
      ].sort(),
    );
    // By type and action: what the witness saw, one by one.
    const seen = between(world.reader.seen, [first, last], ({ timeNano }) => timeNano).slice(1);
    const counts = Map.groupBy(seen, ({ type, action }) => `docker_events_total ${action.split(':')[0]} ${type}`);
    assert.deepEqual(
      changesOf(before, after, ['docker_events_total']),
      [...counts].map(([key, events]) => `${key} ${events.length}`).sort(),
    );

    // The last that was sent over OTLP says the same: nothing happened since.
    assert.equal(await collector.stop(), 0, collector.log);
    assert.deepEqual(sink.violations, []);
    const sent = sink.requests.findLast(({ signal }) => signal === 'metrics')?.metrics ?? [];
    const nothing: Families = new Map();
    assert.deepEqual(sentOf(sent), changesOf(nothing, after, [...OWNER_METRICS, 'docker_events_total']));
  });

  it('is told alike that the engine is away, the backend down, the disk full, and that all is well again', async () => {
    const disk = await smallDisk(scene);
    await begin(disk);
    const isWell = ({ ready, exporters }: ToldStatus) => ready && exporters.every(({ waiting }) => waiting === 0);
    const first = await scene.markArrived(sink, collector);
    await watcher.until('all is well', isWell);

    sink.answerAlways({ status: 503 });
    await runContainer(world, 'unheard', { command: ['true'] });
    await act(world, 'unheard', 'wait');
    await remove(world, 'unheard');
    const refused = await watcher.until('the backend refuses', ({ exporters }) =>
      exporters.every(({ state }) => state === 'failing'),
    );
    assert.deepEqual(beginnings(refused), ['Exporter otlp_http', 'Exporter traces:otlp_http']);

    const filler = fill(disk);
    await tagMany(world, 100);
    const full = await watcher.until('the disk is full', ({ storage }) => storage?.trouble !== undefined);
    assert.deepEqual(beginnings(full), [...beginnings(refused), 'The storage']);
    rmSync(filler);
    await tagMany(world, 10);
    await watcher.until('there is room again', ({ storage }) => storage?.trouble === undefined);

    sink.answerAlways('take');
    const last = await scene.markArrived(sink, collector);
    await allArrived([first, last]);
    await watcher.until('the backend is well', isWell);
    assertEveryEventArrived(world, sink, [first, last]);

    await scene.dockerd.end();
    const away = await watcher.until('the engine is away', ({ receivers }) =>
      receivers.some(({ connected }) => !connected),
    );
    assert.deepEqual(beginnings(away), ['Receiver docker_events']);
    await scene.dockerd.begin();
    await world.reader.reopen();
    await scene.markArrived(sink, collector);
    await watcher.until('all is well again', isWell);
    assert.equal(await collector.stop(), 0, collector.log);
  });
}

/** Which part each problem is about. */
function beginnings({ problems }: ToldStatus): readonly string[] {
  return problems.map((problem) => problem.split(' ', 2).join(' '));
}

/** A file system of its own. Whoever may start an engine may mount one. */
async function smallDisk(scene: Scene): Promise<string> {
  const folder = await scene.folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  scene.endLater(async () => void execFileSync('umount', [folder]));
  return folder;
}

/** Takes all the room that there is. Gives the file that takes it. */
function fill(folder: string): string {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  } finally {
    closeSync(file);
  }
  return path;
}

const OWNER_METRICS = [
  'docker_container_starts_total',
  'docker_container_restarts_total',
  'docker_container_deaths_total',
  'docker_container_oom_kills_total',
  'docker_container_health_changes_total',
  'docker_container_execs_total',
  'docker_container_run_duration_seconds',
  'docker_container_running',
  'docker_image_pulls_total',
];

type Families = ReadonlyMap<string, PrometheusFamily>;

/** By how much each series has grown, those that have not left out; a line each, with the values of its labels. */
function changesOf(before: Families, after: Families, names: readonly string[]): readonly string[] {
  const series = (families: Families) =>
    new Map(
      names.flatMap((name) =>
        (families.get(name)?.samples ?? []).flatMap(({ name: sample, labels, value }) => {
          if (/_(bucket|sum)$/.test(sample)) return [];
          const values = [...labels].sort().flatMap(([label, word]) => (label === 'host_name' ? [] : [word]));
          return [[[sample, ...values].join(' '), value] as const];
        }),
      ),
    );
  const earlier = series(before);
  return [...series(after)]
    .map(([key, value]) => [key, value - (earlier.get(key) ?? 0)] as const)
    .filter(([, change]) => change !== 0)
    .map(([key, change]) => `${key} ${change}`)
    .sort();
}

/** What a backend was sent, in the same words: those that Prometheus has for it. */
function sentOf(metrics: readonly SinkMetric[]): readonly string[] {
  return metrics
    .flatMap(({ name, kind, isMonotonic, points }) => {
      const base = name.replaceAll('.', '_');
      const suffix = kind === 'histogram' ? '_seconds_count' : isMonotonic ? '_total' : '';
      return points.map(({ attributes, value, count }) => {
        const values = [...attributes].sort().flatMap(([key, word]) => (key === 'host.name' ? [] : [word]));
        return [[base + suffix, ...values].join(' '), Number(count ?? value)] as const;
      });
    })
    .filter(([key, value]) => value !== 0 && /^docker_(?:container|image|events_total)/.test(key))
    .map(([key, value]) => `${key} ${value}`)
    .sort();
}

/** Four ways to end, restarts, execs, a check that fails, a pull; and four containers that go on. */
async function playDay(world: World, scene: Scene): Promise<void> {
  const { api } = world;
  const looped = world.reader.waitForNext(
    countTo(3, ({ action, attributes }) => action === 'die' && attributes.get('name') === 'shop-web-1'),
  );
  const hostConfig = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } };
  await runContainer(world, 'shop-web-1', { labels: WEB, command: ['sh', '-c', 'exit 3'], hostConfig });
  await runContainer(world, 'shop-web-2', { labels: WEB });
  for (const name of ['shop_api.1', 'shop_api.2']) await runContainer(world, name, { labels: API });
  await runContainer(world, 'plain');
  for (const command of ['true', 'exit 7']) {
    const died = next(world, 'plain', 'exec_die');
    const made = await api.call('POST', '/containers/plain/exec', { body: { Cmd: ['sh', '-c', command] } });
    await api.call('POST', `/exec/${made.text('Id')}/start`, { body: { Detach: true } });
    await died;
  }
  const sick = next(world, 'shop-db-1', 'health_status: unhealthy');
  const health = { Test: ['CMD-SHELL', 'exit 1'], Interval: 300_000_000, Retries: 1 };
  await runContainer(world, 'shop-db-1', { labels: DB, health });
  await sick;
  await remove(world, 'shop-db-1');
  await runOutOfMemory(world, 'leak');
  await runContainer(world, 'done', { command: ['true'] });
  await act(world, 'done', 'wait');
  await runContainer(world, 'victim');
  await act(world, 'victim', 'kill');
  await act(world, 'victim', 'wait');
  await runContainer(world, 'polite', { stopSignal: 'SIGTERM', hostConfig: { PidMode: 'host' } });
  await act(world, 'polite', 'stop', { t: '20' });
  await looped;
  const registry = await Registry.start();
  scene.endLater(() => registry.stop());
  await api.call('POST', '/images/create', { query: { fromImage: `${registry.name}/shop/api`, tag: '1' } });
}
