import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileGlob, GLOB_LENGTH_MAX } from '../../src/condition/glob.ts';

function globbed(pattern: string, text: string, isFolded = false): boolean {
  const glob = compileGlob(pattern, isFolded);
  assert.ok(glob.ok, pattern);
  return glob.value(text);
}

/** What a C library's fnmatch answers, asked of glibc with a UTF-8 locale and no flags. */
const ROWS: readonly (readonly [pattern: string, matching: readonly string[], others: readonly string[]])[] = [
  ['', [''], ['a']],
  ['abc', ['abc'], ['ABC', 'ab', 'abcd', 'xabc', '']],
  ['*', ['', 'a', 'a/b', '.a'], []],
  ['**', ['', 'x'], []],
  ['a*', ['a', 'abc', 'a/b'], ['', 'ba']],
  ['*a', ['a', 'ba'], ['', 'ab']],
  ['*/shop/*:1.*', ['r.io/shop/web:1.2', '/shop/:1.'], ['r.io/shop/web:2.1', 'shop/web:1.2']],
  ['a*a', ['aa', 'aba', 'aaa'], ['a', 'ab']],
  ['*ab*ab', ['abab', 'xabyab', 'ababab'], ['ab', 'aab', 'abxa']],
  ['?', ['a', 'é', '😀', '*', '/'], ['', 'ab']],
  ['a?c', ['abc', 'a😀c'], ['ac', 'abbc']],
  ['*?x', ['ax', '😀x', 'aax'], ['x', '']],
  ['*😀?', ['😀a', 'a😀😀', '😀😀'], ['😀', 'a']],
  ['[abc]', ['a', 'c'], ['d', '', 'ab', '[abc]']],
  ['[a-c]x', ['bx'], ['dx', '-x']],
  ['[!a]', ['b', '!', '😀'], ['a', '']],
  ['[^a]', ['b', '^'], ['a']],
  ['[a!]', ['a', '!'], ['b']],
  ['[]a]', [']', 'a'], ['[', '[]a]']],
  ['[!]a]', ['b'], [']', 'a']],
  ['[]', ['[]'], [']', '[']],
  ['[!]', ['[!]'], ['!', 'a']],
  ['[a', ['[a'], ['a']],
  ['a[', ['a['], ['a']],
  ['*[', ['x[', '['], ['x']],
  ['[a-]', ['-', 'a'], ['b']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[a-b-c]', ['a', '-', 'c'], ['d']],
  ['[z-a]', [], ['m', 'z', 'a', '-']],
  ['[\\]]', [']'], ['\\']],
  ['[\\a]', ['a'], ['\\']],
  ['[a\\-z]', ['-', 'a', 'z'], ['m', '\\']],
  ['[a-\\d]', ['c'], ['e']],
  ['[😀-😂]', ['😁'], ['a', '😃']],
  ['[[:alpha:]]', ['a', 'Z'], ['1', ':', '[']],
  ['[[:digit:][:space:]_]', ['1', ' ', '_', '\t'], ['a']],
  ['[![:punct:]]', ['a', ' '], ['!', '~', '[', '/', '@', '`']],
  ['[[:alpha:]-z]', ['-', 'z', 'a'], ['1']],
  ['[[:xdigit:]][[:upper:]][[:lower:]][[:alnum:]]', ['fAa0', '0Zz9'], ['gAa0', 'faa0', 'fAA0', 'fAa-']],
  ['[[:blank:]][[:graph:]][[:print:]][[:cntrl:]]', [' ! \n', '\t~a\x7f'], ['\n! \n', '   \n', ' !\n\n', ' ! a']],
  ['[[:foo:]]', [], ['f', ':', '[:foo:]']],
  ['[![:foo:]]', [], ['f', 'a']],
  ['[[:alpha', ['[[:alpha'], ['[', 'a']],
  ['[[:alpha]', ['[', ':', 'a', 'p'], ['b', ']']],
  ['[[:alpha:]', [], ['a']],
  ['[[.a.]]', ['a'], ['.', '[']],
  ['[[=a=]]', ['a'], ['=']],
  ['[[.-.]]', ['-'], ['.']],
  ['[[=a]', ['=', '[', 'a'], ['b']],
  ['\\*', ['*'], ['a', '\\*', '']],
  ['\\?\\[\\\\', ['?[\\'], ['a[\\']],
  ['a\\bc', ['abc'], ['a\\bc']],
  ['*\\*', ['*', 'a*'], ['a']],
  ['?\\*', ['a*'], ['ab']],
  ['a\\', [], ['a', 'a\\']],
  ['[a\\', [], ['a', '[a']],
];

describe('a glob', () => {
  for (const [pattern, matching, others] of ROWS) {
    it(`of ${pattern === '' ? 'nothing' : pattern} matches what fnmatch says`, () => {
      const asked = [...matching, ...others];
      assert.deepEqual(
        asked.filter((text) => globbed(pattern, text)),
        matching,
      );
    });
  }

  const FOLDED: readonly (readonly [pattern: string, text: string, answer: boolean])[] = [
    ['ABC*', 'abcd', true],
    ['abc*', 'ABCD', true],
    ['[A-C]', 'b', true],
    ['[a-c]', 'B', true],
    ['[!A]', 'a', false],
    ['[[:upper:]]', 'a', false],
    ['[[:upper:]]', 'A', true],
    ['\\A', 'a', true],
    ['É', 'é', false],
    ['*É?', 'aÉX', true],
  ];
  for (const [pattern, text, answer] of FOLDED) {
    it(`of ${pattern} ${answer ? 'matches' : 'does not match'} ${text} when case does not count`, () => {
      assert.equal(globbed(pattern, text, true), answer);
    });
  }

  it('matches what a matcher that tries everything does', () => {
    const letter = fc.constantFrom('a', 'b', '😀', '-', ']');
    const item = fc.oneof(
      letter,
      fc.constantFrom('*', '?', '*', '?'),
      fc.tuple(fc.boolean(), fc.array(fc.constantFrom('a', 'b', '😀'), { minLength: 1, maxLength: 2 })),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 7 }), fc.array(letter, { maxLength: 8 }), (items, letters) => {
        const pattern = items.map((one) =>
          typeof one === 'string' ? one : `[${one[0] ? '!' : ''}${one[1].join('')}]`,
        );
        assert.equal(globbed(pattern.join(''), letters.join('')), triesEverything(items, letters));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes whatever text there is without throwing', () => {
    const anything = fc.string({
      unit: fc.constantFrom('*', '?', '[', ']', '!', '-', '\\', ':', '.', 'a', '\ud83d', '\ude00'),
    });
    fc.assert(
      fc.property(anything, anything, fc.boolean(), (pattern, text, isFolded) => {
        assert.equal(typeof globbed(pattern, text, isFolded), 'boolean');
      }),
      { numRuns: 2000 },
    );
  });

  it('of many stars does not try them all', () => {
    const text = 'a'.repeat(20_000);
    assert.equal(globbed('*a'.repeat(150), `${text}b`), false);
    assert.equal(globbed(`${'*[a]'.repeat(70)}b`, text), false);
  });

  it('is refused when it is too long to be harmless', () => {
    const problem = 'The pattern has 301 characters, and 300 are the most.';
    assert.equal(compileGlob('a'.repeat(GLOB_LENGTH_MAX)).ok, true);
    assert.deepEqual(compileGlob('a'.repeat(GLOB_LENGTH_MAX + 1)), { ok: false, problem });
  });
});

type Item = string | readonly [isNegated: boolean, letters: readonly string[]];

/** Right and slow. */
function triesEverything(items: readonly Item[], letters: readonly string[]): boolean {
  const [item, ...more] = items;
  const [letter, ...rest] = letters;
  if (item === undefined) return letter === undefined;
  if (item === '*') return triesEverything(more, letters) || (letter !== undefined && triesEverything(items, rest));
  if (letter === undefined) return false;
  const isMatch = typeof item === 'string' ? item === '?' || item === letter : item[1].includes(letter) !== item[0];
  return isMatch && triesEverything(more, rest);
}
