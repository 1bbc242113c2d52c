/**
 * `threshold: {count: 3, within: 10m, by: [docker.service], cool_down: 30m}`, which is this project's own: Falco tells that
 * it does not know the key, and goes on.
 */
import { durationText, parseDuration } from '../../runtime/fields.ts';
import type { ThresholdItem } from './definitions.ts';
import { type ItemReader, shown } from './item-reader.ts';
import { quoted } from './problem.ts';
import { Written } from './written.ts';

const KEYS = ['count', 'within', 'by', 'cool_down'];

/** The times of all matches that count are remembered for each key, and written anew with every match. */
const COUNT_MAX = 1000;
const TIME_MAX_MS = 7 * 24 * 3_600_000;
const BY_MAX = 10;

/** Undefined where something is wrong, which is told. */
export function readThreshold(rule: ItemReader): ThresholdItem | undefined {
  const value = rule.entry('threshold')?.value;
  if (value === undefined) return undefined;
  if (value.kind !== 'map') {
    return rule.refuse(value.place, `Expected ${KEYS.join(', ')} under threshold, got ${shown(value)}.`);
  }
  const reader = rule.within(value);
  reader.warnUnknown(KEYS);
  if (!reader.has('count') && !reader.has('cool_down')) reader.refuse(value.place, 'Expected count, the least number.');
  const count = reader.has('count') ? readCount(reader) : 1;
  const within = readTime(reader, 'within', 1);
  const coolDown = readTime(reader, 'cool_down', 0);
  if (count !== undefined && count > 1 && !reader.has('within')) {
    reader.refuse(value.place, `Expected within, such as "within: 10m": ${count} matches in what time?`);
  }
  const by = readBy(reader);
  if (!reader.isClean || count === undefined) return undefined;
  return { count, withinMs: within ?? 0, coolDownMs: coolDown ?? within ?? 0, by };
}

function readCount(reader: ItemReader): number | undefined {
  const value = reader.entry('count')?.value;
  const text = value?.kind === 'scalar' ? (value.text ?? '') : '';
  if (value !== undefined && /^\d+$/.test(text) && Number(text) > COUNT_MAX) {
    const expected = `a count of at most ${COUNT_MAX}, since the time of each match is kept`;
    const next = 'Ask for fewer matches within a shorter time.';
    return reader.refuse(value.place, `Expected ${expected}, got ${quoted(text)}. ${next}`);
  }
  return reader.whole('count', 1, COUNT_MAX);
}

function readTime(reader: ItemReader, key: string, minMs: number): number | undefined {
  const scalar = reader.scalar(key);
  if (scalar === undefined) return undefined;
  // A number alone would be milliseconds elsewhere, and seconds for whoever writes it here.
  const millis = /^\d+$/.test(scalar.text) && scalar.text !== '0' ? undefined : parseDuration(scalar.text);
  if (millis !== undefined && millis >= minMs && millis <= TIME_MAX_MS) return Math.round(millis);
  const expected = `a time of at most ${durationText(TIME_MAX_MS)} with its unit, such as 30s, 10m or 1h30m`;
  return reader.refuse(scalar.place, `Expected ${expected} for ${key}, got ${quoted(scalar.text)}.`);
}

function readBy(reader: ItemReader): readonly Written[] {
  const value = reader.entry('by')?.value;
  if (value === undefined) return [];
  if (value.kind === 'scalar') {
    const field = reader.written('by');
    return field === undefined ? [] : [field];
  }
  const fields = (reader.scalars('by') ?? []).map((field) => Written.of(field.text, field));
  if (fields.length > BY_MAX) reader.refuse(value.place, `Expected at most ${BY_MAX} fields, got ${fields.length}.`);
  return fields;
}
