import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Settled } from '../../src/journal/settled.ts';

describe('which positions a reader is done with', () => {
  it('moves the cursor over what is contiguous, and keeps what is above', () => {
    const settled = new Settled(10);
    settled.add(12);
    settled.add(13);
    settled.add(16, 18);
    assert.equal(settled.cursor, 10);
    assert.deepEqual(settled.ranges, [
      { from: 12, to: 14 },
      { from: 16, to: 18 },
    ]);
    settled.add(10, 12);
    assert.equal(settled.cursor, 14);
    settled.add(14);
    settled.add(15);
    assert.equal(settled.cursor, 18);
    assert.deepEqual(settled.ranges, []);
  });

  it('says the same as a set of numbers would, whatever is added', () => {
    const range = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), (added) => {
        const settled = new Settled(0);
        const model = new Set<number>();
        for (const [from, length] of added) {
          settled.add(from, from + length);
          for (let position = Math.max(0, from); position < from + length; position += 1) model.add(position);
          let cursor = 0;
          while (model.has(cursor)) cursor += 1;
          assert.equal(settled.cursor, cursor);
        }
        for (let position = 0; position < 80; position += 1) {
          assert.equal(settled.has(position), model.has(position), `has ${position}`);
          let open = position;
          while (model.has(open)) open += 1;
          assert.equal(settled.nextOpen(position), open, `open after ${position}`);
        }
        const openIn = (from: number, to: number) =>
          Array.from({ length: to - from }, (_, index) => from + index).filter((position) => !model.has(position))
            .length;
        assert.equal(settled.openIn(0, 80), openIn(0, 80));
        assert.equal(settled.openIn(7, 33), openIn(7, 33));
        const { ranges } = settled;
        for (const [index, { from, to }] of ranges.entries()) {
          assert.ok(
            from < to && from > (ranges[index - 1]?.to ?? settled.cursor),
            'in order, and none touches another',
          );
        }
        const again = new Settled(settled.cursor, settled.ranges);
        assert.deepEqual([again.cursor, again.ranges], [settled.cursor, settled.ranges]);
      }),
      { numRuns: 2000 },
    );
  });
});
