/**
 * One entry as text, and back: for tables in which each has a row of its own, and for what few entries of a chunk are.
 *
 * An event is kept as its line and what its line does not say. An alert holds what it is about whole, so that it can be told
 * when its event has long left the file; a span with a row of its own does, too.
 *
 * Text that this program did not write, or that was damaged, gives undefined and never throws.
 */
import type { EventContext } from '../model/context.ts';
import {
  type AlertEntry,
  type Entry,
  type EventEntry,
  type GapEntry,
  type LossEntry,
  type MatchedRule,
  RULE_PRIORITIES,
} from '../model/entry.ts';
import type { Identities } from './identities.ts';
import type { Revive } from './parts.ts';
import { isTime, revivedSpan, type StoredSpan, storedSpan } from './span-text.ts';

interface StoredEvent extends Pick<EventEntry, 'kind' | 'raw' | 'observedAt' | 'context' | 'synthetic'> {
  readonly engine: number;
  readonly uid?: string;
}

type StoredGap = Omit<GapEntry, 'engine'> & { readonly engine: number | null };
type StoredLoss = Omit<LossEntry, 'engine'> & { readonly engine: number | null };

type StoredAlert = Omit<AlertEntry, 'engine' | 'about'> & {
  readonly engine: number | null;
  readonly about: StoredEvent | StoredGap;
};

/** A number says where among entries that are kept together the event stands. */
type AboutSpan = StoredEvent | number;

/** What is no event, its engine by number. */
export type StoredOther = StoredLoss | StoredGap | StoredAlert | StoredSpan<AboutSpan>;

export function encodeEntry(entry: Entry, identities: Identities): string {
  return JSON.stringify(entry.kind === 'event' ? storedEvent(entry, identities) : storedOther(entry, identities));
}

/** The inverse of {@link encodeEntry}; undefined for what cannot be read. */
export function decodeEntry(text: string, identities: Identities, revive: Revive): Entry | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // Written whole or not at all: what is no JSON was not written by this program. Who asked is told so by undefined.
    return undefined;
  }
  if (isOfKind<StoredEvent>(stored, 'event')) return revivedEvent(stored, identities, revive);
  return revivedOther(stored, identities, revive);
}

/** @param about where the event of a span is kept, if that is known to whoever will revive it */
export function storedOther(
  entry: Exclude<Entry, EventEntry>,
  identities: Identities,
  about?: number | undefined,
): StoredOther {
  if (entry.kind === 'span') return storedSpan(entry, about ?? storedEvent(entry.about, identities));
  const engine = entry.engine === undefined ? null : identities.engineId(entry.engine);
  if (entry.kind !== 'alert') return { ...entry, engine };
  const { about: matched } = entry;
  return {
    ...entry,
    engine,
    about: matched.kind === 'event' ? storedEvent(matched, identities) : { ...matched, engine },
  };
}

/** The inverse of {@link storedOther}; undefined for what cannot be read. */
export function revivedOther(
  stored: unknown,
  identities: Identities,
  revive: Revive,
  eventAt?: (index: number) => EventEntry | undefined,
): Exclude<Entry, EventEntry> | undefined {
  if (isOfKind<StoredSpan<unknown>>(stored, 'span')) {
    const { about } = stored;
    if (typeof about === 'number') return revivedSpan(stored, eventAt?.(about));
    return isOfKind<StoredEvent>(about, 'event')
      ? revivedSpan(stored, revivedEvent(about, identities, revive))
      : undefined;
  }
  if (isOfKind<StoredAlert>(stored, 'alert')) return revivedAlert(stored, identities, revive);
  if (isOfKind<StoredGap>(stored, 'gap')) return revivedGap(stored, identities);
  return isOfKind<StoredLoss>(stored, 'loss') ? revivedLoss(stored, identities) : undefined;
}

function isOfKind<Stored extends { readonly kind: Entry['kind'] }>(
  stored: unknown,
  kind: Stored['kind'],
): stored is Stored {
  return typeof stored === 'object' && stored !== null && 'kind' in stored && stored.kind === kind;
}

function storedEvent(entry: EventEntry, identities: Identities): StoredEvent {
  const { raw, observedAt, engine, context, uid, synthetic } = entry;
  return {
    kind: 'event',
    raw,
    observedAt,
    engine: identities.engineId(engine),
    context,
    ...(synthetic === undefined ? undefined : { synthetic, uid }),
  };
}

function revivedEvent(stored: StoredEvent, identities: Identities, revive: Revive): EventEntry | undefined {
  const { raw, observedAt, context, synthetic } = stored;
  const engine = identities.engine(stored.engine);
  if (engine === undefined || typeof raw !== 'string' || !isTime(observedAt)) return undefined;
  const revived = revive(raw, engine);
  if (revived === undefined) return undefined;
  return {
    kind: 'event',
    raw,
    event: revived.event,
    uid: stored.uid ?? revived.uid,
    observedAt,
    engine,
    context: revivedContext(context),
    ...(synthetic === undefined ? undefined : { synthetic }),
  };
}

const NOTHING: EventContext = Object.freeze({});

/** JSON leaves out what is undefined. */
export function revivedContext(stored: EventContext | undefined): EventContext {
  if (stored?.exit === undefined) return stored ?? NOTHING;
  // As in a damaged row.
  if (typeof stored.exit !== 'object' || stored.exit === null) return NOTHING;
  return { ...stored, exit: { ...stored.exit, signal: stored.exit.signal } };
}

// JSON leaves out what is undefined, and an engine is kept by its number.

function engineOf({ engine }: StoredLoss | StoredGap | StoredAlert, identities: Identities) {
  return engine === null ? undefined : identities.engine(engine);
}

function revivedLoss(stored: StoredLoss, identities: Identities): LossEntry | undefined {
  const { first, last, detail, observedAt } = stored;
  if (!isTime(observedAt)) return undefined;
  return { ...stored, first, last, detail, engine: engineOf(stored, identities) };
}

function revivedGap(stored: StoredGap, identities: Identities): GapEntry | undefined {
  const { from, to, atLeast, recovered, reconciled, detail, observedAt } = stored;
  if (!isTime(observedAt)) return undefined;
  return { ...stored, from, to, atLeast, recovered, reconciled, detail, engine: engineOf(stored, identities) };
}

function revivedAlert(stored: StoredAlert, identities: Identities, revive: Revive): AlertEntry | undefined {
  const { observedAt, rule } = stored;
  const about = revivedAbout(stored.about, identities, revive);
  if (about === undefined || !isTime(observedAt) || !isRule(rule)) return undefined;
  return { ...stored, about, engine: engineOf(stored, identities) };
}

function revivedAbout(
  stored: StoredEvent | StoredGap | undefined,
  identities: Identities,
  revive: Revive,
): EventEntry | GapEntry | undefined {
  if (isOfKind<StoredEvent>(stored, 'event')) return revivedEvent(stored, identities, revive);
  return isOfKind<StoredGap>(stored, 'gap') ? revivedGap(stored, identities) : undefined;
}

function isRule(value: MatchedRule | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, description, output, priority, tags } = value;
  if (![name, description, output].every((text) => typeof text === 'string')) return false;
  return RULE_PRIORITIES.includes(priority) && Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}
