/** Makes a {@link ConfigProblem} of a place, and shows what stood there without its secrets. */
import type { ConfigProblem } from '../model/config-problem.ts';
import { MASKED, maskText } from '../runtime/mask.ts';
import { nearest } from '../runtime/nearest.ts';
import type { Node, Place } from './node.ts';

/** Longest value that is shown in a problem, in characters. */
const SHOWN_MAX = 80;

export function problemAt(place: Place, expected: string, got: string, nearest?: string): ConfigProblem {
  return { path: place.path, line: place.line, column: place.column, expected, got, nearest };
}

/** A key that is none of `known`: with the one that was probably meant, or else all there are. */
export function unknownKey(place: Place, key: string, known: readonly string[]): ConfigProblem {
  const near = nearest(key, known);
  return problemAt(place, near === undefined ? `one of ${known.join(', ')}` : 'a known key', quoted(key), near);
}

/**
 * What stands there, for a person. Of what was put in from the environment only the reference is shown, because the
 * environment is where secrets are.
 */
export function shown(node: Node, isSecret = false): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'map') return 'a mapping';
  const { value, template } = node;
  if (template !== undefined) return `the value of ${maskText(template, SHOWN_MAX)}`;
  if (value === null) return 'nothing';
  if (isSecret) return 'a value that is not shown';
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** A stranger's word in quotes, cut, and without what may be a secret. */
export function quoted(text: string): string {
  return `"${maskText(text.includes('//') ? withoutSecrets(text) : text, SHOWN_MAX)}"`;
}

/**
 * An address that is wrong: that there is a login or a query in it may be just what is wrong, and so it is seen. Of what
 * cannot be read any "@" may be the end of a login.
 */
function withoutSecrets(address: string): string {
  return address
    .replace(/^(.*?\/\/).*@/s, (_, scheme: string) => `${scheme}${MASKED}@`)
    .replace(/([?#]).+$/s, (_, mark: string) => `${mark}${MASKED}`);
}

/**
 * Problems in the order in which a person reads a file: by line, and then those that are in no file. Of one value only the
 * first is told: the others follow from it.
 */
export function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const last = Number.MAX_SAFE_INTEGER;
  const first = new Map<string, ConfigProblem>();
  for (const problem of problems) {
    const value = JSON.stringify([problem.path, problem.line, problem.column]);
    const isWhole = problem.line === undefined;
    if (isWhole || !first.has(value)) first.set(isWhole ? `${value}${problem.got}` : value, problem);
  }
  return [...first.values()].sort(
    (a, b) => (a.line ?? last) - (b.line ?? last) || (a.column ?? last) - (b.column ?? last),
  );
}
