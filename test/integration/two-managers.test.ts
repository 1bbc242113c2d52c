/** Two managers of one swarm, each on a loopback address of its own, and one collector that reads both. */
import assert from 'node:assert/strict';
import { Tally } from '../support/tally.ts';
import { gapsIn } from './arrivals.ts';
import { type EngineSource, findEngines } from './engine.ts';
import { Scene } from './scene.ts';
import { joinSwarm, playSpreadService } from './swarm-scenario.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

for (const source of engines.sources) {
  if ('dockerd' in source) describe(`two swarm managers of ${source.name}`, () => tests(source));
}

function tests(source: EngineSource): void {
  const scenes: Scene[] = [];

  before(async () => {
    for (let count = 0; count < 2; count += 1) scenes.push(await Scene.open(source));
  });
  after(async () => {
    // The one that joined leaves first: alone, the other could not take note of it.
    for (const { world } of scenes.toReversed()) {
      await world.api.call('POST', '/swarm/leave', { query: { force: 'true' }, allow: [503] });
    }
    for (const scene of scenes) await scene.close();
  });

  it('have their common events told once, and their own each', async () => {
    const [one, two] = scenes;
    assert.ok(one !== undefined && two !== undefined);
    await joinSwarm(one.world.api, two.world.api);
    const sink = await one.sink();
    const args = await one.configured(
      `receivers: {docker_events/one: {host: "${one.world.engine.host}"}, docker_events/two: {host: "${two.world.engine.host}"}}\n`,
    );
    const collector = one.collector({ sink, storage: await one.folder(), args });
    for (const scene of scenes) await scene.markArrived(sink, collector);
    await playSpreadService(scenes.map(({ world }) => world));
    for (const scene of scenes) await scene.markArrived(sink, collector);
    assert.equal(await collector.stop(), 0, collector.log);

    const tally = new Tally(sink);
    assert.deepEqual(tally.repetitions(0), []);
    const services = tally.records.filter(({ eventName }) => eventName.startsWith('docker.service.'));
    const seen = one.world.reader.seen.filter(({ type }) => type === 'service');
    assert.deepEqual(
      services.map(({ eventName }) => eventName).sort(),
      seen.map(({ action }) => `docker.service.${action}`).sort(),
    );
    // Containers, images and networks are each engine's own.
    const local = scenes.flatMap(({ world }) => world.reader.seen.filter(({ scope }) => scope === 'local'));
    const arrived = new Set(tally.records.map(({ timeUnixNano }) => timeUnixNano));
    const missing = local.filter(({ timeNano }) => !arrived.has(timeNano));
    assert.deepEqual(missing, []);
    assert.deepEqual(gapsIn(sink), []);
  });
}
