/**
 * What a pipeline makes of an entry, between the journal and the OpenTelemetry SDK.
 *
 *   entry ──► of its receivers? ──► filter ──► redact ──► map ──► attributes ──► record
 *
 * Masking comes before anything is made of an entry, so that there is no way around it: body, views, the text of an alert and
 * what the attributes processor copies are all made of what is masked already. The filter alone sees what the engine said.
 *
 * Pure functions all of them, and so they can be replaced while the collector runs: the next entry goes through the new ones.
 */
import type { PipelineConfig } from '../config/collector-config.ts';
import { createMapper } from '../mapping/mapper.ts';
import type { Entry, EventEntry, LogEntry } from '../model/entry.ts';
import type { LogRecord, Mapper } from '../model/log-record.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { createAttributeChanges } from '../processing/attributes.ts';
import { createFilter, type Verdict } from '../processing/filter.ts';
import { attributeChangesOf, filterConditionsOf } from '../processing/from-config.ts';
import { createRedactor } from '../processing/redact.ts';

export interface StageParts {
  /** Undefined where a pipeline has all receivers. */
  readonly receivers: readonly string[] | undefined;
  /** Whether an event is about the collector's own container. */
  readonly isOwn: (entry: EventEntry) => boolean;
  readonly telemetry: Telemetry;
}

export type StageConfig = Pick<PipelineConfig, 'filter' | 'redact' | 'mapping' | 'attributes'>;

export class PipelineStage {
  readonly #parts: StageParts;
  #filter: (entry: Entry) => Verdict;
  #map: Mapper;

  constructor(config: StageConfig, parts: StageParts) {
    this.#parts = parts;
    this.#filter = createFilter(filterConditionsOf(config.filter), parts.isOwn);
    this.#map = mapperOf(config);
  }

  /** From the next entry on. */
  replace(config: StageConfig): void {
    this.#filter = createFilter(filterConditionsOf(config.filter), this.#parts.isOwn);
    this.#map = mapperOf(config);
  }

  /** Counts what the filter leaves out. */
  wants(entry: Entry): boolean {
    const { receivers, telemetry } = this.#parts;
    const { engine } = entry;
    if (receivers !== undefined && engine !== undefined && !receivers.includes(engine.receiver)) return false;
    if (this.#filter(entry) === 'pass') return true;
    if (entry.kind === 'event') telemetry.count('events_filtered');
    return false;
  }

  map(entry: LogEntry): LogRecord {
    return this.#map(entry);
  }
}

/** Entries as a pipeline writes them. */
export function mapperOf({ redact, mapping, attributes }: Omit<StageConfig, 'filter'>): Mapper {
  const redacted = createRedactor(redact);
  const map = createMapper(mapping);
  const changed = createAttributeChanges(attributeChangesOf(attributes));
  return (entry) => {
    const masked = redacted(entry);
    return changed(map(masked), masked);
  };
}
