/** Reads the values of environment variables as the OpenTelemetry specification writes them. An empty one is unset. */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import { nearest } from '../runtime/nearest.ts';
import { isHeaderName } from './headers.ts';

export interface EnvironmentValue {
  /** The variable that it comes from. */
  readonly variable: string;
  readonly value: string | number | boolean;
}

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Text extends EnvironmentValue {
  readonly value: string;
}

export function read(env: Variables, variable: string): Text | undefined {
  const value = env[variable]?.trim();
  return value === undefined || value === '' ? undefined : { variable, value };
}

export function choice<Known extends string>(
  text: Text | undefined,
  known: readonly Known[],
  problems: ConfigProblem[],
): { readonly variable: string; readonly value: Known } | undefined {
  if (text === undefined) return undefined;
  const { variable, value: written } = text;
  const value = known.find((word) => word === written.toLowerCase());
  if (value !== undefined) return { variable, value };
  problems.push(problem(variable, oneOf(known), quoted(written), meant(written, known)));
  return undefined;
}

export function milliseconds(text: Text | undefined, problems: ConfigProblem[]): EnvironmentValue | undefined {
  if (text === undefined) return undefined;
  const { variable, value } = text;
  if (/^\d+$/.test(value) && Number(value) > 0) return { variable, value: Number(value) };
  problems.push(problem(variable, 'a whole number of milliseconds above 0, such as 10000', quoted(value)));
  return undefined;
}

/** Words with commas between them, each once; undefined where there is none, or not all are known. */
export function choices<Known extends string>(
  text: Text | undefined,
  known: readonly Known[],
  problems: ConfigProblem[],
): readonly Known[] | undefined {
  if (text === undefined) return undefined;
  const words = members(text.value).map(({ text: value }) => choice({ ...text, value }, known, problems)?.value);
  const found = words.filter((word) => word !== undefined);
  return found.length === words.length && found.length > 0 ? [...new Set(found)] : undefined;
}

/** The name as it is meant, or what is wrong with it. */
type ReadName = (written: string) => Result<string, string>;

/** W3C Baggage: a token, which is not percent-encoded. */
export const headerName: ReadName = (written) =>
  isHeaderName(written)
    ? { ok: true, value: written.toLowerCase() }
    : { ok: false, problem: 'has no header name before its "="' };

export const attributeName: ReadName = (written) => {
  const name = percentDecoded(written);
  if (name === undefined) return { ok: false, problem: 'has a name that is not percent-encoded UTF-8' };
  return name === '' ? { ok: false, problem: 'has no name before its "="' } : { ok: true, value: name };
};

/**
 * `a=1,b=2`, percent-encoded. What follows a ";" is part of the value: the metadata of W3C Baggage is not spoken here. A
 * member that cannot be read is told by its number alone, because a comma within a secret looks like one.
 */
export function pairs(
  text: Text | undefined,
  readName: ReadName,
  problems: ConfigProblem[],
): Map<string, EnvironmentValue> {
  const found = new Map<string, EnvironmentValue>();
  if (text === undefined) return found;
  const { variable } = text;
  for (const { text: member, number } of members(text.value)) {
    const pair = pairOf(member, readName);
    if (pair.ok) found.set(pair.value.name, { variable, value: pair.value.value });
    else problems.push(problem(variable, PAIRS, `a list whose member ${number} ${pair.problem}`));
  }
  return found;
}

const PAIRS = 'names and values such as key1=value1,key2=value2, with commas and percent signs in them as %2C and %25';

function pairOf(member: string, readName: ReadName): Result<{ name: string; value: string }, string> {
  const equals = member.indexOf('=');
  if (equals < 0) return { ok: false, problem: 'has no "="' };
  const name = readName(member.slice(0, equals).trim());
  if (!name.ok) return name;
  const value = percentDecoded(member.slice(equals + 1).trim());
  if (value === undefined) return { ok: false, problem: 'has a value that is not percent-encoded UTF-8' };
  return { ok: true, value: { name: name.value, value } };
}

/** What stands between commas, counted from 1. Nothing between them is nothing meant. */
function members(list: string): { readonly text: string; readonly number: number }[] {
  return list
    .split(',')
    .map((text, index) => ({ text: text.trim(), number: index + 1 }))
    .filter(({ text }) => text !== '');
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** `http` is meant to be http/protobuf, `gz` gzip, and `consle` console. */
function meant(written: string, known: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  if (word.length < 2) return undefined;
  return known.find((name) => name.includes(word) || word.includes(name)) ?? nearest(word, known);
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Longest value that is shown, in characters. */
const SHOWN_MAX = 80;

function quoted(text: string): string {
  return `"${maskText(text, SHOWN_MAX)}"`;
}

function problem(path: string, expected: string, got: string, nearest?: string): ConfigProblem {
  return { path, line: undefined, column: undefined, expected, got, nearest };
}
