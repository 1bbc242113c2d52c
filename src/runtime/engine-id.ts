/**
 * Ids as the engine makes them: 64 hex digits, of containers, execs, networks and images.
 *
 * An id comes with many events, and is asked about several times with each. What was found to be one is remembered, so that
 * asking again is a look into a set: a tenth of what reading all its digits takes. Whoever makes up new ones costs a cleared
 * set, never memory.
 */

const LENGTH = 64;
const NO_DIGIT = /[^0-9a-f]/;

/** Half a megabyte of ids. */
const KNOWN_MAX = 4096;

const known = new Set<string>();

export function isEngineId(text: string): boolean {
  if (text.length !== LENGTH) return false;
  if (known.has(text)) return true;
  if (NO_DIGIT.test(text)) return false;
  if (known.size >= KNOWN_MAX) known.clear();
  known.add(text);
  return true;
}
