/**
 * A span as the journal keeps it: what the event that it is about does not say.
 *
 * A span is usually about an object that its event names, begins with its trace or ends with its event. What is so is left
 * out, and found again there.
 */
import type { EventEntry, SpanEntry, SpanLink, SpanName, TraceKey } from '../model/entry.ts';
import type { UnixNanos } from '../model/time.ts';

interface StoredTrace {
  readonly of: TraceKey['of'];
  /** The event's actor where it is left out, as in all of the following. */
  readonly id?: string | undefined;
  readonly start: UnixNanos;
}

/** @template About how the event is kept */
export interface StoredSpan<About> extends Pick<SpanEntry, 'kind' | 'name'> {
  readonly about: About;
  readonly trace: StoredTrace;
  readonly own?: string | undefined;
  /** That of the trace. */
  readonly start?: UnixNanos | undefined;
  /** The event's time. */
  readonly end?: UnixNanos | undefined;
  readonly estimated?: SpanEntry['estimated'];
  readonly failure?: string | undefined;
  /** None. */
  readonly links?: readonly { readonly why: SpanLink['why']; readonly trace: StoredTrace }[] | undefined;
  /** The event's. */
  readonly observedAt?: UnixNanos | undefined;
  readonly exec?: SpanEntry['exec'];
}

/** JSON leaves out what is undefined. The span's engine and uid are those of its event. */
export function storedSpan<About>(entry: SpanEntry, about: About): StoredSpan<About> {
  const { name, trace, own, start, end, estimated, failure, links, observedAt, exec } = entry;
  const { event } = entry.about;
  const storedTrace = ({ of, id, start: from }: TraceKey) => ({
    of,
    id: id === event.actorId ? undefined : id,
    start: from,
  });
  return {
    kind: 'span',
    name,
    about,
    trace: storedTrace(trace),
    own,
    start: isSame(start, trace.start) ? undefined : start,
    end: isSame(end, event.time) ? undefined : end,
    estimated,
    failure,
    links: links.length === 0 ? undefined : links.map((link) => ({ why: link.why, trace: storedTrace(link.trace) })),
    observedAt: isSame(observedAt, entry.about.observedAt) ? undefined : observedAt,
    ...(exec && { exec }),
  };
}

/** The inverse of {@link storedSpan}; undefined for what cannot be read. */
export function revivedSpan(stored: StoredSpan<unknown>, about: EventEntry | undefined): SpanEntry | undefined {
  if (about === undefined) return undefined;
  const { name, own, estimated, failure, observedAt = about.observedAt, exec } = stored;
  const trace = revivedTrace(stored.trace, about);
  const links = revivedLinks(stored.links, about);
  if (trace === undefined || links === undefined || !NAMES.has(name) || !ESTIMATED.has(estimated)) return undefined;
  const { start = trace.start, end = about.event.time } = stored;
  if (!isTime(start) || !isTime(end) || !isTime(observedAt) || !isText(own) || !isText(failure)) return undefined;
  const { uid, engine } = about;
  const span = { uid, name, trace, own, start, end, estimated, failure, links, about, observedAt, engine };
  if (exec === undefined) return { kind: 'span', ...span };
  if (!isExec(exec)) return undefined;
  return { kind: 'span', ...span, exec: { id: exec.id, command: exec.command, isProbe: exec.isProbe } };
}

function revivedTrace(stored: StoredTrace | null | undefined, about: EventEntry): TraceKey | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { of, id = about.event.actorId, start } = stored;
  return OF.has(of) && typeof id === 'string' && isTime(start) ? { of, id, start } : undefined;
}

function revivedLinks(stored: StoredSpan<unknown>['links'], about: EventEntry): readonly SpanLink[] | undefined {
  if (stored === undefined) return [];
  if (!Array.isArray(stored)) return undefined;
  const links: SpanLink[] = [];
  for (const link of stored) {
    const trace = revivedTrace(link?.trace, about);
    if (trace === undefined || !WHY.has(link.why)) return undefined;
    links.push({ why: link.why, trace });
  }
  return links;
}

function isSame(one: UnixNanos, other: UnixNanos | undefined): boolean {
  return other !== undefined && one[0] === other[0] && one[1] === other[1];
}

/** A time of an entry, as far as it can be told. */
export function isTime(value: unknown): value is UnixNanos {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

function isExec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!('isProbe' in value) || typeof value.isProbe !== 'boolean') return false;
  return ['id', 'command'].every((key) => isText(Reflect.get(value, key)));
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

const NAMES: ReadonlySet<unknown> = new Set<SpanName>(['run', 'create', 'exec', 'stop', 'pause', 'pull', 'rollout']);
const OF: ReadonlySet<unknown> = new Set<TraceKey['of']>(['container', 'image', 'service']);
const WHY: ReadonlySet<unknown> = new Set<SpanLink['why']>(['previous_run', 'rollout']);
const ESTIMATED: ReadonlySet<unknown> = new Set<SpanEntry['estimated']>([undefined, 'start', 'end', 'both']);
