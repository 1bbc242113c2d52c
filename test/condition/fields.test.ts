import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FIELD_GROUPS, FIELDS } from '../../src/condition/fields.ts';
import type { AlertEntry, Entry, EventEntry, GapEntry, LossEntry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { readField } from '../support/read-field.ts';
import { spanOf } from '../support/spans.ts';

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

const someGap: fc.Arbitrary<GapEntry> = fc.record({
  kind: fc.constant('gap'),
  uid: fc.constant(GAP.uid),
  reason: fc.constantFrom('ring_overrun', 'not_known'),
  from: fc.constant(undefined),
  to: fc.constantFrom(GAP.to, undefined, [9e15, 0] as const, [-1, 5] as const),
  atLeast: fc.option(fc.nat(), { nil: undefined }),
  recovered: fc.constant(undefined),
  reconciled: fc.constant(undefined),
  detail: fc.constant(undefined),
  observedAt: fc.constant(GAP.observedAt),
  engine: fc.constantFrom(GAP.engine, undefined),
});

const someAlert: fc.Arbitrary<AlertEntry> = fc.oneof(anyEntry, someGap).map((about) => alertOf({ about }));

const anything: fc.Arbitrary<Entry> = fc.oneof(anyEntry, someGap, someAlert, fc.constant<LossEntry>(LOSS));

describe('the fields', () => {
  it('have a name each, and none has the name of another', () => {
    const names = FIELDS.all.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) {
      assert.match(name, /^(docker|evt)(\.[a-z][a-z0-9_]*)+$/);
      assert.equal(FIELDS.named(name)?.name, name);
    }
    assert.deepEqual(
      FIELD_GROUPS.flatMap(({ fields }) => fields),
      FIELDS.all,
    );
  });

  it('are not found by a name that is not known, or that every object has', () => {
    for (const name of ['docker.nothing', 'constructor', '__proto__', '']) assert.equal(FIELDS.named(name), undefined);
  });

  it('can be asked of any entry, and give what their type says', () => {
    fc.assert(
      fc.property(anything, fc.oneof(fc.string(), fc.constantFrom('__proto__', 'name', 'exitCode')), (entry, key) => {
        for (const field of FIELDS.all) {
          for (const argument of [undefined, key]) {
            const value = field.read(entry, argument);
            assert.ok(value === undefined || TYPES[field.type]?.(value), `${field.name}: ${JSON.stringify(value)}`);
          }
        }
      }),
    );
  });

  it('read nothing of the line that the engine sent, which no mask has seen', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const masked: EventEntry = {
          ...entry,
          get raw(): string {
            throw new Error('the line was read');
          },
        };
        for (const about of [masked, alertOf({ about: masked })]) {
          for (const field of FIELDS.all) assert.doesNotThrow(() => field.read(about, 'name'), field.name);
        }
      }),
    );
  });

  it('of an alert are those of what it is about, but for what is said of the alert', () => {
    fc.assert(
      fc.property(fc.oneof(anyEntry, someGap), (about) => {
        const alert = alertOf({ about });
        for (const field of FIELDS.all) {
          if (field.name === 'docker.record' || field.name.startsWith('docker.rule.')) continue;
          assert.deepEqual(field.read(alert, 'name'), field.read(about, 'name'), field.name);
        }
      }),
    );
  });

  it('of a span are those of the event that ended it, but for what is said of the span', () => {
    fc.assert(
      fc.property(anyEntry, (about) => {
        const span = spanOf({ about });
        for (const field of FIELDS.all) {
          if (field.name === 'docker.record' || /^docker\.(rule|span)\./.test(field.name)) continue;
          assert.deepEqual(field.read(span, 'name'), field.read(about, 'name'), field.name);
        }
        assert.equal(readField(span, 'docker.rule.name'), undefined, 'whatever rules its event has matched');
      }),
    );
  });

  it('give nothing for a key that was not asked for', () => {
    const entry = entryOf(eventLine({ attributes: { undefined: 'x', name: 'web' } }));
    assert.equal(readField(entry, 'docker.label'), undefined);
    assert.equal(readField(entry, 'docker.attribute'), undefined);
  });
});

describe('the fields of what is told', () => {
  const event = entryOf(eventLine({ action: 'exec_create: /bin/sh', id: 'c9' }));

  it('tell events, alerts, spans, gaps and losses apart', () => {
    assert.equal(readField(event, 'docker.record'), 'event');
    assert.equal(readField(alertOf({ about: event }), 'docker.record'), 'alert');
    assert.equal(readField(GAP, 'docker.record'), 'gap');
    assert.equal(readField(spanOf(), 'docker.record'), 'span');
    assert.equal(readField(LOSS, 'docker.record'), 'loss');
  });

  it('name records as they are named when they leave', () => {
    assert.equal(readField(event, 'docker.event.name'), 'docker.container.exec_create');
    assert.equal(readField(alertOf({ about: event }), 'docker.event.name'), 'docker.container.exec_create');
    assert.equal(readField(GAP, 'docker.event.name'), 'docker.events.gap');
    assert.equal(readField(LOSS, 'docker.event.name'), 'docker.events.dropped');
    assert.equal(readField({ ...LOSS, reason: 'rejected' }, 'docker.event.name'), 'docker.events.rejected');
    assert.equal(readField(event, 'docker.action.base'), 'exec_create');
    assert.equal(readField(event, 'docker.event.uid'), event.uid);
  });

  it('tell of gaps and losses', () => {
    assert.equal(readField(GAP, 'docker.gap.reason'), 'ring_overrun');
    assert.equal(readField(GAP, 'docker.gap.lost_at_least'), 12);
    assert.equal(readField(alertOf({ about: GAP }), 'docker.gap.reason'), 'ring_overrun');
    assert.equal(readField(GAP, 'docker.type'), undefined);
    assert.equal(readField(event, 'docker.gap.reason'), undefined);
    assert.equal(readField(LOSS, 'docker.loss.reason'), 'queue_full');
    assert.equal(readField(LOSS, 'docker.loss.count'), 3);
    assert.equal(readField(LOSS, 'docker.loss.exporter'), 'otlp_http');
  });

  it('tell of spans', () => {
    const span = spanOf({ name: 'exec', start: [9, 999_999_500], end: [12, 500_000_000], failure: 'exit_code' });
    assert.equal(readField(span, 'docker.span.name'), 'exec');
    assert.equal(readField(span, 'docker.span.seconds'), 2.500001);
    assert.equal(readField(span, 'docker.span.failure'), 'exit_code');
    assert.equal(readField(spanOf(), 'docker.span.failure'), undefined);
    for (const entry of [event, alertOf({ about: event }), GAP, LOSS]) {
      for (const name of ['name', 'seconds', 'failure']) {
        assert.equal(readField(entry, `docker.span.${name}`), undefined);
      }
    }
  });

  it('tell of rules', () => {
    const matched = { ...event, context: { rules: ['A', 'B'] } };
    assert.deepEqual(readField(matched, 'docker.rule.name'), ['A', 'B']);
    assert.equal(readField(event, 'docker.rule.name'), undefined);
    const alert = alertOf({ about: matched });
    assert.deepEqual(readField(alert, 'docker.rule.name'), [alert.rule.name]);
    assert.equal(readField(alert, 'docker.rule.priority'), 'Notice');
    assert.deepEqual(readField(alert, 'docker.rule.tags'), ['container']);
    assert.equal(readField(matched, 'docker.rule.priority'), undefined);
  });

  it('tell what was worked out after a gap', () => {
    assert.equal(readField(event, 'docker.event.synthetic'), false);
    assert.equal(readField(event, 'docker.event.basis'), undefined);
    const synthetic = { ...event, synthetic: { basis: 'list' } as const };
    assert.equal(readField(synthetic, 'docker.event.synthetic'), true);
    assert.equal(readField(synthetic, 'docker.event.basis'), 'list');
    assert.equal(readField(GAP, 'docker.event.synthetic'), undefined);
  });

  it('name the engine', () => {
    const { engine } = event;
    assert.equal(readField(event, 'docker.host.name'), engine.hostName);
    assert.equal(readField(event, 'docker.engine.id'), engine.id);
    assert.equal(readField(event, 'docker.engine.version'), engine.version);
    assert.equal(readField(event, 'docker.runtime'), engine.runtime);
    assert.equal(readField(event, 'docker.receiver'), engine.receiver);
    assert.equal(readField({ ...GAP, engine: undefined }, 'docker.receiver'), undefined);
  });

  it('give any attribute as the engine sent it', () => {
    const entry = entryOf(eventLine({ type: 'volume', attributes: { 'read/write': 'true' } }));
    assert.equal(readField(entry, 'docker.attribute[read/write]'), 'true');
    assert.equal(readField(entry, 'docker.attribute[nothing]'), undefined);
  });
});
