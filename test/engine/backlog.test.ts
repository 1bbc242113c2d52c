import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Backlog } from '../../src/engine/backlog.ts';

describe('the backlog of a stream', () => {
  it('gives back all bytes in their order, whatever is added and taken', () => {
    const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const backlog = new Backlog(16);
        const added: number[] = [];
        const taken: number[] = [];
        const take = () => {
          const bytes = backlog.take();
          assert.ok(bytes === undefined || (bytes.length > 0 && bytes.length <= 16));
          taken.push(...(bytes ?? []));
        };
        for (const what of steps) {
          if (what === 'take') {
            take();
          } else {
            backlog.add(Buffer.from(what));
            added.push(...what);
          }
          assert.equal(backlog.length, added.length - taken.length);
        }
        while (backlog.length > 0) take();
        assert.deepEqual(taken, added);
        assert.equal(backlog.take(), undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
