import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { collectMetrics } from '../../src/metrics/snapshot.ts';
import type { EventContext, ExitReason } from '../../src/model/context.ts';
import type { EventEntry } from '../../src/model/entry.ts';
import type { MetricsSnapshot } from '../../src/model/metric.ts';
import type { RunningContainers } from '../../src/model/owner.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine, type LineParts } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { pointOf, seriesOf } from './points.ts';
import { STATUS } from './status.ts';

const HOST = IDENTITY.hostName === undefined ? {} : { 'host.name': IDENTITY.hostName };
const WEB_LABELS = { image: 'busybox', 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
const WEB = { ...HOST, 'docker.compose.project': 'shop', 'docker.compose.service': 'web' };

function entry(parts: LineParts, context: EventContext = {}): EventEntry {
  return { ...entryOf(eventLine(parts)), context };
}

function died(reason: ExitReason, more: Partial<EventContext> = {}): EventEntry {
  return entry({ action: 'die' }, { exit: { reason, intended: false, signal: undefined }, ...more });
}

function metricsOf(entries: readonly EventEntry[], running: readonly RunningContainers[] = []): MetricsSnapshot {
  const events = new EventMetrics({ known: CATALOGUE });
  events.note(entries);
  return snapshotOf(events, running);
}

function snapshotOf(events: EventMetrics, running: readonly RunningContainers[] = []): MetricsSnapshot {
  return collectMetrics({ status: STATUS, events, running, measured: [], counted: [] });
}

describe('EventMetrics', () => {
  it('counts events by type and action, without what follows a colon', () => {
    const snapshot = metricsOf([
      entry({ action: 'exec_create: cat /etc/passwd' }),
      entry({ action: 'exec_create: ls' }),
      entry({ type: 'network', action: 'connect' }),
    ]);
    const events = (type: string, action: string) =>
      pointOf(snapshot, 'docker.events', { 'docker.event.type': type, 'docker.event.action': action, ...HOST });
    assert.equal(events('container', 'exec_create'), 2);
    assert.equal(events('network', 'connect'), 1);
    assert.equal(events('container', 'die'), 0);
  });

  it('counts together what types and actions it does not know', () => {
    const snapshot = metricsOf([
      entry({ action: 'levitate' }),
      entry({ action: 'vanish' }),
      entry({ type: 'hologram', action: 'start' }),
      entry({ type: '_OTHER', action: '_OTHER' }),
      entry({ type: '__proto__', action: 'constructor' }),
    ]);
    const others = [...seriesOf(snapshot, 'docker.events')].filter(([key]) => key.includes('_OTHER'));
    assert.deepEqual(
      others.map(([, value]) => value),
      [2, 3],
    );
    const known = Object.values(CATALOGUE).flat().length;
    assert.equal(seriesOf(snapshot, 'docker.events').size, known + 2);
  });

  it('counts what the life of a container consists of, by its owner', () => {
    const snapshot = metricsOf([
      entry({ attributes: WEB_LABELS }),
      entry({ attributes: WEB_LABELS }, { isRestart: true }),
      entry({ action: 'oom', attributes: WEB_LABELS }),
      entry({ action: 'exec_start: ls', attributes: WEB_LABELS }),
      entry({ action: 'exec_start: /health', attributes: WEB_LABELS }, { isProbe: true }),
      ...['unhealthy', 'healthy', 'unhealthy', 'bored'].map((state) =>
        entry({ action: `health_status: ${state}`, attributes: WEB_LABELS }),
      ),
    ]);
    assert.equal(pointOf(snapshot, 'docker.container.starts', WEB), 2);
    assert.equal(pointOf(snapshot, 'docker.container.restarts', WEB), 1);
    assert.equal(pointOf(snapshot, 'docker.container.oom_kills', WEB), 1);
    assert.equal(pointOf(snapshot, 'docker.container.execs', WEB), 1);
    const health = (state: string) =>
      pointOf(snapshot, 'docker.container.health_changes', { ...WEB, 'docker.health.status': state });
    assert.deepEqual(['healthy', 'unhealthy', '_OTHER', 'starting'].map(health), [1, 2, 1, undefined]);
    assert.equal(pointOf(snapshot, 'docker.container.starts', HOST), 0, 'nothing is told of plain containers');
  });

  it('counts deaths by reason, and those of which none is known as unknown', () => {
    const snapshot = metricsOf([died('failed'), died('failed'), died('oom_killed'), entry({ action: 'die' })]);
    const deaths = [...seriesOf(snapshot, 'docker.container.deaths')].map(([key, value]) => [
      JSON.parse(key)['docker.container.exit.reason'],
      value,
    ]);
    assert.deepEqual(deaths, [
      ['completed', 0],
      ['failed', 2],
      ['stopped', 0],
      ['killed', 0],
      ['oom_killed', 1],
      ['unknown', 1],
    ]);
  });

  it('counts pulls', () => {
    const snapshot = metricsOf([
      entry({ type: 'image', action: 'pull' }),
      entry({ type: 'plugin', action: 'pull' }),
      entry({ type: 'image', action: 'push' }),
    ]);
    assert.equal(pointOf(snapshot, 'docker.image.pulls', HOST), 1);
  });

  it('measures how long a run took that ended, where its beginning is known', () => {
    const NOON = 1_795_262_400;
    const snapshot = metricsOf([
      died('failed', { run: [NOON - 1, 500_000_001] }),
      died('failed', { run: [NOON - 3600, 1] }),
      died('failed', { run: [NOON + 5, 0] }),
      died('failed'),
    ]);
    const durations = pointOf(snapshot, 'docker.container.run.duration', HOST);
    assert.ok(typeof durations === 'object');
    assert.equal(durations.bounds[0], 1);
    assert.deepEqual(durations.counts, [2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(durations.sum, 3600.5);
  });

  it('has no histogram of runs where none has ended', () => {
    assert.equal(seriesOf(metricsOf([entry({})]), 'docker.container.run.duration').size, 0);
  });

  it('counts events only: no twins, gaps, losses, alerts or spans, but those worked out after a gap', () => {
    const start = entry({});
    const events = new EventMetrics({ known: CATALOGUE });
    events.note([
      { ...start, isTwin: true },
      GAP,
      LOSS,
      alertOf({ about: start }),
      {
        kind: 'span',
        uid: start.uid,
        name: 'run',
        trace: { of: 'container', id: 'c1', start: [1, 0] },
        own: undefined,
        start: [1, 0],
        end: [2, 0],
        estimated: undefined,
        failure: undefined,
        links: [],
        about: start,
        observedAt: start.observedAt,
        engine: start.engine,
      },
    ]);
    assert.equal(seriesOf(snapshotOf(events), 'docker.container.starts').size, 0, 'no host was met');
    events.note([{ ...died('unknown'), synthetic: { basis: 'inspect' } }]);
    const deaths = { ...HOST, 'docker.container.exit.reason': 'unknown' };
    assert.equal(pointOf(snapshotOf(events), 'docker.container.deaths', deaths), 1);
  });

  it('tells hosts apart, and a host whose name is not known', () => {
    const there = { ...entry({}), engine: { ...IDENTITY, hostName: 'node-2' } };
    const unnamed = { ...entry({}), engine: { ...IDENTITY, hostName: undefined } };
    const snapshot = metricsOf([entry({}), there, unnamed, entry({})]);
    assert.equal(pointOf(snapshot, 'docker.container.starts', HOST), 2);
    assert.equal(pointOf(snapshot, 'docker.container.starts', { 'host.name': 'node-2' }), 1);
    assert.equal(pointOf(snapshot, 'docker.container.starts', {}), 1);
  });

  it('tells owners by the names that they have, and by no others', () => {
    const swarm = { 'com.docker.swarm.service.name': 'shop_web', 'com.docker.stack.namespace': 'shop' };
    const project = { 'com.docker.compose.project': 'shop' };
    const snapshot = metricsOf([
      ...[swarm, swarm, project].map((attributes) => entry({ attributes })),
      entry({ attributes: { 'com.docker.swarm.service.name': 'alone' } }),
    ]);
    assert.deepEqual(
      snapshot.metrics
        .find(({ definition }) => definition.name === 'docker.container.starts')
        ?.points.map(({ attributes, value }) => [attributes, value]),
      [
        [HOST, 0],
        [{ ...HOST, 'docker.swarm.service.name': 'shop_web', 'docker.stack.namespace': 'shop' }, 2],
        [{ ...HOST, 'docker.compose.project': 'shop' }, 1],
        [{ ...HOST, 'docker.swarm.service.name': 'alone' }, 1],
      ],
    );
  });

  it('counts what runs before it is known of which engine', () => {
    const running = [{ engine: undefined, owner: undefined, count: 2 }];
    assert.equal(pointOf(metricsOf([], running), 'docker.container.running', {}), 2);
  });

  it('shows an owner whose containers run with nothing but zeros, so that its first crash is an increase', () => {
    const owner = { composeProject: 'shop', composeService: 'web', swarmService: undefined, stack: undefined };
    const events = new EventMetrics({ known: CATALOGUE });
    const running = [
      { engine: IDENTITY, owner, count: 2 },
      { engine: IDENTITY, owner, count: 1 },
      { engine: IDENTITY, owner: undefined, count: 7 },
    ];
    const before = snapshotOf(events, running);
    assert.equal(pointOf(before, 'docker.container.running', WEB), 3);
    assert.equal(pointOf(before, 'docker.container.running', HOST), 7);
    assert.equal(pointOf(before, 'docker.container.deaths', { ...WEB, 'docker.container.exit.reason': 'failed' }), 0);
    assert.equal(pointOf(snapshotOf(events, running), 'docker.container.running', WEB), 3, 'no sum of collections');
    assert.equal(pointOf(snapshotOf(events, []), 'docker.container.running', WEB), 0);
  });

  describe('with more owners than it keeps apart', () => {
    const labels = (project: string) => ({ 'com.docker.compose.project': project });

    it('counts the rest together, and tells so once', () => {
      const told: number[] = [];
      const events = new EventMetrics({ known: CATALOGUE, ownersMax: 2, onOverflow: (max) => told.push(max) });
      for (const project of ['a', 'b', 'c', 'd', 'a', 'c']) events.note([entry({ attributes: labels(project) })]);
      const snapshot = snapshotOf(events);
      const starts = (attributes: Readonly<Record<string, string>>) =>
        pointOf(snapshot, 'docker.container.starts', { ...HOST, ...attributes });
      assert.equal(starts({ 'docker.compose.project': 'a' }), 2);
      assert.equal(starts({ 'docker.compose.project': 'b' }), 1);
      assert.equal(starts({ 'otel.metric.overflow': 'true' }), 3);
      assert.equal(seriesOf(snapshot, 'docker.container.starts').size, 4);
      assert.deepEqual(told, [2]);
    });

    it('loses no count: all owners together have as many starts as there were', () => {
      const events = new EventMetrics({ known: CATALOGUE });
      for (let index = 0; index < 5000; index += 1) events.note([entry({ attributes: labels(`p${index % 2500}`) })]);
      const starts = [...seriesOf(snapshotOf(events), 'docker.container.starts').values()];
      assert.equal(starts.length, 1000 + 2);
      assert.equal(
        starts.reduce<number>((sum, value) => sum + Number(value), 0),
        5000,
      );
    });

    it('keeps so many hosts apart, too', () => {
      const events = new EventMetrics({ known: CATALOGUE });
      for (let index = 0; index < 150; index += 1) {
        events.note([{ ...entry({}), engine: { ...IDENTITY, hostName: `node-${index}` } }]);
      }
      const snapshot = snapshotOf(events);
      assert.equal(seriesOf(snapshot, 'docker.container.starts').size, 101);
      assert.equal(pointOf(snapshot, 'docker.container.starts', { 'otel.metric.overflow': 'true' }), 50);
    });
  });

  it('keeps the beginning of a long name only, and makes no series twice of names that an encoder makes the same', () => {
    const snapshot = metricsOf([
      entry({ attributes: { 'com.docker.compose.project': `${'x'.repeat(128)}1` } }),
      entry({ attributes: { 'com.docker.compose.project': `${'x'.repeat(128)}2` } }),
      entry({ attributes: { 'com.docker.compose.project': '\ud800' } }),
      entry({ attributes: { 'com.docker.compose.project': '\ud801' } }),
    ]);
    const starts = (project: string) =>
      pointOf(snapshot, 'docker.container.starts', { ...HOST, 'docker.compose.project': project });
    assert.equal(starts('x'.repeat(128)), 2);
    assert.equal(starts('\ufffd'), 2);
  });

  it('masks what looks like a secret in a name, whole, and knows its owner again', () => {
    const token = `ghp_${'A1b2C3d4E5'.repeat(3)}123456`;
    const of = (project: string) => entry({ attributes: { 'com.docker.compose.project': project } });
    const names = [`shop-${token}`, `${'x'.repeat(110)} ${token}`, `${'y'.repeat(2000)}`];
    const snapshot = metricsOf([...names, ...names].map(of));
    assert.doesNotMatch(JSON.stringify(snapshot), /ghp_/);
    const starts = (project: string) =>
      pointOf(snapshot, 'docker.container.starts', { ...HOST, 'docker.compose.project': project });
    assert.equal(starts('shop-[masked]'), 2);
    assert.equal(starts(`${'x'.repeat(110)} [masked]`), 2);
    assert.equal(starts('y'.repeat(128)), 2);
  });
});
