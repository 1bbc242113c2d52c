/**
 * The LogRecordProcessor around batches that do not lose (batcher.ts): for this collector's lanes, and for any program with
 * the OpenTelemetry SDK. Records are numbered in the order of `onEmit`.
 */
import { Severity } from '../model/severity.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from './otel.ts';

export interface BatchingOptions extends BatcherOptions<ReadableLogRecord> {
  /** Records of this severity number and above do not wait. Default 17, ERROR. */
  readonly urgentSeverity?: number;
  /** Which records do not wait whatever their severity. Default none. */
  readonly isUrgent?: (record: ReadableLogRecord) => boolean;
}

export class BatchingLogRecordProcessor extends Batcher<ReadableLogRecord> implements LogRecordProcessor {
  readonly #urgentSeverity: number;
  readonly #isUrgent: (record: ReadableLogRecord) => boolean;

  constructor({ urgentSeverity = Severity.ERROR, isUrgent = () => false, ...options }: BatchingOptions) {
    super(options);
    this.#urgentSeverity = urgentSeverity;
    this.#isUrgent = isUrgent;
  }

  onEmit(record: ReadWriteLogRecord): void {
    this.add(record, (record.severityNumber ?? 0) >= this.#urgentSeverity || this.#isUrgent(record));
  }
}
