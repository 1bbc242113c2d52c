/**
 * Spans in OTLP's JSON, by the SDK's own serialiser. Its exporter for logs is watched at the socket (json-exporter.ts); the
 * requests of spans are ours, as those in protobuf are.
 */
import type { ReadableSpan } from '../otel.ts';
import { JsonTraceSerializer } from '../otel-http.ts';
import type { Encoding } from './encoding.ts';
import { readJsonResponse } from './response.ts';

/** One `ExportTraceServiceRequest`. */
export function encodeJsonTraces(spans: ReadableSpan[]): Uint8Array {
  return JsonTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
}

export const jsonTraces: Encoding<ReadableSpan> = {
  contentType: 'application/json',
  encode: (spans: ReadableSpan[]) => [Buffer.from(encodeJsonTraces(spans))],
  decodeResponse: (body) => readJsonResponse(body.toString('utf8')),
};
