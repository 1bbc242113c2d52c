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

describe('what is written at the end of a slab', () => {
  const long = 'x'.repeat(200);
  const fields: Readonly<Record<string, (writer: ProtobufWriter) => void>> = {
    'a short text': (writer) => writer.string(1, 'abc'),
    'a short text that is not ASCII': (writer) => writer.string(1, '€'.repeat(20)),
    'a long text': (writer) => writer.string(1, long),
    'a long text that is not ASCII': (writer) => writer.string(1, '€'.repeat(100)),
    'a key': (writer) => writer.attributeKey('docker.container.id'),
    'a long key': (writer) => writer.attributeKey(long),
    bytes: (writer) => writer.bytesField(7, Buffer.from(long)),
    'an id': (writer) => writer.hexField(9, '5aadaa7c29d3821da2dd1ec72d98d647'),
    true: (writer) => writer.bool(2, true),
    'a large number': (writer) => writer.unsigned(2, Number.MAX_SAFE_INTEGER),
    'a negative number': (writer) => writer.int64(3, -1),
    'a fraction': (writer) => writer.double(4, 1.5),
    'a large field': (writer) => writer.fixed32(16, 0x1ff),
    'a time': (writer) => writer.fixed64Nanos(1, 1_795_262_400, 999_999_999),
    'a length': (writer) => writer.prefix(2, 70_000),
    'a message': (writer) => {
      const begun = writer.beginMessage(2);
      for (let count = 0; count < 30; count += 1) writer.shortAttribute(1, 'k', '');
      writer.endMessage(begun);
    },
  };
  for (const [what, write] of Object.entries(fields)) {
    it(`is whole: ${what}`, () => {
      const roomy = new ProtobufWriter(new SlabPool());
      write(roomy);
      const whole = roomy.copy();
      for (let room = 0; room <= whole.length + 40; room += 1) {
        const writer = new ProtobufWriter(new SlabPool());
        writer.bytesField(1, new Uint8Array(SLAB_BYTES - room - 22));
        // Of these alone no more room is asked for than they take: nine bytes.
        for (let count = 0; count < 2; count += 1) writer.shortAttribute(1, 'k', '');
        assert.equal(writer.finish().end, SLAB_BYTES - room);
        write(writer);
        const { slab, start, end } = writer.finish();
        assert.deepEqual(Buffer.from(slab.bytes.subarray(start, end)), whole, `${room}`);
      }
    });
  }
});
