import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CONDITION_MAX, parseCondition } from '../../src/condition/parser.ts';
import { DEPTH_MAX } from '../../src/condition/scanner.ts';
import { accepts, printedOf, refuses, withoutPlaces } from './reading.ts';

describe('a condition', () => {
  describe('of macros', () => {
    accepts([
      'a',
      ['  a  ', 'a'],
      ['(a)', 'a'],
      'a and b and c',
      'a or b or c',
      ['(a)and(b)and(c)', 'a and b and c'],
      ['(a)or(b)or(c)', 'a or b or c'],
      ['a\n\tand\r\nb', 'a and b'],
      ['a\band\bb', 'a and b'],
      'not a',
      ['not(a)', 'not a'],
      ['not (a)', 'not a'],
      // Their names may begin with what has a meaning of its own, and have no dot.
      'notb',
      'android and oracle or notary',
      'in',
      'exists or contains',
      'val and tolower',
      ['and_macro and not_macro', 'and_macro and not_macro'],
      'A1_b',
    ]);
  });

  describe('binds not before and before or', () => {
    accepts([
      'a or b and c',
      ['a or (b and c)', 'a or b and c'],
      '(a or b) and c',
      'not a and b',
      ['(not a) and b', 'not a and b'],
      'not (a and b)',
      'not (a or b) and c',
      ['a and(b or c)', 'a and (b or c)'],
      // Falco refuses it: there, nothing binds to a parenthesis that touches an or.
      ['a or(b) and c', 'a or b and c'],
    ]);
  });

  describe('has one tree for all ways to write it', () => {
    accepts([
      ['((((a))))', 'a'],
      ['not not a', 'a'],
      ['not not not a', 'not a'],
      ['not(not(a))', 'a'],
      ['not (not (a and b)) and c', 'a and b and c'],
      ['not not not not not(not not(not not_macro))', 'not_macro'],
      ['(a and b) and (c and d)', 'a and b and c and d'],
      ['a or (b or (c or d))', 'a or b or c or d'],
    ]);

    it('in which terms of the same kind are not nested', () => {
      const macro = (name: string) => ({ kind: 'macro', name });
      const read = parseCondition('a and (b and not (not c))');
      assert.ok(read.ok);
      assert.deepEqual(withoutPlaces(read.value), { kind: 'and', terms: [macro('a'), macro('b'), macro('c')] });
    });
  });

  it('knows where its parts began', () => {
    const read = parseCondition('m or  tolower( a.b[x]) in (c, "d") and e.f = val( g.h )');
    assert.ok(read.ok);
    assert.deepEqual(read.value, {
      kind: 'or',
      terms: [
        { kind: 'macro', name: 'm', at: 0 },
        {
          kind: 'and',
          terms: [
            {
              kind: 'compare',
              left: {
                kind: 'transformed',
                by: 'tolower',
                of: [{ kind: 'field', name: 'a.b', argument: 'x', at: 15 }],
                at: 6,
              },
              operator: 'in',
              right: {
                kind: 'list',
                items: [
                  { kind: 'text', value: 'c', at: 27 },
                  { kind: 'text', value: 'd', at: 30 },
                ],
                at: 26,
              },
              at: 23,
            },
            {
              kind: 'compare',
              left: { kind: 'field', name: 'e.f', at: 39 },
              operator: '=',
              right: { kind: 'val', field: { kind: 'field', name: 'g.h', at: 50 }, at: 45 },
              at: 43,
            },
          ],
        },
      ],
    });
  });

  const term = 'Expected a field, a transformer, a macro or "(", got';
  describe('that breaks off', () => {
    refuses([
      ['‸', `${term} the end.`],
      ['   ‸', `${term} the end.`],
      ['a and b and‸', `${term} the end.`],
      ['a or  ‸', `${term} the end.`],
      ['not ‸', `${term} the end.`],
      ['(‸', `${term} the end.`],
      ['(a and b‸', 'Expected "and", "or" or ")", got the end.'],
      ['(a.b = 1‸', 'Expected "and", "or" or ")", got the end.'],
    ]);
  });

  describe('with a word in the wrong place', () => {
    refuses([
      ['‸and a', `${term} "and".`],
      ['a and ‸or b', `${term} "or".`],
      ['a or (‸and)', `${term} "and".`],
      ['‸)', `${term} ")".`],
      ['‸"a"', `${term} ""a"".`],
      ['‸#a and b', `${term} "#a".`],
      ['‸!a', `${term} "!a".`, 'not'],
      ['a and‸b', 'Expected a blank or "(" after "and", got "b".'],
      ['a or‸not b', 'Expected a blank or "(" after "or", got "not".'],
      ['(a)and‸not(b)', 'Expected a blank or "(" after "and", got "not".'],
      ['(a) ‸b', 'Expected "and", "or" or the end, got "b".'],
      ['a.b exists‸)', 'Expected "and", "or" or the end, got ")".'],
      ['(a.b exists ‸1)', 'Expected "and", "or" or ")", got "1".'],
    ]);
  });

  it('may have a hundred parentheses within one another, and not one more', () => {
    const deep = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    assert.equal(printedOf(deep(DEPTH_MAX)), 'a');
    const message = `Expected at most ${DEPTH_MAX} parentheses within one another, got more.`;
    assert.equal(printedOf(deep(DEPTH_MAX + 1)), `${message} at ${DEPTH_MAX + 1}`);
    const openings = ['(', 'not(', 'a and (', 'a or not (', 'tolower(', 'join("x", b64( '];
    const texts = [...openings.map((opening) => opening.repeat(4000)), `a.b = ${'tolower('.repeat(4000)}`];
    for (const text of texts) assert.ok(printedOf(text).startsWith(message), text.slice(0, 20));
  });

  it('may have 64 Ki characters, and not one more', () => {
    const long = `a.b in (${'x'.repeat(CONDITION_MAX - 9)})`;
    assert.equal(printedOf(long), long);
    assert.deepEqual(parseCondition(`${long} `), {
      ok: false,
      problem: { message: 'Expected at most 65536 characters in a condition, got 65537.', at: CONDITION_MAX },
    });
  });

  it('may be longer for whoever says so', () => {
    const terms = Array.from({ length: 200_000 }, () => 'a').join(' or ');
    const read = parseCondition(`(${terms}) or b`, 2_000_000);
    assert.ok(read.ok && read.value.kind === 'or');
    assert.equal(read.value.terms.length, 200_001);
    assert.ok(!parseCondition(terms, terms.length - 1).ok);
  });

  it('is read or refused, whatever it is', () => {
    const pieces = [
      'a.b',
      'a',
      '[',
      ']',
      '(',
      ')',
      ',',
      '=',
      '<',
      'in',
      'not',
      'and',
      'or',
      'val(',
      'tolower(',
      'exists',
    ];
    const more = [
      '"',
      "'",
      '\\',
      '\\x',
      '\\\\"',
      ' ',
      '\n',
      '\b',
      '\0',
      '0x1',
      '-1',
      'oneof',
      'contains ',
      'é',
      '\ud800',
    ];
    const garbage = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(garbage, fc.string({ unit: 'binary' })), (text) => {
        const read = parseCondition(text);
        if (read.ok) return;
        assert.ok(read.problem.at >= 0 && read.problem.at <= text.length, JSON.stringify(read.problem));
        assert.match(read.problem.message, /^Expected [\s\S]+\.$/);
      }),
      { numRuns: 2000 },
    );
  });
});
