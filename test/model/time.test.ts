import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareTimes,
  fromUnixMillis,
  toDecimalNanos,
  toIsoNanos,
  toUnixMillis,
  type UnixNanos,
} from '../../src/model/time.ts';

const time = fc.tuple(fc.integer({ min: 0, max: 9_223_372_036 }), fc.integer({ min: 0, max: 999_999_999 }));

describe('time', () => {
  it('is written with all its digits', () => {
    assert.equal(toDecimalNanos([1_795_238_723, 5]), '1795238723000000005');
    assert.equal(toDecimalNanos([0, 7]), '7');
    assert.equal(toIsoNanos([1_795_238_723, 795_386_876]), '2026-11-21T05:25:23.795386876Z');
    assert.equal(toIsoNanos([9_223_372_036, 1]), '2262-04-11T23:47:16.000000001Z');
    assert.equal(toIsoNanos([8_640_000_000_001, 0]), '8640000000001000000000ns');
  });

  it('compares as its decimal numbers do', () => {
    fc.assert(
      fc.property(time, time, (left, right) => {
        const difference = BigInt(toDecimalNanos(left)) - BigInt(toDecimalNanos(right));
        assert.equal(Math.sign(compareTimes(left, right)), Number(difference > 0n) - Number(difference < 0n));
      }),
    );
  });

  it('comes from milliseconds and goes back', () => {
    assert.deepEqual(fromUnixMillis(1500.25), [1, 500_250_000] satisfies UnixNanos);
    assert.deepEqual(fromUnixMillis(1999.99999999), [2, 0] satisfies UnixNanos);
    assert.equal(toUnixMillis([1, 500_250_000]), 1500);
  });
});
