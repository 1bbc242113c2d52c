/** What a collector is given, and what can be asked of it while it runs. */
import type { CollectorConfig } from '../config/collector-config.ts';
import type { Surroundings } from '../engine/surroundings.ts';
import type { ExporterTerminal } from '../export/create-exporter.ts';
import type { Component } from '../model/component.ts';
import type { EngineProblem, Result } from '../model/engine.ts';
import type { Mark } from '../model/mark.ts';
import type { CollectorStatus } from '../model/status.ts';
import type { Tallies, Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';

export interface CollectorSetup {
  readonly config: CollectorConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry & Tallies;
  /** Where the console exporter writes. */
  readonly terminal: ExporterTerminal;
  readonly surroundings: Surroundings;
  /** Plays this file once, in the place of the engines. */
  readonly recording?: string;
  readonly mark?: Mark;
}

export interface RunningCollector extends Component {
  /** @throws StorageInUseError when another collector works on the same storage; nothing runs then */
  start(): Promise<void>;
  /** Resolves when reading is over: after `stop`, or at the end of a recording, with the problem that ended it if one did. */
  readonly finished: Promise<EngineProblem | undefined>;
  /** Where events come from, for a person. */
  readonly source: string;
  /** Where records go, one line for each exporter, without secrets. */
  readonly destinations: readonly string[];
  /** Tries once to reach each engine, without reading events; resolves with a problem if there is none that answers. */
  tryEngine(signal: AbortSignal): Promise<EngineProblem | undefined>;
  /** How it is now. */
  status(): CollectorStatus;
  /** All metrics now, as text for Prometheus. */
  metricsText(): Promise<string>;
  /** Finished lines about rules that are loaded, but perhaps not as meant. */
  readonly rulesWarnings: readonly string[];
  /** The rules files, and folders of them. */
  readonly watchedFiles: readonly string[];
  /**
   * Takes over the rules and what the pipelines make of entries, between two readings of the stream. Nothing changes where
   * there is a problem; problems are finished lines.
   */
  reload(config: CollectorConfig): Promise<Result<Reloaded, readonly string[]>>;
}

export interface Reloaded {
  /** How many rules are asked now. */
  readonly rules: number;
  /** Something else has changed, too, and was left as it is. */
  readonly isRestartNeeded: boolean;
}

/** What keeps a collector from being put together: a configuration that cannot work, whatever the world does. */
export interface SetupProblem {
  /** For the person who reads it; without secrets. A line for each thing that is wrong. */
  readonly message: string;
}
