/**
 * The batching processor for any program with the OpenTelemetry SDK, around any of its exporters:
 *
 *     const processor = createBatchingProcessor({ exporter: new OTLPLogExporter() });
 *     const provider = new LoggerProvider({ processors: [processor] });
 *
 * In contrast to the SDK's own it sends several batches at a time, tries again until the backend has them, says what it
 * drops, and its `forceFlush` means what it says.
 */
import type { Telemetry } from '../model/telemetry.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { type Random, systemRandom } from '../runtime/random.ts';
import { BatchingLogRecordProcessor, type BatchingOptions } from './batch-processor.ts';
import type { Exporter } from './exporter.ts';
import { RetryingSender } from './sender.ts';

export type BatchingProcessorOptions = Omit<BatchingOptions, 'sender' | 'clock' | 'prepare'> & {
  /** Any LogRecordExporter of OpenTelemetry. */
  readonly exporter: Exporter;
  /** For messages. Default `exporter`. */
  readonly name?: string;
  /** The deadline of one attempt, longer than the exporter's own. Default 30,000. */
  readonly timeoutMs?: number;
  /** The first and the longest wait between two tries. Default one second and thirty. */
  readonly retry?: { readonly initialMs: number; readonly maxMs: number };
  /** Is told of failures and of what the backend refuses; without it they are seen through `onSettled` only. */
  readonly telemetry?: Telemetry;
  readonly clock?: Clock;
  readonly random?: Random;
};

const SILENT: Telemetry = { report: () => {}, count: () => {}, measure: () => {} };

export function createBatchingProcessor({
  exporter,
  name = 'exporter',
  timeoutMs = 30_000,
  retry = { initialMs: 1000, maxMs: 30_000 },
  telemetry = SILENT,
  clock = systemClock,
  random = systemRandom,
  ...batching
}: BatchingProcessorOptions): BatchingLogRecordProcessor {
  const sender = new RetryingSender({ name, exporter, timeoutMs, retry, clock, random, telemetry });
  return new BatchingLogRecordProcessor({ onShutdown: () => exporter.shutdown(), ...batching, sender, clock });
}
