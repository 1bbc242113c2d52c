import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeenSet } from '../../src/receiver/seen.ts';

describe('what was seen', () => {
  it('is known as in two sets, of which the older is forgotten as a whole', () => {
    const digit = fc.constantFrom(...'0123456789abcdef');
    const uid = fc.oneof(
      fc.string({ unit: digit, minLength: 32, maxLength: 32 }),
      // Alike but for their last digits, so that they meet in one place.
      fc.string({ unit: digit, minLength: 2, maxLength: 2 }).map((end) => end.padStart(32, '0')),
      fc.string({ unit: digit, minLength: 1, maxLength: 3 }).map((text) => `u${text}`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(uid, { maxLength: 80 }), (capacity, uids) => {
        const seen = new SeenSet(capacity);
        let newer = new Set<string>();
        let older = new Set<string>();
        for (const each of uids) {
          const isNew = !newer.has(each) && !older.has(each);
          assert.equal(seen.has(each), !isNew);
          assert.equal(seen.add(each), isNew);
          if (!isNew) continue;
          if (newer.size >= capacity) {
            older = newer;
            newer = new Set();
          }
          newer.add(each);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('tells uids apart that differ in any one digit', () => {
    const seen = new SeenSet(1000);
    const zero = '0'.repeat(32);
    assert.equal(seen.add(zero), true);
    for (let at = 0; at < 32; at += 1) {
      for (const digit of '123456789abcdef') {
        assert.equal(seen.add(`${zero.slice(0, at)}${digit}${zero.slice(at + 1)}`), true, `digit ${digit} at ${at}`);
      }
    }
    assert.equal(seen.add(zero), false);
  });
});
