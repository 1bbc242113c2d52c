import assert from 'node:assert/strict';
import { namesRule } from '../../../src/rules/load/names.ts';

describe('a name in enable or disable', () => {
  const names: readonly (readonly [string, string, boolean])[] = [
    ['Exec', 'Exec', true],
    ['Exec', 'exec', false],
    ['Exec', 'Exec in container', false],
    ['*', '', true],
    ['*', 'Exec', true],
    ['Exec*', 'Exec', true],
    ['*container', 'Exec in container', true],
    ['*container', 'Exec in container (shell)', false],
    ['E*in*r', 'Exec in container', true],
    ['E*in*in*in*r', 'Exec in container', false],
    ['a*a', 'a', false],
    ['a*b*b', 'ab', false],
    ['**x**', 'axb', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
  ];
  for (const [pattern, name, expected] of names) {
    it(`${pattern} ${expected ? 'names' : 'does not name'} "${name}"`, () => {
      assert.equal(namesRule(pattern, name), expected);
    });
  }

  it('is answered at once, whatever it is', () => {
    assert.equal(namesRule('*a'.repeat(1000), `${'a'.repeat(999)}b`), false);
  });
});
