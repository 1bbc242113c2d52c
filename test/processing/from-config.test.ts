import assert from 'node:assert/strict';
import type { Entry } from '../../src/model/entry.ts';
import type { LogRecord } from '../../src/model/log-record.ts';
import { createAttributeChanges } from '../../src/processing/attributes.ts';
import { conditionComplaint, predicateOf } from '../../src/processing/conditions.ts';
import { attributesSchema, filterSchema } from '../../src/processing/config.ts';
import { createFilter } from '../../src/processing/filter.ts';
import { attributeChangesOf, filterConditionsOf } from '../../src/processing/from-config.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';

const START = entryOf(eventLine());
const PULL = entryOf(eventLine({ type: 'image', action: 'pull', id: 'busybox:1.36', attributes: { name: 'busybox' } }));
const TOP = entryOf(eventLine({ action: 'top' }));

function filter(written: unknown): (entry: Entry) => string {
  return createFilter(filterConditionsOf(filterSchema.parse(written)), () => false);
}

function changed(written: unknown, entry: Entry = START): Record<string, unknown> {
  const record: LogRecord = {
    eventName: 'docker.container.start',
    timestamp: undefined,
    observedTimestamp: [0, 0],
    severity: 9,
    body: '',
    attributes: { 'container.name': 'web', 'container.label.a': '1' },
    resource: {},
  };
  return { ...createAttributeChanges(attributeChangesOf(attributesSchema.parse(written)))(record, entry).attributes };
}

describe('a filter as it is configured', () => {
  it('lets everything pass where nothing is written', () => {
    assert.deepEqual([START, PULL, TOP, GAP].map(filter({})), ['pass', 'pass', 'pass', 'pass']);
  });

  it('includes what one of several conditions holds for', () => {
    const verdict = filter({ include: ['docker.type = image', 'docker.action = top'] });
    assert.deepEqual([START, PULL, TOP, GAP].map(verdict), ['filter', 'pass', 'pass', 'pass']);
  });

  it('excludes what one of several conditions holds for', () => {
    const verdict = filter({ exclude: ['docker.type = image', 'docker.action = top'] });
    assert.deepEqual([START, PULL, TOP, GAP].map(verdict), ['pass', 'filter', 'filter', 'pass']);
  });

  it('can be for nothing but alerts, or for all but them', () => {
    const entries = [START, alertOf({ about: START }), alertOf({ about: GAP })];
    assert.deepEqual(entries.map(filter({ include: 'docker.record = alert' })), ['filter', 'pass', 'pass']);
    assert.deepEqual(entries.map(filter({ exclude: 'docker.record = alert' })), ['pass', 'filter', 'filter']);
  });

  it('keeps what it is told to keep', () => {
    const options = filterConditionsOf(filterSchema.parse({ health_checks: 'keep', own_container: 'keep' }));
    assert.deepEqual([options.health_checks, options.own_container], ['keep', 'keep']);
  });
});

describe('actions as they are configured', () => {
  it('do what they are called', () => {
    const actions = [
      { action: 'insert', key: 'a', value: 1 },
      { action: 'update', key: 'container.name', from_attribute: 'container.label.a' },
      { action: 'upsert', key: 'b', value: false },
      { action: 'rename', key: 'b', to: 'c' },
      { action: 'delete', pattern: 'container.label.*' },
      { action: 'hash', key: 'a' },
    ];
    assert.deepEqual(changed({ actions, hash_key: '0123456789abcdef' }), {
      'container.name': '1',
      c: false,
      a: '6f51b61a3db920f1cbe06a4c38501bc0',
    });
  });

  it('are asked for their condition, of the event', () => {
    const actions = [{ action: 'delete', pattern: '*', when: 'docker.type = image' }];
    assert.deepEqual(changed({ actions }, PULL), {});
    assert.deepEqual(Object.keys(changed({ actions }, START)), ['container.name', 'container.label.a']);
  });
});

describe('a condition of the configuration', () => {
  it('is complained of exactly where it cannot be made into a function', () => {
    assert.equal(conditionComplaint('docker.type = image'), undefined);
    assert.equal(predicateOf('docker.type = image')(PULL), true);
    assert.match(conditionComplaint('docker.typ = image') ?? '', /docker\.typ,/);
    assert.throws(() => predicateOf('docker.typ = image'), /There is no field docker\.typ\./);
  });

  it('has only its first mistakes told', () => {
    const complaint = conditionComplaint(Array.from({ length: 9 }, (_, index) => `no.field${index} = 1`).join(' or '));
    assert.equal(complaint?.match(/character/g)?.length, 5);
  });
});
