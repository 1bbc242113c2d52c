/**
 * What differs between the signals for those who send them: how a log record or a span is written, in each form that there
 * is. Each is loaded only when it is configured, so that a start does not pay for the others.
 */
import type { LineStyle } from './console/columns.ts';
import type { Signal as AnySignal } from './endpoint.ts';
import type { Exporter } from './exporter.ts';
import type { Signal } from './happenings.ts';
import type { ReadableLogRecord, ReadableSpan } from './otel.ts';
import type { Encoding } from './otlp/encoding.ts';
import type { HttpExporterOptions } from './otlp/http-exporter.ts';

/** Everything about an HTTP exporter but how items are written. */
export type HttpParts = Omit<HttpExporterOptions<never>, 'encoding'> & { readonly timeoutMs: number };

/** How a signal is written for OTLP. */
export interface OtlpForms<Item> {
  readonly signal: AnySignal;
  protobuf(): Promise<Encoding<Item>>;
  /** OTLP over HTTP in JSON. */
  jsonExporter(parts: HttpParts): Promise<Exporter<Item>>;
}

/** How a signal is written to an output. */
export interface ConsoleForms<Item> {
  /** For a person, without the end of the line. */
  line(style: LineStyle): Promise<(item: Item) => string>;
  /** One object for a program that reads lines, without the end of the line. */
  json(): Promise<(item: Item) => string>;
}

export interface Forms<Item> extends OtlpForms<Item>, ConsoleForms<Item> {
  readonly signal: Signal;
  /** One request of OTLP in JSON. */
  jsonRequest(): Promise<(items: Item[]) => Uint8Array>;
}

export const LOG_FORMS: Forms<ReadableLogRecord> = {
  signal: 'logs',
  protobuf: async () => (await import('./otlp/encoding.ts')).protobufLogs,
  jsonExporter: async (parts) => (await import('./otlp/json-exporter.ts')).OtlpJsonExporter.create(parts),
  jsonRequest: async () => {
    const { JsonLogsSerializer } = await import('./otel-http.ts');
    return (records) => JsonLogsSerializer.serializeRequest(records) ?? new Uint8Array();
  },
  line: async (style) => (await import('./console/line.ts')).createLineFormat(style),
  json: async () => (await import('./console/json.ts')).formatJson,
};

export const SPAN_FORMS: Forms<ReadableSpan> = {
  signal: 'traces',
  protobuf: async () => (await import('./otlp/encoding.ts')).protobufTraces,
  jsonExporter: async (parts) => {
    const [{ OtlpHttpExporter }, { jsonTraces }] = await Promise.all([
      import('./otlp/http-exporter.ts'),
      import('./otlp/json-traces.ts'),
    ]);
    return OtlpHttpExporter.create({ ...parts, encoding: jsonTraces });
  },
  jsonRequest: async () => (await import('./otlp/json-traces.ts')).encodeJsonTraces,
  line: async (style) => (await import('./console/span-line.ts')).createSpanLineFormat(style),
  json: async () => (await import('./console/span-json.ts')).formatSpanJson,
};
