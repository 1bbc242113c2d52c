/** An engine is ended and begun again, and what became of its containers meanwhile is told. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { SinkRecord } from '../support/otlp-sink.ts';
import { Tally } from '../support/tally.ts';
import { arrivalOf, assertEveryEventSurvived, between, gapsIn, nanosOf } from './arrivals.ts';
import { said } from './compare.ts';
import type { DockerdOptions } from './dockerd.ts';
import { type EngineSource, findEngines } from './engine.ts';
import { Scene } from './scene.ts';
import { runContainer } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

/** Ends with 7 when it is asked to. */
const POLITE = ['sh', '-c', 'trap "exit 7" TERM; sleep 600 & wait'];

function isOf(name: string, event: string): (record: SinkRecord) => boolean {
  return (record) => record.eventName === `docker.container.${event}` && said(record, 'container.name') === name;
}

async function inspected(scene: Scene, name: string): Promise<Readonly<Record<string, unknown>>> {
  const { State } = (await scene.world.api.call('GET', `/containers/${name}/json`)).json();
  return Object.fromEntries(Object.entries(Object(State)));
}

/** A process that is nobody's child here is gone when the system does not know it any more. */
async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await setImmediate();
}

for (const source of engines.sources) {
  if ('dockerd' in source) describe(`when ${source.name} is started anew`, () => tests(source));
}

function tests(source: EngineSource): void {
  const scenes: Scene[] = [];

  afterEach(async () => {
    for (const scene of scenes.splice(0)) await scene.close();
  });

  const open = async (options?: DockerdOptions) => {
    const scene = await Scene.open(source, options);
    scenes.push(scene);
    return scene;
  };

  it('is told as a gap where there was nothing to miss, because that cannot be known', async () => {
    const scene = await open();
    const sink = await scene.sink();
    const collector = scene.collector({ sink, storage: await scene.folder() });
    const first = await scene.markArrived(sink, collector);
    await scene.dockerd.end();
    await scene.dockerd.begin();
    await scene.world.reader.reopen();
    const last = await scene.markArrived(sink, collector);
    await arrivalOf(({ eventName }) => eventName === 'docker.events.gap', sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);
    const added = assertEveryEventSurvived(scene.world, sink, [first, last]);
    assert.equal(added.length, 1);
    assert.deepEqual(gapsIn(sink), [
      { reason: 'engine_restarted', from: BigInt(first.timeNano), to: BigInt(last.timeNano) },
    ]);
  });

  it('the end of its containers is told, and one gap', async () => {
    const scene = await open();
    const { reader } = scene.world;
    const sink = await scene.sink();
    const collector = scene.collector({ sink, storage: await scene.folder() });
    const first = await scene.markArrived(sink, collector);
    await runContainer(scene.world, 'web');
    await runContainer(scene.world, 'worker', { hostConfig: { RestartPolicy: { Name: 'always' } } });
    await scene.dockerd.end();
    await scene.dockerd.begin();
    await reader.reopen();
    const last = await scene.markArrived(sink, collector);
    await arrivalOf(({ eventName }) => eventName === 'docker.events.gap', sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const gaps = gapsIn(sink);
    assert.deepEqual(
      gaps.map(({ reason }) => reason),
      ['engine_restarted'],
    );
    const { records } = new Tally(sink);
    for (const name of ['web', 'worker']) {
      assert.equal(records.filter(isOf(name, 'die')).length, 1, `the death of ${name}`);
    }
    assert.equal(records.filter(isOf('worker', 'start')).length, 2);
    // The engine may end in the middle of its last words; those that came to the witness alone are in the window.
    const arrived = new Set(records.map(({ timeUnixNano }) => timeUnixNano));
    const missing = between(reader.seen, [first, last], ({ timeNano }) => timeNano).filter(
      ({ timeNano }) => !arrived.has(timeNano),
    );
    const outside = missing.filter(({ timeNano }) => {
      return !gaps.some(({ from, to }) => BigInt(timeNano) > from && BigInt(timeNano) < to);
    });
    assert.deepEqual(outside, []);
  });

  it('a death in its absence, and in that of a killed collector, is worked out from what it knows, and told as that', async () => {
    const scene = await open({ liveRestore: true });
    const sink = await scene.sink();
    const storage = await scene.folder();
    await runContainer(scene.world, 'polite', { command: POLITE });
    const killed = scene.collector({ sink, storage });
    await killed.said('receiver.inventory');
    await runContainer(scene.world, 'lasting');
    const before = await scene.markArrived(sink, killed);
    const pid = Number((await inspected(scene, 'polite'))['Pid']);
    await killed.kill();
    await scene.dockerd.end();
    process.kill(pid, 'SIGTERM');
    await gone(pid);
    await scene.dockerd.begin();
    const collector = scene.collector({ sink, storage });
    await scene.world.reader.reopen();
    const first = await scene.mark();
    await arrivalOf(isOf('polite', 'die'), sink, collector);
    const last = await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const { added } = new Tally(sink);
    const death = added.find(isOf('polite', 'die'));
    assert.ok(death);
    const { FinishedAt, ExitCode } = await inspected(scene, 'polite');
    // 7, or 255 from an engine that lost sight of it.
    assert.notEqual(ExitCode, 0);
    assert.equal(death.attributes.get('docker.event.synthetic'), true);
    assert.equal(death.attributes.get('process.exit.code'), BigInt(Number(ExitCode)));
    assert.equal(BigInt(death.timeUnixNano), nanosOf(String(FinishedAt)));
    const gaps = gapsIn(sink);
    assert.deepEqual(
      gaps.map(({ reason, from, to }) => ({ reason, from, to })),
      [{ reason: 'engine_restarted', from: BigInt(before.timeNano), to: BigInt(first.timeNano) }],
    );
    // Nothing is told of the one that went on.
    assert.deepEqual(
      added.map(({ eventName }) => eventName),
      ['docker.events.gap', 'docker.container.die'],
    );
    assertEveryEventSurvived(scene.world, sink, [first, last]);
  });
}
