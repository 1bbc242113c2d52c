import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { definitionOf } from '../../src/mapping/registry.ts';
import type { GapEntry, GapReason } from '../../src/model/entry.ts';
import { Severity } from '../../src/model/severity.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { hasType } from '../support/attribute-types.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

const GAP: GapEntry = {
  kind: 'gap',
  uid: '0123456789abcdef0123456789abcdef',
  reason: 'ring_overrun',
  from: [1795262400, 1],
  to: [1795262460, 999999999],
  atLeast: 1,
  recovered: undefined,
  reconciled: { containers: 14, events: 2 },
  detail: undefined,
  observedAt: [1795262461, 0],
  engine: IDENTITY,
};

const REASONS: readonly GapReason[] = [
  'ring_overrun',
  'engine_restarted',
  'engine_replaced',
  'subscriber_dropped',
  'not_known',
  'journal_lost',
];

const map = createMapper(schema.parse({}));

const time = fc.option(fc.tuple(fc.integer({ min: 0, max: 1e12 }), fc.nat(999_999_999)), { nil: undefined });
const count = fc.option(fc.nat(), { nil: undefined });

const anyGap: fc.Arbitrary<GapEntry> = fc.record({
  kind: fc.constant('gap'),
  uid: fc.constant(GAP.uid),
  reason: fc.constantFrom(...REASONS),
  from: time,
  to: time,
  atLeast: count,
  recovered: count,
  reconciled: fc.option(fc.record({ containers: fc.nat(), events: fc.nat() }), { nil: undefined }),
  detail: fc.option(fc.string({ unit: 'binary', maxLength: 2000 }), { nil: undefined }),
  observedAt: fc.constant<UnixNanos>([1795262461, 0]),
  engine: fc.constantFrom(IDENTITY, undefined),
});

describe('the record of a gap', () => {
  it('tells the window, the reason, how many are missing at least, and what was compared', () => {
    const { resource, attributes, ...record } = map(GAP);
    assert.deepEqual(record, {
      eventName: 'docker.events.gap',
      timestamp: [1795262460, 999999999],
      observedTimestamp: [1795262461, 0],
      severity: Severity.WARN,
      body: 'Events may be missing between 2026-11-21T12:00:00.000000001Z and 2026-11-21T12:01:00.999999999Z: more happened while nobody read than the engine remembers. At least 1 event is missing. 14 containers were compared with what was known before, which led to 2 events.',
    });
    assert.deepEqual(
      { ...attributes },
      {
        'log.record.uid': '0123456789abcdef0123456789abcdef',
        'docker.events.gap.reason': 'ring_overrun',
        'docker.events.gap.window_start': '2026-11-21T12:00:00.000000001Z',
        'docker.events.gap.window_end': '2026-11-21T12:01:00.999999999Z',
        'docker.events.gap.lost_at_least': 1,
        'docker.events.gap.containers_compared': 14,
        'docker.events.gap.synthetic_events': 2,
      },
    );
    assert.equal(resource['docker.engine.id'], 'engine-1');
  });

  it('tells what was read from the memory of the engine after all', () => {
    const record = map({
      ...GAP,
      reason: 'subscriber_dropped',
      atLeast: undefined,
      recovered: 12,
      reconciled: undefined,
      detail: 'The stream was opened anew.',
    });
    assert.equal(
      record.body,
      "Events may be missing between 2026-11-21T12:00:00.000000001Z and 2026-11-21T12:01:00.999999999Z: the engine left events out of the stream, because they were not read in time. 12 events were read from the engine's memory after all. The stream was opened anew.",
    );
    assert.equal(record.attributes['docker.events.gap.recovered'], 12);
    assert.equal(record.attributes['docker.events.gap.lost_at_least'], undefined);
    assert.equal(record.attributes['docker.events.gap.detail'], 'The stream was opened anew.');
  });

  it('says of a window only the side that is known', () => {
    const start = (gap: Partial<GapEntry>) => map({ ...GAP, ...gap }).body.split(':')[0];
    assert.equal(start({ from: undefined, to: undefined }), 'Events may be missing');
    assert.match(map({ ...GAP, from: undefined }).body, /^Events may be missing before 2026-11-21T12:01:00\.9{9}Z: /);
    assert.match(map({ ...GAP, to: undefined }).body, /^Events may be missing after 2026-11-21T12:00:00\.0{8}1Z: /);
    assert.equal(map({ ...GAP, to: undefined }).timestamp, undefined);
  });

  it('gives each reason in words of its own', () => {
    assert.equal(new Set(REASONS.map((reason) => map({ ...GAP, reason }).body)).size, REASONS.length);
  });

  it('is told in every view', () => {
    for (const view of ['falco', 'logtail']) {
      const record = createMapper(schema.parse({ views: [view] }))(GAP);
      assert.equal(record.attributes['docker.events.gap.reason'], 'ring_overrun');
    }
  });

  it('has registered attributes only and a bounded sentence without control characters, whatever is in it', () => {
    fc.assert(
      fc.property(anyGap, (gap) => {
        const { attributes, body } = map(gap);
        for (const [name, value] of Object.entries(attributes)) {
          const definition = definitionOf(name);
          assert.ok(definition !== undefined && hasType(value, definition.type), name);
        }
        assert.doesNotMatch(body, /\p{Cc}/u);
        assert.ok(body.startsWith('Events may be missing') && body.length < 4096);
      }),
    );
  });
});
