/**
 * Spans to an OTLP `ExportTraceServiceRequest` in protobuf (opentelemetry-proto, trace/v1), as logs-request.ts does it for
 * records. It gives the same message as the SDK's own serialiser for every span of the SDK: a test decodes both with the
 * official definitions.
 *
 * Whether a parent or a link is in another process is said in `flags` wherever it is known, as the SDK does; nothing of ours
 * is.
 */
import type { ReadableSpan } from '../otel.ts';
import type { EncodedItem } from './encoded-item.ts';
import { encodeItem, requestParts, writeAttributes, writer } from './request.ts';

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** One span, to be kept until it is sent. */
export function encodeSpan(span: ReadableSpan): EncodedItem {
  return encodeItem(span, writeSpan);
}

/** The request's bytes, in parts that follow one another. */
export function tracesRequestParts(spans: readonly (ReadableSpan | EncodedItem)[]): readonly Buffer[] {
  return requestParts(spans, encodeSpan);
}

function writeSpan(span: ReadableSpan): void {
  const message = writer.beginMessage(2);
  const context = span.spanContext();
  const { parentSpanContext: parent, status } = span;
  writer.hexField(1, context.traceId);
  writer.hexField(2, context.spanId);
  writeText(3, context.traceState?.serialize());
  if (parent !== undefined) writer.hexField(4, parent.spanId);
  writer.string(5, span.name);
  // The API counts kinds from 0, and OTLP from 1.
  writer.unsigned(6, span.kind + 1);
  writer.fixed64Nanos(7, span.startTime[0], span.startTime[1]);
  writer.fixed64Nanos(8, span.endTime[0], span.endTime[1]);
  writeAttributes(9, span.attributes);
  writeCount(10, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(event);
  writeCount(12, span.droppedEventsCount);
  for (const link of span.links) writeLink(link);
  writeCount(14, span.droppedLinksCount);
  if (status.code !== 0 || status.message) {
    const begun = writer.beginMessage(15);
    writeText(2, status.message);
    writeCount(3, status.code);
    writer.endMessage(begun);
  }
  writer.fixed32(16, flagsOf(context.traceFlags, parent?.isRemote));
  writer.endMessage(message);
}

function writeEvent({ time, name, attributes, droppedAttributesCount }: ReadableSpan['events'][number]): void {
  const begun = writer.beginMessage(11);
  writer.fixed64Nanos(1, time[0], time[1]);
  writer.string(2, name);
  if (attributes !== undefined) writeAttributes(3, attributes);
  writeCount(4, droppedAttributesCount);
  writer.endMessage(begun);
}

function writeLink({ context, attributes, droppedAttributesCount }: ReadableSpan['links'][number]): void {
  const begun = writer.beginMessage(13);
  writer.hexField(1, context.traceId);
  writer.hexField(2, context.spanId);
  writeText(3, context.traceState?.serialize());
  if (attributes !== undefined) writeAttributes(4, attributes);
  writeCount(5, droppedAttributesCount);
  writer.fixed32(6, flagsOf(context.traceFlags, context.isRemote));
  writer.endMessage(begun);
}

/** W3C's flags in the low byte. */
function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

function writeText(field: number, text: string | undefined): void {
  if (text) writer.string(field, text);
}

function writeCount(field: number, count: number | undefined): void {
  if (count) writer.unsigned(field, count);
}
