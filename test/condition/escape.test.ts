import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCondition } from '../../src/condition/parser.ts';
import { quoteArgument, quoteText } from './print.ts';
import { refuses } from './reading.ts';

/** What the string on the right of a comparison means. */
function meaningOf(written: string): string | undefined {
  const read = parseCondition(`a.b = ${written}`);
  if (!read.ok || read.value.kind !== 'compare' || read.value.right.kind !== 'text') return undefined;
  return read.value.right.value;
}

describe('a string', () => {
  const strings: readonly (readonly [written: string, value: string])[] = [
    ['c', 'c'],
    ['C:\\new\\x41', 'C:\\new\\x41'],
    ['c\u00a0d', 'c\u00a0d'],
    ['""', ''],
    ["''", ''],
    ['"c d"', 'c d'],
    ['"(c), \'d\' = e"', "(c), 'd' = e"],
    ["'\"'", '"'],
    ['"\\b\\f\\n\\r\\t\\\\\\/"', '\b\f\n\r\t\\/'],
    ['"say \\"c\\""', 'say "c"'],
    ["'it\\'s'", "it's"],
    ['"line\nline"', 'line\nline'],
    // Rules from before escapes were checked.
    ['"a\\ b"', 'a\\b'],
    ['"\\x41\\x423"', 'AB3'],
    ['"\\xc3\\xA9"', 'é'],
    ['"\\xe2\\x82\\xac\\x21"', '€!'],
    ['"\\xff"', '\ufffd'],
    ['"\\x00"', '\0'],
    // After a backslash no quote ends it, not even after two.
    ['"a\\\\""', 'a\\"'],
    ["'multiple \\' \\\\''", "multiple ' \\'"],
    ['"a\\x5c"', 'a\\'],
  ];
  for (const [written, value] of strings) {
    it(`${written} is ${JSON.stringify(value)}`, () => assert.equal(meaningOf(written), value));
  }

  const known = (quote: string) => `Expected one of the escapes \\b \\f \\n \\r \\t \\\\ \\/ \\xHH or \\${quote}, got`;
  refuses([
    ['a.b = ‸"c', 'Expected a closing " for the string that begins here.'],
    ['a.b = ‸\'c"', "Expected a closing ' for the string that begins here."],
    [
      'a.b = ‸"C:\\\\"',
      'Expected a closing " for the string that begins here. A quote after a backslash ends no string; a backslash at its end is written \\x5c.',
    ],
    ['a.b = "c‸\\d"', `${known('"')} "\\d".`],
    ['a.b = "c‸\\\'"', `${known('"')} "\\'". In a string between " the other quote stands as it is.`],
    ["a.b = 'c‸\\\"'", `${known("'")} "\\"". In a string between ' the other quote stands as it is.`],
    ['a.b = "‸\\x4"', 'Expected two hexadecimal digits after \\x, got "4".'],
    ['a.b = "‸\\xfg"', 'Expected two hexadecimal digits after \\x, got "fg".'],
    ['a.b = "\\x41‸\\x+1"', 'Expected two hexadecimal digits after \\x, got "+1".'],
    ['a.b in (c, "d‸\\e")', `${known('"')} "\\e".`],
    ['a.b["c‸\\d"] exists', `${known('"')} "\\d".`],
  ]);
});

describe('a value', () => {
  const values: readonly (readonly [value: string, quoted: string])[] = [
    ['c', 'c'],
    ['/usr/bin/*', '/usr/bin/*'],
    ['C:\\temp\\', 'C:\\temp\\'],
    ['é€', 'é€'],
    ['', '""'],
    ['c d', '"c d"'],
    ['a,b', '"a,b"'],
    ['a=b', '"a=b"'],
    ['f(x)', '"f(x)"'],
    ["it's", '"it\'s"'],
    ['say "c"', '\'say "c"\''],
    ['"it\'s"', '"\\"it\'s\\""'],
    ['a b\\', '"a b\\x5c"'],
    ['a\nb\0', '"a\\nb\\x00"'],
    ['oneof', '"oneof"'],
    ['and', '"and"'],
    ['\u0085', '"\\xc2\\x85"'],
  ];
  for (const [value, quoted] of values) {
    it(`${JSON.stringify(value)} is written ${quoted}`, () => assert.equal(quoteText(value), quoted));
  }

  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', '"', "'", 'x', '5', ' ', 'n', '\n', '(', 'é') }),
  );

  it('is read as it was, wherever it stands', () => {
    fc.assert(
      fc.property(anything, anything, (value, argument) => {
        const text = `a.b[${quoteArgument(argument)}] in (${quoteText(value)},${quoteText(value)})`;
        const read = parseCondition(`${text} and a.b = ${quoteText(value)}`);
        assert.ok(read.ok && read.value.kind === 'and', text);
        const [inList, alone] = read.value.terms;
        assert.ok(inList?.kind === 'compare' && inList.right.kind === 'list' && inList.left.kind === 'field');
        assert.ok(alone?.kind === 'compare' && alone.right.kind === 'text');
        assert.equal(inList.left.argument, argument);
        assert.deepEqual([...inList.right.items.map((item) => item.value), alone.right.value], [value, value, value]);
      }),
      { numRuns: 1000 },
    );
  });
});
