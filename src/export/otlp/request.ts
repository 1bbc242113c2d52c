/**
 * What the requests of all signals share in protobuf (opentelemetry-proto, common/v1, resource/v1): the same envelope, with
 * the same field numbers.
 *
 *     request { 1: of a resource { 1: resource, 2: of a scope { 1: scope, 2: item, 2: item …, 3: schema url }, 3: schema url } }
 *
 * The SDK's own serialisers walk every string twice, byte by byte, and take about half of all the time an event costs; here
 * each item is written once, when it is made, and the request is put together of what was written. Items are grouped by
 * resource and by scope, both by identity, in the order of the first of each.
 *
 * Attribute values: strings, booleans, numbers, null, byte arrays, arrays and maps of these; whole numbers become
 * `int_value` where a double holds them exactly, others `double_value`, as the SDK does.
 *
 * Synchronous all of it, and so safe with one writer for all.
 */
import { type EncodedItem, type ItemAround, isEncoded } from './encoded-item.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { type Slab, SlabPool } from './slabs.ts';

type Resource = ItemAround['resource'];
type Scope = ItemAround['instrumentationScope'];

const slabs = new SlabPool();

/** For what an item consists of. */
export const writer = new ProtobufWriter(slabs);

/** One item, to be kept until it is sent. */
export function encodeItem<Item extends ItemAround>(item: Item, write: (item: Item) => void): EncodedItem {
  writer.reset();
  write(item);
  const { slab, start, end } = writer.finish();
  return { resource: item.resource, instrumentationScope: item.instrumentationScope, slab, start, end };
}

/** The bytes of these items are needed no more, by nobody. Each is given back once, or never. */
export function releaseItems(items: readonly object[]): void {
  for (const item of items) if (isEncoded(item)) slabs.giveBack(item.slab);
}

/**
 * The request's bytes, in parts that follow one another, for whoever can send them so: the bytes of items stay where they
 * are, and neighbours are one part. Items that were not written beforehand are written now.
 */
export function requestParts<Item extends object>(
  items: readonly (Item | EncodedItem)[],
  encode: (item: Item) => EncodedItem,
): readonly Buffer[] {
  const request = new Parts();
  for (const [resource, scopes] of grouped(items, encode)) {
    const ofResource = new Parts();
    ofResource.add(written(() => writeResource(resource)));
    for (const [scope, scoped] of scopes) {
      const ofScope = new Parts();
      ofScope.add(written(() => writeScope(scope)));
      for (const range of rangesOf(scoped)) ofScope.add(range);
      ofScope.add(written(() => writeSchemaUrl(scope.schemaUrl)));
      ofResource.message(2, ofScope);
    }
    ofResource.add(written(() => writeSchemaUrl(resource.schemaUrl)));
    request.message(1, ofResource);
  }
  return request.all;
}

/** A message in parts, and how long it is. */
class Parts {
  readonly all: Buffer[] = [];
  length = 0;

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.all.push(bytes);
    this.length += bytes.length;
  }

  message(field: number, inner: Parts): void {
    this.add(written(() => writer.prefix(field, inner.length)));
    for (const part of inner.all) this.add(part);
  }
}

function written(write: () => void): Buffer {
  writer.reset();
  write();
  return writer.copy();
}

/** The bytes of items, neighbours in one. */
function* rangesOf(items: readonly EncodedItem[]): Generator<Buffer> {
  let open: { readonly slab: Slab; readonly start: number; end: number } | undefined;
  for (const { slab, start, end } of items) {
    if (open?.slab === slab && open.end === start) {
      open.end = end;
      continue;
    }
    if (open !== undefined) yield open.slab.bytes.subarray(open.start, open.end);
    open = { slab, start, end };
  }
  if (open !== undefined) yield open.slab.bytes.subarray(open.start, open.end);
}

function grouped<Item extends object>(
  items: readonly (Item | EncodedItem)[],
  encode: (item: Item) => EncodedItem,
): Map<Resource, Map<Scope, EncodedItem[]>> {
  const resources = new Map<Resource, Map<Scope, EncodedItem[]>>();
  for (const each of items) {
    const item = isEncoded(each) ? each : encode(each);
    let scopes = resources.get(item.resource);
    if (scopes === undefined) {
      scopes = new Map();
      resources.set(item.resource, scopes);
    }
    const scoped = scopes.get(item.instrumentationScope);
    if (scoped === undefined) scopes.set(item.instrumentationScope, [item]);
    else scoped.push(item);
  }
  return resources;
}

function writeSchemaUrl(schemaUrl: string | undefined): void {
  if (schemaUrl !== undefined) writer.string(3, schemaUrl);
}

function writeResource(resource: Resource): void {
  const message = writer.beginMessage(1);
  writeAttributes(1, resource.attributes);
  writer.endMessage(message);
}

function writeScope(scope: Scope): void {
  const message = writer.beginMessage(1);
  writer.string(1, scope.name);
  if (scope.version !== undefined) writer.string(2, scope.version);
  if (scope.attributes !== undefined) writeAttributes(3, scope.attributes);
  if (scope.droppedAttributesCount) writer.unsigned(4, scope.droppedAttributesCount);
  writer.endMessage(message);
}

/** Attributes inherit nothing that is enumerated, and `for … in` neither makes a list of their keys nor looks each of them up. */
export function writeAttributes(field: number, attributes: Readonly<Record<string, unknown>>): void {
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value === 'string' && writer.shortAttribute(field, key, value)) continue;
    const keyValue = writer.beginMessage(field);
    writer.attributeKey(key);
    const anyValue = writer.beginMessage(2);
    writeValue(value);
    writer.endMessage(anyValue);
    writer.endMessage(keyValue);
  }
}

/** The one field of an `AnyValue`; none for null, which is how OTLP says an empty value. */
export function writeValue(value: unknown): void {
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'boolean') writer.bool(2, value);
  else if (typeof value === 'number') writeNumber(value);
  else if (value instanceof Uint8Array) writer.bytesField(7, value);
  else if (Array.isArray(value)) writeArray(value);
  else if (typeof value === 'object' && value !== null) {
    const list = writer.beginMessage(6);
    writeAttributes(1, Object.fromEntries(Object.entries(value)));
    writer.endMessage(list);
  }
}

function writeNumber(value: number): void {
  if (Number.isSafeInteger(value)) writer.int64(3, value);
  else writer.double(4, value);
}

function writeArray(values: readonly unknown[]): void {
  const list = writer.beginMessage(5);
  for (const item of values) {
    const value = writer.beginMessage(1);
    writeValue(item);
    writer.endMessage(value);
  }
  writer.endMessage(list);
}
