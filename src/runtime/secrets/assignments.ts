/**
 * Names with a value behind them: `NAME=value`, `name: value`, `"name": "value"`, `--name=value`, `Name=value;…`, whatever
 * text they stand in, and with the escaped quotes of JSON within JSON.
 *
 * Every `=` and `:` is looked at once, and the name is read backwards from there, so that the time is that of reading the
 * text. A value ends where its quotes end; without quotes at a blank or a quote, or at a `,`, `;`, `&` or `|` behind which
 * another name begins. So a password may hold these characters, and the next pair is not taken for a part of it.
 */
import { isSecretUnder, verdictOf } from './names.ts';
import type { Replace } from './shapes.ts';

const SEPARATOR = /[=:]/g;
const NAME_CHARACTER = /[\w.-]/;
const QUOTES = new Set(['"', "'", '`']);

export function replaceAssignments(text: string, replace: Replace): string {
  let result = '';
  let done = 0;
  SEPARATOR.lastIndex = 0;
  for (let match = SEPARATOR.exec(text); match !== null; match = SEPARATOR.exec(text)) {
    const name = nameBefore(text, match.index, done);
    if (name === '' || verdictOf(name) === 'ordinary') continue;
    if (match[0] === ':' && isHostOrImage(text, match.index, name)) continue;
    const found = valueAfter(text, match.index + 1, name);
    if (found === undefined) continue;
    result += `${text.slice(done, found.from)}${replace(text.slice(found.from, found.to))}`;
    done = found.to;
    SEPARATOR.lastIndex = done;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** The name that ends before `at`, blanks and a closing quote left out; not from before `floor`. */
function nameBefore(text: string, at: number, floor: number): string {
  let end = at;
  while (end > floor && isBlank(text[end - 1])) end -= 1;
  if (end > floor && (QUOTES.has(text[end - 1] ?? '') || text[end - 1] === ']')) {
    end -= 1;
    while (end > floor && (text[end - 1] === '\\' || QUOTES.has(text[end - 1] ?? ''))) end -= 1;
  }
  let from = end;
  while (from > floor && NAME_CHARACTER.test(text[from - 1] ?? '')) from -= 1;
  return text.slice(from, end);
}

/** `http://auth:9091`, `token-service:8080`, `example/secret-store:v1`: written in small letters, and nothing between. */
function isHostOrImage(text: string, at: number, name: string): boolean {
  const from = at - name.length;
  if (!text.startsWith(name, from) || !/^[\w[$]/.test(text[at + 1] ?? '')) return false;
  if (text[from - 1] === '/') return true;
  return (
    /[.-]/.test(name) &&
    !name.startsWith('-') &&
    name === name.toLowerCase() &&
    /^[\w.-]+(?![^\s/])/.test(text.slice(at + 1, at + 131))
  );
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

interface Found {
  readonly from: number;
  readonly to: number;
}

const OPERATOR_REST = /[=:>~]{0,3}[ \t]*/y;
const OPENER = /(\\*)(["'`])/y;
/** TOML's and Python's. */
const FENCE = /"{3}|'{3}/y;
const SCHEME_WORD =
  /(?:bearer|basic|token|digest|negotiate|apikey|key|bot|splunk|sso-key|ntlm|aws4-hmac-sha256)(?:\s+|$)/iy;

function valueAfter(text: string, after: number, name: string): Found | undefined {
  const from = after + lengthAt(OPERATOR_REST, text, after);
  const block = blockAt(text, from);
  if (block !== undefined) return block;
  OPENER.lastIndex = from;
  const opener = OPENER.exec(text);
  if (opener !== null) {
    const start = from + opener[0].length;
    const end = closing(text, start, opener[1]?.length ?? 0, opener[2] ?? '');
    return isSecretUnder(name, text.slice(start, end)) ? { from: start, to: end } : undefined;
  }
  if (text[from] === '[' && !text.startsWith('[masked]', from)) return listAt(text, from);
  // Authorization: Bearer x
  const secretFrom = /authori[sz]ation$/i.test(name) ? from + lengthAt(SCHEME_WORD, text, from) : from;
  let to = bareEnd(text, secretFrom);
  if (secretFrom === from && /authori[sz]ation$/i.test(name)) to += lengthAt(BEHIND_SCHEME, text, to);
  // Cookie: a=b; c=d
  while (/cookies?$/i.test(name) && text[to] === ';' && isBlank(text[to + 1])) to = bareEnd(text, to + 2);
  if (to === secretFrom || !isSecretUnder(name, text.slice(secretFrom, to))) return undefined;
  return { from: secretFrom, to };
}

/** What follows a scheme that is not known, or may be none: masked with it. */
const BEHIND_SCHEME = /[ \t]{1,4}(?!\[masked\])(?![\w+.-]{1,16}:\/\/)[A-Za-z0-9+/][^\s"'`\\]*/y;

const BLOCK = /[|>][+-]?\d?[ \t]*\n([ \t]+)/y;

/** The text of YAML's `key: |`, which is the lines that stand as far in as the first; and text between three quotes. */
function blockAt(text: string, from: number): Found | undefined {
  FENCE.lastIndex = from;
  const fence = FENCE.exec(text)?.[0];
  if (fence !== undefined) {
    const end = text.indexOf(fence, from + fence.length);
    return { from: from + fence.length, to: end < 0 ? text.length : end };
  }
  BLOCK.lastIndex = from;
  const begin = BLOCK.exec(text);
  if (begin === null) return undefined;
  const [whole, indent = ''] = begin;
  const start = from + whole.length;
  let end = text.indexOf('\n', start);
  while (end >= 0 && text.startsWith(indent, end + 1)) end = text.indexOf('\n', end + 1);
  return { from: start, to: end < 0 ? text.length : end };
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

const ANY_QUOTE = /(?<!\\)(\\*)(["'`])/g;

/** Where the quote that has as many backslashes before it closes what began at `from`; the end of the text where none does. */
function closing(text: string, from: number, backslashes: number, quote: string): number {
  ANY_QUOTE.lastIndex = from;
  for (let match = ANY_QUOTE.exec(text); match !== null; match = ANY_QUOTE.exec(text)) {
    const count = match[1]?.length ?? 0;
    const closes = backslashes === 0 ? count % 2 === 0 : count === backslashes;
    if (match[2] === quote && closes) return backslashes === 0 ? match.index + count : match.index;
  }
  return text.length;
}

/** A list is masked whole: `"tokens": ["a", "b"]`. */
function listAt(text: string, from: number): Found {
  const end = text.indexOf(']', from);
  return { from, to: end < 0 ? text.length : end + 1 };
}

const BARE_STOP = /[\s"'`<>,;&|]|(?<!\\)\\+["'`]/g;
const NEXT_PAIR = /[,;&|]+\s{0,4}(?:[\w.-]{1,64}\s{0,4}[=:]|$)|[,;&|]+(?:\s|["'`\\]|$)/y;

function bareEnd(text: string, from: number): number {
  BARE_STOP.lastIndex = from;
  for (let match = BARE_STOP.exec(text); match !== null; match = BARE_STOP.exec(text)) {
    if (!/^[,;&|]/.test(match[0])) return match.index;
    NEXT_PAIR.lastIndex = match.index;
    if (NEXT_PAIR.test(text)) return match.index;
  }
  return text.length;
}
