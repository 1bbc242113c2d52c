/**
 * Names by pattern: `*` stands for any number of characters, `?` for one; everything else is itself.
 *
 * A pattern is never made into a regular expression: the names are labels that strangers chose, and no name may take long.
 * The work is at most the length of the pattern times that of the name.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  let [at, next] = [0, 0];
  /** The last `*`, and where in the name what follows it is tried. */
  let star = -1;
  let retry = 0;
  while (next < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      retry = next;
      at += 1;
    } else if (wanted === '?' || (wanted !== undefined && wanted === name[next])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      retry += 1;
      at = star + 1;
      next = retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
