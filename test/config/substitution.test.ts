import assert from 'node:assert/strict';
import fc from 'fast-check';
import { named, plain, scalar } from '../../src/config/node.ts';
import { problemText } from '../../src/config/problem-text.ts';
import { substitute } from '../../src/config/substitution.ts';
import type { ConfigProblem } from '../../src/model/config-problem.ts';

const ENV = { TOKEN: 'abc', EMPTY: '', PORT: '4318', NESTED: '${env:TOKEN}' };

function fill(text: string): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems: ConfigProblem[] = [];
  const node = substitute(scalar(text, named('here')), ENV, problems);
  return { value: plain(node), problems: problems.map((problem) => problemText(problem)) };
}

describe('the environment in a file', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['${env:TOKEN}', 'abc'],
    ['Bearer ${env:TOKEN}', 'Bearer abc'],
    ['http://h:${env:PORT}/${env:TOKEN}', 'http://h:4318/abc'],
    ['${env:MISSING:-fallback}', 'fallback'],
    ['${env:EMPTY:-fallback}', 'fallback'],
    ['${env:MISSING:-}', ''],
    ['${env:MISSING:-http://a:1/b-c}', 'http://a:1/b-c'],
    ['${env:EMPTY}', ''],
    ['$${env:TOKEN}', '${env:TOKEN}'],
    ['costs $$5 and $5', 'costs $5 and $5'],
    ['${env:NESTED}', '${env:TOKEN}'],
    ['no reference', 'no reference'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${expected}`, () => assert.deepEqual(fill(text), { value: expected, problems: [] }));
  }

  it('is asked for by name, and a variable that is not set is a problem', () => {
    assert.deepEqual(fill('${env:MISSING}').problems, [
      'here: expected the environment variable MISSING, or a default as in ${env:MISSING:-default}, got neither.',
    ]);
  });

  for (const text of ['${TOKEN}', '${env:}', '${file:/x}', '${env:A B}', '${}']) {
    it(`does not know ${text}`, () => {
      assert.deepEqual(fill(`x ${text}`).problems, [
        `here: expected a reference such as \${env:NAME} or \${env:NAME:-default}, got "${text}".`,
      ]);
    });
  }

  for (const text of ['${env:TOKEN', 'x ${env:MISSING:-{a}}', '${env:MISSING:-${env:TOKEN}}', '${']) {
    it(`does not send the characters ${text}`, () => {
      assert.deepEqual(fill(text).problems, [
        'here: expected a reference such as ${env:NAME} or ${env:NAME:-default}, got "${" that begins none; a dollar sign is written $$.',
      ]);
    });
  }

  it('leaves text without a dollar sign as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('$')),
        (text) => {
          assert.deepEqual(fill(text), { value: text, problems: [] });
        },
      ),
    );
  });
});
