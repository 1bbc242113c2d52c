/**
 * What a pipeline makes of an entry, between the journal and the OpenTelemetry SDK.
 *
 *   entry ──► of its receivers? ──► filter ──► redact ──► map ──► attributes ──► record, or span
 *
 * Masking comes before anything is made of an entry, so that there is no way around it: body, views, the text of an alert and
 * what the attributes processor copies are all made of what is masked already. The filter alone sees what the engine said.
 *
 * Pure functions all of them, and so they can be replaced while the collector runs: the next entry goes through the new ones.
 */
import type { PipelineConfig } from '../config/collector-config.ts';
import type { LaneVerdict } from '../export/lane.ts';
import { createMapper } from '../mapping/mapper.ts';
import { createSpanMapper } from '../mapping/span.ts';
import type { Entry, EventEntry, LogEntry, SpanEntry } from '../model/entry.ts';
import type { LogRecord, Mapper } from '../model/log-record.ts';
import type { SpanMapper, SpanRecord } from '../model/span-record.ts';
import { createAttributeChanges } from '../processing/attributes.ts';
import { createFilter, type Verdict } from '../processing/filter.ts';
import { attributeChangesOf, filterConditionsOf } from '../processing/from-config.ts';
import { createRedactor } from '../processing/redact.ts';

export interface StageParts {
  /** Undefined where a pipeline has all receivers. */
  readonly receivers: readonly string[] | undefined;
  /** Whether an event is about the collector's own container. */
  readonly isOwn: (entry: EventEntry) => boolean;
  /** Is told of each event in which something was masked. */
  readonly onMasked?: () => void;
}

export type StageConfig = Pick<PipelineConfig, 'filter' | 'redact' | 'mapping' | 'attributes'>;

export class PipelineStage {
  readonly #parts: StageParts;
  #filter: (entry: Entry) => Verdict;
  #map: Mapper;
  #mapSpan: SpanMapper;

  constructor(config: StageConfig, parts: StageParts) {
    this.#parts = parts;
    this.#filter = createFilter(filterConditionsOf(config.filter), parts.isOwn);
    this.#map = mapperOf(config, parts.onMasked);
    this.#mapSpan = spanMapperOf(config);
  }

  /** From the next entry on. */
  replace(config: StageConfig): void {
    const { isOwn, onMasked } = this.#parts;
    this.#filter = createFilter(filterConditionsOf(config.filter), isOwn);
    this.#map = mapperOf(config, onMasked);
    this.#mapSpan = spanMapperOf(config);
  }

  judge(entry: Entry): LaneVerdict {
    const { receivers } = this.#parts;
    const { engine } = entry;
    if (receivers !== undefined && engine !== undefined && !receivers.includes(engine.receiver)) return 'passed_over';
    return this.#filter(entry) === 'pass' ? 'wanted' : 'filtered';
  }

  map(entry: LogEntry): LogRecord {
    return this.#map(entry);
  }

  mapSpan(entry: SpanEntry): SpanRecord {
    return this.#mapSpan(entry);
  }
}

type RecordConfig = Omit<StageConfig, 'filter'>;

/** Entries as a pipeline writes them. */
export function mapperOf({ redact, mapping, attributes }: RecordConfig, onMasked?: () => void): Mapper {
  const redacted = createRedactor(redact);
  const map = createMapper(mapping);
  const changed = createAttributeChanges(attributeChangesOf(attributes));
  return (entry) => {
    const masked = redacted(entry);
    if (onMasked !== undefined && isMasked(entry, masked)) onMasked();
    return changed(map(masked), masked);
  };
}

/** Spans as a pipeline writes them. */
export function spanMapperOf({ redact, mapping, attributes }: RecordConfig): SpanMapper {
  const redacted = createRedactor(redact);
  const map = createSpanMapper(mapping);
  const changed = createAttributeChanges(attributeChangesOf(attributes));
  return (entry) => {
    const masked = redacted(entry);
    return changed(map(masked), masked);
  };
}

/** Where nothing is masked, what was there is passed on as it is. */
function isMasked(entry: LogEntry, masked: LogEntry): boolean {
  if (entry.kind !== 'event' || masked.kind !== 'event') return false;
  const { attributes, action } = entry.event;
  if (masked.event.attributes !== attributes || masked.event.action !== action) return true;
  return masked.context.execCommand !== entry.context.execCommand;
}
