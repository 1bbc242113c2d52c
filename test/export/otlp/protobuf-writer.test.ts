import assert from 'node:assert/strict';
import { ProtobufWriter } from '../../../src/export/otlp/protobuf-writer.ts';
import { SLAB_BYTES, SlabPool } from '../../../src/export/otlp/slabs.ts';

const VALUES = ['é'.repeat(30), `${'x'.repeat(29)}é`, 'x'.repeat(30), '😀'.repeat(15), 'x'.repeat(20)];

/** `KeyValue { key: "k", value: { string_value: value } }` of field 1, with every length below 128. */
function expected(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = [0x0a, bytes.length + 7, 0x0a, 1, 0x6b, 0x12, bytes.length + 2, 0x0a, bytes.length];
  return Buffer.concat([Uint8Array.from(head), bytes]);
}

describe('an attribute that is written in one pass', () => {
  it('is written whole or not at all, however little room is left', () => {
    for (const value of VALUES) {
      for (let room = 1; room <= 120; room += 1) {
        const writer = new ProtobufWriter(new SlabPool());
        const before = SLAB_BYTES - room;
        writer.bytesField(1, new Uint8Array(before - 4));
        writer.finish();
        const isWritten = writer.shortAttribute(1, 'k', value);
        const { slab, start, end } = writer.finish();
        const isPlain = Buffer.byteLength(value) === value.length;
        assert.equal(isWritten, isPlain);
        assert.deepEqual(slab.bytes.subarray(start, end), isPlain ? expected(value) : Buffer.alloc(0));
      }
    }
  });
});
