import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isPlainWord } from '../../../src/runtime/secrets/plain-word.ts';
import { NEEDLES } from '../../../src/runtime/secrets/shapes.ts';

describe('a plain word', () => {
  it('is a number, a name, an id or a version', () => {
    for (const word of [
      '',
      '0',
      '137',
      'web',
      'labseq-000000001-1795287402392855323',
      '1.36.2',
      '-1',
      'a'.repeat(64),
    ]) {
      assert.equal(isPlainWord(word), true, word);
    }
  });

  it('has nothing but letters, digits, dots and lines', () => {
    for (const word of ['a b', 'a=b', 'a:b', 'a/b', 'a@b', '$a', 'é', '(a)', 'a\n', '\u{1f600}', '[masked]']) {
      assert.equal(isPlainWord(word), false, word);
    }
  });

  it('holds nothing that a secret which shows itself cannot do without', () => {
    const around = fc.stringMatching(/^[\w.-]{6,20}$/);
    fc.assert(
      fc.property(around, fc.constantFrom(...NEEDLES), around, (before, needle, after) => {
        assert.equal(isPlainWord(`${before}${needle}${after}`), false);
        assert.equal(isPlainWord(`${needle}${before}${after}`), false);
      }),
    );
  });
});
