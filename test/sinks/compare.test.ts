/** The judge of the integration tests must be able to say no. */
import assert from 'node:assert/strict';
import { complaints, TYPED_VIEW } from '../integration/compare.ts';
import type { SeenEvent } from '../integration/reader.ts';
import type { SinkRecord } from '../support/otlp-sink.ts';

const SEEN: SeenEvent = {
  type: 'container',
  action: 'exec_create: sh -c date',
  id: 'c1',
  scope: 'local',
  attributes: new Map([
    ['image', 'registry.example:5000/app:v1'],
    ['name', 'web'],
    ['execID', 'e1'],
    ['team', 'shop'],
  ]),
  timeNano: '1795262400000000001',
  raw: 'the event',
};

const RECORD: SinkRecord = {
  timeUnixNano: '1795262400000000001',
  observedTimeUnixNano: '1795262400000500000',
  severityNumber: 9,
  severityText: 'INFO',
  eventName: 'docker.container.exec_create',
  body: 'a sentence',
  attributes: new Map<string, string | string[]>([
    ['docker.event.type', 'container'],
    ['docker.event.action', 'exec_create'],
    ['docker.event.scope', 'local'],
    ['docker.actor.id', 'c1'],
    ['docker.exec.command', 'sh -c date'],
    ['docker.exec.id', 'e1'],
    ['container.name', 'web'],
    ['container.image.name', 'registry.example:5000/app'],
    ['container.image.tags', ['v1']],
    ['container.label.team', 'shop'],
  ]),
  droppedAttributesCount: 0,
  traceId: '',
  spanId: '',
  flags: 0,
  resource: new Map(),
  scope: { name: '', version: '' },
};

/** The record with one attribute changed. */
function but(name: string, value: string): SinkRecord {
  return { ...RECORD, attributes: new Map([...RECORD.attributes, [name, value]]) };
}

describe('the judge of the integration tests', () => {
  it('is content when every event is one record', () => {
    assert.deepEqual(complaints([SEEN], [RECORD], TYPED_VIEW), []);
  });

  const faults: readonly (readonly [string, readonly SinkRecord[], readonly RegExp[]])[] = [
    ['an event that never arrived', [], [/^never arrived: the event$/]],
    ['a record that arrived twice', [RECORD, RECORD], [/^arrived without an event, or twice: 1795262400000000001/]],
    [
      'a time that is off by one',
      [{ ...RECORD, timeUnixNano: '1795262400000000002' }],
      [/^never arrived/, /^arrived without/],
    ],
    ['another command', [but('docker.exec.command', 'sh -c true')], [/^never arrived/, /^arrived without/]],
    ['another id', [but('docker.actor.id', 'c2')], [/^never arrived/, /^arrived without/]],
    [
      'another event name',
      [{ ...RECORD, eventName: 'docker.container.start' }],
      [/^the event name is docker\.container\.start of the event$/],
    ],
    ['another scope', [but('docker.event.scope', 'swarm')], [/^the scope is swarm of the event$/]],
    ['another label', [but('container.label.team', 'bank')], [/^cannot read back team=shop of the event$/]],
    [
      'another image',
      [but('container.image.name', 'app')],
      [/^cannot read back image=registry\.example:5000\/app:v1 of the event$/],
    ],
    [
      'an observation before the event',
      [{ ...RECORD, observedTimeUnixNano: '1795262399000000000' }],
      [/^it was observed before it happened/],
    ],
  ];
  for (const [what, records, expected] of faults) {
    it(`tells of ${what}`, () => {
      const found = complaints([SEEN], records, TYPED_VIEW);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? '', pattern);
    });
  }
});
