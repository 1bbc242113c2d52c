/**
 * The words of a command line, as a shell separates them.
 *
 * A quote may have backslashes before it, and is closed by one with as many: so the quotes of JSON within a shell within
 * JSON are told apart. One that nothing closes is a character like others.
 */
export interface Word {
  readonly from: number;
  readonly to: number;
  /** Without quotes and the backslashes before them. */
  readonly plain: string;
  /** What stands within quotes: from, to. */
  readonly quoted: readonly (readonly [number, number])[];
}

const START = /\S/g;
// A run of backslashes is tried from its beginning only.
const STOP = /\s|(?<!\\)(\\*)(["'])|\\[ \t]/g;

export function* wordsOf(text: string): Generator<Word> {
  const closed = new Closings(text);
  START.lastIndex = 0;
  let next = START.exec(text)?.index;
  while (next !== undefined) {
    const from = next;
    const quoted: [number, number][] = [];
    let to = text.length;
    let at = from;
    for (;;) {
      STOP.lastIndex = at;
      const stop = STOP.exec(text);
      if (stop === null) break;
      const [whole, backslashes, quote] = stop;
      at = stop.index + whole.length;
      if (whole === '\\ ' || whole === '\\\t') continue;
      if (quote === undefined) {
        to = stop.index;
        break;
      }
      const end = closed.after(at, backslashes?.length ?? 0, quote);
      if (end === undefined) continue;
      quoted.push([at, end.from]);
      at = end.to;
    }
    yield { from, to, plain: text.slice(from, to).replace(/(?<!\\)\\*["']/g, ''), quoted };
    START.lastIndex = to;
    next = START.exec(text)?.index;
  }
}

const QUOTE = /(?<!\\)(\\*)(["'])/g;

/** Finds closing quotes; that there is none is remembered, so that a text full of openings is read once. */
class Closings {
  readonly #text: string;
  readonly #missing = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  after(from: number, backslashes: number, quote: string): { readonly from: number; readonly to: number } | undefined {
    const kind = `${backslashes}${quote}`;
    if (backslashes > 15 || this.#missing.has(kind)) return undefined;
    QUOTE.lastIndex = from;
    for (let match = QUOTE.exec(this.#text); match !== null; match = QUOTE.exec(this.#text)) {
      const count = match[1]?.length ?? 0;
      const closes = backslashes === 0 ? quote === "'" || count % 2 === 0 : count === backslashes;
      if (match[2] !== quote || !closes) continue;
      const to = match.index + match[0].length;
      return { from: backslashes === 0 ? to - 1 : match.index, to };
    }
    this.#missing.add(kind);
    return undefined;
  }
}
