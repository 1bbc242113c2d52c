import assert from 'node:assert/strict';
import type { Happening, Level } from '../../src/model/telemetry.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { FakeClock } from '../support/fake-clock.ts';

const CUT: Happening = {
  name: 'receiver.stream_cut',
  level: 'warn',
  message: 'The stream broke off.',
  counts: { engine_disconnects: 1 },
};

function rig(wants: (level: Level) => boolean = () => true) {
  const written: Happening[] = [];
  const log: Log = { wants, write: (happening) => written.push(happening) };
  const clock = new FakeClock();
  return { telemetry: createTelemetry(log, clock), written, clock };
}

describe('telemetry', () => {
  it('makes a line and a count of one happening', () => {
    const { telemetry, written } = rig();
    telemetry.report(CUT);
    assert.deepEqual(written, [CUT]);
    assert.deepEqual([...telemetry.counters()], [['engine_disconnects', 1]]);
  });

  it('counts what the log leaves out, for its level or as a repeat', () => {
    const quiet = rig(() => false);
    const loud = rig();
    for (const { telemetry } of [quiet, loud]) for (let i = 0; i < 10; i += 1) telemetry.report(CUT);
    assert.equal(quiet.written.length, 0);
    assert.equal(loud.written.length, 1);
    for (const { telemetry } of [quiet, loud]) assert.equal(telemetry.counters().get('engine_disconnects'), 10);
    assert.equal(quiet.clock.pending, 0);
    loud.telemetry.flush();
    assert.equal(loud.written.at(-1)?.message, 'The stream broke off. (10 times in the last 1 s)');
  });

  it('counts without a line', () => {
    const { telemetry, written } = rig();
    telemetry.count('events_received');
    telemetry.count('events_received', 41);
    assert.equal(telemetry.counters().get('events_received'), 42);
    assert.deepEqual(written, []);
  });

  it('hands out counts that later ones do not change', () => {
    const { telemetry } = rig();
    telemetry.count('events_received');
    const before = telemetry.counters();
    telemetry.count('events_received');
    assert.equal(before.get('events_received'), 1);
  });

  it('keeps counts apart by part and reason, which sum up to the total', () => {
    const { telemetry } = rig();
    telemetry.report({ ...CUT, of: { part: 'docker_events', reason: 'cut' } });
    telemetry.report(CUT);
    telemetry.count('engine_disconnects', 3, { part: 'docker_events/edge', reason: 'ended' });
    telemetry.count('engine_disconnects', 2, { part: 'docker_events', reason: 'cut' });
    assert.deepEqual(telemetry.tallied(), [
      { counter: 'engine_disconnects', of: { part: 'docker_events', reason: 'cut' }, count: 3 },
      { counter: 'engine_disconnects', of: {}, count: 1 },
      { counter: 'engine_disconnects', of: { part: 'docker_events/edge', reason: 'ended' }, count: 3 },
    ]);
    assert.deepEqual([...telemetry.counters()], [['engine_disconnects', 7]]);
  });

  it('measures by part and reason', () => {
    const { telemetry } = rig();
    assert.deepEqual(telemetry.measures(), []);
    telemetry.measure('export_duration', 0.02, { part: 'console' });
    telemetry.measure('export_duration', 0.03, { part: 'otlp_http', reason: 'unavailable' });
    telemetry.measure('export_lag', 7200, { part: 'otlp_http' });
    telemetry.measure('export_lag', 1, { part: 'otlp_http' });
    const shown = telemetry.measures().map(({ measure, of, distribution: { bounds, counts, sum } }) => {
      return [measure, of, counts.flatMap((count, index) => (count > 0 ? [[bounds[index], count]] : [])), sum];
    });
    assert.deepEqual(shown, [
      ['export_duration', { part: 'console' }, [[0.025, 1]], 0.02],
      ['export_duration', { part: 'otlp_http', reason: 'unavailable' }, [[0.05, 1]], 0.03],
      [
        'export_lag',
        { part: 'otlp_http' },
        [
          [1, 1],
          [14_400, 1],
        ],
        7201,
      ],
    ]);
  });

  it('goes on when the log throws', () => {
    const write = () => {
      throw new Error('disk full');
    };
    const telemetry = createTelemetry({ wants: () => true, write }, new FakeClock());
    telemetry.report(CUT);
    telemetry.report(CUT);
    telemetry.flush();
    assert.equal(telemetry.counters().get('engine_disconnects'), 2);
  });
});
