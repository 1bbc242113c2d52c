/** What is remembered of a threshold, as rows of state: one for each key, `rule:NAME:KEY`. */
import { hash } from 'node:crypto';
import type { FieldValue } from '../condition/field.ts';
import type { RuleThreshold } from './rule-set.ts';

const PREFIX = 'rule:';

/** Of SHA-256's hex digits: enough that two keys of a rule never meet by chance. */
const DIGEST_LENGTH = 32;

/** What is remembered of one key. Times are milliseconds since the Unix epoch. */
export interface KeyState {
  /** Rises with every match of the rule, whatever its key. */
  readonly order: number;
  /** The newest event time of its matches. */
  readonly last: number;
  /** When the last match was read. */
  readonly seen: number;
  /** What happened before this is not told; undefined where nothing was told lately. */
  readonly quietUntil: number | undefined;
  /** Event times of the matches in the window, oldest first; fewer than the threshold's count. */
  readonly times: number[];
}

/** 32 hex digits that stand for the values of `by`, so that no value of an event stands in a row. */
export function keyOf(values: readonly FieldValue[]): string {
  return digest(values.map((value) => value ?? null));
}

/** Two thresholds of which this is the same count the same. */
export function fingerprintOf({ count, withinMs, coolDownMs, by }: RuleThreshold): string {
  return digest([count, withinMs, coolDownMs, ...by.map(({ name }) => name)]).slice(0, 8);
}

/** JSON, so that no two different lists of values give the same text. */
export function digest(values: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(values), 'hex').slice(0, DIGEST_LENGTH);
}

export function rowName(rule: string, key: string): string {
  return `${PREFIX}${rule}:${key}`;
}

/** Whose row it is; undefined for a row that is none of rules. A rule's name may have colons in it. */
export function partsOfName(name: string): { readonly rule: string; readonly key: string } | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const colon = name.length - DIGEST_LENGTH - 1;
  return { rule: name.slice(PREFIX.length, Math.max(colon, PREFIX.length)), key: name.slice(colon + 1) };
}

export function encodeRow(fingerprint: string, { order, last, seen, quietUntil, times }: KeyState): string {
  return JSON.stringify([fingerprint, order, last, seen, quietUntil ?? null, ...times]);
}

/** Undefined for a row of another threshold, and for one that was damaged. */
export function decodeRow(fingerprint: string, text: string): KeyState | undefined {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    // A damaged row costs what it counted, and is removed.
    return undefined;
  }
  if (!Array.isArray(row) || row[0] !== fingerprint) return undefined;
  const [, order, last, seen, quietUntil, ...times]: unknown[] = row;
  if (!isNumber(order) || !isNumber(last) || !isNumber(seen)) return undefined;
  if (quietUntil !== null && !isNumber(quietUntil)) return undefined;
  return times.every(isNumber) ? { order, last, seen, quietUntil: quietUntil ?? undefined, times } : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
