import assert from 'node:assert/strict';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { definitionOf } from '../../src/mapping/registry.ts';
import type { LossEntry } from '../../src/model/entry.ts';
import { Severity } from '../../src/model/severity.ts';
import { hasType } from '../support/attribute-types.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

const DROPPED: LossEntry = {
  kind: 'loss',
  uid: '0123456789abcdef0123456789abcdef',
  reason: 'queue_full',
  exporter: 'otlp_http',
  count: 12,
  first: [1795262400, 1],
  last: [1795262401, 999999999],
  detail: undefined,
  observedAt: [1795262402, 0],
  engine: IDENTITY,
};

const map = createMapper(schema.parse({}));

describe('the record of a loss', () => {
  it('tells of events that a full queue dropped, in their place in time', () => {
    const { resource, attributes, ...record } = map(DROPPED);
    assert.deepEqual(record, {
      eventName: 'docker.events.dropped',
      timestamp: [1795262401, 999999999],
      observedTimestamp: [1795262402, 0],
      severity: Severity.WARN,
      body: '12 events from 2026-11-21T12:00:00.000000001Z to 2026-11-21T12:00:01.999999999Z never reached exporter otlp_http: more waited than event_queue_size allows.',
    });
    assert.deepEqual(
      { ...attributes },
      {
        'log.record.uid': '0123456789abcdef0123456789abcdef',
        'docker.events.loss.reason': 'queue_full',
        'docker.events.loss.count': 12,
        'docker.events.loss.exporter': 'otlp_http',
        'docker.events.loss.window_start': '2026-11-21T12:00:00.000000001Z',
        'docker.events.loss.window_end': '2026-11-21T12:00:01.999999999Z',
      },
    );
    assert.equal(resource['docker.engine.id'], 'engine-1');
    for (const [name, value] of Object.entries(attributes)) {
      const definition = definitionOf(name);
      assert.ok(definition !== undefined && hasType(value, definition.type), name);
    }
  });

  it('names the limit that a wait in the storage ran into', () => {
    const full = map({ ...DROPPED, reason: 'storage_full' });
    assert.equal(full.eventName, 'docker.events.dropped');
    assert.equal(full.severity, Severity.WARN);
    assert.equal(full.attributes['docker.events.loss.reason'], 'storage_full');
    assert.match(full.body, /: more waited in the storage than storage\.max_size allows\.$/);
    const expired = map({ ...DROPPED, reason: 'expired' });
    assert.equal(expired.eventName, 'docker.events.dropped');
    assert.equal(expired.attributes['docker.events.loss.reason'], 'expired');
    assert.match(expired.body, /: they waited for longer than storage\.max_age allows\.$/);
  });

  it('tells of events that a backend refused, with its reason, and without an engine', () => {
    const detail = `too old\u001b[31m ${'x'.repeat(2000)}`;
    const loss = { ...DROPPED, reason: 'rejected', count: 1, first: undefined, last: undefined, detail } as const;
    const record = map({ ...loss, engine: undefined });
    assert.equal(record.eventName, 'docker.events.rejected');
    assert.equal(record.attributes['docker.events.loss.reason'], 'rejected');
    assert.equal(record.severity, Severity.ERROR);
    assert.equal(record.timestamp, undefined);
    assert.ok(record.body.startsWith('The backend of exporter otlp_http refused 1 event: too old\\u001b[31m xxx'));
    assert.ok(record.body.length < 700);
    assert.equal(record.attributes['docker.events.loss.detail'], detail);
    assert.deepEqual({ ...record.resource }, { 'service.name': 'docker-events' });
  });

  it('is told in every view', () => {
    const record = createMapper(schema.parse({ views: ['logtail'] }))(DROPPED);
    assert.equal(record.attributes['docker.events.loss.count'], 12);
  });
});
