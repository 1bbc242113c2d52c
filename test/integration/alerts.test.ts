/** What matters is found, once and at once, and no secret leaves: rules, redaction and filter, against a real engine. */
import assert from 'node:assert/strict';
import type { OtlpSink, SinkRecord } from '../support/otlp-sink.ts';
import { arrivalOf } from './arrivals.ts';
import type { CollectorProcess } from './collector-process.ts';
import { findEngines } from './engine.ts';
import { Registry } from './registry.ts';
import { Scene } from './scene.ts';
import { next, remove, runContainer, runOutOfMemory, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** Made of parts, so that no scanner takes this file for a leak. */
const PASSWORD = ['s3cr', 'et-Pa55w0rd'].join('');

const CONFIG = `rules:
  enable: [Image from another registry, Shell in container, Command in container]
processors: {batch: {flush_interval: 60s}}
`;

const EVERY = 500_000_000;

for (const source of engines.sources) {
  // Podman's execs have no command, and its health checks no events of their own.
  if ('dockerd' in source) describe(`${source.name}: what matters`, () => tests(() => Scene.open(source)));
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
  beforeEach(async () => {
    sink = await scene.sink();
    collector = scene.collector({ sink, storage: await scene.folder(), args: await scene.configuredAlone(CONFIG) });
    await collector.said('receiver.connected');
    since = BigInt((await scene.mark()).timeNano);
  });
  afterEach(() => scene.tidy());
  after(() => scene.close());

  /** Resolves with the alert when it has arrived. Everything else waits for a minute, and so only an alert comes at once. */
  async function alert(rule: string): Promise<SinkRecord> {
    const isIt = (record: SinkRecord) => isNew(record) && ruleOf(record) === rule;
    await arrivalOf(isIt, sink, collector);
    const first = sink.records.find(isIt);
    assert.ok(first);
    return first;
  }

  function isNew({ timeUnixNano }: SinkRecord): boolean {
    return BigInt(timeUnixNano) > since;
  }

  const told = () => sink.records.filter(isNew);

  /** Ends the collector, and gives the names of all rules that were told, in their order. */
  async function allTold(): Promise<readonly string[]> {
    assert.equal(await collector.stop(), 0, collector.log);
    assert.deepEqual(sink.violations, []);
    return told().flatMap((record) => ruleOf(record) ?? []);
  }

  it('an exec with a password is told, and the password is nowhere', async () => {
    await runContainer(world, 'db');
    const command = ['sh', '-c', `true --password=${PASSWORD} -e DB_TOKEN=${PASSWORD}; MYSQL_PWD=${PASSWORD} true`];
    const { text } = await world.api.call('POST', '/containers/db/exec', { body: { Cmd: command } });
    await world.api.call('POST', `/exec/${text('Id')}/start`, { body: { Detach: true } });
    const { body } = await alert('Command in container');
    assert.match(String(body), /^Command in container db \(command=sh -c true --password=\[masked\].* true image=/);
    await remove(world, 'db');
    assert.deepEqual(await allTold(), ['Command in container']);
    const execs = told().filter(({ eventName }) => eventName === 'docker.container.exec_start');
    assert.deepEqual(
      execs.map(({ attributes }) => attributes.get('docker.event.rules')),
      [['Command in container']],
    );
    assertNowhere(PASSWORD);
  });

  it('a shell that somebody opens is told as one', async () => {
    await runContainer(world, 'web');
    const { text } = await world.api.call('POST', '/containers/web/exec', { body: { Cmd: ['sh'] } });
    await world.api.call('POST', `/exec/${text('Id')}/start`, { body: { Detach: true } });
    assert.match(String((await alert('Shell in container')).body), /^Shell in container web \(command=sh /);
    await remove(world, 'web');
    assert.deepEqual(await allTold(), ['Shell in container', 'Command in container']);
  });

  it('a container that becomes unhealthy is told once, and its health checks are not told at all', async () => {
    const health = { Test: ['CMD-SHELL', `exit 1 # --password=${PASSWORD}`], Interval: EVERY, Retries: 2 };
    await runContainer(world, 'sick', { health });
    const { severityNumber, attributes } = await alert('Container unhealthy');
    assert.deepEqual([severityNumber, attributes.get('container.name')], [13, 'sick']);
    for (let checks = 0; checks < 2; checks += 1) await next(world, 'sick', 'exec_die');
    await remove(world, 'sick');
    assert.deepEqual(await allTold(), ['Container unhealthy']);
    const names = new Set(told().map(({ eventName }) => eventName));
    assert.ok(names.has('docker.container.health_status'));
    assert.deepEqual(
      [...names].filter((name) => name.includes('exec')),
      [],
    );
    assertNowhere(PASSWORD);
  });

  it('a container that is killed for want of memory is told once', async () => {
    await runOutOfMemory(world, 'leak');
    const { attributes } = await alert('Container out of memory');
    assert.equal(attributes.get('container.name'), 'leak');
    await remove(world, 'leak');
    assert.deepEqual(await allTold(), ['Container out of memory']);
  });

  it('a crash loop is told as one crash and one loop, however often it goes round', async () => {
    await runContainer(world, 'loop', {
      command: ['sh', '-c', 'exit 3'],
      hostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 } },
    });
    const { body, attributes } = await alert('Restart loop');
    assert.match(String(body), /^loop dies again and again, the last time with exit code 3 /);
    assert.equal(attributes.get('docker.rule.matches'), 3n);
    await remove(world, 'loop');
    assert.deepEqual(await allTold(), ['Container crashed', 'Restart loop']);
  });

  it('an image that is pulled from outside the list is told', async () => {
    const registry = await Registry.start();
    scene.endLater(() => registry.stop());
    const query = { fromImage: `${registry.name}/tools/miner`, tag: '1' };
    await world.api.call('POST', '/images/create', { query });
    const { body } = await alert('Image from another registry');
    assert.match(String(body), new RegExp(`\\(image=${registry.name}/tools/miner:1 registry=${registry.name}\\)$`));
    await world.api.call('DELETE', `/images/${registry.name}/tools/miner:1`);
    assert.deepEqual(await allTold(), ['Image from another registry']);
  });

  function assertNowhere(secret: string): void {
    for (const { raw } of sink.requests) assert.ok(!raw.includes(secret), 'a request holds the secret');
    assert.ok(!collector.log.includes(secret), 'the log holds the secret');
  }
}

function ruleOf({ eventName, attributes }: SinkRecord): string | undefined {
  return eventName === 'docker.rule.match' ? String(attributes.get('security_rule.name')) : undefined;
}
