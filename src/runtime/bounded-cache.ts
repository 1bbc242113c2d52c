/**
 * What was computed for a text, kept for the next time. A host has a few hundred labels and images, and sees them with
 * every event. A stranger who makes up new ones costs a cleared cache, never memory.
 *
 * A text is kept when it comes a second time: those that never come again (ids, times, counters) would only fill the old
 * generation of the heap, 45 MiB of it at full speed.
 */

const ENTRIES_MAX = 2048;

/** So many others may come before a text comes again. */
const SEEN_ONCE_MAX = 256;

/** Longer texts are computed each time. */
const KEY_LENGTH_MAX = 512;

/** The same function, with a memory. `compute` must be pure. */
export function remembered<Value>(
  compute: (text: string) => Value,
  keyLengthMax = KEY_LENGTH_MAX,
): (text: string) => Value {
  const cache = new Map<string, { readonly value: Value }>();
  const seenOnce = new Set<string>();
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known.value;
    const value = compute(text);
    if (text.length > keyLengthMax) return value;
    if (seenOnce.delete(text)) {
      if (cache.size >= ENTRIES_MAX) cache.clear();
      cache.set(text, { value });
    } else {
      if (seenOnce.size >= SEEN_ONCE_MAX) seenOnce.clear();
      seenOnce.add(text);
    }
    return value;
  };
}
