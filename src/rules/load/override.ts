/**
 * `override`: which keys of an item add to those of the item of the same name further up, and which take their place.
 * `append: true` is the older way to say it.
 */
import { type ItemReader, shown } from './item-reader.ts';
import { quoted } from './problem.ts';

export interface Override {
  readonly appended: ReadonlySet<string>;
  readonly replaced: ReadonlySet<string>;
}

export interface Overridable {
  readonly append: readonly string[];
  readonly replace: readonly string[];
}

/** Undefined where there is none, or nothing in it. */
export function readOverride(reader: ItemReader, keys: Overridable): Override | undefined {
  const value = reader.entry('override')?.value;
  if (value === undefined || (value.kind === 'scalar' && value.text === undefined)) return undefined;
  if (value.kind !== 'map') {
    return reader.refuse(value.place, `Expected keys with append or replace for override, got ${shown(value)}.`);
  }
  const appended = new Set<string>();
  const replaced = new Set<string>();
  for (const [key, { place, value: operation }] of value.entries) {
    const word = operation.kind === 'scalar' ? operation.text : undefined;
    if (word !== 'append' && word !== 'replace') {
      reader.refuse(operation.place, `Expected append or replace for override.${key}, got ${shown(operation)}.`);
      continue;
    }
    const message = refusal(key, word, keys);
    if (message !== undefined) reader.refuse(place, message, reader.nearest(key, keys.replace));
    else (word === 'append' ? appended : replaced).add(key);
  }
  return appended.size + replaced.size === 0 ? undefined : { appended, replaced };
}

function refusal(key: string, word: 'append' | 'replace', { append, replace }: Overridable): string | undefined {
  if (!replace.includes(key)) return `${quoted(key)} cannot be overridden, only ${replace.join(', ')}.`;
  if (word === 'replace' || append.includes(key)) return undefined;
  return `${quoted(key)} cannot be appended to, only replaced.`;
}

/** Whether the item says `append: true`, which is told. */
export function readAppend(reader: ItemReader): boolean {
  if (reader.flag('append') !== true) return false;
  const way = 'Write "override:" with "condition: append" or the like';
  if (reader.has('override')) {
    reader.refuse(reader.placeOf('append'), `"append: true" and "override" cannot stand together. ${way}.`);
  } else {
    reader.warn(reader.placeOf('append'), `"append: true" is deprecated. ${way}.`);
  }
  return true;
}
