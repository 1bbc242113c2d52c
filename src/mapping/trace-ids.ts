/**
 * The ids of traces and spans: derived from what happened, so that a repeat, a replay and a second collector give the same.
 *
 * A trace id is the first 16 bytes of the SHA-256 of a JSON text, without blanks, in UTF-8:
 *
 *   ["docker-events-otel/trace",OF,ID,START]
 *
 * OF is `container`, `image` or `service`, ID the actor id of its events, START its beginning in decimal nanoseconds since
 * 1970, as a text. A span id is the first 8 bytes of that of
 *
 *   ["docker-events-otel/span",TRACE,NAME,OWN]
 *
 * where TRACE is the trace id in hex, NAME the word of the entry (`run`, `exec` …) and OWN what tells it from others of its
 * name, or null. JSON keeps the parts apart, whatever is in them. An id of nothing but zeros would not be valid; its last
 * digit is then 1.
 *
 * A busy container's events ask for the ids of its run again and again, and the events of an exec for those of the exec:
 * they are remembered, one for each container, service or exec, so that asking again is a look into a map. Whoever makes up
 * new ones costs a cleared map, never memory.
 */
import { hash } from 'node:crypto';
import type { SpanName, TraceKey } from '../model/entry.ts';
import type { SpanIds } from '../model/log-record.ts';
import { toDecimalNanos } from '../model/time.ts';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** The span that all others of its trace are below of. */
export const ROOTS: Readonly<Record<TraceKey['of'], SpanName>> = {
  container: 'run',
  image: 'pull',
  service: 'rollout',
};

/** The root span of a trace: the same object for each event of a run, as long as it is remembered. */
export function rootIdsOf(key: TraceKey): SpanIds {
  return roots.of(key.id, key, ROOTS[key.of], undefined);
}

/**
 * The ids of a span, in hex: 32 digits of its trace, 16 of its own.
 *
 * @param own tells spans of one name in one trace apart
 */
export function spanIdsOf(key: TraceKey, name: SpanName, own?: string): SpanIds {
  if (name === ROOTS[key.of] && own === undefined) return rootIdsOf(key);
  if (name === 'exec' && own !== undefined) return execs.of(own, key, name, own);
  return computed(rootIdsOf(key).traceId, name, own);
}

interface Known {
  readonly key: TraceKey;
  readonly ids: SpanIds;
}

const KNOWN_MAX = 4096;

/** A label can stand in the place of an exec's id, and is as long as somebody likes. */
const ID_LENGTH_MAX = 512;

/** What was computed last for each id of an object: spans of one name, as far as that is not said by their trace. */
class KnownIds {
  readonly #known = new Map<string, Known>();
  readonly #traceId: (key: TraceKey) => string;

  constructor(traceId: (key: TraceKey) => string) {
    this.#traceId = traceId;
  }

  of(id: string, key: TraceKey, name: SpanName, own: string | undefined): SpanIds {
    const before = this.#known.get(id);
    if (before !== undefined && isSame(before.key, key)) return before.ids;
    const ids = computed(this.#traceId(key), name, own);
    if (id.length > ID_LENGTH_MAX) return ids;
    if (before === undefined && this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(id, { key, ids });
    return ids;
  }
}

const roots = new KnownIds(({ of, id, start }) =>
  digest(['docker-events-otel/trace', of, id, toDecimalNanos(start)], TRACE_DIGITS),
);
const execs = new KnownIds((key) => rootIdsOf(key).traceId);

function isSame(one: TraceKey, other: TraceKey): boolean {
  return (
    one.start[0] === other.start[0] && one.start[1] === other.start[1] && one.of === other.of && one.id === other.id
  );
}

/** Frozen, because records share it. */
function computed(traceId: string, name: SpanName, own: string | undefined): SpanIds {
  const spanId = digest(['docker-events-otel/span', traceId, name, own ?? null], SPAN_DIGITS);
  return Object.freeze({ traceId, spanId });
}

function digest(parts: readonly (string | null)[], digits: number): string {
  return notZero(hash('sha256', JSON.stringify(parts), 'hex').slice(0, digits));
}

/** Of the same length, and no more all zeros. */
export function notZero(hex: string): string {
  return /^0+$/.test(hex) ? `${hex.slice(0, -1)}1` : hex;
}
