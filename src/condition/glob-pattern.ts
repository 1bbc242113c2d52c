/** Reads a wildcard pattern into the parts between its `*`. What it may be made of is told in glob.ts. */

/** From, to: code points. */
export type Ranges = readonly (readonly [number, number])[];

/** One character, of several. */
export interface OneOf {
  readonly isNegated: boolean;
  /** Folded, as the character is that is looked for. */
  readonly ranges: Ranges;
  /** Of POSIX classes, which are held against the character as it is. */
  readonly classes: Ranges;
}

/** A text, and behind it characters of which at least the first may be several. */
export interface Part {
  readonly text: string;
  readonly rest: readonly OneOf[];
  /** In characters. */
  readonly length: number;
}

/** Makes both cases one; undefined keeps them apart. */
export type Folding = ((text: string) => string) | undefined;

const ANYTHING: OneOf = { isNegated: true, ranges: [], classes: [] };
const NOTHING: OneOf = { isNegated: false, ranges: [], classes: [] };

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

/** One more than there are `*`. */
export function partsOf(text: string, folded: Folding): readonly Part[] {
  const pattern = [...text];
  const parts: Part[] = [];
  let literal = '';
  let rest: OneOf[] = [];
  const close = () => {
    parts.push({ text: literal, rest, length: [...literal].length + rest.length });
    [literal, rest] = ['', []];
  };
  for (let at = 0; at < pattern.length; ) {
    const token = tokenAt(pattern, at, folded);
    at = token.end;
    if (token.one === undefined) close();
    else if (typeof token.one === 'object') rest.push(token.one);
    else if (rest.length === 0) literal += token.one;
    else rest.push(exactly(token.one));
  }
  close();
  return parts;
}

function exactly(character: string): OneOf {
  const point = character.codePointAt(0) ?? 0;
  return { isNegated: false, ranges: [[point, point]], classes: [] };
}
/** Something that was read from the pattern, and where the next begins. */
interface Read<Value> {
  readonly one: Value;
  readonly end: number;
}

/** A character or one of several; undefined for `*`. */
function tokenAt(pattern: readonly string[], at: number, folded: Folding): Read<string | OneOf | undefined> {
  const character = pattern[at] ?? '';
  if (character === '?') return { one: ANYTHING, end: at + 1 };
  if (character === '*') return { one: undefined, end: at + 1 };
  if (character === '\\') {
    const taken = pattern[at + 1];
    return { one: taken === undefined ? NOTHING : exactly(folded?.(taken) ?? taken), end: at + 2 };
  }
  const bracket = character === '[' ? bracketAt(pattern, at, folded) : undefined;
  return bracket ?? { one: folded?.(character) ?? character, end: at + 1 };
}

function pointOf(character: string, folded: Folding): number {
  return (folded?.(character) ?? character).codePointAt(0) ?? 0;
}

/** What stands between `[` and its `]`; undefined when there is no `]`. */
function bracketAt(pattern: readonly string[], start: number, folded: Folding): Read<OneOf> | undefined {
  const isNegated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  const classes: (readonly [number, number])[] = [];
  let hasUnknownClass = false;
  let at = first;
  while (at < pattern.length) {
    if (pattern[at] === ']' && at > first) {
      return { one: hasUnknownClass ? NOTHING : { isNegated, ranges, classes }, end: at + 1 };
    }
    const named = classAt(pattern, at);
    if (named !== undefined) {
      const known = CLASSES.get(named.one);
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
    ranges.push([pointOf(from.one, folded), pointOf(to.one, folded)]);
    at = to.end;
  }
  return undefined;
}

/** `[:alpha:]` within brackets. */
function classAt(pattern: readonly string[], at: number): Read<string> | undefined {
  if (pattern[at] !== '[' || pattern[at + 1] !== ':') return undefined;
  let end = at + 2;
  while (/^[a-z]$/.test(pattern[end] ?? '')) end += 1;
  if (pattern[end] !== ':' || pattern[end + 1] !== ']') return undefined;
  return { one: pattern.slice(at + 2, end).join(''), end: end + 2 };
}

/** One character within brackets: itself, behind a `\`, or as `[.x.]` or `[=x=]`. */
function memberAt(pattern: readonly string[], at: number): Read<string> | undefined {
  const sign = pattern[at + 1];
  const isNamed = pattern[at] === '[' && (sign === '.' || sign === '=');
  if (isNamed && pattern[at + 3] === sign && pattern[at + 4] === ']') {
    return { one: pattern[at + 2] ?? '', end: at + 5 };
  }
  const skip = pattern[at] === '\\' ? 1 : 0;
  const one = pattern[at + skip];
  return one === undefined ? undefined : { one, end: at + skip + 1 };
}
