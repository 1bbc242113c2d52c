import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Written } from '../../../src/rules/load/written.ts';

/** Each character stands in the column of its offset. */
function inLine(text: string, line: number): Written {
  return Written.of(text, { placeAt: (offset) => ({ file: 'f', line, column: offset + 1 }) });
}

function placesOf(written: Written): string[] {
  return [...written.text].map((char, at) => {
    const { line, column } = written.placeAt(at);
    return `${char}${line}:${column}`;
  });
}

describe('text from several places', () => {
  it('knows for each character where it was written', () => {
    const [one, two] = [inLine('ab', 1), inLine('cde', 2)];
    const whole = Written.joined([one, Written.beside('-', two, 1), two]);
    assert.deepEqual(placesOf(whole), ['a1:1', 'b1:2', '-2:2', 'c2:1', 'd2:2', 'e2:3']);
    assert.deepEqual(placesOf(Written.joined([whole.slice(1, 5), whole])).slice(0, 5), [
      'b1:2',
      '-2:2',
      'c2:1',
      'd2:2',
      'a1:1',
    ]);
    assert.deepEqual(placesOf(inLine('  x ', 3).trimmed()), ['x3:3']);
    assert.deepEqual(Written.at('x', { file: 'g', line: 9, column: 9 }).placeAt(5), { file: 'g', line: 9, column: 9 });
  });

  it('knows it however it was cut and put together', () => {
    const step = fc.record({ from: fc.nat(20), length: fc.nat(20), isFirst: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        // Each character is told apart, so that its place can be looked up in the original.
        const original = inLine('abcdefghijklmnopqrst', 1);
        let written = original;
        for (const { from, length, isFirst } of steps) {
          const cut = written.slice(from, from + length);
          written = Written.joined(isFirst ? [cut, written] : [written, Written.beside('', cut), cut]);
        }
        for (const place of placesOf(written)) {
          assert.equal(place.slice(1), `1:${original.text.indexOf(place.charAt(0)) + 1}`);
        }
      }),
    );
  });
});
