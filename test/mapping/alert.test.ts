import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { definitionOf } from '../../src/mapping/registry.ts';
import { RULE_PRIORITIES } from '../../src/model/entry.ts';
import { severityName } from '../../src/model/severity.ts';
import { alertOf, RULE } from '../support/alerts.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { hasType } from '../support/attribute-types.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';

const map = createMapper(schema.parse({}));

const bodyOf = (output: string, attributes: Record<string, string> = { name: 'web' }) =>
  map(alertOf({ about: entryOf(eventLine({ attributes })), rule: { output } })).body;

describe('the record of an alert', () => {
  it('says which rule it was, and all that the record of the event says', () => {
    const event = { ...entryOf(eventLine()), context: { rules: ['Container started'] } };
    const alert = alertOf({ about: event, uid: '00112233445566778899aabbccddeeff', rule: { matches: 3 } });
    const { attributes: own, ...of } = map(event);
    const { attributes, ...record } = map(alert);
    assert.deepEqual(
      { ...attributes },
      {
        ...own,
        'docker.event.rules': ['Container started'],
        'log.record.uid': '00112233445566778899aabbccddeeff',
        'security_rule.name': RULE.name,
        'security_rule.description': RULE.description,
        'docker.rule.priority': 'Notice',
        'docker.rule.tags': ['container'],
        'docker.rule.matches': 3,
        'docker.rule.event_uid': event.uid,
      },
    );
    assert.deepEqual(record, {
      eventName: 'docker.rule.match',
      timestamp: of.timestamp,
      observedTimestamp: [1_795_262_401, 0],
      severity: 10,
      body: 'Container started (name=web)',
      resource: of.resource,
      span: undefined,
    });
    assert.equal(record.resource, of.resource);
  });

  it('leaves out what a rule does not have', () => {
    const { attributes } = map(alertOf({ rule: { description: '', tags: [] } }));
    const names = Object.keys(attributes).filter((name) => name.includes('rule'));
    assert.deepEqual(names, ['security_rule.name', 'docker.rule.priority', 'docker.rule.event_uid']);
  });

  it('has the time and the attributes of the gap that it is about', () => {
    const { eventName, timestamp, attributes } = map(alertOf({ about: GAP, rule: { output: 'Events are missing' } }));
    assert.equal(eventName, 'docker.rule.match');
    assert.deepEqual(timestamp, GAP.to);
    assert.equal(attributes['docker.events.gap.reason'], 'ring_overrun');
    assert.equal(attributes['docker.rule.event_uid'], GAP.uid);
  });

  it('is as severe as the data model has the priorities of syslog', () => {
    const severities = RULE_PRIORITIES.map((priority) => severityName(map(alertOf({ rule: { priority } })).severity));
    assert.deepEqual(severities, ['FATAL', 'ERROR3', 'ERROR2', 'ERROR', 'WARN', 'INFO2', 'INFO', 'DEBUG']);
  });

  it('fills in the output from the entry that it is given', () => {
    assert.equal(bodyOf('*%docker.attributes.name is %docker.action, %docker.attributes.signal'), 'web is start, <NA>');
    assert.equal(bodyOf('%docker.attributes.name', { name: '***' }), '***');
  });

  it('shows an output that cannot be filled in as it was written', () => {
    assert.equal(bodyOf('%no.such.field of %docker.attributes.name'), '%no.such.field of %docker.attributes.name');
  });

  it('cuts its body, and lets nobody forge a line', () => {
    assert.equal(bodyOf('%docker.attributes.name', { name: 'x'.repeat(5000) }).length, 1025);
    assert.doesNotMatch(bodyOf('two\nlines of %docker.attributes.name\n', { name: 'a\nb' }), /\p{Cc}/u);
    assert.equal(bodyOf('  folded by YAML\n'), 'folded by YAML');
  });

  it('keeps its own attributes in every view, whatever labels there are', () => {
    const attributes = {
      'security_rule.name': 'forged',
      'docker.rule.priority': 'forged',
      'docker.event.rules': 'forged',
    };
    const about = { ...entryOf(eventLine({ attributes })), context: { rules: ['Real'] } };
    for (const views of [['logtail'], ['falco'], ['otel', 'logtail'], ['otel', 'falco', 'logtail']]) {
      const mapped = createMapper(schema.parse({ views }));
      const event = mapped(about).attributes;
      assert.deepEqual(event['docker.event.rules'], ['Real'], views.join());
      assert.equal(event['security_rule.name'], undefined, views.join());
      const alert = mapped(alertOf({ about })).attributes;
      assert.equal(alert['security_rule.name'], RULE.name, views.join());
      assert.equal(alert['docker.rule.priority'], 'Notice', views.join());
      if (!views.includes('logtail')) continue;
      const taken = event['docker.event.shadowed'];
      assert.ok(Array.isArray(taken) && Object.keys(attributes).every((key) => taken.includes(key)), views.join());
    }
  });

  it('has registered attributes only, of the type that the registry promises, whatever it is about', () => {
    fc.assert(
      fc.property(anyEntry, fc.string({ unit: 'binary', maxLength: 2000 }), (about, text) => {
        const { attributes, body } = map(alertOf({ about, rule: { name: text, output: `%docker.actor.id ${text}` } }));
        for (const [name, value] of Object.entries(attributes)) {
          const definition = definitionOf(name);
          assert.ok(definition !== undefined && hasType(value, definition.type), name);
        }
        assert.doesNotMatch(body, /\p{Cc}/u);
        assert.ok(body.length <= 1025);
      }),
      { numRuns: 500 },
    );
  });
});
