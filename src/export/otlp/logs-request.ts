/**
 * LogRecords to an OTLP `ExportLogsServiceRequest` in protobuf (opentelemetry-proto, logs/v1, common/v1, resource/v1).
 *
 * The SDK's own serialiser walks every string twice, byte by byte, and takes about half of all the time an event costs;
 * this one writes each record once. It gives the same message: a test decodes both with the official definitions.
 * Records are grouped by resource and by scope, both by identity, in the order of their first record.
 *
 * Attribute values: strings, booleans, numbers, null, byte arrays, arrays and maps of these; whole numbers become
 * `int_value` where a double holds them exactly, others `double_value`, as the SDK does.
 */
import type { ReadableLogRecord } from '../otel.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

type Scope = ReadableLogRecord['instrumentationScope'];
type Resource = ReadableLogRecord['resource'];

const writer = new ProtobufWriter();

/** The request's bytes. Synchronous, and so safe with one writer for all. */
export function encodeLogsRequest(records: readonly ReadableLogRecord[]): Uint8Array {
  for (const [resource, scopes] of grouped(records)) {
    const resourceLogs = writer.beginMessage(1);
    writeResource(resource);
    for (const [scope, scoped] of scopes) {
      const scopeLogs = writer.beginMessage(2);
      writeScope(scope);
      for (const record of scoped) writeRecord(record);
      if (scope.schemaUrl !== undefined) writer.string(3, scope.schemaUrl);
      writer.endMessage(scopeLogs);
    }
    if (resource.schemaUrl !== undefined) writer.string(3, resource.schemaUrl);
    writer.endMessage(resourceLogs);
  }
  return writer.finish();
}

function grouped(records: readonly ReadableLogRecord[]): Map<Resource, Map<Scope, ReadableLogRecord[]>> {
  const resources = new Map<Resource, Map<Scope, ReadableLogRecord[]>>();
  for (const record of records) {
    let scopes = resources.get(record.resource);
    if (scopes === undefined) {
      scopes = new Map();
      resources.set(record.resource, scopes);
    }
    const scoped = scopes.get(record.instrumentationScope);
    if (scoped === undefined) scopes.set(record.instrumentationScope, [record]);
    else scoped.push(record);
  }
  return resources;
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

function writeRecord(record: ReadableLogRecord): void {
  const message = writer.beginMessage(2);
  writer.fixed64Nanos(1, record.hrTime[0], record.hrTime[1]);
  if (record.severityNumber) writer.unsigned(2, record.severityNumber);
  if (record.severityText) writer.string(3, record.severityText);
  if (record.body !== undefined) {
    const body = writer.beginMessage(5);
    writeValue(record.body);
    writer.endMessage(body);
  }
  writeAttributes(6, record.attributes);
  if (record.droppedAttributesCount > 0) writer.unsigned(7, record.droppedAttributesCount);
  const span = record.spanContext;
  if (span !== undefined) {
    writer.fixed32(8, span.traceFlags);
    writer.bytesField(9, Buffer.from(span.traceId, 'hex'));
    writer.bytesField(10, Buffer.from(span.spanId, 'hex'));
  }
  writer.fixed64Nanos(11, record.hrTimeObserved[0], record.hrTimeObserved[1]);
  if (record.eventName) writer.string(12, record.eventName);
  writer.endMessage(message);
}

function writeAttributes(field: number, attributes: Readonly<Record<string, unknown>>): void {
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const keyValue = writer.beginMessage(field);
    writer.string(1, key);
    const value = writer.beginMessage(2);
    writeValue(attributes[key]);
    writer.endMessage(value);
    writer.endMessage(keyValue);
  }
}

/** The one field of an `AnyValue`; none for null, which is how OTLP says an empty value. */
function writeValue(value: unknown): void {
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
