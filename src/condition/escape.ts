/**
 * Strings of the condition language: what stands in quotes.
 *
 * Without quotes nothing is escaped: `C:\temp` is what it looks like. In quotes `\b \f \n \r \t \\ \/ \xHH` and the string's
 * own quote are escapes, and `\` with a blank is a backslash, as in rules that were written before escapes were checked.
 * `\xHH` is a byte of UTF-8. Bytes that make no character become U+FFFD, which is also what an engine makes of them.
 */
export type Quote = '"' | "'";

/** What is wrong in a string, and how far behind its opening quote. */
export interface EscapeProblem {
  readonly message: string;
  readonly at: number;
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  [' ', '\\'],
  ['\\', '\\'],
  ['/', '/'],
]);

const BYTES = /(?:\\x[0-9a-fA-F]{2})+/y;

/** What a string means. @param body what stands between its quotes */
export function unescapeText(body: string, quote: Quote): string | EscapeProblem {
  let value = '';
  let at = 0;
  for (;;) {
    const next = body.indexOf('\\', at);
    if (next === -1) return value + body.slice(at);
    value += body.slice(at, next);
    const letter = body.charAt(next + 1);
    const simple = letter === quote ? quote : SIMPLE.get(letter);
    if (simple !== undefined) {
      value += simple;
      at = next + 2;
      continue;
    }
    BYTES.lastIndex = next;
    const bytes = BYTES.exec(body)?.[0];
    if (bytes === undefined) return { message: escapeMessage(body.slice(next, next + 4), quote), at: next };
    value += Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8');
    at = next + bytes.length;
  }
}

function escapeMessage(written: string, quote: Quote): string {
  if (written.startsWith('\\x')) return `Expected two hexadecimal digits after \\x, got "${written.slice(2)}".`;
  const other = quote === '"' ? "'" : '"';
  const why = written.startsWith(`\\${other}`) ? ` In a string between ${quote} the other quote stands as it is.` : '';
  const known = `\\b \\f \\n \\r \\t \\\\ \\/ \\xHH or \\${quote}`;
  return `Expected one of the escapes ${known}, got "${written.slice(0, 2)}".${why}`;
}

/** Whether something written is in quotes. */
export function isQuoted(written: string): boolean {
  return written.startsWith('"') || written.startsWith("'");
}

/** Where somebody may think that a string ends, but it does not. */
export const ENDS_IN_BACKSLASH = /\\\\["']/;

export const BACKSLASH_HINT = ' A quote after a backslash ends no string; a backslash at its end is written \\x5c.';
