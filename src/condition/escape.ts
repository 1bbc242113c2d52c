/**
 * Strings of the condition language: what stands in quotes, and how a value is written so that it is read as it was.
 *
 * Without quotes nothing is escaped: `C:\temp` is what it looks like. In quotes `\b \f \n \r \t \\ \/ \xHH` and the string's
 * own quote are escapes, and `\` with a blank is a backslash, as in rules that were written before escapes were checked.
 * `\xHH` is a byte of UTF-8. Bytes that make no character become U+FFFD, which is also what an engine makes of them.
 */
import { MODIFIERS } from './tree.ts';

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

/** What can stand without quotes, and is no word that means something else there. */
const BARE = /^[^\s()"'=,\p{Cc}]+$/u;
const WORDS: ReadonlySet<string> = new Set([...MODIFIERS, 'and', 'or', 'not']);

/** Writes a value so that it is read as this value wherever a string may stand; in quotes only if it needs them. */
export function quoteText(value: string): string {
  return BARE.test(value) && !WORDS.has(value) ? value : inQuotes(value);
}

const BARE_ARGUMENT = /^[^[\]"'\s\p{Cc}]+$/u;

/** As {@link quoteText}, for what stands in brackets after a field. */
export function quoteArgument(value: string): string {
  return BARE_ARGUMENT.test(value) ? value : inQuotes(value);
}

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Double quotes, unless there are such in the value and no single ones. */
export function inQuotes(value: string): string {
  const quote = value.includes('"') && !value.includes("'") ? "'" : '"';
  // After a backslash no quote closes, not even after two: the last one is written as a byte.
  const endsBare = value.endsWith('\\');
  const escaped = (endsBare ? value.slice(0, -1) : value)
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/\p{Cc}/gu, (char) => LETTERS.get(char) ?? hexOf(char));
  return `${quote}${escaped}${endsBare ? '\\x5c' : ''}${quote}`;
}

function hexOf(char: string): string {
  return Buffer.from(char, 'utf8').toString('hex').replace(/../g, '\\x$&');
}
