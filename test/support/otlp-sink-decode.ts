/**
 * OTLP as an outsider reads it: by the official protobuf definitions, as an older release of OpenTelemetry JS carried them
 * (generated with protobufjs). The exporters under test write their bytes by hand, so the two share nothing.
 */
import { createRequire } from 'node:module';
import { metricsOf, type SinkMetric } from './otlp-sink-metrics.ts';
import { type SinkSpan, spansOf } from './otlp-sink-spans.ts';
import {
  attributesOf,
  count,
  field,
  hex,
  itemsOf,
  nanos,
  readValue,
  type SinkAround,
  type SinkValue,
  text,
} from './otlp-sink-values.ts';

export type { SinkValue } from './otlp-sink-values.ts';

export type SinkSignal = 'logs' | 'traces' | 'metrics';
export const SINK_SIGNALS: readonly SinkSignal[] = ['logs', 'traces', 'metrics'];

/** One log record with what stood around it in the request. Integers are `bigint`, doubles are `number`. */
export interface SinkRecord extends SinkAround {
  /** Decimal, all digits; `0` where the record has none. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: SinkValue;
  readonly attributes: ReadonlyMap<string, SinkValue>;
  readonly droppedAttributesCount: number;
  /** Lower-case hex; empty for a record that belongs to no span. */
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

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

interface Signal {
  readonly request: GeneratedMessage;
  readonly response: GeneratedMessage;
  /** The count in `partial_success`. */
  readonly rejected: string;
}

const SIGNALS: Readonly<Record<SinkSignal, Signal>> = {
  logs: {
    request: messageAt('logs', 'ExportLogsServiceRequest'),
    response: messageAt('logs', 'ExportLogsServiceResponse'),
    rejected: 'rejectedLogRecords',
  },
  traces: {
    request: messageAt('trace', 'ExportTraceServiceRequest'),
    response: messageAt('trace', 'ExportTraceServiceResponse'),
    rejected: 'rejectedSpans',
  },
  metrics: {
    request: messageAt('metrics', 'ExportMetricsServiceRequest'),
    response: messageAt('metrics', 'ExportMetricsServiceResponse'),
    rejected: 'rejectedDataPoints',
  },
};

function messageAt(folder: string, name: string): GeneratedMessage {
  const path = ['opentelemetry', 'proto', 'collector', folder, 'v1', name];
  const found = path.reduce<unknown>((parent, key) => field(parent, key), definitions);
  if (!isGenerated(found)) throw new Error(`the protobuf definitions have no ${path.join('.')}`);
  return found;
}

function isGenerated(value: unknown): value is GeneratedMessage {
  return typeof value === 'function' && 'decode' in value && 'toObject' in value && 'fromObject' in value;
}

/** What is in a request: of one of the three. */
export interface SinkItems {
  readonly records: readonly SinkRecord[];
  readonly spans: readonly SinkSpan[];
  readonly metrics: readonly SinkMetric[];
}

/** What a request said, or why it is no OTLP request. */
export type DecodedRequest = ({ readonly ok: true } & SinkItems) | { readonly ok: false; readonly reason: string };

export function decodeProtobuf(bytes: Uint8Array, signal: SinkSignal = 'logs'): DecodedRequest {
  return attempt(() => itemsIn(SIGNALS[signal].request.decode(bytes), signal));
}

/** Stricter than most backends: a key that the definitions do not have, and times that are no strings, are refused. */
export function decodeJson(body: string, signal: SinkSignal = 'logs'): DecodedRequest {
  return attempt(() => {
    const plain: unknown = JSON.parse(body, idAsBytes);
    if (typeof plain !== 'object' || plain === null) throw new Error('the body is no JSON object');
    const request = SIGNALS[signal].request.fromObject(plain);
    const stranger = firstStranger(plain, plainOf(request, signal), '');
    if (stranger !== undefined) throw new Error(`OTLP has no field ${stranger}`);
    const imprecise = /"\w*[nN]ano":\s*\d/.exec(body);
    if (imprecise !== null) throw new Error(`a 64-bit number is not written as a string: ${imprecise[0]}…`);
    return itemsIn(request, signal);
  });
}

const ID_DIGITS: ReadonlyMap<string, number> = new Map([
  ['traceId', 32],
  ['spanId', 16],
  ['parentSpanId', 16],
]);

/** OTLP writes ids in hex, where JSON for protocol buffers has base64. */
function idAsBytes(key: string, value: unknown): unknown {
  const digits = ID_DIGITS.get(key);
  if (digits === undefined || typeof value !== 'string') return value;
  if (value === '' && key === 'parentSpanId') return new Uint8Array();
  if (value.length !== digits || !/^[0-9a-f]+$/i.test(value)) throw new Error(`${key} is no id in hex: ${value}`);
  return Uint8Array.from(Buffer.from(value, 'hex'));
}

/** The answer to an export, in protobuf or as the JSON object. */
export function encodeResponse(
  rejected: number,
  message: string,
  signal: SinkSignal = 'logs',
): { readonly protobuf: Uint8Array; readonly json: string } {
  const { response, rejected: name } = SIGNALS[signal];
  const isWhole = rejected === 0 && message === '';
  const plain = isWhole ? {} : { partialSuccess: { [name]: rejected, errorMessage: message } };
  const json = isWhole ? {} : { partialSuccess: { [name]: String(rejected), errorMessage: message } };
  return { protobuf: response.encode(response.fromObject(plain)).finish(), json: JSON.stringify(json) };
}

function attempt(decode: () => SinkItems): DecodedRequest {
  try {
    return { ok: true, ...decode() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function plainOf(request: object, signal: SinkSignal): object {
  return SIGNALS[signal].request.toObject(request, { longs: String, oneofs: false, arrays: true });
}

function itemsIn(request: object, signal: SinkSignal): SinkItems {
  const plain = plainOf(request, signal);
  return {
    records: signal === 'logs' ? recordsOf(plain) : [],
    spans: signal === 'traces' ? spansOf(plain) : [],
    metrics: signal === 'metrics' ? metricsOf(plain) : [],
  };
}

function recordsOf(request: object): readonly SinkRecord[] {
  return itemsOf(request, ['resourceLogs', 'scopeLogs', 'logRecords'], (record, around) => ({
    timeUnixNano: nanos(record, 'timeUnixNano'),
    observedTimeUnixNano: nanos(record, 'observedTimeUnixNano'),
    severityNumber: count(record, 'severityNumber'),
    severityText: text(record, 'severityText'),
    eventName: text(record, 'eventName'),
    body: readValue(field(record, 'body')),
    attributes: attributesOf(record),
    droppedAttributesCount: count(record, 'droppedAttributesCount'),
    traceId: hex(record, 'traceId'),
    spanId: hex(record, 'spanId'),
    flags: count(record, 'flags'),
    ...around,
  }));
}

function firstStranger(written: unknown, understood: unknown, path: string): string | undefined {
  if (typeof written !== 'object' || written === null || written instanceof Uint8Array) return undefined;
  for (const [key, value] of Object.entries(written)) {
    const there = `${path}.${key}`;
    if (value === null) continue;
    if (typeof understood !== 'object' || understood === null || !Object.hasOwn(understood, key)) return there.slice(1);
    const deeper = firstStranger(value, field(understood, key), there);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}
