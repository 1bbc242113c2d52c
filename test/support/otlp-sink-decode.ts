/**
 * OTLP logs as an outsider reads them: by the official protobuf definitions, as an older release of OpenTelemetry JS
 * carried them (generated with protobufjs). The exporter under test writes its bytes by hand, so the two share nothing.
 */
import { createRequire } from 'node:module';

/** One log record with what stood around it in the request. Integers are `bigint`, doubles are `number`. */
export interface SinkRecord {
  /** Decimal, all digits; `0` where the record has none. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: SinkValue;
  readonly attributes: ReadonlyMap<string, SinkValue>;
  readonly droppedAttributesCount: number;
  readonly resource: ReadonlyMap<string, SinkValue>;
  readonly scope: { readonly name: string; readonly version: string };
}

export type SinkValue =
  | undefined
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | readonly SinkValue[]
  | ReadonlyMap<string, SinkValue>;

/** A message class as protobufjs generates it. */
interface GeneratedMessage {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  fromObject(plain: object): object;
  toObject(message: object, options: object): object;
  verify(plain: object): string | null;
}

const definitions: unknown = createRequire(import.meta.url)(
  'opentelemetry-proto-definitions/build/src/generated/root.js',
);

const LogsRequest = messageAt('ExportLogsServiceRequest');
const LogsResponse = messageAt('ExportLogsServiceResponse');

function messageAt(name: string): GeneratedMessage {
  const path = ['opentelemetry', 'proto', 'collector', 'logs', 'v1', name];
  const found = path.reduce<unknown>((parent, key) => field(parent, key), definitions);
  if (!isGenerated(found)) throw new Error(`the protobuf definitions have no ${path.join('.')}`);
  return found;
}

function isGenerated(value: unknown): value is GeneratedMessage {
  return typeof value === 'function' && 'decode' in value && 'toObject' in value && 'fromObject' in value;
}

/** What a request said, or why it is no OTLP request. */
export type DecodedRequest =
  | { readonly ok: true; readonly records: readonly SinkRecord[] }
  | { readonly ok: false; readonly reason: string };

export function decodeProtobuf(bytes: Uint8Array): DecodedRequest {
  return attempt(() => recordsOf(LogsRequest.decode(bytes)));
}

/** Stricter than most backends: a key that the definitions do not have, and 64-bit numbers that are no strings, are refused. */
export function decodeJson(text: string): DecodedRequest {
  return attempt(() => {
    const plain: unknown = JSON.parse(text);
    if (typeof plain !== 'object' || plain === null) throw new Error('the body is no JSON object');
    const request = LogsRequest.fromObject(plain);
    const stranger = firstStranger(plain, plainOf(request), '');
    if (stranger !== undefined) throw new Error(`OTLP has no field ${stranger}`);
    const imprecise = /"(?:timeUnixNano|observedTimeUnixNano)":\s*\d/.exec(text);
    if (imprecise !== null) throw new Error(`a 64-bit number is not written as a string: ${imprecise[0]}…`);
    return recordsOf(request);
  });
}

/** The answer to an export, in protobuf or as the JSON object. */
export function encodeResponse(
  rejected: number,
  message: string,
): { readonly protobuf: Uint8Array; readonly json: string } {
  const plain =
    rejected === 0 && message === '' ? {} : { partialSuccess: { rejectedLogRecords: rejected, errorMessage: message } };
  const response = LogsResponse.fromObject(plain);
  const json =
    rejected === 0 && message === ''
      ? {}
      : { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message } };
  return { protobuf: LogsResponse.encode(response).finish(), json: JSON.stringify(json) };
}

function attempt(decode: () => readonly SinkRecord[]): DecodedRequest {
  try {
    return { ok: true, records: decode() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function plainOf(request: object): object {
  return LogsRequest.toObject(request, { longs: String, oneofs: false, arrays: true });
}

function recordsOf(request: object): readonly SinkRecord[] {
  return list(plainOf(request), 'resourceLogs').flatMap((resourceLogs) => {
    const resource = attributesOf(field(resourceLogs, 'resource'));
    return list(resourceLogs, 'scopeLogs').flatMap((scopeLogs) => {
      const named = field(scopeLogs, 'scope');
      const scope = { name: text(named, 'name'), version: text(named, 'version') };
      return list(scopeLogs, 'logRecords').map((record) => ({
        timeUnixNano: text(record, 'timeUnixNano') || '0',
        observedTimeUnixNano: text(record, 'observedTimeUnixNano') || '0',
        severityNumber: count(record, 'severityNumber'),
        severityText: text(record, 'severityText'),
        eventName: text(record, 'eventName'),
        body: readValue(field(record, 'body')),
        attributes: attributesOf(record),
        droppedAttributesCount: count(record, 'droppedAttributesCount'),
        resource,
        scope,
      }));
    });
  });
}

function attributesOf(holder: unknown): ReadonlyMap<string, SinkValue> {
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

function readValue(value: unknown): SinkValue {
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

function firstStranger(written: unknown, understood: unknown, path: string): string | undefined {
  if (typeof written !== 'object' || written === null) return undefined;
  for (const [key, value] of Object.entries(written)) {
    const there = `${path}.${key}`;
    if (value === null) continue;
    if (typeof understood !== 'object' || understood === null || !Object.hasOwn(understood, key)) return there.slice(1);
    const deeper = firstStranger(value, field(understood, key), there);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function field(holder: unknown, key: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  return Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
}

function list(holder: unknown, key: string): readonly unknown[] {
  const found = field(holder, key);
  return Array.isArray(found) ? found : [];
}

function text(holder: unknown, key: string): string {
  const found = field(holder, key);
  return typeof found === 'string' ? found : '';
}

function count(holder: unknown, key: string): number {
  const found = field(holder, key);
  return typeof found === 'number' ? found : 0;
}
