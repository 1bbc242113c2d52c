import assert from 'node:assert/strict';
import { PipelineStage, type StageParts } from '../../src/collector/pipeline-stage.ts';
import type { PipelineConfig } from '../../src/config/collector-config.ts';
import { loaded } from '../config/support.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

const START = entryOf(
  eventLine({ attributes: { name: 'web', image: 'x', 'db.password': 'hunter2secret', tier: 'gold' } }),
);
const PROBE = { ...entryOf(eventLine({ action: 'exec_create: true' })), context: { isProbe: true } } as const;
const OWN = entryOf(eventLine({ id: 'own' }));

async function pipeline(processors: string): Promise<PipelineConfig> {
  const { config } = await loaded(`processors: {${processors}}\nexporters: {console: }\n`);
  const [first] = config.pipelines;
  assert.ok(first);
  return first;
}

async function stage(processors = '', parts: Partial<StageParts> = {}) {
  const telemetry = new RecordingTelemetry();
  const isOwn: StageParts['isOwn'] = ({ event }) => event.actorId === 'own';
  const made = new PipelineStage(await pipeline(processors), { receivers: undefined, isOwn, telemetry, ...parts });
  return { telemetry, stage: made };
}

describe('what a pipeline makes of an entry', () => {
  it('leaves out health checks and its own container, and counts them', async () => {
    const { stage: made, telemetry } = await stage();
    assert.deepEqual(
      [START, PROBE, OWN, GAP, LOSS, alertOf({ about: OWN })].map((entry) => made.wants(entry)),
      [true, false, false, true, true, true],
    );
    assert.equal(telemetry.counted('events_filtered'), 2);
  });

  it('does not count what its receivers have not brought, nor an alert that is left out', async () => {
    const other = await stage('', { receivers: ['docker_events/other'] });
    assert.equal(other.stage.wants(START), false);
    assert.equal(other.telemetry.counted('events_filtered'), 0);
    const noAlerts = await stage('filter: {exclude: docker.record = alert}');
    assert.equal(noAlerts.stage.wants(alertOf({ about: START })), false);
    assert.equal(noAlerts.telemetry.counted('events_filtered'), 0);
  });

  it('filters by what the engine said, and makes everything else of what is masked', async () => {
    const { stage: made } = await stage(
      'filter: {include: "docker.label[db.password] = hunter2secret"}, mapping: {views: [otel, falco, logtail]}, ' +
        'attributes: {actions: [{action: insert, key: copy, from_attribute: container.label.db.password}]}',
    );
    assert.equal(made.wants(START), true);
    const record = made.map(START);
    assert.equal(record.attributes['copy'], '[masked]');
    assert.doesNotMatch(JSON.stringify(record), /hunter2/);
    const alert = made.map(
      alertOf({ about: START, rule: { output: 'pw=%docker.label[db.password] tier=%docker.label[tier]' } }),
    );
    assert.equal(alert.body, 'pw=[masked] tier=gold');
    assert.doesNotMatch(JSON.stringify(alert), /hunter2/);
  });

  it('asks the conditions of attributes what is masked', async () => {
    const { stage: made } = await stage(
      'attributes: {actions: [{action: insert, key: seen, value: 1, when: "docker.label[db.password] = hunter2secret"}]}',
    );
    assert.equal(made.map(START).attributes['seen'], undefined);
  });

  it('is another one from the next entry on', async () => {
    const { stage: made } = await stage();
    made.replace(
      await pipeline('filter: {health_checks: keep, exclude: docker.action = start}, redact: {deny: [tier]}'),
    );
    assert.deepEqual([made.wants(PROBE), made.wants(START)], [true, false]);
    assert.equal(made.map(START).attributes['container.label.tier'], '[masked]');
  });
});
