/**
 * Wildcards as the shell's fnmatch(3) has them without flags, over the whole text:
 *
 * - `*` any characters, none included, and `/` too; `?` one character
 * - `[abc]`, `[a-z]`, `[!abc]` or `[^abc]` one of, or none of; `]` right after the bracket, `-` at either end and what
 *   follows a `\` stand for themselves; `[[:alpha:]]` and the other POSIX classes, over ASCII
 * - `\` takes the next character as it is; at the very end it matches nothing; a `[` that is not closed is itself
 *
 * Time is bounded by length of the pattern times length of the text: after a mismatch only the last `*` is widened, an
 * earlier one never needs to be.
 */
import type { Result } from '../model/engine.ts';
import { lowerAscii } from './ascii.ts';

/** Longest pattern, in characters: it bounds the time for a long text. */
export const GLOB_LENGTH_MAX = 1000;

/** A character by its code point, `*`, or any of several characters. */
type Token = number | typeof ANY_RUN | OneOf;

const ANY_RUN = -1;

interface OneOf {
  readonly isNegated: boolean;
  /** From, to. Folded, as the character is that is looked for. */
  readonly ranges: Ranges;
  /** Of POSIX classes, which are held against the character as it is. */
  readonly classes: Ranges;
}

const ANYTHING: OneOf = { isNegated: true, ranges: [], classes: [] };
const NOTHING: OneOf = { isNegated: false, ranges: [], classes: [] };

type Ranges = readonly (readonly [number, number])[];

const CLASSES: ReadonlyMap<string, Ranges> = new Map(
  Object.entries({
    alnum: ['09', 'AZ', 'az'],
    alpha: ['AZ', 'az'],
    blank: ['  ', '\t\t'],
    cntrl: ['\0\x1f', '\x7f\x7f'],
    digit: ['09'],
    graph: ['!~'],
    lower: ['az'],
    print: [' ~'],
    punct: ['!/', ':@', '[`', '{~'],
    space: ['  ', '\t\r'],
    upper: ['AZ'],
    xdigit: ['09', 'AF', 'af'],
  }).map(([name, pairs]) => [name, pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const)]),
);

/** With `isFolded`, letters A to Z match in either case. The problem is a sentence. */
export function compileGlob(pattern: string, isFolded = false): Result<(text: string) => boolean, string> {
  if (pattern.length > GLOB_LENGTH_MAX) {
    return { ok: false, problem: `The pattern has ${pattern.length} characters, and ${GLOB_LENGTH_MAX} are the most.` };
  }
  const folded = isFolded ? lowerAscii : undefined;
  const simple = simplified(pattern, folded);
  if (simple !== undefined) return { ok: true, value: simple };
  const tokens = tokensOf([...pattern], folded);
  return { ok: true, value: (text) => matches(tokens, text, isFolded) };
}

type Folding = ((text: string) => string) | undefined;

/** Most patterns are a plain text with `*` at one end or both, for which there is something faster. */
function simplified(pattern: string, folded: Folding): ((text: string) => boolean) | undefined {
  const [, before, plain, after] = /^(\**)([^*?[\\]*)(\**)$/.exec(pattern) ?? [];
  if (before === undefined || plain === undefined || after === undefined) return undefined;
  const part = folded?.(plain) ?? plain;
  const test = simpleTest(part, before !== '', after !== '');
  return folded === undefined ? test : (text) => test(folded(text));
}

function simpleTest(part: string, isOpenBefore: boolean, isOpenAfter: boolean): (text: string) => boolean {
  if (part === '') return isOpenBefore || isOpenAfter ? () => true : (text) => text === '';
  if (isOpenBefore && isOpenAfter) return (text) => text.includes(part);
  if (isOpenBefore) return (text) => text.endsWith(part);
  return isOpenAfter ? (text) => text.startsWith(part) : (text) => text === part;
}

function matches(tokens: readonly Token[], text: string, isFolded: boolean): boolean {
  let at = 0;
  let next = 0;
  /** Where to go on after a mismatch: behind the last `*`, one character further than before. */
  let retry = -1;
  let retryAt = 0;
  while (at < text.length) {
    const token = tokens[next];
    const point = text.codePointAt(at) ?? 0;
    if (token === ANY_RUN) {
      next += 1;
      [retry, retryAt] = [next, at];
    } else if (token !== undefined && isMatch(token, point, isFolded)) {
      next += 1;
      at += widthOf(point);
    } else if (retry < 0) {
      return false;
    } else {
      retryAt += widthOf(text.codePointAt(retryAt) ?? 0);
      [next, at] = [retry, retryAt];
    }
  }
  while (tokens[next] === ANY_RUN) next += 1;
  return next === tokens.length;
}

function widthOf(point: number): number {
  return point > 0xffff ? 2 : 1;
}

function isMatch(token: number | OneOf, point: number, isFolded: boolean): boolean {
  const sought = isFolded && point >= 0x41 && point <= 0x5a ? point + 0x20 : point;
  if (typeof token === 'number') return token === sought;
  return (isWithin(token.ranges, sought) || isWithin(token.classes, point)) !== token.isNegated;
}

function isWithin(ranges: Ranges, point: number): boolean {
  return ranges.some(([from, to]) => from <= point && point <= to);
}

function tokensOf(pattern: readonly string[], folded: Folding): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] ?? '';
    const bracket = character === '[' ? bracketAt(pattern, at, folded) : undefined;
    if (bracket !== undefined) {
      tokens.push(bracket.token);
      at = bracket.end;
    } else if (character === '\\') {
      const taken = pattern[at + 1];
      tokens.push(taken === undefined ? NOTHING : pointOf(taken, folded));
      at += 2;
    } else {
      if (character === '?') tokens.push(ANYTHING);
      else if (character !== '*') tokens.push(pointOf(character, folded));
      else if (tokens.at(-1) !== ANY_RUN) tokens.push(ANY_RUN);
      at += 1;
    }
  }
  return tokens;
}

function pointOf(character: string, folded: Folding): number {
  return (folded?.(character) ?? character).codePointAt(0) ?? 0;
}

/** What stands between `[` and its `]`, and where it ends; undefined when there is no `]`. */
function bracketAt(pattern: readonly string[], start: number, folded: Folding) {
  const isNegated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  const classes: (readonly [number, number])[] = [];
  let hasUnknownClass = false;
  let at = first;
  while (at < pattern.length) {
    if (pattern[at] === ']' && at > first) {
      const token = hasUnknownClass ? NOTHING : { isNegated, ranges, classes };
      return { token, end: at + 1 };
    }
    const named = classAt(pattern, at);
    if (named !== undefined) {
      const known = CLASSES.get(named.name);
      if (known === undefined) hasUnknownClass = true;
      else classes.push(...known);
      at = named.end;
      continue;
    }
    const from = memberAt(pattern, at);
    if (from === undefined) return undefined;
    const isRange = pattern[from.end] === '-' && pattern[from.end + 1] !== ']';
    const to = isRange ? memberAt(pattern, from.end + 1) : from;
    if (to === undefined) return undefined;
    ranges.push([pointOf(from.character, folded), pointOf(to.character, folded)]);
    at = to.end;
  }
  return undefined;
}

/** `[:alpha:]` within brackets. */
function classAt(pattern: readonly string[], at: number) {
  if (pattern[at] !== '[' || pattern[at + 1] !== ':') return undefined;
  let end = at + 2;
  while (/^[a-z]$/.test(pattern[end] ?? '')) end += 1;
  if (pattern[end] !== ':' || pattern[end + 1] !== ']') return undefined;
  return { name: pattern.slice(at + 2, end).join(''), end: end + 2 };
}

/** One character within brackets: itself, behind a `\`, or as `[.x.]` or `[=x=]`. */
function memberAt(pattern: readonly string[], at: number) {
  const sign = pattern[at + 1];
  const isNamed = pattern[at] === '[' && (sign === '.' || sign === '=');
  if (isNamed && pattern[at + 3] === sign && pattern[at + 4] === ']') {
    return { character: pattern[at + 2] ?? '', end: at + 5 };
  }
  const skip = pattern[at] === '\\' ? 1 : 0;
  const character = pattern[at + skip];
  return character === undefined ? undefined : { character, end: at + skip + 1 };
}
