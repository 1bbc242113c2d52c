import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wordsOf } from '../../../src/runtime/secrets/words.ts';

const plain = (text: string) => [...wordsOf(text)].map((word) => word.plain);

describe('words of a command line', () => {
  it('are separated by blanks', () => assert.deepEqual(plain('  a  b\tc\nd '), ['a', 'b', 'c', 'd']));

  it('are held together by quotes', () => {
    assert.deepEqual(plain(`a "b c" 'd "e" f' g"h i"j`), ['a', 'b c', 'd e f', 'gh ij']);
  });

  it('take a quote that nothing closes for a character', () => {
    assert.deepEqual(plain("don't --password x"), ['dont', '--password', 'x']);
  });

  it('tell quotes by the backslashes before them', () => {
    const [, word] = [...wordsOf('c "sh -c \\"a b\\""')];
    assert.deepEqual(word?.quoted, [[3, 16]]);
    assert.deepEqual(plain('sh -c \\"a b\\" c'), ['sh', '-c', 'a b', 'c']);
  });

  it('may hold a blank behind a backslash', () => assert.deepEqual(plain('a\\ b c'), ['a\\ b', 'c']));

  it('leave out nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '\n'), maxLength: 40 }), (text) => {
        let rest = '';
        let done = 0;
        for (const { from, to } of wordsOf(text)) {
          rest += text.slice(done, from);
          done = to;
        }
        assert.match(rest + text.slice(done), /^\s*$/);
      }),
    );
  });
});
