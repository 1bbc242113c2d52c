import assert from 'node:assert/strict';
import { ruleProblemText } from '../../../src/rules/load/problem.ts';

const PLACE = { file: 'rules.yaml', line: 3, column: 14 };

describe('a problem in rules', () => {
  it('is one line that begins with its place', () => {
    assert.equal(ruleProblemText({ ...PLACE, message: 'Expected a list.' }), 'rules.yaml:3:14: Expected a list.');
  });

  it('names its item, the word that was meant, and the text around its place', () => {
    const text = ruleProblemText({
      ...PLACE,
      item: { kind: 'macro', name: 'died' },
      message: 'There is no field docker.typ.',
      near: 'docker.type',
      context: { text: 'docker.action = die and\n  docker.typ = container', at: 26 },
    });
    const expected = 'docker.action = die and »docker.typ = container';
    assert.equal(
      text,
      `rules.yaml:3:14: macro "died": There is no field docker.typ. Did you mean "docker.type"? It says: ${expected}`,
    );
  });

  it('shows only what is near in a long text', () => {
    const context = { text: `${'a'.repeat(100)}!${'b'.repeat(100)}`, at: 100 };
    const text = ruleProblemText({ ...PLACE, message: 'M.', context });
    assert.equal(text, `rules.yaml:3:14: M. It says: …${'a'.repeat(40)}»!${'b'.repeat(39)}…`);
  });

  it('is cut where a word in it has no end', () => {
    const text = ruleProblemText({ ...PLACE, message: `There is no macro ${'m'.repeat(900_000)}.`, near: 'mm' });
    assert.match(text, /^rules\.yaml:3:14: There is no macro m{582}… Did you mean "mm"\?$/);
  });

  it('has no place when it is in the configuration', () => {
    const text = ruleProblemText({
      file: '',
      line: 0,
      column: 0,
      message: 'There is no rule "A" to enable.',
      near: 'B',
    });
    assert.equal(text, 'There is no rule "A" to enable. Did you mean "B"?');
  });
});
