import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { ownersOverflowed } from '../../src/metrics/happenings.ts';
import { collectMetrics } from '../../src/metrics/snapshot.ts';
import type { MetricsSnapshot } from '../../src/model/metric.ts';
import type { CollectorStatus } from '../../src/model/status.ts';
import { COUNTED, everyMetric, MEASURED } from './every-metric.ts';
import { pointOf, seriesOf } from './points.ts';
import { LOGS_STATE, STATUS, TRACES_STATE } from './status.ts';

const LOGS = { 'otel.component.name': 'otlp_http' };
const TRACES = { 'otel.component.name': 'traces:otlp_http' };

function snapshotOf(status: CollectorStatus): MetricsSnapshot {
  const events = new EventMetrics({ known: CATALOGUE });
  return collectMetrics({ status, events, running: [], measured: MEASURED, counted: COUNTED });
}

describe('collectMetrics', () => {
  it('has every metric of the catalogue, in its order, and no attribute that the catalogue does not name', () => {
    const { metrics } = everyMetric();
    assert.deepEqual(
      metrics.map(({ definition }) => definition),
      METRICS,
    );
    for (const { definition, points } of metrics) {
      for (const { attributes } of points) {
        const strangers = Object.keys(attributes).filter((name) => !definition.attributes.includes(name));
        assert.deepEqual(strangers, [], definition.name);
      }
    }
  });

  it('has its times from the status', () => {
    const { startedAt, at } = snapshotOf(STATUS);
    assert.deepEqual([startedAt, at], [STATUS.startedAt, STATUS.at]);
    assert.equal(pointOf(snapshotOf(STATUS), 'process.uptime'), 90.25);
    const [second] = STATUS.at;
    assert.equal(pointOf(snapshotOf({ ...STATUS, at: [second, 860_000_000] }), 'process.uptime'), 90.86);
  });

  it('tells every number of the intake', () => {
    const snapshot = snapshotOf(STATUS);
    for (const [name, value] of Object.entries(STATUS.intake)) {
      const metric = name === 'gaps' ? 'docker_events_otel.gaps' : `docker_events_otel.events.${name}`;
      assert.equal(pointOf(snapshot, metric), value, metric);
    }
  });

  it('tells every number of an exporter, so that they balance as the status does', () => {
    const snapshot = snapshotOf(STATUS);
    const ours = (name: string, of = LOGS) => Number(pointOf(snapshot, `docker_events_otel.exporter.${name}`, of));
    const exported = (signal: string, of: Readonly<Record<string, string>>) =>
      Number(pointOf(snapshot, `otel.sdk.exporter.${signal}.exported`, of));
    assert.equal(ours('carried_over'), LOGS_STATE.carriedOver);
    assert.equal(ours('appended'), LOGS_STATE.appended);
    assert.equal(ours('filtered'), LOGS_STATE.filtered);
    assert.equal(ours('passed_over'), LOGS_STATE.passedOver);
    assert.equal(ours('waiting'), LOGS_STATE.waiting);
    assert.equal(exported('log', LOGS), LOGS_STATE.exported);
    assert.equal(exported('log', { ...LOGS, 'error.type': 'rejected' }), LOGS_STATE.rejected);
    assert.equal(exported('span', TRACES), TRACES_STATE.exported);
    assert.equal(seriesOf(snapshot, 'otel.sdk.exporter.log.exported').size, 2, 'spans are no log records');
    assert.equal(pointOf(snapshot, 'otel.sdk.processor.log.queue.size', LOGS), LOGS_STATE.inHand);
    assert.equal(pointOf(snapshot, 'otel.sdk.processor.span.queue.size', TRACES), TRACES_STATE.inHand);
    assert.equal(pointOf(snapshot, 'otel.sdk.processor.log.queue.capacity', LOGS), LOGS_STATE.inHandMax);
    const dropped = [...seriesOf(snapshot, 'docker_events_otel.exporter.dropped')].filter(([key]) =>
      /"otlp_http"/.test(key),
    );
    const allDropped = dropped.reduce((sum, [, value]) => sum + Number(value), 0);
    assert.equal(allDropped, LOGS_STATE.dropped);
    assert.equal(
      ours('carried_over') + ours('appended'),
      exported('log', LOGS) +
        exported('log', { ...LOGS, 'error.type': 'rejected' }) +
        ours('filtered') +
        ours('passed_over') +
        allDropped +
        ours('waiting'),
    );
  });

  it('tells drops by reason, and never more or fewer than the status', () => {
    const dropped = (reason: string, snapshot = snapshotOf(STATUS)) =>
      pointOf(snapshot, 'docker_events_otel.exporter.dropped', { ...LOGS, 'error.type': reason });
    assert.deepEqual(
      ['queue_full', 'storage_full', 'expired', '_OTHER'].map((reason) => dropped(reason)),
      [0, 4, 1, 2],
    );
    // Before the first, too, for whoever asks for an increase.
    assert.deepEqual(
      ['journal_lost', 'unreadable', 'undelivered'].map((reason) => dropped(reason)),
      [0, 0, 0],
    );
    const fewer = snapshotOf({ ...STATUS, exporters: [{ ...LOGS_STATE, dropped: 3 }] });
    assert.deepEqual(
      ['storage_full', 'expired', '_OTHER'].map((reason) => dropped(reason, fewer)),
      [3, 0, undefined],
    );
  });

  it('shows each state as 1 where it holds, and 0 where it does not', () => {
    const snapshot = snapshotOf(STATUS);
    const state = (name: string) => pointOf(snapshot, 'docker_events_otel.state', { 'docker_events_otel.state': name });
    assert.deepEqual(['starting', 'running', 'stopping'].map(state), [0, 1, 0]);
    const exporter = (name: string) =>
      pointOf(snapshot, 'docker_events_otel.exporter.state', { ...TRACES, 'docker_events_otel.exporter.state': name });
    assert.deepEqual(['delivering', 'failing', 'off'].map(exporter), [0, 0, 1]);
    const metrics = { 'otel.component.name': 'metrics:otlp_http', 'docker_events_otel.exporter.state': 'failing' };
    assert.equal(pointOf(snapshot, 'docker_events_otel.exporter.state', metrics), 1);
    const connected = (name: string) =>
      pointOf(snapshot, 'docker_events_otel.receiver.connected', { 'otel.component.name': name });
    assert.deepEqual(['docker_events', 'docker_events/eu'].map(connected), [1, 0]);
  });

  it('tells times in seconds, and leaves out those that there are none of', () => {
    const snapshot = snapshotOf(STATUS);
    const delivered = seriesOf(snapshot, 'docker_events_otel.exporter.last_delivered.timestamp');
    assert.deepEqual(
      [...delivered],
      [
        ['{"otel.component.name":"otlp_http"}', 1_795_262_399.5],
        ['{"otel.component.name":"metrics:otlp_http"}', 1_795_262_320],
      ],
    );
    const events = seriesOf(snapshot, 'docker_events_otel.receiver.last_event.timestamp');
    assert.deepEqual([...events], [['{"otel.component.name":"docker_events"}', 1_795_262_398]]);
  });

  it('tells of the storage what there is of it', () => {
    const snapshot = snapshotOf(STATUS);
    assert.equal(pointOf(snapshot, 'docker_events_otel.storage.size'), 8192);
    assert.equal(pointOf(snapshot, 'docker_events_otel.storage.limit'), 536_870_912);
    assert.equal(pointOf(snapshot, 'docker_events_otel.storage.writable'), 1);
    const trouble = { message: 'The disk is full.', since: STATUS.at };
    const full = snapshotOf({ ...STATUS, storage: STATUS.storage && { ...STATUS.storage, trouble } });
    assert.equal(pointOf(full, 'docker_events_otel.storage.writable'), 0);
    assert.equal(pointOf(snapshotOf({ ...STATUS, storage: undefined }), 'docker_events_otel.storage.size'), undefined);
  });

  it('tells durations by exporter, those of failed attempts apart', () => {
    const snapshot = snapshotOf(STATUS);
    const duration = (of: Readonly<Record<string, string>>) =>
      pointOf(snapshot, 'otel.sdk.exporter.operation.duration', of);
    assert.equal(duration(LOGS), MEASURED[0]?.distribution);
    assert.equal(duration({ ...LOGS, 'error.type': 'retry' }), MEASURED[1]?.distribution);
    assert.equal(pointOf(snapshot, 'docker_events_otel.exporter.lag', LOGS), MEASURED[2]?.distribution);
  });

  it('adds rare happenings up over all parts', () => {
    const snapshot = snapshotOf(STATUS);
    assert.equal(pointOf(snapshot, 'docker_events_otel.exporter.retries'), 3);
    assert.equal(pointOf(snapshot, 'docker_events_otel.alerts.told'), 3);
    assert.equal(pointOf(snapshot, 'docker_events_otel.spans.forgotten'), 0);
  });
});

describe('ownersOverflowed', () => {
  it('says how many are kept apart, and what happens to the rest', () => {
    const { message, level } = ownersOverflowed(1000);
    assert.equal(level, 'warn');
    assert.match(message, /^Containers of more than 1000 .* counted together .*otel\.metric\.overflow/);
  });
});
