import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileRegex, REGEX_LENGTH_MAX } from '../../src/condition/regex.ts';

function matches(expression: string, text: string): boolean {
  const compiled = compileRegex(expression);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.value(text);
}

function problemOf(expression: string): string | undefined {
  const compiled = compileRegex(expression);
  return compiled.ok ? undefined : compiled.problem;
}

const ROWS: readonly (readonly [expression: string, text: string, answer: boolean])[] = [
  ['abc', 'abc', true],
  ['b', 'abc', false],
  ['.*b.*', 'abc', true],
  ['^abc$', 'abc', true],
  ['a|abc', 'abc', true],
  ['', '', true],
  ['', 'a', false],
  ['sha256:[0-9a-f]{64}', `sha256:${'a1'.repeat(32)}`, true],
  ['sha256:[0-9a-f]{64}', `sha256:${'a1'.repeat(31)}`, false],
  ['(web|api)-[[:digit:]]+', 'api-12', true],
  ['(?i)WEB', 'web', true],
  ['WEB', 'web', false],
  ['.', '😀', true],
  ['.*', 'a\nb', false],
  ['a\\nb', 'a\nb', true],
  ['\\.\\*', '.*', true],
];

describe('a regular expression', () => {
  for (const [expression, text, answer] of ROWS) {
    it(`${JSON.stringify(expression)} ${answer ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(matches(expression, text), answer);
    });
  }

  const REFUSED: readonly (readonly [expression: string, reason: string])[] = [
    ['(', 'missing closing ): `(`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['((a{100}){100}){100}', 'invalid repeat count: `{100}`'],
  ];
  for (const [expression, reason] of REFUSED) {
    it(`${expression} is refused with the reason`, () => {
      assert.equal(problemOf(expression), `The expression is none that RE2 knows: ${reason}.`);
    });
  }

  it('is refused when it is too long, too large or nested too deeply to be harmless', () => {
    assert.equal(problemOf(`a{900}${' '.repeat(90)}`), undefined);
    assert.equal(
      problemOf('a'.repeat(REGEX_LENGTH_MAX + 1)),
      'The expression has 1001 characters, and 1000 are the most.',
    );
    assert.equal(problemOf('(a{30}){30}'), undefined);
    assert.equal(problemOf('(a{50}){10}(b{50}){10}'), 'The expression stands for too many states: repeat fewer times.');
    assert.equal(typeof problemOf(`${'('.repeat(490)}a${'*)'.repeat(245)}`), 'string');
  });

  it('that others take ages for takes time with the length of the text', () => {
    const text = 'a'.repeat(50_000);
    assert.equal(matches('(a+)+b', text), false);
    assert.equal(matches('(a|aa)*(a|aa)*c', text), false);
    assert.equal(matches('(.*)(.*)(.*)(.*)x', text), false);
  });

  it('takes whatever there is without throwing', () => {
    const unit = fc.constantFrom(...'ab()[]{}*+?|^$.\\-,:019éd', '\ud83d', '\ude00', '😀');
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (expression, text) => {
        const compiled = compileRegex(expression);
        assert.equal(
          typeof (compiled.ok ? compiled.value(text) : compiled.problem),
          compiled.ok ? 'boolean' : 'string',
        );
      }),
      { numRuns: 1000 },
    );
  });
});
