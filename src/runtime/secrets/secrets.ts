/**
 * Takes secrets out of text: the one place where it is known what a secret looks like and where it stands. Records
 * (processing/) and our own log lines (mask.ts) are masked by it alike.
 *
 *   text ──► JSON? by its keys, and each text in it anew
 *        └─► words of a command line, text within quotes anew ──► shapes, logins, assignments anywhere
 *
 * - It is told where something stands, or by what it looks like. A password in prose, or under a name that says nothing,
 *   is not known as one.
 * - What stands around a secret stays.
 * - Time is that of reading the text a bounded number of times, whatever a stranger has written.
 * - What is masked is not masked again: twice is the same as once.
 */
import { replaceInCommand } from './command.ts';
import { replaceInJson } from './json.ts';
import { replacePairs } from './pairs.ts';
import { isPlainWord } from './plain-word.ts';
import { type Replace, replaceShapes } from './shapes.ts';
import { replaceInText } from './text.ts';
import { replaceLogins } from './urls.ts';

export type { Replace } from './shapes.ts';

/** Quotes within quotes, JSON within JSON: what lies deeper is read as plain text. */
const DEPTH_MAX = 6;

/** What is masked can show what stood in its shadow: it is read again until nothing more is found. */
const ROUNDS_MAX = 4;

/** What stands where a secret stood, in any mode. */
export const IS_MASK = /^(?:\[masked\]|…|hmac:[0-9a-f]{16})$/;

/** A reference to an image, or a name: `example/token:v1` is no token. */
export function replaceInReference(text: string, replace: Replace): string {
  const once = unlessMasked(replace);
  return replaceLogins(replaceShapes(text, once), once);
}

/** `text` with every secret in it given to `replace`, which must be pure and make a mask ({@link IS_MASK}). Never throws. */
export function replaceSecrets(text: string, replace: Replace): string {
  if (isPlainWord(text)) return text;
  const once = unlessMasked(replace);
  let result = text;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = result;
    result = replaceAt(before, once, 0);
    if (result === before) break;
  }
  return result;
}

function unlessMasked(replace: Replace): Replace {
  return (secret) => (IS_MASK.test(secret) ? secret : replace(secret));
}

function replaceAt(text: string, replace: Replace, depth: number): string {
  if (depth >= DEPTH_MAX) return replaceInText(text, replace);
  const nested = (inner: string) => replaceAt(inner, replace, depth + 1);
  const json = /^\s{0,16}[{[]/.test(text) ? replaceInJson(text, replace, nested) : undefined;
  return json ?? replaceInText(replaceInCommand(replacePairs(text, replace), replace, nested), replace);
}
