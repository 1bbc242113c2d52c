import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { createLineFormat } from '../../../src/export/console/line.ts';
import { bareRecord, logRecord } from '../../support/records.ts';

const plain = createLineFormat({ color: false, timeZone: 'UTC' });
const colored = createLineFormat({ color: true, timeZone: 'UTC' });
const ID = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a record as a line', () => {
  const rows: readonly (readonly [what: string, parts: Partial<ReadableLogRecord>, line: string])[] = [
    [
      'stands in columns',
      {},
      '12:03:14.123  WARN   container die             web                   Container web (shop:1) died with exit code 3.  exit_code=3',
    ],
    [
      'ends with what is worth its room, in one order',
      {
        attributes: {
          'k8s.pod.name': 'web-1',
          'k8s.namespace.name': 'shop',
          'docker.stack.namespace': 'st',
          'docker.compose.service': 'web',
          'docker.compose.project': 'shop',
          'process.exit.code': 0,
          'container.name': 'web',
          other: 'not shown',
        },
        body: 'Body.',
      },
      '12:03:14.123  WARN   container die             web                   Body.  exit_code=0  project=shop  service=web  stack=st  namespace=shop  pod=web-1',
    ],
    [
      'cuts what is too wide',
      {
        eventName: 'docker.container.checkpoint_of_great_length',
        attributes: { 'container.name': 'a-name-that-is-too-long-by-far', 'docker.compose.project': 'p'.repeat(61) },
        body: 'Whole body.',
      },
      `12:03:14.123  WARN   container checkpoint_of…  a-name-that-is-too-…  Whole body.  project=${'p'.repeat(59)}…`,
    ],
    [
      'is cut between characters, never within one',
      { attributes: { 'container.name': `${'x'.repeat(18)}😀😀` }, body: 'Body.' },
      `12:03:14.123  WARN   container die             ${'x'.repeat(18)}…   Body.`,
    ],
    [
      'shows the short id of what has no name',
      { eventName: 'docker.image.pull', attributes: { 'docker.actor.id': ID }, body: 'Pulled.' },
      '12:03:14.123  WARN   image pull                0123456789ab          Pulled.',
    ],
    [
      'names the rule of an alert, and the range of its severity',
      {
        eventName: 'docker.rule.match',
        severityText: 'ERROR3',
        attributes: { 'container.name': 'web', 'security_rule.name': 'Restart loop', 'process.exit.code': 3 },
        body: 'web restarts.',
      },
      '12:03:14.123  ERROR  rule match                web                   web restarts.  rule=Restart loop  exit_code=3',
    ],
    [
      'shows an id that is none as it is',
      { attributes: { 'docker.actor.id': 'alpine:3' }, body: 'Pulled.' },
      '12:03:14.123  WARN   container die             alpine:3              Pulled.',
    ],
    [
      'takes the first name there is',
      { attributes: { 'container.name': '', 'docker.volume.name': 'data', 'docker.network.name': 'net' }, body: 'B.' },
      '12:03:14.123  WARN   container die             net                   B.',
    ],
    [
      'shows a body that is no text as JSON',
      { attributes: {}, body: { a: [1, true] } },
      `${'12:03:14.123  WARN   container die'.padEnd(69)}{"a":[1,true]}`,
    ],
    [
      'says where the time is not known',
      { hrTime: [0, 0], attributes: {}, body: '' },
      '--:--:--.---  WARN   container die',
    ],
    [
      'says where the time is no date',
      { hrTime: [9e15, 0], attributes: {}, body: '' },
      '--:--:--.---  WARN   container die',
    ],
    [
      'shows what a stranger wrote without obeying it',
      {
        eventName: 'docker.x\n.y',
        attributes: { 'container.name': 'a\u001b[31mb', 'docker.compose.project': 'c\u009bd\u202e' },
        body: 'One\r\n12:03:14.124  ERROR  forged',
      },
      '12:03:14.123  WARN   x\\u000a y                 a\\u001b[31mb          One\\u000d\\u000a12:03:14.124  ERROR  forged  project=c\\u009bd\\u202e',
    ],
  ];
  for (const [what, parts, line] of rows) {
    it(what, () => assert.equal(plain(logRecord(parts)), line));
  }

  it('ends where there is nothing more to say', () => {
    assert.equal(plain(bareRecord()), '12:03:14.123');
  });

  it('has the date of an event that is not of the day on which it was read', () => {
    const format = createLineFormat({ color: false, timeZone: 'UTC' });
    const read = (day: number) => [Date.UTC(2026, 10, day, 1) / 1000, 0] as [number, number];
    const happened = [Date.UTC(2026, 10, 21, 23, 59) / 1000, 5] as [number, number];
    const lineOf = (day: number) => format(logRecord({ hrTime: happened, hrTimeObserved: read(day) }));
    assert.match(lineOf(22), /^2026-11-21 23:59:00\.000 /);
    assert.match(lineOf(21), /^23:59:00\.000 /);
  });

  it('shows the time of the zone that is asked for', () => {
    const format = createLineFormat({ color: false, timeZone: 'Asia/Kolkata' });
    assert.match(format(logRecord()), /^17:33:14\.123 {2}/);
    const midnight = logRecord({ hrTime: [Date.UTC(2026, 10, 21) / 1000, 0] });
    assert.match(plain(midnight), /^00:00:00\.000 {2}/);
  });

  const colors: readonly (readonly [severityText: string, severityNumber: number, opened: string, closed: string])[] = [
    ['FATAL', 21, '\u001b[31m\u001b[1m', '\u001b[22m\u001b[39m'],
    ['ERROR', 20, '\u001b[31m', '\u001b[39m'],
    ['ERROR', 17, '\u001b[31m', '\u001b[39m'],
    ['WARN', 13, '\u001b[33m', '\u001b[39m'],
    ['INFO', 9, '\u001b[32m', '\u001b[39m'],
    ['DEBUG', 5, '\u001b[90m', '\u001b[39m'],
    ['', 0, '\u001b[90m', '\u001b[39m'],
  ];
  for (const [severityText, severityNumber, opened, closed] of colors) {
    it(`has a colour for severity ${severityNumber}`, () => {
      const line = colored(logRecord({ severityText, severityNumber }));
      assert.ok(line.includes(`  ${opened}${severityText.padEnd(5)}${closed}  `), JSON.stringify(line));
    });
  }

  it('is the same text with colours, each of which ends', () => {
    const record = logRecord();
    const line = colored(record);
    assert.equal(stripVTControlCharacters(line), plain(record));
    assert.ok(line.startsWith('\u001b[90m12:03:14.123\u001b[39m  '), JSON.stringify(line));
    assert.ok(
      line.includes(`\u001b[1m${'container die'.padEnd(24)}\u001b[22m  \u001b[36m${'web'.padEnd(20)}\u001b[39m`),
    );
    assert.ok(line.endsWith('  \u001b[90mexit_code=3\u001b[39m'), JSON.stringify(line));
  });

  it('is one line without control characters, whatever is in the record', () => {
    const text = fc.string({ unit: 'binary' });
    const parts = fc.record({
      eventName: text,
      body: fc.oneof(text, fc.jsonValue()),
      attributes: fc.dictionary(fc.constantFrom('container.name', 'docker.actor.id', 'k8s.pod.name'), text),
    });
    fc.assert(
      fc.property(parts, ({ body, ...rest }) => {
        const line = plain(logRecord({ ...rest, body: body as ReadableLogRecord['body'] }));
        assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        assert.equal(line.toWellFormed(), line);
      }),
    );
  });
});
