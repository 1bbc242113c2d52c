/**
 * The kinds of value that options are made of, shared by the config.ts of every stage. What a person writes (`200ms`,
 * `16MiB`) comes out as the number that the code wants.
 */
import { z } from 'zod';
import { Secret } from './secret.ts';

const DURATION_UNITS_MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const DURATIONS = ['30ms', '200ms', '5s', '1m30s'];

/** `200ms`, `1.5s`, `2m`, `1h`, `1m30s`, or a plain number of milliseconds; comes out as milliseconds. */
export function duration(bounds: { readonly minMs: number; readonly maxMs: number }) {
  const range = `a duration from ${durationText(bounds.minMs)} to ${durationText(bounds.maxMs)}`;
  const expected = `${range}${such(DURATIONS, parseDuration, bounds.minMs, bounds.maxMs)}`;
  // Who writes a bare number has probably meant seconds.
  const bare = `${range}, in milliseconds where it has no unit`;
  return z.union([z.string(), z.number()], { error: expected }).transform((written, context) => {
    const millis = typeof written === 'number' ? written : parseDuration(written);
    if (millis === undefined || !(millis >= bounds.minMs && millis <= bounds.maxMs)) {
      context.addIssue({ code: 'custom', message: typeof written === 'number' ? bare : expected });
      return z.NEVER;
    }
    return millis;
  });
}

/** Milliseconds, or undefined when `text` is no duration. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(trimmed)) return undefined;
  let millis = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    millis += Number(amount) * (DURATION_UNITS_MS.get(unit ?? '') ?? Number.NaN);
  }
  return millis;
}

/** The shortest way to write it with one unit: `1500ms`, `30s`, `2m`. */
export function durationText(millis: number): string {
  const unit = [...DURATION_UNITS_MS].reverse().find(([, size]) => millis >= size && millis % size === 0);
  return unit === undefined ? `${millis}ms` : `${millis / unit[1]}${unit[0]}`;
}

const SIZE_UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

const SIZES = ['65536', '64KiB', '16MiB', '256MiB', '1GiB'];

/** `64KiB`, `16MiB`, or a plain number of bytes; comes out as bytes. */
export function byteSize(bounds: { readonly min: number; readonly max: number }) {
  const examples = such(SIZES, parseSize, bounds.min, bounds.max);
  const expected = `a size from ${boundText(bounds.min)} to ${boundText(bounds.max)}${examples}`;
  return z.union([z.string(), z.number()], { error: expected }).transform((written, context) => {
    const bytes = typeof written === 'number' ? written : parseSize(written);
    if (bytes === undefined || !Number.isInteger(bytes) || bytes < bounds.min || bytes > bounds.max) {
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    }
    return bytes;
  });
}

function parseSize(text: string): number | undefined {
  const match = /^(\d+)\s*([kmg]?i?b)?$/i.exec(text.trim());
  const unit = SIZE_UNITS.get((match?.[2] ?? '').toLowerCase());
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** `16MiB` where it is a whole number of a unit, else the number of bytes. */
export function byteSizeText(bytes: number): string | number {
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return bytes;
}

function boundText(bytes: number): string {
  const text = byteSizeText(bytes);
  return typeof text === 'number' ? `${text} bytes` : text;
}

/** Up to three ways to write it, of those that are allowed. */
function such(
  examples: readonly string[],
  parse: (text: string) => number | undefined,
  min: number,
  max: number,
): string {
  const fitting = examples.filter((example) => {
    const value = parse(example) ?? Number.NaN;
    return value >= min && value <= max;
  });
  const shown = fitting.slice(-3);
  const last = shown.pop();
  if (last === undefined) return '';
  return `, such as ${shown.length === 0 ? last : `${shown.join(', ')} or ${last}`}`;
}

/** A value that must not be shown; comes out as a {@link Secret}. */
export function secret() {
  return z.string().transform((value) => new Secret(value));
}
