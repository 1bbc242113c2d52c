import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allOptions, oneOption, optionsOf } from '../../src/condition/getopt.ts';

const ROWS: readonly (readonly [words: string, options: string, found: readonly string[]])[] = [
  ['', 'nt:', []],
  ['-n', 'nt:', ['n']],
  ['-t 5', 'nt:', ['t', '5']],
  ['-t5', 'nt:', ['t', '5']],
  ['-nt 5', 'nt:', ['n', 't', '5']],
  ['-nt5', 'nt:', ['n', 't', '5']],
  ['-tn', 'nt:', ['t', 'n']],
  ['-x', 'nt:', ['?']],
  ['-xn', 'nt:', ['?', 'n']],
  ['-:', 'nt:', ['?']],
  ['-t', 'nt:', ['']],
  ['-nt', 'nt:', ['n', '']],
  ['-t -n', 'nt:', ['t', '-n']],
  ['-n file -t 5', 'nt:', ['n']],
  ['-n -- -t 5', 'nt:', ['n']],
  ['-n - -t 5', 'nt:', ['n']],
  ['--long -n', 'nt:', ['n']],
  ['file -n', 'nt:', []],
  ['-n', ':nt:', ['n']],
  ['-n', '', ['?']],
  ['-a1 -b 2', 'a:b:', ['a', '1', 'b', '2']],
];

describe('getopt', () => {
  for (const [line, options, found] of ROWS) {
    it(`finds ${JSON.stringify(found)} of ${JSON.stringify(options)} in ${JSON.stringify(line)}`, () => {
      assert.deepEqual(allOptions(wordsOf(line), optionsOf(options)), found);
    });
  }

  const VALUES: readonly (readonly [line: string, letter: string, value: string | undefined])[] = [
    ['-nt 5', 't', '5'],
    ['-nt 5', 'n', 'n'],
    ['-t 5 -t 6', 't', '6'],
    ['-t 5 -t', 't', ''],
    ['-n', 't', undefined],
    ['-x', 'x', undefined],
    ['', 'n', undefined],
  ];
  for (const [line, letter, value] of VALUES) {
    it(`gives ${JSON.stringify(value)} for ${letter} of ${JSON.stringify(line)}`, () => {
      assert.equal(oneOption(wordsOf(line), optionsOf('nt:'), letter), value);
    });
  }

  it('ends with whatever words there are', () => {
    const word = fc.string({ unit: fc.constantFrom('-', 'n', 't', ':', '😀', '') });
    fc.assert(
      fc.property(fc.array(word), word, (words, options) => {
        assert.ok(allOptions(words, optionsOf(options)).length <= words.join('').length + words.length);
      }),
    );
  });
});

function wordsOf(line: string): readonly string[] {
  return line.split(' ').filter((word) => word !== '');
}
