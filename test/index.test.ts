import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  createCollector,
  createLog,
  createTelemetry,
  loadConfig,
  problemText,
  systemRandom,
  systemSurroundings,
} from '../src/index.ts';
import { Kept } from './commands/test-world.ts';
import { FakeClock } from './support/fake-clock.ts';

const recording = join(import.meta.dirname, '../recordings/engine-28.ndjson');

describe('the library', () => {
  it('is a whole collector, from a configuration to records', async () => {
    const loaded = await loadConfig({ env: {}, args: { exporters: ['console'] } });
    assert.ok(loaded.ok);
    const { config } = loaded.value;
    const [stdout, stderr, clock] = [new Kept(), new Kept(), new FakeClock()];
    const log = createLog({ ...config.service.log, destination: stderr, isTerminal: false, clock });
    const telemetry = createTelemetry(log, clock);
    const created = await createCollector({
      config,
      clock,
      random: systemRandom,
      telemetry,
      terminal: { stdout, isTerminal: false, env: {} },
      surroundings: { ...systemSurroundings, env: {} },
      recording,
    });
    assert.ok(created.ok);
    await created.value.start();
    assert.equal(await created.value.finished, undefined);
    await created.value.stop(new AbortController().signal);
    const counters = telemetry.counters();
    const told = (counters.get('records_exported') ?? 0) + (counters.get('alerts') ?? 0);
    assert.equal(stdout.lines.length, told);
    assert.ok(told > (counters.get('records_exported') ?? 0));
    assert.ok(stdout.lines.length > 100);
    assert.match(stderr.text, /"name":"receiver\.connected"/);
  });

  it('tells what is wrong with a configuration as a person reads it', async () => {
    const loaded = await loadConfig({ file: { path: 'c.yaml', text: 'exporter: {}\n' }, env: {}, args: {} });
    assert.ok(!loaded.ok);
    assert.deepEqual(
      loaded.problem.map((problem) => problemText(problem, 'c.yaml')),
      ['c.yaml:1:1: exporter: expected a known key, got "exporter". Did you mean "exporters"?'],
    );
  });
});
