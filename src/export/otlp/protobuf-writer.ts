/**
 * Writes protocol buffers, forwards.
 *
 * A message's length stands before its content and is not known until the content is written. One byte is left for it;
 * where it needs more, the content is moved up. Most messages of an OTLP request are shorter than 128 bytes, so that this
 * costs less than measuring everything twice, as generated code does.
 *
 * What was finished stays where it was written, in a slab that later writes go behind. What was begun in a slab that is
 * full goes on in another. A slab whose parts were all given back is written again from its beginning.
 */
import { remembered } from '../../runtime/bounded-cache.ts';
import type { Slab, SlabPool } from './slabs.ts';

/** What one `finish` gives: bytes that nobody changes until they are given back. */
export interface Written {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Of `KeyValue { key = 1; value = 2 }` and `AnyValue { string_value = 1 }`. */
const KEY_TAG = (1 << 3) | LENGTH_DELIMITED;
const VALUE_TAG = (2 << 3) | LENGTH_DELIMITED;
const STRING_VALUE_TAG = (1 << 3) | LENGTH_DELIMITED;

/** The value of a digit by its character code. */
const HEX_DIGITS = new Uint8Array(128);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  HEX_DIGITS[digit.charCodeAt(0)] = value;
  HEX_DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Up to so many characters byte by byte is quicker than a call into native code. At most 127 bytes in UTF-8. */
const BY_BYTE_MAX = 20;

/**
 * The field `key` of a `KeyValue`. The same keys come with every record: each is written once, and then copied. Undefined
 * where its length takes more than a byte.
 */
const keyField = remembered((key): Uint8Array | undefined => {
  const bytes = Buffer.from(key);
  return bytes.length > 0x7f ? undefined : Uint8Array.of(KEY_TAG, bytes.length, ...bytes);
});

const TWO_TO_16 = 65_536;
const TWO_TO_32 = 4_294_967_296;

export class ProtobufWriter {
  readonly #pool: SlabPool;
  #slab: Slab;
  /** The slab's bytes. */
  #buffer: Buffer;
  /** Where what is being written began. */
  #start = 0;
  #at = 0;

  constructor(pool: SlabPool) {
    this.#pool = pool;
    this.#slab = pool.take(0);
    this.#buffer = this.#slab.bytes;
  }

  /** Everything since the last time. */
  finish(): Written {
    const start = this.#start;
    this.#start = this.#at;
    this.#slab.hold();
    return { slab: this.#slab, start, end: this.#at };
  }

  /** A copy of everything since the last time, of which nothing is held. */
  copy(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(this.#start, this.#at));
    this.reset();
    return bytes;
  }

  /** Forgets what was begun and not finished, such as a record whose writing threw. */
  reset(): void {
    this.#at = this.#start;
  }

  /** The beginning of a field whose content, `length` bytes of it, is written elsewhere. */
  prefix(field: number, length: number): void {
    this.#need(16);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(length);
  }

  /** Begins a message, or another field with a length; returns what `endMessage` needs. */
  beginMessage(field: number): number {
    this.#need(16);
    this.#tag(field, LENGTH_DELIMITED);
    this.#at += 1;
    return this.#at - this.#start;
  }

  endMessage(begun: number): void {
    const start = this.#start + begun;
    const length = this.#at - start;
    if (length < 0x80) {
      this.#buffer[start - 1] = length;
      return;
    }
    const more = varintSize(length) - 1;
    this.#need(more);
    const from = this.#start + begun;
    this.#buffer.copyWithin(from + more, from, this.#at);
    this.#at = from - 1;
    this.#varint(length);
    this.#at += length;
  }

  string(field: number, text: string): void {
    this.#need(text.length * 3 + 16);
    this.#tag(field, LENGTH_DELIMITED);
    if (text.length <= BY_BYTE_MAX) {
      this.#shortText(text);
      return;
    }
    const sizeOfLength = varintSize(text.length);
    const start = this.#at + sizeOfLength;
    const bytes = this.#buffer.write(text, start);
    const sizeNeeded = varintSize(bytes);
    if (sizeNeeded > sizeOfLength) this.#buffer.copyWithin(this.#at + sizeNeeded, start, start + bytes);
    this.#varint(bytes);
    this.#at += bytes;
  }

  /**
   * A `KeyValue` of two texts in one pass, where the value is ASCII and it takes less than 128 bytes, as most attributes are
   * and do: every length is known before. False, with nothing written, where it is not so.
   */
  shortAttribute(field: number, key: string, value: string): boolean {
    const head = keyField(key);
    const valueLength = value.length + 2;
    const length = (head?.length ?? 0) + valueLength + 2;
    if (head === undefined || length > 0x7f) return false;
    // Room for what is not ASCII, too: cut off, it could be of the very length that ASCII has.
    this.#need(length + 2 + value.length * 2);
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at] = (field << 3) | LENGTH_DELIMITED;
    buffer[at + 1] = length;
    at += 2;
    buffer.set(head, at);
    at += head.length;
    buffer[at] = VALUE_TAG;
    buffer[at + 1] = valueLength;
    buffer[at + 2] = STRING_VALUE_TAG;
    buffer[at + 3] = value.length;
    at += 4;
    if (value.length > BY_BYTE_MAX) {
      if (buffer.write(value, at) !== value.length) return false;
      at += value.length;
    } else {
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) return false;
        buffer[at++] = code;
      }
    }
    this.#at = at;
    return true;
  }

  /** The `key` of a `KeyValue`. */
  attributeKey(key: string): void {
    const field = keyField(key);
    if (field === undefined) this.string(1, key);
    else this.#copy(field);
  }

  #copy(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Writes `bytes` as they are, without a length. */
  bytesField(field: number, bytes: Uint8Array): void {
    this.#need(bytes.length + 16);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** At most 127 bytes that are given as hex digits, two for each. What is none counts as 0. */
  hexField(field: number, hex: string): void {
    const length = hex.length >> 1;
    this.#need(length + 16);
    this.#tag(field, LENGTH_DELIMITED);
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = length;
    for (let index = 0; index + 1 < hex.length; index += 2) {
      buffer[at++] = ((HEX_DIGITS[hex.charCodeAt(index)] ?? 0) << 4) | (HEX_DIGITS[hex.charCodeAt(index + 1)] ?? 0);
    }
    this.#at = at;
  }

  bool(field: number, value: boolean): void {
    this.#need(16);
    this.#tag(field, VARINT);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(field: number, value: number): void {
    this.#need(24);
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** A signed 64-bit number; negative ones take ten bytes, as the format has it. */
  int64(field: number, value: number): void {
    if (value >= 0) {
      this.unsigned(field, value);
      return;
    }
    this.#need(24);
    this.#tag(field, VARINT);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
  }

  double(field: number, value: number): void {
    this.#need(16);
    this.#tag(field, FIXED64);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  /** Of any field: `flags` of a span is the one of OTLP that is not below 16. */
  fixed32(field: number, value: number): void {
    this.#need(16);
    this.#varint((field << 3) | FIXED32);
    this.#at = this.#buffer.writeUInt32LE(value, this.#at);
  }

  /** seconds × 10^9 + nanos as an unsigned 64-bit number, computed in two halves that doubles hold exactly. */
  fixed64Nanos(field: number, seconds: number, nanos: number): void {
    this.#need(16);
    this.#tag(field, FIXED64);
    const high = Math.floor(seconds / TWO_TO_16) * 1e9;
    const low = (high % TWO_TO_16) * TWO_TO_16 + (seconds % TWO_TO_16) * 1e9 + nanos;
    this.#at = this.#buffer.writeUInt32LE(low % TWO_TO_32, this.#at);
    this.#at = this.#buffer.writeUInt32LE(Math.floor(high / TWO_TO_16) + Math.floor(low / TWO_TO_32), this.#at);
  }

  /** Field numbers of OTLP are below 16 but for one, so a tag is one byte. */
  #tag(field: number, type: number): void {
    this.#buffer[this.#at++] = (field << 3) | type;
  }

  /** ASCII byte by byte is quicker than a call into native code for so few; the first other character gives that up. */
  #shortText(text: string): void {
    const buffer = this.#buffer;
    const start = this.#at + 1;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        const bytes = buffer.write(text, start);
        buffer[start - 1] = bytes;
        this.#at = start + bytes;
        return;
      }
      buffer[start + index] = code;
    }
    buffer[start - 1] = text.length;
    this.#at = start + text.length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at++] = rest;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const begun = this.#at - this.#start;
    const next = this.#pool.take(begun * 2 + bytes);
    this.#buffer.copy(next.bytes, 0, this.#start, this.#at);
    this.#pool.leave(this.#slab);
    this.#slab = next;
    this.#buffer = next.bytes;
    this.#start = 0;
    this.#at = begun;
  }
}

/** How many bytes a length takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
