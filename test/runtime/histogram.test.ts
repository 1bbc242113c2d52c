import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../src/runtime/histogram.ts';

describe('a histogram', () => {
  it('counts a value in the first bucket whose bound it does not exceed', () => {
    const histogram = new Histogram([1, 2, 5]);
    for (const value of [0, 1, 1.001, 2, 4, 5, 5.001, 1e9]) histogram.add(value);
    assert.deepEqual(histogram.distribution(), { bounds: [1, 2, 5], counts: [2, 2, 2, 2], sum: 1_000_000_018.002 });
  });

  it('counts what is less than nothing as nothing, and leaves out what is no number', () => {
    const histogram = new Histogram([1]);
    for (const value of [-3, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) histogram.add(value);
    assert.deepEqual(histogram.distribution(), { bounds: [1], counts: [1, 0], sum: 0 });
  });

  it('hands out what later values do not change', () => {
    const histogram = new Histogram([1]);
    const before = histogram.distribution();
    histogram.add(1);
    assert.deepEqual(before.counts, [0, 0]);
  });

  it('puts every value where a search from the first bound on would', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 20 })
          .map((all) => all.toSorted((one, other) => one - other)),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })),
        (bounds, values) => {
          const histogram = new Histogram(bounds);
          const expected = new Array<number>(bounds.length + 1).fill(0);
          for (const value of values) {
            histogram.add(value);
            const index = bounds.findIndex((bound) => value <= bound);
            const at = index < 0 ? bounds.length : index;
            expected[at] = (expected[at] ?? 0) + 1;
          }
          assert.deepEqual(histogram.distribution().counts, expected);
          assert.equal(histogram.count, values.length);
        },
      ),
    );
  });
});
