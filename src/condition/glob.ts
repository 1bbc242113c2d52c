/**
 * Wildcards as the shell's fnmatch(3) has them without flags, over the whole text:
 *
 * - `*` any characters, none included, and `/` too; `?` one character
 * - `[abc]`, `[a-z]`, `[!abc]` or `[^abc]` one of, or none of; `]` right after the bracket, `-` at either end and what
 *   follows a `\` stand for themselves; `[[:alpha:]]` and the other POSIX classes, over ASCII
 * - `\` takes the next character as it is; at the very end it matches nothing; a `[` that is not closed is itself
 *
 * The parts between `*` are looked for one after the other, each where it is first found: a later place would leave less
 * for the next. So time is bounded by length of the pattern times length of the text.
 */
import type { Result } from '../model/engine.ts';
import { lowerAscii } from './ascii.ts';
import { type OneOf, type Part, partsOf, type Ranges } from './glob-pattern.ts';

/**
 * Longest pattern, in characters. The worst there is of that length takes less than a second for a text of 64 KiB, and
 * what is not made to be slow takes microseconds.
 */
export const GLOB_LENGTH_MAX = 300;

/** With `isFolded`, letters A to Z match in either case. The problem is a sentence. */
export function compileGlob(pattern: string, isFolded = false): Result<(text: string) => boolean, string> {
  if (pattern.length > GLOB_LENGTH_MAX) {
    return { ok: false, problem: `The pattern has ${pattern.length} characters, and ${GLOB_LENGTH_MAX} are the most.` };
  }
  const folded = isFolded ? lowerAscii : undefined;
  const [first, ...more] = partsOf(pattern, folded);
  const last = more.pop();
  if (first === undefined) throw new Error('a pattern has a first part');
  return { ok: true, value: (text) => isMatch(first, more, last, folded?.(text) ?? text, text) };
}

/** `text` may be folded, `raw` is as it was; both have the same length. Without a `*` there is no `last`. */
function isMatch(first: Part, inner: readonly Part[], last: Part | undefined, text: string, raw: string): boolean {
  let at = endOf(first, text, raw, 0);
  if (last === undefined) return at === text.length;
  for (const part of inner) {
    if (at < 0) return false;
    at = foundEnd(part, text, raw, at);
  }
  if (at < 0) return false;
  const start = startFromEnd(last, text);
  return start >= at && endOf(last, text, raw, start) === text.length;
}

/** Where a part ends that begins at `start`; -1 where it does not. */
function endOf({ text: literal, rest }: Part, text: string, raw: string, start: number): number {
  if (!text.startsWith(literal, start)) return -1;
  let at = start + literal.length;
  for (const one of rest) {
    const point = text.codePointAt(at);
    if (point === undefined || !isOneOf(one, point, raw.codePointAt(at) ?? point)) return -1;
    at += widthOf(point);
  }
  return at;
}

/** Where a part ends that begins at `start` or later; -1 where there is none. */
function foundEnd(part: Part, text: string, raw: string, start: number): number {
  for (let at = start; at <= text.length; at += widthOf(text.codePointAt(at) ?? 0)) {
    at = text.indexOf(part.text, at);
    if (at < 0) return -1;
    const end = endOf(part, text, raw, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where a part has to begin to end where the text does; -1 where the text is too short. */
function startFromEnd({ text: literal, rest, length }: Part, text: string): number {
  if (rest.length === 0) return text.length - literal.length;
  let at = text.length;
  for (let characters = 0; characters < length; characters += 1) {
    at -= widthOf(text.codePointAt(at - 2) ?? 0);
    if (at < 0) return -1;
  }
  return at;
}

function widthOf(point: number): number {
  return point > 0xffff ? 2 : 1;
}

function isOneOf({ isNegated, ranges, classes }: OneOf, point: number, raw: number): boolean {
  return (isWithin(ranges, point) || isWithin(classes, raw)) !== isNegated;
}

function isWithin(ranges: Ranges, point: number): boolean {
  for (const [from, to] of ranges) if (from <= point && point <= to) return true;
  return false;
}
