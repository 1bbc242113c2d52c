import assert from 'node:assert/strict';
import type { FieldValue } from '../../../src/condition/field.ts';
import { alertOf } from '../../support/alerts.ts';
import { GAP, LOSS } from '../../support/entries.ts';
import { entryOf, eventLine } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const EVENT = entryOf(eventLine({ timeNano: '1795262400000000001' }));

const EXPECTED: readonly (readonly [name: string, value: FieldValue])[] = [
  ['evt.time', '12:00:00.000000001'],
  ['evt.time.s', '12:00:00'],
  ['evt.time.iso8601', '2026-11-21T12:00:00.000000001+0000'],
  ['evt.datetime', '2026-11-21 12:00:00.000000001'],
  ['evt.datetime.s', '2026-11-21 12:00:00'],
  ['evt.rawtime', '1795262400000000001'],
  ['evt.rawtime.s', 1_795_262_400],
  ['evt.rawtime.ns', '000000001'],
  ['evt.source', 'docker'],
  ['evt.type', 'pluginevent'],
  ['evt.pluginname', 'docker'],
  ['evt.hostname', EVENT.engine.hostName],
  ['evt.is_async', false],
  ['evt.asynctype', undefined],
  ['evt.num', undefined],
];

const TIMES = EXPECTED.map(([name]) => name).filter((name) => /time/.test(name));

describe("Falco's fields of every event", () => {
  for (const [name, value] of EXPECTED) {
    it(`${name} is ${value}`, () => assert.equal(readField(EVENT, name), value));
  }

  it('print the time in UTC, whatever zone the process is in', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Kathmandu';
    try {
      assert.equal(readField(EVENT, 'evt.datetime.s'), '2026-11-21 12:00:00');
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('have no time where the engine gives none', () => {
    const timeless = { ...EVENT, event: { ...EVENT.event, time: undefined } };
    for (const name of TIMES) assert.equal(readField(timeless, name), undefined, name);
  });

  it('print no date for a time that no date can hold, and its digits all the same', () => {
    const far = { ...EVENT, event: { ...EVENT.event, time: [9e15, 7] as const } };
    assert.equal(readField(far, 'evt.datetime'), undefined);
    assert.equal(readField(far, 'evt.rawtime'), '9000000000000000000000007');
    const year12000 = { ...EVENT, event: { ...EVENT.event, time: [Date.UTC(12_000, 0, 1) / 1000, 7] as const } };
    assert.equal(readField(year12000, 'evt.time'), '00:00:00.000000007');
  });

  it('have the time of what an alert is about, of the end of a gap and of the last entry lost', () => {
    for (const entry of [alertOf({ about: EVENT }), GAP, LOSS])
      assert.equal(readField(entry, 'evt.time'), '12:00:00.000000001');
  });

  it('give the event as JSON, as the plugin has it', () => {
    const line = eventLine({ action: 'die', id: 'c9', attributes: { name: 'web', image: 'a:1', exitCode: '3' } });
    assert.equal(
      readField(entryOf(line), 'evt.plugininfo'),
      '{"status":"die","id":"c9","from":"a:1","Type":"container","Action":"die","Actor":{"ID":"c9","Attributes":' +
        '{"exitCode":"3","image":"a:1","name":"web"}},"scope":"local","time":1795262400,"timeNano":1795262400000000001}',
    );
  });

  it('make that JSON from the event and not from the line, so that it holds what a mask left', () => {
    const masked = {
      ...EVENT,
      event: { ...EVENT.event, attributes: new Map([['name', '[masked]']]), time: undefined },
    };
    assert.equal(
      readField(masked, 'evt.plugininfo'),
      '{"status":"start","id":"c1","Type":"container","Action":"start","Actor":{"ID":"c1","Attributes":' +
        '{"name":"[masked]"}},"scope":"local"}',
    );
  });
});
