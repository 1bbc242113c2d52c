/** Which known word somebody probably meant. */

/** The nearest of `known`, or undefined when none is near. Case and `_`, `-` do not count: `EventQueuesize` is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = distanceOf(folded(word), folded(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return bestDistance <= Math.max(1, Math.floor(folded(word).length / 3)) ? best : undefined;
}

/** Words longer than this are nobody's typing mistake; the bound keeps the comparison short. */
const LENGTH_MAX = 64;

function folded(word: string): string {
  return word
    .slice(0, LENGTH_MAX)
    .toLowerCase()
    .replace(/[_\s.-]/g, '');
}

/** Letters to insert, remove, replace or swap with the next (optimal string alignment). */
function distanceOf(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length] ?? 0;
}
