/** What a configuration comes down to, whichever way it was given: the input of the composition root. */
import type { EngineOptions } from '../engine/config.ts';
import type { BatchOptions, ExporterConfig } from '../export/config.ts';
import type { JournalOptions, StorageOptions } from '../journal/config.ts';
import type { MappingOptions } from '../mapping/config.ts';
import type { Attributes } from '../model/log-record.ts';
import type { AttributesOptions, FilterOptions, RedactOptions } from '../processing/config.ts';
import type { ReceiverOptions } from '../receiver/config.ts';
import type { RulesOptions } from '../rules/config.ts';
import type { LogOptions } from '../telemetry/config.ts';

export interface CollectorConfig {
  /** At least one, each with an engine of its own. */
  readonly receivers: readonly ReceiverConfig[];
  readonly journal: JournalOptions;
  /** What is kept on disk, and where; undefined keeps nothing. */
  readonly storage: StorageConfig | undefined;
  readonly rules: RulesOptions;
  /** For logs and traces. Empty only where somebody wants nothing but metrics; every receiver is read then. */
  readonly pipelines: readonly PipelineConfig[];
  /** Where metrics are sent; they can be read at the endpoint of {@link ServiceConfig} besides. */
  readonly metrics: readonly MetricsPipelineConfig[];
  readonly service: ServiceConfig;
}

export interface ReceiverConfig {
  /** `docker_events` or `docker_events/NAME`. */
  readonly name: string;
  readonly engine: EngineOptions;
  readonly receiver: ReceiverOptions;
}

export type StorageConfig = StorageOptions & { readonly directory: string };

export interface PipelineConfig {
  /** `logs`, `logs/name`, `traces`, `traces/name`. */
  readonly name: string;
  /** What of the entries goes through it: events, alerts, gaps and losses as log records; or spans. */
  readonly signal: 'logs' | 'traces';
  /**
   * Nobody asked for this signal by name: it goes to a backend that other signals go to. Where that does not take it, it is
   * left at that. A file says so by `optional`.
   */
  readonly isImplied: boolean;
  /** The names of the receivers whose events go through it; at least one. */
  readonly receivers: readonly string[];
  readonly filter: FilterOptions;
  readonly redact: RedactOptions;
  readonly mapping: MappingOptions;
  readonly attributes: AttributesOptions;
  readonly batch: BatchOptions;
  /**
   * At least one. An exporter may stand in several pipelines, and in those of another signal it may be another one: the
   * environment has variables for each.
   */
  readonly exporters: readonly ExporterConfig[];
}

export interface MetricsPipelineConfig {
  /** `metrics` or `metrics/name`. */
  readonly name: string;
  /** As of {@link PipelineConfig}. */
  readonly isImplied: boolean;
  /** At least one; none is of the type file. */
  readonly exporters: readonly ExporterConfig[];
}

/** What an exporter in a pipeline is called in logs and in the journal: `otlp_http`, `logs/b:otlp_http`, `traces:otlp_http`. */
export function laneName(pipeline: string, exporter: string): string {
  return pipeline === 'logs' ? exporter : `${pipeline}:${exporter}`;
}

export interface ServiceConfig {
  /** How often it is looked whether a file has changed; 0 for never. */
  readonly reloadIntervalMs: number;
  /** How long a stop may take before what waits is given up. */
  readonly shutdownTimeoutMs: number;
  readonly log: LogOptions;
  /** Where the collector's own log is sent besides stderr; each is of the type otlp_http or otlp_grpc. */
  readonly logExporters: readonly ExporterConfig[];
  /** How often metrics are sent, in milliseconds. */
  readonly metricsIntervalMs: number;
  /** `host:port` where health, status and metrics can be read; undefined for nowhere. */
  readonly listen: string | undefined;
  /** On the resource of its metrics and its own log, as of the records of its first pipeline. */
  readonly resourceAttributes: Attributes;
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
  /** A folder, or `none`. */
  readonly storage?: string | undefined;
  readonly flushInterval?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly views?: readonly string[] | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
  /** `host:port`, or `none`. */
  readonly listen?: string | undefined;
}
