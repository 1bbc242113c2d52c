import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Dechunker } from '../../src/engine/dechunk.ts';

/** Takes the coding off pieces, each in a buffer of its own. */
function dechunked(pieces: readonly Buffer[]): { readonly text: string; readonly dechunker: Dechunker } {
  const dechunker = new Dechunker();
  const text = pieces.map((piece) => dechunker.push(Buffer.from(piece)).toString('latin1')).join('');
  return { text, dechunker };
}

const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

describe('the chunked coding', () => {
  it('gives the same data, wherever the reading of the socket cuts it', () => {
    const data = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(data, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), (chunks, steps) => {
        const wire = Buffer.from(`${chunks.map(chunk).join('')}0\r\n\r\n`, 'latin1');
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < wire.length; turn += 1) {
          const step = steps[turn % steps.length] ?? 1;
          pieces.push(wire.subarray(at, at + step));
          at += step;
        }
        const { text, dechunker } = dechunked(pieces);
        assert.equal(text, chunks.join(''));
        assert.ok(dechunker.isOver && !dechunker.isBroken);
      }),
      { numRuns: 500 },
    );
  });

  it('joins the chunks of one reading, in place', () => {
    const bytes = Buffer.from(`${chunk('{"a":1}\n')}${chunk('{"b":2}\n')}`);
    const data = new Dechunker().push(bytes);
    assert.equal(data.toString(), '{"a":1}\n{"b":2}\n');
    assert.equal(data.buffer, bytes.buffer);
    assert.equal(data.byteOffset, bytes.byteOffset);
  });

  it('skips extensions and trailer fields, and nothing after them is data', () => {
    const { text, dechunker } = dechunked([
      Buffer.from('3;name=value\r\nabc\r\n2 ;x\r\nde\r\n0\r\nExpires: now\r\n\r\nHTTP/1.1 200'),
    ]);
    assert.equal(text, 'abcde');
    assert.ok(dechunker.isOver);
  });

  it('takes digits in capitals', () => {
    assert.equal(dechunked([Buffer.from(`1A\r\n${'x'.repeat(26)}\r\n`)]).text, 'x'.repeat(26));
  });

  for (const [what, wire] of [
    ['no size', '\r\nabc'],
    ['a size that is no number', 'xyz\r\n'],
    ['no line feed after the size', '3\rabc'],
    ['no end after the data', '3\r\nabcd'],
    ['no line feed after the data', '3\r\nabc\rx'],
    ['a size beyond all bounds', 'fffffffff\r\n'],
  ] as const) {
    it(`is broken by ${what}, and gives nothing more`, () => {
      const dechunker = new Dechunker();
      dechunker.push(Buffer.from(wire));
      assert.ok(dechunker.isBroken);
      assert.equal(dechunker.push(Buffer.from(chunk('abc'))).length, 0);
      assert.ok(!dechunker.isOver);
    });
  }
});
