/**
 * Entries as one row, and back.
 *
 * What nearly every entry of a reading shares (engine, receiver, observed time) stands in columns, the lines in one text,
 * and what few entries have in a sparse `extras` by index. The event itself is not kept: it is read from its line again, so
 * that a revived entry is the one that was written, to the byte of its record.
 *
 * Nearly every event of a container says when its run began; runs.ts writes that down in few digits. A span stands behind the
 * event that ended it, and says where that is; only where a row ends between the two it holds the event itself.
 */
import type { EventContext } from '../model/context.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { Entry, Synthetic } from '../model/entry.ts';
import type { UnixNanos } from '../model/time.ts';
import { revivedContext, revivedOther, type StoredOther, storedOther } from './entry-text.ts';
import type { Identities } from './identities.ts';
import type { Revive } from './parts.ts';
import { isRuns, readRuns, type StoredRuns, writeRuns } from './runs.ts';
import { indexOfAbout, withoutRules } from './span-event.ts';
import type { SqlRow } from './sqlite.ts';

/** A control character, which no JSON text holds outside of a string, and none within one. */
const SEPARATOR = '\x1e';

/** So that a huge append does not make a row that takes long to read. */
export const CHUNK_ENTRIES_MAX = 512;
export const CHUNK_CHARACTERS_MAX = 256 * 1024;

export interface EncodedChunk {
  readonly count: number;
  readonly receiver: number | null;
  readonly engine: number | null;
  /** How many events of the receiver are in it, synthetic ones left out. */
  readonly events: number;
  readonly observedAt: UnixNanos;
  readonly extras: string | null;
  readonly lines: string;
}

/** What few entries have, each with the index of its entry. */
interface Extras {
  /** In the place of the text, where a line has the separator in it. */
  lines?: string[];
  /** Read at another time than the first. */
  observed?: [number, number, number][];
  contexts?: [number, EventContext][];
  twins?: number[];
  /** Their basis and uid. */
  synthetic?: [number, Synthetic['basis'], string][];
  told?: [number, StoredOther][];
  runs?: StoredRuns;
}

/** Cuts what was appended together into parts that make one row each: of one engine, and of no more than a row should hold. */
export function partsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const parts: (readonly Entry[])[] = [];
  let engine = entries[0]?.engine;
  let start = 0;
  let characters = 0;
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    const length = charactersOf(entry);
    const isFull = index - start >= CHUNK_ENTRIES_MAX || characters + length > CHUNK_CHARACTERS_MAX;
    if (index > start && (isFull || entry?.engine !== engine)) {
      parts.push(entries.slice(start, index));
      start = index;
      characters = 0;
      engine = entry?.engine;
    }
    characters += length;
  }
  parts.push(start === 0 ? entries : entries.slice(start));
  return parts;
}

function charactersOf(entry: Entry | undefined): number {
  if (entry?.kind === 'alert' || entry?.kind === 'span') return charactersOf(entry.about);
  return entry?.kind === 'event' ? entry.raw.length : 0;
}

/** @param entries of one engine; at least one */
export function encodeChunk(entries: readonly Entry[], identities: Identities): EncodedChunk {
  const first = entries[0];
  const observedAt = first?.observedAt ?? [0, 0];
  const engine = first?.engine;
  const lines: string[] = [];
  let extras: Extras | undefined;
  let events = 0;
  let isPlain = true;
  let index = 0;
  for (const entry of entries) {
    const isEvent = entry.kind === 'event';
    const line = isEvent ? entry.raw : '';
    lines.push(line);
    if (line.includes(SEPARATOR)) isPlain = false;
    if (isEvent && entry.synthetic === undefined) events += 1;
    if (!isUsual(entry, observedAt)) {
      extras ??= {};
      noteExtras(extras, index, entries, observedAt, identities);
    }
    index += 1;
  }
  const runs = writeRuns(entries);
  if (runs !== undefined) extras = { ...extras, runs };
  if (!isPlain) extras = { ...extras, lines };
  return {
    count: entries.length,
    receiver: engine === undefined ? null : identities.receiver(engine.receiver).id,
    engine: engine === undefined ? null : identities.engineId(engine),
    events,
    observedAt,
    extras: extras === undefined ? null : JSON.stringify(extras),
    lines: isPlain ? lines.join(SEPARATOR) : '',
  };
}

/** True for an entry of which line, engine, observed time and run are all. */
function isUsual(entry: Entry, observedAt: UnixNanos): boolean {
  if (entry.kind !== 'event' || entry.isTwin === true || entry.synthetic !== undefined) return false;
  return isSame(entry.observedAt, observedAt) && !hasKeys(entry.context);
}

function isSame(one: UnixNanos, other: UnixNanos): boolean {
  return one === other || (one[0] === other[0] && one[1] === other[1]);
}

/** Besides its run. */
function hasKeys(context: EventContext): boolean {
  for (const key in context) if (key !== 'run') return true;
  return false;
}

function noteExtras(
  extras: Extras,
  index: number,
  entries: readonly Entry[],
  observedAt: UnixNanos,
  identities: Identities,
): void {
  const entry = entries[index];
  if (entry === undefined) return;
  if (!isSame(entry.observedAt, observedAt)) {
    extras.observed ??= [];
    extras.observed.push([index, ...entry.observedAt]);
  }
  if (entry.kind !== 'event') {
    extras.told ??= [];
    const about = entry.kind === 'span' ? indexOfAbout(entry, entries, index) : undefined;
    extras.told.push([index, storedOther(entry, identities, about)]);
    return;
  }
  if (entry.isTwin === true) {
    extras.twins ??= [];
    extras.twins.push(index);
  }
  if (entry.synthetic !== undefined) {
    extras.synthetic ??= [];
    extras.synthetic.push([index, entry.synthetic.basis, entry.uid]);
  }
  if (hasKeys(entry.context)) {
    const { run: _, ...others } = entry.context;
    extras.contexts ??= [];
    extras.contexts.push([index, others]);
  }
}

/** A row of the table, its lines not yet read. */
export interface ChunkRow {
  readonly first: number;
  readonly count: number;
  readonly engine: EngineIdentity | undefined;
  readonly observedAt: UnixNanos;
  readonly extras: string | null;
  readonly lines: string;
}

export function chunkRow(row: SqlRow, identities: Identities): ChunkRow {
  const engine = row['engine'];
  return {
    first: Number(row['first']),
    count: Number(row['count']),
    engine: typeof engine === 'number' ? identities.engine(engine) : undefined,
    observedAt: [Number(row['seconds']), Number(row['nanos'])],
    extras: typeof row['extras'] === 'string' ? row['extras'] : null,
    lines: String(row['lines']),
  };
}

/** The entries of a row in order; undefined stands for one that cannot be read (any more). */
export function decodeChunk(row: ChunkRow, identities: Identities, revive: Revive): readonly (Entry | undefined)[] {
  const extras = extrasOf(row.extras);
  if (extras === undefined) return new Array<undefined>(row.count).fill(undefined);
  const lines = extras.lines ?? row.lines.split(SEPARATOR);
  const observed = new Map(extras.observed?.map(([index, seconds, nanos]) => [index, [seconds, nanos] as const]));
  const contexts = new Map(extras.contexts);
  const twins = new Set(extras.twins);
  const synthetic = new Map(extras.synthetic?.map(([index, basis, uid]) => [index, { basis, uid }]));
  const told = new Map(extras.told);
  const runOf = readRuns(extras.runs);
  const { engine, observedAt } = row;
  const entries: (Entry | undefined)[] = [];
  const aboutAt = (index: number) => withoutRules(entries[index]);
  const decode = (index: number): Entry | undefined => {
    const other = told.get(index);
    if (other !== undefined) return revivedOther(other, identities, revive, aboutAt);
    const raw = lines[index];
    if (raw === undefined || engine === undefined) return undefined;
    const revived = revive(raw, engine);
    if (revived === undefined) return undefined;
    const made = synthetic.get(index);
    return {
      kind: 'event',
      raw,
      event: revived.event,
      uid: made?.uid ?? revived.uid,
      observedAt: observed.get(index) ?? observedAt,
      engine,
      context: inRun(contexts.get(index), runOf(index)),
      ...(made === undefined ? undefined : { synthetic: { basis: made.basis } }),
      ...(twins.has(index) ? { isTwin: true } : undefined),
    };
  };
  for (let index = 0; index < row.count; index += 1) entries.push(decode(index));
  return entries;
}

/** @param ofRun the context of an event of which nothing but its run is known; shared */
function inRun(stored: EventContext | undefined, ofRun: EventContext | undefined): EventContext {
  if (stored === undefined) return ofRun ?? revivedContext(undefined);
  const context = revivedContext(stored);
  return ofRun === undefined ? context : { ...context, ...ofRun };
}

/** The indices of a row's entries that are twins. */
export function twinsIn(extras: string): readonly number[] {
  return extrasOf(extras)?.twins ?? [];
}

/** How many of a row's entries are gaps. */
export function gapsIn(extras: string): number {
  return extrasOf(extras)?.told?.filter(([, { kind }]) => kind === 'gap').length ?? 0;
}

/** Undefined when they cannot be read. */
function extrasOf(text: string | null): Extras | undefined {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isExtras(value) ? value : undefined;
  } catch {
    // Written whole or not at all: what is no JSON was not written by this program. Its entries are told as unreadable.
    return undefined;
  }
}

/** Of this form at least, so that a damaged row cannot end the process at every start. */
function isExtras(value: unknown): value is Extras {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([key, list]: [string, unknown]) => {
    if (!Array.isArray(list)) return false;
    if (key === 'lines') return list.every((line) => typeof line === 'string');
    if (key === 'runs') return isRuns(list);
    if (key === 'twins') return true;
    return list.every(
      (item) => Array.isArray(item) && (key === 'observed' || key === 'synthetic' || isObject(item[1])),
    );
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
