/** Reads the fields of one protocol buffers message: enough for the few answers that a backend gives. */

export interface Field {
  readonly number: number;
  /** A number for varints, the content for everything that has a length. Fixed-size fields are passed over. */
  readonly value: number | Uint8Array;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** The fields up to the end, or up to the first byte that makes no sense. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number | undefined => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 64; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined) break;
    const type = tag % 8;
    if (type === FIXED64 || type === FIXED32) {
      at += type === FIXED64 ? 8 : 4;
      continue;
    }
    const value = type === VARINT || type === LENGTH_DELIMITED ? varint() : undefined;
    if (value === undefined) break;
    if (type === VARINT) {
      fields.push({ number: Math.floor(tag / 8), value });
      continue;
    }
    if (at + value > bytes.length) break;
    fields.push({ number: Math.floor(tag / 8), value: bytes.subarray(at, at + value) });
    at += value;
  }
  return fields;
}
