import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toDecimalNanos } from '../../src/model/time.ts';
import { decodeFrame } from '../../src/receiver/decode.ts';
import { eventLine } from '../support/events.ts';

const REFUSALS: readonly (readonly [string, string])[] = [
  ['{"Type":', 'it is not JSON'],
  ['[1]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['"text"', 'it is not a JSON object'],
  ['{}', 'it has no "Type"'],
  ['{"Type":7}', 'it has no "Type"'],
  ['{"Type":"container"}', 'it has no "Action"'],
  ['{"Type":"container","Action":""}', 'it has no "Action"'],
  ['{"Type":"c","Action":"a","Actor":[]}', 'its "Actor" is not an object'],
  ['{"Type":"c","Action":"a","Actor":{"ID":1}}', 'its "Actor.ID" is not a string'],
  ['{"Type":"c","Action":"a","scope":1}', 'its "scope" is not a string'],
  ['{"Type":"c","Action":"a","Actor":{"Attributes":[]}}', 'its "Actor.Attributes" is not an object'],
  ['{"Type":"c","Action":"a","Actor":{"Attributes":{"k":{}}}}', 'one of its "Actor.Attributes" is not a string'],
  ['{"Type":"c","Action":"a","timeNano":"1"}', 'its "timeNano" is not a number'],
  [
    '{"Type":"c","Action":"a","timeNano":1.5}',
    'its "timeNano" is not a whole number of nanoseconds from 0 to 2^63 - 1',
  ],
  ['{"Type":"c","Action":"a","timeNano":-1}', 'its "timeNano" is not a whole number of nanoseconds from 0 to 2^63 - 1'],
  [
    '{"Type":"c","Action":"a","timeNano":9223372036854775808}',
    'its "timeNano" is not a whole number of nanoseconds from 0 to 2^63 - 1',
  ],
  ['{"Type":"c","Action":"a","time":1.5}', 'its "time" is not a whole number of seconds from 0 to 9223372036'],
  ['{"Type":"c","Action":"a","time":-1}', 'its "time" is not a whole number of seconds from 0 to 9223372036'],
  ['{"Type":"c","Action":"a","time":9223372037}', 'its "time" is not a whole number of seconds from 0 to 9223372036'],
];

function timeOf(line: string): string | undefined {
  const decoded = decodeFrame(line);
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.reason);
  return decoded.event.time === undefined ? undefined : toDecimalNanos(decoded.event.time);
}

describe('decoding a frame', () => {
  it('gives an event with every part as the engine said it', () => {
    const decoded = decodeFrame(eventLine({ action: 'exec_start: ls ', attributes: { name: 'w', __proto__x: '1' } }));
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.event, {
      type: 'container',
      action: 'exec_start: ls ',
      actorId: 'c1',
      attributes: new Map([
        ['name', 'w'],
        ['__proto__x', '1'],
      ]),
      scope: 'local',
      time: [1_795_262_400, 1],
      originalAction: undefined,
    });
  });

  for (const [line, reason] of REFUSALS) {
    it(`refuses ${line}, because ${reason}`, () => {
      const decoded = decodeFrame(line);
      assert.equal(decoded.ok ? 'an event' : decoded.reason, reason);
    });
  }

  it('refuses an event that is nested too deeply for its time to be read', () => {
    const depth = 100_000;
    const line = `{"Type":"c","Action":"a","timeNano" :1,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.deepEqual(decodeFrame(line), { ok: false, reason: 'it is nested too deeply', isJson: true });
  });

  it('takes an event with nothing but a type and an action', () => {
    const decoded = decodeFrame('{"Type":"moon","Action":"rise"}');
    assert.ok(decoded.ok);
    assert.equal(decoded.event.actorId, '');
    assert.equal(decoded.event.attributes.size, 0);
    assert.equal(decoded.event.time, undefined);
    assert.equal(decoded.event.scope, undefined);
  });

  it('keeps a label named __proto__ as a label', () => {
    const decoded = decodeFrame(
      '{"Type":"c","Action":"a","Actor":{"ID":"","Attributes":{"__proto__":"x","constructor":"y"}}}',
    );
    assert.ok(decoded.ok);
    assert.deepEqual(
      [...decoded.event.attributes],
      [
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ],
    );
  });

  it('falls back to whole seconds where an engine sends no nanoseconds', () => {
    assert.equal(timeOf('{"Type":"c","Action":"a","time":1795238723}'), '1795238723000000000');
  });

  for (const [what, line, digits] of [
    ['behind other keys', '{"Type":"c","Action":"a","timeNano":1795238723795386876}', '1795238723795386876'],
    ['before other keys', '{"timeNano":1795238723795386876,"Type":"c","Action":"a"}', '1795238723795386876'],
    ['with blanks', '{"Type":"c","Action":"a", "timeNano" : 1795238723795386877 }', '1795238723795386877'],
    [
      'beside a label of that name',
      '{"timeNano":1795238723795386877,"Type":"c","Action":"a","Actor":{"Attributes":{"timeNano":"5"}}}',
      '1795238723795386877',
    ],
    [
      'beside a label that looks like the key',
      '{"timeNano":1795238723795386877,"Type":"c","Action":"a","Actor":{"Attributes":{"x":"\\"timeNano\\":5}"}}}',
      '1795238723795386877',
    ],
    [
      'before a nested number of that name',
      '{"timeNano":1795238723795386877,"Type":"c","Action":"a","x":{"timeNano":1}}',
      '1795238723795386877',
    ],
    [
      'given twice, the last counts',
      '{"timeNano":1,"Type":"c","Action":"a","timeNano":1795238723795386877}',
      '1795238723795386877',
    ],
    ['when it is nought', '{"Type":"c","Action":"a","timeNano":0}', '0'],
  ] as const) {
    it(`reads timeNano exactly ${what}`, () => assert.equal(timeOf(line), digits));
  }

  it('is exact for every 63-bit number of nanoseconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.boolean(), (nanos, first) => {
        const line = first
          ? `{"timeNano":${nanos},"Type":"c","Action":"a"}`
          : `{"Type":"c","Action":"a","Actor":{"ID":"x"},"timeNano":${nanos}}`;
        assert.equal(timeOf(line), String(nanos));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives an event or a refusal for any JSON, and never throws', () => {
    const key = fc.constantFrom(
      'Type',
      'Action',
      'Actor',
      'ID',
      'Attributes',
      'scope',
      'time',
      'timeNano',
      '__proto__',
      'x',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.bigInt(),
        fc.constant(null),
        fc.boolean(),
        tie('object'),
        fc.array(tie('value')),
      ),
      object: fc.array(fc.tuple(key, tie('value')), { maxLength: 8 }).map((pairs) => new Map(pairs)),
    }));
    const print = (item: unknown): string => {
      if (item instanceof Map)
        return `{${[...item].map(([name, inner]) => `${JSON.stringify(name)}:${print(inner)}`).join(',')}}`;
      if (Array.isArray(item)) return `[${item.map(print).join(',')}]`;
      return typeof item === 'bigint' ? String(item) : JSON.stringify(item);
    };
    fc.assert(
      fc.property(fc.oneof(value.map(print), fc.string()), (line) => {
        const decoded = decodeFrame(line);
        assert.equal(typeof (decoded.ok ? decoded.event.type : decoded.reason), 'string');
      }),
      { numRuns: 2000 },
    );
  });
});
