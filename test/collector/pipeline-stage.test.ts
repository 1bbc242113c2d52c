import assert from 'node:assert/strict';
import { PipelineStage, type StageParts } from '../../src/collector/pipeline-stage.ts';
import type { PipelineConfig } from '../../src/config/collector-config.ts';
import type { EventEntry, SpanEntry } from '../../src/model/entry.ts';
import { loaded } from '../config/support.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';

/** A span that this event ended. */
function spanOf(about: EventEntry): SpanEntry {
  const at = about.event.time ?? about.observedAt;
  const { uid, observedAt, engine } = about;
  const trace = { of: 'container', id: about.event.actorId, start: at } as const;
  const times = { start: at, end: at, estimated: undefined };
  return {
    kind: 'span',
    uid,
    name: 'run',
    trace,
    own: undefined,
    ...times,
    failure: undefined,
    links: [],
    about,
    observedAt,
    engine,
  };
}

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
  const isOwn: StageParts['isOwn'] = ({ event }) => event.actorId === 'own';
  let masked = 0;
  const onMasked = () => {
    masked += 1;
  };
  const made = new PipelineStage(await pipeline(processors), { receivers: undefined, isOwn, onMasked, ...parts });
  return { stage: made, masked: () => masked };
}

describe('what a pipeline makes of an entry', () => {
  it('leaves out health checks and its own container, and spans of theirs', async () => {
    const { stage: made } = await stage();
    assert.deepEqual(
      [START, PROBE, OWN, GAP, LOSS, alertOf({ about: OWN })].map((entry) => made.judge(entry)),
      ['wanted', 'filtered', 'filtered', 'wanted', 'wanted', 'wanted'],
    );
    const spans = [START, PROBE, OWN].map((about) => made.judge(spanOf(about)));
    assert.deepEqual(spans, ['wanted', 'filtered', 'filtered']);
  });

  it('passes over what its receivers have not brought', async () => {
    const other = await stage('', { receivers: ['docker_events/other'] });
    assert.equal(other.stage.judge(START), 'passed_over');
    const noAlerts = await stage('filter: {exclude: docker.record = alert}');
    assert.equal(noAlerts.stage.judge(alertOf({ about: START })), 'filtered');
  });

  it('makes spans of what is masked, with the changes of attributes', async () => {
    const { stage: made } = await stage('attributes: {actions: [{action: upsert, key: team, value: shop}]}');
    const span = made.mapSpan(spanOf(START));
    assert.equal(span.attributes['container.label.db.password'], '[masked]');
    assert.equal(span.attributes['team'], 'shop');
    assert.doesNotMatch(JSON.stringify(span), /hunter2/);
  });

  it('tells of each event in which something was masked', async () => {
    const { stage: made, masked } = await stage();
    made.map(START);
    made.map(GAP);
    made.map(alertOf({ about: START }));
    assert.equal(masked(), 1);
    made.map(PROBE);
    assert.equal(masked(), PROBE.event.attributes.has('db.password') ? 2 : 1);
  });

  it('filters by what the engine said, and makes everything else of what is masked', async () => {
    const { stage: made } = await stage(
      'filter: {include: "docker.label[db.password] = hunter2secret"}, mapping: {views: [otel, falco, logtail]}, ' +
        'attributes: {actions: [{action: insert, key: copy, from_attribute: container.label.db.password}]}',
    );
    assert.equal(made.judge(START), 'wanted');
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
    assert.deepEqual([made.judge(PROBE), made.judge(START)], ['wanted', 'filtered']);
    assert.equal(made.map(START).attributes['container.label.tier'], '[masked]');
  });
});
