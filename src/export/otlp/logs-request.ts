/**
 * LogRecords to an OTLP `ExportLogsServiceRequest` in protobuf (opentelemetry-proto, logs/v1). It gives the same message as
 * the SDK's own serialiser: a test decodes both with the official definitions. Records may have been written beforehand,
 * when they were emitted.
 */
import type { ReadableLogRecord } from '../otel.ts';
import type { EncodedItem } from './encoded-item.ts';
import { encodeItem, requestParts, writeAttributes, writer, writeValue } from './request.ts';

/** One record, to be kept until it is sent. */
export function encodeRecord(record: ReadableLogRecord): EncodedItem {
  return encodeItem(record, writeRecord);
}

/** The request's bytes, in parts that follow one another. */
export function logsRequestParts(records: readonly (ReadableLogRecord | EncodedItem)[]): readonly Buffer[] {
  return requestParts(records, encodeRecord);
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
    writer.hexField(9, span.traceId);
    writer.hexField(10, span.spanId);
  }
  writer.fixed64Nanos(11, record.hrTimeObserved[0], record.hrTimeObserved[1]);
  if (record.eventName) writer.string(12, record.eventName);
  writer.endMessage(message);
}
