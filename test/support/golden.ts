/**
 * Golden pairs: an event as the engine sent it, and the record that is made of it, both readable in review.
 *
 * One file holds the pairs of one action, `test/golden/<type>.<action>.json`. An event stands there as the engine wrote it,
 * but for `timeNano`, which is a string of digits because no JSON reader would keep the number. `context` is what the events
 * before it say of it. `source` tells where the event is from: a recording, `engine source` for what is hard to provoke, or the
 * lifecycle for what was worked out after a gap.
 *
 * `UPDATE_GOLDEN=1` rewrites the records; the difference is then for a person to judge.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventContext } from '../../src/model/context.ts';
import type { EventEntry, Synthetic } from '../../src/model/entry.ts';
import type { LogRecord, SpanIds } from '../../src/model/log-record.ts';
import { type SeverityName, severityName } from '../../src/model/severity.ts';
import { toDecimalNanos } from '../../src/model/time.ts';
import { entryOf } from './events.ts';

const GOLDEN_FOLDER = join(import.meta.dirname, '..', 'golden');

export const isUpdatingGolden = process.env['UPDATE_GOLDEN'] === '1';

/** A record as it stands in a file; times are decimal nanoseconds. */
export interface GoldenRecord {
  readonly eventName: string;
  readonly timestamp: string | undefined;
  readonly observedTimestamp: string;
  readonly severity: SeverityName;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly span?: SpanIds | undefined;
}

export interface GoldenPair {
  readonly title: string;
  readonly source: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly context?: EventContext;
  /** Set on an event that was worked out after a gap. */
  readonly synthetic?: Synthetic;
  readonly record?: GoldenRecord;
}

/** The names of the golden files, without folder and ending: `container.die`. */
export function goldenNames(): string[] {
  return readdirSync(GOLDEN_FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

function fileOf(name: string): string {
  return join(GOLDEN_FOLDER, `${name}.json`);
}

export function readGolden(name: string): GoldenPair[] {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

export function writeGolden(name: string, pairs: readonly GoldenPair[]): void {
  writeFileSync(fileOf(name), `${JSON.stringify(pairs, null, 2)}\n`);
}

/** The event's line as the engine sent it, its time a number again. */
function goldenLine(pair: GoldenPair): string {
  return JSON.stringify(pair.event).replace(/"timeNano":"(\d+)"/, '"timeNano":$1');
}

/** The entry that the journal would keep of it. */
export function goldenEntry(pair: GoldenPair): EventEntry {
  const entry = { ...entryOf(goldenLine(pair)), context: pair.context ?? {} };
  return pair.synthetic === undefined ? entry : { ...entry, synthetic: pair.synthetic };
}

export function toGolden(record: LogRecord): GoldenRecord {
  return {
    eventName: record.eventName,
    timestamp: record.timestamp === undefined ? undefined : toDecimalNanos(record.timestamp),
    observedTimestamp: toDecimalNanos(record.observedTimestamp),
    severity: severityName(record.severity),
    body: record.body,
    attributes: { ...record.attributes },
    span: record.span,
  };
}
