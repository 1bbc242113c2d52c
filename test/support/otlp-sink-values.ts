/** Values, keys and attributes of OTLP, read out of what the official definitions have decoded. */

export type SinkValue =
  | undefined
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | readonly SinkValue[]
  | ReadonlyMap<string, SinkValue>;

export function attributesOf(holder: unknown): ReadonlyMap<string, SinkValue> {
  return mapOf(list(holder, 'attributes'));
}

function mapOf(pairs: readonly unknown[]): ReadonlyMap<string, SinkValue> {
  const map = new Map<string, SinkValue>();
  for (const pair of pairs) {
    const key = text(pair, 'key');
    if (map.has(key)) throw new Error(`the key ${key} stands twice in one record`);
    map.set(key, readValue(field(pair, 'value')));
  }
  return map;
}

export function readValue(value: unknown): SinkValue {
  const said = field(value, 'stringValue') ?? field(value, 'boolValue') ?? field(value, 'doubleValue');
  if (typeof said === 'string' || typeof said === 'boolean' || typeof said === 'number') return said;
  const whole = field(value, 'intValue');
  if (typeof whole === 'string') return BigInt(whole);
  const bytes = field(value, 'bytesValue');
  if (bytes instanceof Uint8Array) return bytes;
  const array = field(value, 'arrayValue');
  if (array !== undefined) return list(array, 'values').map(readValue);
  const pairs = field(value, 'kvlistValue');
  return pairs === undefined ? undefined : mapOf(list(pairs, 'values'));
}

export function field(holder: unknown, key: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  return Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
}

export function list(holder: unknown, key: string): readonly unknown[] {
  const found = field(holder, key);
  return Array.isArray(found) ? found : [];
}

export function text(holder: unknown, key: string): string {
  const found = field(holder, key);
  return typeof found === 'string' ? found : '';
}

export function count(holder: unknown, key: string): number {
  const found = field(holder, key);
  return typeof found === 'number' ? found : 0;
}

/** Lower-case hex digits of an id; empty where it has none. */
export function hex(holder: unknown, key: string): string {
  const found = field(holder, key);
  return found instanceof Uint8Array ? Buffer.from(found).toString('hex') : '';
}

/** Decimal, all digits; `0` where there is none. */
export function nanos(holder: unknown, key: string): string {
  return text(holder, key) || '0';
}

export interface SinkScope {
  readonly name: string;
  readonly version: string;
}

/** What stands around the items of a request: `resource_logs`, `scope_logs`, and `log_records`, or the same of other signals. */
export interface SinkAround {
  readonly resource: ReadonlyMap<string, SinkValue>;
  readonly scope: SinkScope;
}

/** The items of a request, each with what stands around it. */
export function itemsOf<Item>(
  request: object,
  [ofResource, ofScope, ofItems]: readonly [string, string, string],
  read: (item: unknown, around: SinkAround) => Item,
): readonly Item[] {
  return list(request, ofResource).flatMap((holder) => {
    const resource = attributesOf(field(holder, 'resource'));
    return list(holder, ofScope).flatMap((scoped) => {
      const named = field(scoped, 'scope');
      const scope = { name: text(named, 'name'), version: text(named, 'version') };
      return list(scoped, ofItems).map((item) => read(item, { resource, scope }));
    });
  });
}
