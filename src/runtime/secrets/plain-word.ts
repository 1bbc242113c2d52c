/**
 * Words in which there is surely no secret: ids, times, counters and versions, of which each event has new ones.
 *
 * One word separates and names nothing, so that it can be nothing but a secret that shows itself. Those are known by what they
 * cannot do without (shapes.ts), and any two characters of a word that begin none of that rule it out: its characters are
 * gone through once, which takes a third of what a regular expression over all beginnings takes.
 */
import { mayShow, NEEDLES } from './shapes.ts';

/** Shorter than whatever shows itself. */
const SHORT_MAX = 12;

const CODES = 128;
const IS_WORD = Uint8Array.from({ length: CODES }, (_, code) => (/[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0));

/** By the codes of two characters that follow one another. */
const BEGINS = new Uint8Array(CODES * CODES);
for (const [first = '', second] of NEEDLES) {
  const row = first.charCodeAt(0) * CODES;
  if (second === undefined) BEGINS.fill(1, row, row + CODES);
  else BEGINS[row + second.charCodeAt(0)] = 1;
}

export function isPlainWord(text: string): boolean {
  let isOpen = false;
  let previous = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (IS_WORD[code] !== 1) return false;
    if (BEGINS[previous * CODES + code] === 1) isOpen = true;
    previous = code;
  }
  return !isOpen || text.length <= SHORT_MAX || !mayShow(text);
}
