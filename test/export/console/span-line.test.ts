import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { createSpanLineFormat, durationText } from '../../../src/export/console/span-line.ts';
import { readableSpan } from '../../support/readable-spans.ts';

const plain = createSpanLineFormat({ color: false, timeZone: 'UTC' });
const colored = createSpanLineFormat({ color: true, timeZone: 'UTC' });

describe('a span as a line', () => {
  const rows: readonly (readonly [what: string, parts: Partial<ReadableSpan>, line: string])[] = [
    [
      'stands in the columns of records, with how long it took and why it failed',
      {},
      '12:03:14.123  SPAN   container run             shop-web              1 min 2 s  exited with 3',
    ],
    [
      'ends with how long it took where nothing failed',
      { status: { code: 0 } },
      '12:03:14.123  SPAN   container run             shop-web              1 min 2 s',
    ],
    [
      'has the date before its time where it ended on another day',
      { startTime: [Date.UTC(2026, 10, 19, 23, 59, 59) / 1000, 0] },
      '2026-11-19 23:59:59.000  SPAN   container run             shop-web              1 min 2 s  exited with 3',
    ],
    [
      'names no service where there is none',
      { resource: resourceFromAttributes({}) },
      '12:03:14.123  SPAN   container run                                   1 min 2 s  exited with 3',
    ],
  ];
  for (const [what, parts, line] of rows) it(what, () => assert.equal(plain(readableSpan(parts)), line));

  it('has the date before its time where somebody looks on another day', () => {
    const later = createSpanLineFormat({ color: false, timeZone: 'UTC' }, [Date.UTC(2026, 10, 23) / 1000, 0]);
    assert.ok(later(readableSpan()).startsWith('2026-11-21 12:03:14.123  SPAN '));
    const same = createSpanLineFormat({ color: false, timeZone: 'UTC' }, [Date.UTC(2026, 10, 21, 23) / 1000, 0]);
    assert.equal(same(readableSpan()), plain(readableSpan()));
  });

  it('is red where it failed, and says the same in colour', () => {
    const span = readableSpan();
    assert.ok(colored(span).includes('\u001b[31mSPAN \u001b[39m'));
    assert.ok(colored(readableSpan({ status: { code: 0 } })).includes('\u001b[34mSPAN \u001b[39m'));
    assert.equal(stripVTControlCharacters(colored(span)), plain(span));
  });

  it('cannot be broken by what a stranger wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const resource = resourceFromAttributes({ 'service.name': text });
        const line = plain(readableSpan({ resource, status: { code: 2, message: text } }));
        assert.doesNotMatch(line, /\p{Cc}/u);
      }),
    );
  });

  const durations: readonly (readonly [seconds: number, nanos: number, text: string])[] = [
    [0, 0, '0 ms'],
    [0, 36_600_000, '37 ms'],
    [0, 999_600_000, '1 s'],
    [4, 249_000_000, '4.2 s'],
    [59, 960_000_000, '1 min'],
    [30, 0, '30 s'],
    [60, 0, '1 min'],
    [192, 900_000_000, '3 min 12 s'],
    [3600, 0, '1 h'],
    [3780, 0, '1 h 3 min'],
    [86_400 * 12 + 4 * 3600, 0, '12 d 4 h'],
  ];
  for (const [seconds, nanos, text] of durations) {
    it(`says ${text} for ${seconds}.${nanos} seconds`, () => assert.equal(durationText([seconds, nanos]), text));
  }
});
