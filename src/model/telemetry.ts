/**
 * What the collector says of itself. One named happening drives both its log line and its counts, so that they cannot
 * disagree. Each stage lists its own in `happenings.ts`.
 */
export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Happening {
  /** Stable, `stage.what`: `receiver.connected`. */
  readonly name: string;
  readonly level: Level;
  /** A finished sentence, masked: no secret of an event or of the configuration. */
  readonly message: string;
  /** Further facts for whoever reads logs by machine; masked likewise. */
  readonly fields?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Counters that this happening adds to. */
  readonly counts?: Readonly<Partial<Record<Counter, number>>>;
  /** Of whom these counts are, where they are kept apart. */
  readonly of?: Of;
  /** Somebody has asked for something and waits for this: it is told each time, however often it repeats. */
  readonly isAnswer?: true;
}

/** What a count or a measure is kept apart by. Both are words of few values: they become attributes of metrics. */
export interface Of {
  /** The receiver or the lane (an exporter in a pipeline), by its name in logs. */
  readonly part?: string;
  /** Why it was dropped, left out, or failed. */
  readonly reason?: string;
}

/**
 * Everything that is counted. At any moment
 * `events_received + events_synthetic = events_refused + events_deduplicated + events_accepted`, and for each exporter
 * `events_accepted - events_twins = exported + rejected + dropped + filtered + waiting` of the events that its pipeline is
 * for. In entries of all kinds the status has that sum (model/status.ts).
 */
export type Counter =
  /** Objects read from an event stream, whatever became of them. */
  | 'events_received'
  /** Lines that are no event, told in the log. */
  | 'events_refused'
  /** Events that a replay repeated. */
  | 'events_deduplicated'
  /** Of those accepted, events that the stream had left out and that were read from the engine's memory. */
  | 'events_recovered'
  /** Of those accepted, events that another engine of the same swarm had reported; kept, and delivered to nobody. */
  | 'events_twins'
  /** Events worked out after a gap. Accepted, though never received. */
  | 'events_synthetic'
  /** Gaps told. */
  | 'gaps'
  /** Events handed to the journal. */
  | 'events_accepted'
  /** Of the events that a pipeline made records of, those in which something was masked. `part` is the pipeline. */
  | 'events_masked'
  /** Events that a pipeline leaves out on purpose: its filter, health checks, the collector's own container. */
  | 'events_filtered'
  /** Matches of rules that were told. */
  | 'alerts'
  /** Matches of rules that were not told, because of a cool-down. */
  | 'alerts_cooled_down'
  /** Entries that a lane has no business with: of another signal, or of a receiver that its pipeline does not have. */
  | 'entries_passed_over'
  /** Spans handed to the journal. */
  | 'spans_accepted'
  /** Runs and rollouts that were forgotten while they were open: too many were, or another engine answers there now. */
  | 'spans_forgotten'
  | 'records_exported'
  | 'spans_exported'
  /** Records that a backend refused for good. */
  | 'records_rejected'
  | 'spans_rejected'
  /** Entries given up for want of room or time, or lost with the storage or with the process. */
  | 'records_dropped'
  /** Entries that wait in the storage for the next start, at the end of the process. */
  | 'records_kept'
  | 'export_retries'
  | 'engine_connects'
  | 'engine_disconnects';

export interface Telemetry {
  /** Writes the log line and adds the counts. Never throws. */
  report(happening: Happening): void;
  /** Adds to a counter without a log line, for what happens too often to be logged. */
  count(counter: Counter, by?: number, of?: Of): void;
  /** Adds one value to a distribution. */
  measure(measure: Measure, value: number, of?: Of): void;
}

/** What is measured, in seconds. */
export type Measure =
  /** How long one attempt of an export took. `reason` is set where it failed. */
  | 'export_duration'
  /** From an entry's time, by the engine's clock, to its acknowledgement; of those that have a time. */
  | 'export_lag';

/** Values in buckets, as a histogram has them. */
export interface Distribution {
  /** Upper bounds, inclusive, rising; there is one bucket more than there are bounds. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A counter, or as much of it as was counted of one part and for one reason. */
export interface Counted {
  readonly counter: Counter;
  readonly of: Of;
  readonly count: number;
}

/** The distribution of what was measured of one part and for one reason. */
export interface Measured {
  readonly measure: Measure;
  readonly of: Of;
  readonly distribution: Distribution;
}

/** Everything that was counted and measured so far. */
export interface Tallies {
  /** A counter that was never added to is absent. */
  counters(): ReadonlyMap<Counter, number>;
  /** The same, apart by part and reason: those of one counter sum up to its total. */
  tallied(): readonly Counted[];
  measures(): readonly Measured[];
}
