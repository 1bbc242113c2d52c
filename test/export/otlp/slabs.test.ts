import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtobufWriter, type Written } from '../../../src/export/otlp/protobuf-writer.ts';
import { SLAB_BYTES, SlabPool } from '../../../src/export/otlp/slabs.ts';

function bytesOf({ slab, start, end }: Written): string {
  return slab.bytes.subarray(start, end).toString('hex');
}

describe('slabs', () => {
  it('keep what is held, whatever is written and given back around it', () => {
    const action = fc.oneof(
      fc.record({ write: fc.integer({ min: 1, max: 3 * SLAB_BYTES }) }),
      fc.record({ write: fc.integer({ min: 1, max: 2000 }) }),
      fc.record({ giveBack: fc.nat() }),
      fc.constant({ abandon: true }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const pool = new SlabPool();
        const writer = new ProtobufWriter(pool);
        const held: { readonly written: Written; readonly bytes: string }[] = [];
        let number = 0;
        for (const each of actions) {
          number += 1;
          if ('write' in each) {
            writer.string(1, String(number % 10).repeat(each.write));
            const written = writer.finish();
            assert.equal(bytesOf(written).slice(-2), `3${number % 10}`);
            held.push({ written, bytes: bytesOf(written) });
          } else if ('abandon' in each) {
            writer.string(1, 'x'.repeat(1000));
            writer.reset();
          } else if (held.length > 0) {
            const [given] = held.splice(each.giveBack % held.length, 1);
            if (given !== undefined) pool.giveBack(given.written.slab);
          }
          for (const { written, bytes } of held) assert.equal(bytesOf(written), bytes);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are used again, so that a thousand batches take no more room than one', () => {
    const pool = new SlabPool();
    const writer = new ProtobufWriter(pool);
    const slabs = new Set<unknown>();
    for (let batch = 0; batch < 1000; batch += 1) {
      const written = Array.from({ length: 100 }, () => {
        writer.string(1, 'x'.repeat(10_000));
        return writer.finish();
      });
      for (const { slab } of written) {
        slabs.add(slab);
        pool.giveBack(slab);
      }
    }
    assert.ok(slabs.size <= 6, `${slabs.size}`);
  });

  it('refuse a part that is given back twice', () => {
    const pool = new SlabPool();
    const writer = new ProtobufWriter(pool);
    writer.string(1, 'x');
    const { slab } = writer.finish();
    pool.giveBack(slab);
    assert.throws(() => pool.giveBack(slab), /a part of a slab was given back twice/);
  });
});
