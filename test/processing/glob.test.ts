import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesGlob } from '../../src/processing/glob.ts';

const MATCHES: readonly (readonly [pattern: string, name: string])[] = [
  ['', ''],
  ['container.name', 'container.name'],
  ['*', ''],
  ['*', 'anything.at/all'],
  ['container.label.*', 'container.label.com.example.team'],
  ['container.label.*', 'container.label.'],
  ['*.name', 'container.image.name'],
  ['docker.*.old', 'docker.node.state.old'],
  ['*a*b*', 'xxaxxbxx'],
  ['a*ab', 'aaab'],
  ['?', 'x'],
  ['docker.?.name', 'docker.x.name'],
  ['a**b', 'ab'],
  ['[a-z]+', '[a-z]+'],
  ['a.b', 'a.b'],
];

const NO_MATCHES: readonly (readonly [pattern: string, name: string])[] = [
  ['', 'x'],
  ['container.name', 'container.names'],
  ['container.name', 'container.nam'],
  ['container.label.*', 'container.label'],
  ['*.name', 'container.name.first'],
  ['?', ''],
  ['?', 'xx'],
  ['a.b', 'axb'],
  ['[a-z]', 'a'],
  ['*ab', 'aba'],
];

describe('a pattern of names', () => {
  for (const [pattern, name] of MATCHES) {
    it(`"${pattern}" takes "${name}"`, () => assert.equal(matchesGlob(pattern, name), true));
  }
  for (const [pattern, name] of NO_MATCHES) {
    it(`"${pattern}" does not take "${name}"`, () => assert.equal(matchesGlob(pattern, name), false));
  }

  it('agrees with a regular expression on patterns that one can afford', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 6 });
    const names = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(letters, names, (pattern, name) => {
        const text = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        assert.equal(matchesGlob(pattern, name), new RegExp(`^${text}$`).test(name));
      }),
    );
  });

  it('is done with a hostile name after a number of steps that is bounded', () => {
    assert.equal(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(20_000)), false);
  });
});
