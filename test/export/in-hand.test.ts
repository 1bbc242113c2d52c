import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type InHand, InHandPages } from '../../src/export/in-hand.ts';

const one = (position: number): InHand => ({
  position,
  kind: 'event',
  time: undefined,
  engine: undefined,
  leftOut: undefined,
});

describe('what a lane has in hand', () => {
  it('is taken once, in any order, and leaves no page behind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.uniqueArray(fc.nat(100)), fc.gen(), (size, numbers, gen) => {
        const pages = new InHandPages(size);
        for (const number of numbers) pages.add(number, one(number));
        const order = gen(fc.shuffledSubarray, numbers, { minLength: numbers.length });
        for (const number of order) {
          assert.equal(pages.take(number)?.position, number);
          assert.equal(pages.take(number), undefined);
        }
        assert.equal(pages.pages, 0);
      }),
    );
  });

  it('is taken as a whole in the order of its numbers, but for what was taken before', () => {
    const pages = new InHandPages(3);
    for (const number of [7, 2, 0, 3]) pages.add(number, one(number));
    pages.take(2);
    assert.deepEqual(
      pages.drain().map(({ position }) => position),
      [0, 3, 7],
    );
    assert.deepEqual([pages.pages, pages.take(7), pages.drain()], [0, undefined, []]);
  });

  it('is nothing where nothing was added', () => assert.equal(new InHandPages(4).take(3), undefined));
});
