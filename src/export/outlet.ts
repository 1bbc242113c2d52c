/**
 * What differs between a lane for log records and one for spans: which entries it is for, what they are made into, and how
 * that gets into batches.
 *
 *   logs     entry ──► LogRecord ──► OpenTelemetry SDK ──► processor: batches ──► sender
 *   traces   entry ──► SpanRecord ──► span of the SDK ──────────────► batches ──► sender
 */
import type { Entry, LogEntry, SpanEntry } from '../model/entry.ts';
import { RULE_MATCH } from '../model/event-name.ts';
import type { LogRecord, Mapper } from '../model/log-record.ts';
import type { SpanMapper, SpanRecord } from '../model/span-record.ts';
import { BatchingLogRecordProcessor } from './batch-processor.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';
import { createEmitter } from './emitter.ts';
import type { BuiltExporter } from './exporter.ts';
import type { Signal } from './happenings.ts';
import type { ReadableLogRecord, ReadableSpan } from './otel.ts';
import { RetryingSender, type SenderParts } from './sender.ts';
import { createSpanReader } from './spans.ts';

/** What entries become, and who takes that. */
export type LaneRecords = LaneLogs | LaneTraces;

export interface LaneLogs {
  readonly signal: 'logs';
  readonly map: Mapper;
  readonly exporter: BuiltExporter<ReadableLogRecord>;
}

export interface LaneTraces {
  readonly signal: 'traces';
  readonly map: SpanMapper;
  readonly exporter: BuiltExporter<ReadableSpan>;
}

type SenderHooks = Pick<SenderParts, 'name' | 'mark' | 'onHeld' | 'givesUpOn' | 'clock' | 'random' | 'telemetry'>;

export interface OutletParts extends SenderHooks {
  /** For the instrumentation scope. */
  readonly version: string;
  readonly maxBatchSize: number;
  readonly maxInFlight: number;
  /** How many may be made and not settled. */
  readonly capacity: number;
  readonly flushIntervalMs: number;
  readonly onSettled: Required<BatcherOptions<never>>['onSettled'];
}

/** From an entry of one kind to its delivery. */
export interface Outlet<Mine extends Entry, Made> {
  readonly signal: Signal;
  takes(entry: Entry): entry is Mine;
  /** Throws where a mapper has a bug. */
  map(entry: Mine): Made;
  /** Into the batches, under the number that was `batches.next`. */
  put(made: Made): void;
  readonly batches: Pick<Batcher<never>, 'next' | 'unsettled' | 'unsettledBytes' | 'flush' | 'abandon' | 'shutdown'>;
  readonly sender: Pick<RetryingSender<never>, 'hurry' | 'close' | 'trouble'>;
  /** Closes the exporter. */
  close(): Promise<void>;
}

export function logsOutlet({ map, exporter }: LaneLogs, parts: OutletParts): Outlet<LogEntry, LogRecord> {
  const { sender, batching } = deliveryOf('logs', exporter, parts);
  const processor = new BatchingLogRecordProcessor({
    ...batching,
    isUrgent: ({ eventName }) => eventName === RULE_MATCH,
  });
  return {
    signal: 'logs',
    takes: (entry) => entry.kind !== 'span',
    map,
    put: createEmitter({ processor, version: parts.version }),
    batches: processor,
    sender,
    close: () => exporter.exporter.shutdown(),
  };
}

export function tracesOutlet({ map, exporter }: LaneTraces, parts: OutletParts): Outlet<SpanEntry, SpanRecord> {
  const { sender, batching } = deliveryOf('traces', exporter, parts);
  const batches = new Batcher<ReadableSpan>(batching);
  const spanOf = createSpanReader(parts.version);
  return {
    signal: 'traces',
    takes: (entry) => entry.kind === 'span',
    map,
    // A trace is looked at when somebody looks: none of them is urgent.
    put: (record) => batches.add(spanOf(record), false),
    batches,
    sender,
    close: () => exporter.exporter.shutdown(),
  };
}

function deliveryOf<Item extends object>(
  signal: Signal,
  built: BuiltExporter<Item>,
  { capacity, maxBatchSize, maxInFlight, flushIntervalMs, onSettled, version: _, ...hooks }: OutletParts,
): { readonly sender: RetryingSender<Item>; readonly batching: BatcherOptions<Item> } {
  const { exporter } = built;
  const sender = new RetryingSender<Item>({
    ...hooks,
    ...built,
    signal,
    release: (items) => exporter.release?.(items),
  });
  const batching = {
    sender,
    clock: hooks.clock,
    maxQueueSize: capacity,
    maxBatchSize,
    maxInFlight,
    flushIntervalMs,
    prepare: (item: Item) => exporter.prepare?.(item) ?? item,
    onSettled,
  };
  return { sender, batching };
}
