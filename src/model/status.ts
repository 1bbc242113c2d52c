/**
 * How the collector is, at one moment. What the health endpoints, the metrics and the command `status` tell is all made of
 * one of these, so that they cannot disagree.
 */
import type { UnixNanos } from './time.ts';

export interface CollectorStatus {
  readonly version: string;
  readonly startedAt: UnixNanos;
  readonly at: UnixNanos;
  /** `starting` until the receivers were started, `stopping` from the first word of a stop. */
  readonly state: 'starting' | 'running' | 'stopping';
  readonly receivers: readonly ReceiverState[];
  readonly exporters: readonly ExporterState[];
  /** What the collector sends its metrics to by itself. Whoever reads them at its address is not known. */
  readonly metrics: readonly MetricsState[];
  /** Undefined where nothing is kept on disk. */
  readonly storage: StorageState | undefined;
  /** Since the start of the process. */
  readonly intake: Intake;
}

/** What is not as it should be with a part of the collector. */
export interface Trouble {
  /** A finished sentence, masked. */
  readonly message: string;
  readonly since: UnixNanos;
}

export interface ReceiverState {
  /** `docker_events`, `docker_events/NAME`. */
  readonly name: string;
  /** Without credentials. */
  readonly endpoint: string;
  readonly isConnected: boolean;
  /** Since when it is connected, or is not. */
  readonly since: UnixNanos;
  /** Why it is not connected, where that is known. */
  readonly trouble: Trouble | undefined;
  /** Event time of the last event that was read. */
  readonly lastEvent: UnixNanos | undefined;
  /** Containers that run now, as far as is known. */
  readonly runningContainers: number;
}

/**
 * One exporter in one pipeline. At every moment
 * `carriedOver + appended = exported + filtered + passedOver + rejected + dropped + waiting`, in entries of the journal:
 * events, gaps, alerts and spans; what tells of a loss is not counted.
 */
export interface ExporterState {
  /** The lane's name: `otlp_http`, `traces:otlp_http`. */
  readonly name: string;
  readonly signal: 'logs' | 'traces';
  /** Where to, for a person, without secrets. */
  readonly destination: string;
  /** `off`: its backend does not take this signal, and nobody had asked for it by name. */
  readonly state: 'delivering' | 'failing' | 'off';
  readonly trouble: Trouble | undefined;
  /** What an earlier process had left for it. */
  readonly carriedOver: number;
  readonly appended: number;
  readonly exported: number;
  /** Left out by its pipeline's filter. */
  readonly filtered: number;
  /** Of another signal, or of receivers that its pipeline does not have. */
  readonly passedOver: number;
  readonly rejected: number;
  readonly dropped: number;
  /** Neither acknowledged nor given up, those on their way included. */
  readonly waiting: number;
  /** Of those, how many are in memory as records: in a batch, or on their way. */
  readonly inHand: number;
  /** As many may be: a batch, and as many as may be on their way. */
  readonly inHandMax?: number;
  /** When the backend last took something. */
  readonly lastDelivered: UnixNanos | undefined;
}

/** One exporter in one pipeline for metrics. Nothing waits for it: each report holds all counts. */
export interface MetricsState extends Pick<ExporterState, 'destination' | 'state' | 'trouble' | 'lastDelivered'> {
  /** As in logs: `metrics:otlp_http`. */
  readonly name: string;
}

export interface StorageState {
  readonly directory: string;
  /** Of the file and what SQLite keeps beside it. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Set while it cannot be written; entries wait in memory then. */
  readonly trouble: Trouble | undefined;
}

/** `received + synthetic = refused + deduplicated + accepted`. */
export interface Intake {
  readonly received: number;
  readonly synthetic: number;
  readonly refused: number;
  readonly deduplicated: number;
  readonly accepted: number;
  /** Of those accepted. */
  readonly recovered: number;
  readonly twins: number;
  readonly gaps: number;
}
