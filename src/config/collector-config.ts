/** What a configuration comes down to, whichever way it was given: the input of the composition root. */
import type { EngineOptions } from '../engine/config.ts';
import type { BatchOptions, ExporterConfig } from '../export/config.ts';
import type { JournalOptions } from '../journal/config.ts';
import type { MappingOptions } from '../mapping/config.ts';
import type { ReceiverOptions } from '../receiver/config.ts';
import type { LogOptions } from '../telemetry/config.ts';

export interface CollectorConfig {
  readonly engine: EngineOptions;
  readonly receiver: ReceiverOptions;
  readonly journal: JournalOptions;
  /** At least one. */
  readonly pipelines: readonly PipelineConfig[];
  readonly service: ServiceConfig;
}

export interface PipelineConfig {
  /** `logs` or `logs/name`. */
  readonly name: string;
  readonly mapping: MappingOptions;
  readonly batch: BatchOptions;
  /** At least one; an exporter may stand in several pipelines. */
  readonly exporters: readonly ExporterConfig[];
}

export interface ServiceConfig {
  /** How long a stop may take before what waits is given up. */
  readonly shutdownTimeoutMs: number;
  readonly log: LogOptions;
}

/** What the command line says; each wins over the file and the environment. Values are as typed, not yet checked. */
export interface ConfigArguments {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  /** Exporters to use instead of the file's: names of the file's exporters, types, or `otlp` for OTLP by its protocol. */
  readonly exporters?: readonly string[] | undefined;
  readonly endpoint?: string | undefined;
  /** `http/protobuf`, `http/json` or `grpc`. */
  readonly protocol?: string | undefined;
  readonly eventQueueSize?: string | undefined;
  readonly flushInterval?: string | undefined;
  readonly views?: readonly string[] | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
}
