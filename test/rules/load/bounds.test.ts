/** Rules files that were written to do harm are answered, at once, with a problem or with rules. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ruleProblemText } from '../../../src/rules/load/problem.ts';
import { load, loaded, problemsOf, RULE } from '../../support/rules-files.ts';

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join('');
}

const line = (name: string, condition: string) =>
  `- {rule: ${name}, desc: d, output: o, priority: info, source: docker, condition: '${condition}'}\n`;

describe('a rules file', () => {
  it('may have thousands of items in a list', () => {
    const text = `- list: l\n  items: [${times(10_000, (at) => `registry${at}.example.com, `)}]\n`;
    assert.equal(loaded(load(text + RULE('R', 'docker.from in (l)'))).ruleSet.rules.length, 1);
  });

  it('may have hundreds of rules', () => {
    assert.equal(loaded(load(times(500, (at) => line(`r${at}`, 'docker.type = a')))).ruleSet.rules.length, 500);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    [
      'lists that double',
      `- {list: l0, items: [${'a'.repeat(100)}, b]}\n${times(60, (at) => `- {list: l${at + 1}, items: [l${at}, l${at}]}\n`)}${line('r', 'docker.type in (l60)')}`,
      /rule "r": Expected lists of at most 1048576 characters; "l\d+" with the lists in it is longer/,
    ],
    [
      'lists of nothing that double',
      `- {list: l0, items: []}\n${times(200, (at) => `- {list: l${at + 1}, items: [l${at}, l${at}]}\n`)}${line('r', 'docker.type in (l200)')}`,
      /Expected lists at most 100 deep within one another, got more/,
    ],
    [
      'a list that is put in too often',
      `- {list: l, items: [${'a'.repeat(900_000)}]}\n${times(40, (at) => line(`r${at}`, 'docker.type in (l)'))}`,
      /Expected conditions that are at most 16777216 characters together once lists stand for what they mean/,
    ],
    [
      'macros that double',
      `- {macro: m0, condition: docker.type = a}\n${times(100, (at) => `- {macro: m${at + 1}, condition: not (m${at} ${at % 2 ? 'and' : 'or'} m${at})}\n`)}${line('r', 'm100')}`,
      /macro "m15": Expected at most 20000 comparisons once macros stand for what they mean/,
    ],
    [
      'macros that are named too often',
      `- {macro: m, condition: ${'docker.type = a or '.repeat(9000)} docker.type = b}\n${times(60, (at) => line(`r${at}`, 'm and m'))}`,
      /Expected at most 300000 comparisons in all conditions together/,
    ],
    [
      'macros that go too deep',
      `${times(300, (at) => `- {macro: m${at}, condition: docker.type = a}\n`)}${times(299, (at) => `- {macro: m${at}, condition: m${at + 1}}\n`)}`,
      /Expected macros at most 200 deep, got more/,
    ],
    [
      'macros that nest too deep, each a little',
      `- {macro: m0, condition: docker.type = a}\n${times(600, (at) => `- {macro: m${at + 1}, condition: not (m${at} or docker.type = b)}\n`)}${line('r', 'm600')}`,
      /^a\.yaml:602:77: rule "r": The condition nests more than 1000 deep\.$/,
    ],
    ['parentheses', line('r', '('.repeat(50_000)), /Expected at most 100 parentheses within one another/],
    [
      'exceptions',
      `${line('r', 'docker.type = a')}- rule: r\n  override: {exceptions: append}\n  exceptions: [${times(1001, (at) => `{name: e${at}, fields: docker.type, values: [a]}, `)}]\n`,
      /Expected at most 1000 exceptions of a rule, got 1001/,
    ],
    [
      'tags',
      RULE('R', 'docker.type = a', `tags: [${times(101, (at) => `t${at}, `)}]`),
      /Expected at most 100 tags, got 101/,
    ],
  ];
  for (const [title, text, expected] of refused) {
    it(`is refused for ${title}`, () => assert.match(problemsOf(text).join('\n'), expected));
  }

  it('is told two hundred problems at most, and that there are more', () => {
    const problems = problemsOf(times(300, (at) => line(`r${at}`, 'a')));
    assert.equal(problems.length, 201);
    assert.match(
      problems.at(-1) ?? '',
      /^a\.yaml:200:\d+: There is more like these, which is told when these are gone\.$/,
    );
  });

  it('shows nothing that looks like a secret, and no control characters', () => {
    const text = RULE('"R\\e\\u202e password=hunter2"', 'docker.label[x] = "--password hunter2" and docker.typ = b');
    const [problem] = problemsOf(text);
    assert.match(problem ?? '', /There is no field docker\.typ/);
    assert.doesNotMatch(problem ?? '', /hunter2|\p{Cc}|\u202e/u);
  });

  it('never fails, whatever it is made of', () => {
    const piece = fc.constantFrom(
      'm',
      'l',
      'k',
      '(',
      ')',
      'and',
      'or',
      'not',
      'docker.type',
      'in',
      '=',
      ',',
      'a',
      '"b c"',
      'exists',
    );
    const condition = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));
    const scalar = fc.oneof(condition, fc.constantFrom('append', 'replace', 'true', '', 'docker', 'info'));
    const value = fc.oneof(scalar, fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { maxLength: 3 }));
    const keys = [
      'rule',
      'macro',
      'list',
      'condition',
      'items',
      'output',
      'desc',
      'priority',
      'source',
      'append',
      'override',
      'exceptions',
      'threshold',
      'tags',
      'enabled',
      'name',
      'fields',
      'comps',
      'values',
      'count',
      'within',
      'by',
    ];
    const inner = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 });
    const item = fc.dictionary(fc.constantFrom(...keys), fc.oneof(value, inner, fc.array(inner, { maxLength: 2 })), {
      maxKeys: 8,
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        const result = load(JSON.stringify(items));
        const told = result.ok ? result.value.warnings : result.problem;
        for (const problem of told) assert.match(ruleProblemText(problem), /^a\.yaml:\d+:\d+: .*[.?…”»)\w]/);
        assert.ok(result.ok || result.problem.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
