import type { Random } from '../../src/runtime/random.ts';

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    fraction,
    hex(bytes) {
      let hex = '';
      for (let index = 0; index < bytes; index += 1) {
        hex += Math.floor(fraction() * 256)
          .toString(16)
          .padStart(2, '0');
      }
      return hex;
    },
  };
}
