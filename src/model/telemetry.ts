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
}

/**
 * Everything that is counted. At any moment
 * `events_received + events_synthetic = events_refused + events_deduplicated + events_accepted`, and for each exporter
 * `events_accepted - events_twins = exported + rejected + dropped + filtered + waiting`.
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
  /** Events that a pipeline leaves out on purpose: its filter, health checks, the collector's own container. */
  | 'events_filtered'
  /** Matches of rules that were told. */
  | 'alerts'
  /** Matches of rules that were not told, because of a cool-down. */
  | 'alerts_cooled_down'
  | 'records_exported'
  /** Records that a backend refused for good. */
  | 'records_rejected'
  /** Entries given up because more waited than there is room for, or for longer than allowed. */
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
  count(counter: Counter, by?: number): void;
}
