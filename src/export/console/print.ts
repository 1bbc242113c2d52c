/** Records and spans as the console exporter writes them, for a look that delivers nothing. */
import type { LogRecord } from '../../model/log-record.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { UnixNanos } from '../../model/time.ts';
import { createEmitter } from '../emitter.ts';
import type { LogRecordProcessor, ReadableLogRecord, ReadableSpan } from '../otel.ts';
import { createSpanReader } from '../spans.ts';
import { VERSION } from '../version.ts';
import type { LineStyle } from './columns.ts';
import { formatJson } from './json.ts';
import { createLineFormat } from './line.ts';
import { formatSpanJson } from './span-json.ts';
import { createSpanLineFormat } from './span-line.ts';

/** Gives text without a line ending. */
export type RecordPrinter = (record: LogRecord) => string;

/** @param now of whoever looks: an event of another day has its date before the time */
export function createLinePrinter(style: LineStyle, now: UnixNanos): RecordPrinter {
  const print = printerOf(createLineFormat(style));
  return (record) => print({ ...record, observedTimestamp: now });
}

export function createJsonPrinter(): RecordPrinter {
  return printerOf(formatJson);
}

/** Gives text without a line ending. */
export type SpanPrinter = (record: SpanRecord) => string;

/** @param now of whoever looks */
export function createSpanLinePrinter(style: LineStyle, now: UnixNanos): SpanPrinter {
  return spanPrinterOf(createSpanLineFormat(style, now));
}

export function createSpanJsonPrinter(): SpanPrinter {
  return spanPrinterOf(formatSpanJson);
}

function spanPrinterOf(format: (span: ReadableSpan) => string): SpanPrinter {
  const spanOf = createSpanReader(VERSION);
  return (record) => format(spanOf(record));
}

function printerOf(format: (record: ReadableLogRecord) => string): RecordPrinter {
  let text = '';
  const processor: LogRecordProcessor = {
    onEmit(record) {
      text = format(record);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const emit = createEmitter({ processor, version: VERSION });
  return (record) => {
    emit(record);
    return text;
  };
}
