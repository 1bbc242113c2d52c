/**
 * Transformers: what makes a value of other values. Which arguments they take is checked when a condition is compiled.
 * Where an argument is missing, or cannot be transformed, the result is missing.
 *
 * - `tolower(t)`, `toupper(t)`: letters A to Z; `basename(t)`: what is behind the last `/`
 * - `b64(t)`: what was encoded as Base64, with or without padding; missing where it is none
 * - `len(t)`: length in bytes, or of a list the number of its texts
 * - `join(separator, list)`; `concat(t, t, …)`
 * - `getopt(list, options)`, `getopt(list, options)[letter]`: see getopt.ts
 *
 * The first four take a list, too, and then do it to each of its texts.
 */

import type { Result } from '../model/engine.ts';
import type { Entry } from '../model/entry.ts';
import { lowerAscii, upperAscii } from './ascii.ts';
import type { FieldType, FieldValue } from './field.ts';
import { allOptions, type Options, oneOption, optionsOf } from './getopt.ts';
import { type Reading, type Source, TYPE_NAMES } from './source.ts';
import type { TRANSFORMERS } from './tree.ts';

export type TransformerName = (typeof TRANSFORMERS)[number];

/** A text made longer than this is missing: nested, they could otherwise make one that no memory holds. */
const MADE_MAX = 1 << 20;

/** The problem is a sentence. */
type Made = Result<Pick<Source, 'type' | 'read'>, string>;

/** What a transformer makes of its arguments; `letter` is what stands in brackets behind it. */
export function transformed(name: TransformerName, of: readonly Source[], letter: string | undefined): Made {
  if (letter !== undefined && name !== 'getopt') return refused(`${name}(…) takes nothing in brackets behind it.`);
  switch (name) {
    case 'tolower':
      return eachText(name, of, lowerAscii);
    case 'toupper':
      return eachText(name, of, upperAscii);
    case 'basename':
      return eachText(name, of, (text) => text.slice(text.lastIndexOf('/') + 1));
    case 'b64':
      return eachText(name, of, decoded);
    case 'len':
      return lengthOf(of);
    case 'join':
      return joined(of);
    case 'concat':
      return concatenated(of);
    case 'getopt':
      return options(of, letter);
  }
}

function refused(problem: string): Made {
  return { ok: false, problem };
}

function made(type: FieldType, read: Reading): Made {
  return { ok: true, value: { type, read } };
}

/** For messages: `a number (docker.count)`. */
function described(source: Source): string {
  return `${TYPE_NAMES[source.type]} (${source.name})`;
}

function given(of: readonly Source[]): string {
  return of.length === 1 ? `${of.length} argument is given` : `${of.length} arguments are given`;
}

function eachText(name: string, of: readonly Source[], change: (text: string) => string | undefined): Made {
  const [source, ...more] = of;
  if (source === undefined || more.length > 0) return refused(`${name}(…) takes one argument, and ${given(of)}.`);
  const { type, read } = source;
  if (type === 'text') return made(type, (entry) => changed(read(entry), change));
  if (type === 'texts') return made(type, (entry) => changedAll(read(entry), change));
  return refused(`${name}(…) takes a text or a list of texts, not ${described(source)}.`);
}

function changed(value: FieldValue, change: (text: string) => string | undefined): string | undefined {
  return typeof value === 'string' ? change(value) : undefined;
}

function changedAll(value: FieldValue, change: (text: string) => string | undefined): readonly string[] | undefined {
  if (typeof value !== 'object') return undefined;
  const texts = value.map(change).filter((text) => text !== undefined);
  return texts.length === value.length ? texts : undefined;
}

const BASE64 = /^[A-Za-z0-9+/]*$/;

/** Strictly: no line ends, no rest of bits that are not 0. */
function decoded(text: string): string | undefined {
  const bare = text.replace(/={1,2}$/, '');
  if (bare.length % 4 === 1 || !BASE64.test(bare)) return undefined;
  const bytes = Buffer.from(bare, 'base64');
  return bytes.toString('base64').startsWith(bare) ? bytes.toString('utf8') : undefined;
}

function lengthOf(of: readonly Source[]): Made {
  const [source, ...more] = of;
  if (source === undefined || more.length > 0) return refused(`len(…) takes one argument, and ${given(of)}.`);
  const { type, read } = source;
  if (type !== 'text' && type !== 'texts') {
    return refused(`len(…) takes a text or a list of texts, not ${described(source)}.`);
  }
  return made('number', (entry) => {
    const value = read(entry);
    if (typeof value === 'string') return Buffer.byteLength(value);
    return typeof value === 'object' ? value.length : undefined;
  });
}

function joined(of: readonly Source[]): Made {
  const [separator, list, ...more] = of;
  if (separator === undefined || list === undefined || more.length > 0) {
    return refused(`join(…) takes two arguments, a separator and a list, and ${given(of)}.`);
  }
  if (separator.type !== 'text') return refused(`join(…) takes a text first, not ${described(separator)}.`);
  if (list.type !== 'texts') return refused(`join(…) takes a list second, not ${described(list)}.`);
  return made('text', (entry) => {
    const between = separator.read(entry);
    const texts = list.read(entry);
    return typeof between === 'string' && typeof texts === 'object' ? bounded(texts, between) : undefined;
  });
}

function concatenated(of: readonly Source[]): Made {
  if (of.length < 2) return refused(`concat(…) takes at least two arguments, and ${given(of)}.`);
  const other = of.find(({ type }) => type !== 'text');
  if (other !== undefined) return refused(`concat(…) takes texts, not ${described(other)}.`);
  const reads = of.map(({ read }) => read);
  return made('text', (entry) => {
    const texts = reads.map((read) => read(entry)).filter((value) => typeof value === 'string');
    return texts.length === reads.length ? bounded(texts, '') : undefined;
  });
}

function bounded(texts: readonly string[], separator: string): string | undefined {
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  return length <= MADE_MAX ? texts.join(separator) : undefined;
}

function options(of: readonly Source[], letter: string | undefined): Made {
  const [list, known, ...more] = of;
  if (list === undefined || known === undefined || more.length > 0) {
    return refused(`getopt(…) takes two arguments, a list and the options, and ${given(of)}.`);
  }
  if (list.type !== 'texts') return refused(`getopt(…) takes a list first, not ${described(list)}.`);
  if (known.type !== 'text') return refused(`getopt(…) takes a text second, not ${described(known)}.`);
  if (letter !== undefined && letter.length !== 1) return refused('getopt(…)[…] takes one letter in brackets.');
  const read = remembered(known.read);
  return made(letter === undefined ? 'texts' : 'text', (entry) => {
    const words = list.read(entry);
    const parsed = read(entry);
    if (typeof words !== 'object' || parsed === undefined) return undefined;
    return letter === undefined ? allOptions(words, parsed) : oneOption(words, parsed, letter);
  });
}

/** Options are the same text for every entry, nearly always. */
function remembered(read: Reading): (entry: Entry) => Options | undefined {
  let last: { readonly text: string; readonly options: Options } | undefined;
  return (entry) => {
    const text = read(entry);
    if (typeof text !== 'string') return undefined;
    if (last?.text !== text) last = { text, options: optionsOf(text) };
    return last.options;
  };
}
