/** The bytes of each log record in an OTLP request, in the order of its decoded records: one that is sent again has the same. */

/** Where records are: `resource_logs`, `scope_logs` and `log_records` in the protobuf definitions of OTLP. */
const PATH: readonly number[] = [1, 2, 2];

const LENGTH_DELIMITED = 2;

export function recordBytes(message: Buffer): readonly Buffer[] {
  return PATH.reduce<readonly Buffer[]>(
    (holders, field) => holders.flatMap((holder) => membersOf(holder, field)),
    [message],
  );
}

/** The members of this number, which is the only kind of field that these messages have: one with a length. */
function membersOf(message: Buffer, field: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = varintAt(message, at);
    const length = varintAt(message, tag.end);
    if ((tag.value & 7) !== LENGTH_DELIMITED) throw new Error(`a field of another kind at byte ${at}`);
    at = length.end + length.value;
    if (tag.value >> 3 === field) found.push(message.subarray(length.end, at));
  }
  return found;
}

function varintAt(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = at; end < bytes.length; end += 1) {
    const byte = bytes.readUInt8(end);
    value += (byte & 0x7f) * 2 ** (7 * (end - at));
    if (byte < 0x80) return { value, end: end + 1 };
  }
  throw new Error(`a number at byte ${at} has no end`);
}
