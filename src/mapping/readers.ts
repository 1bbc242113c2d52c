/**
 * Readers of the engine's own keys: from the text that the engine wrote to a typed attribute.
 *
 * A reader refuses what the engine cannot have written there (an exit code that is no number), and writes nothing then;
 * the value is kept elsewhere, as it is. What is taken can be turned back into the very text that was read.
 */

import { parseImageReference } from '../model/image-reference.ts';
import type { Attributes } from '../model/log-record.ts';
import { SIGNAL_MAX, signalName } from '../model/signals.ts';
import { remembered } from '../runtime/bounded-cache.ts';
import { isEngineId } from '../runtime/engine-id.ts';
import { type NamesOf, put } from './registry.ts';

/** True when the value was taken. */
export type Reader = (to: Attributes, value: string) => boolean;

/** The engine's own keys with their readers. */
export type OwnKeys = ReadonlyMap<string, Reader>;

export const NO_KEYS: OwnKeys = new Map();

export function text(name: NamesOf<'string'>): Reader {
  return (to, value) => {
    put(to, name, value);
    return true;
  };
}

/** A whole number as Go prints it, from 0 to `max`. */
export function integer(name: NamesOf<'int'>, max = Number.MAX_SAFE_INTEGER): Reader {
  return (to, value) => {
    const number = parseInteger(value, max);
    if (number === undefined) return false;
    put(to, name, number);
    return true;
  };
}

function parseInteger(value: string, max: number): number | undefined {
  const number = Number(value);
  const isOwn = Number.isSafeInteger(number) && number >= 0 && number <= max && String(number) === value;
  return isOwn ? number : undefined;
}

/** One of two words; Go prints `true` and `false`. */
export function yesNo(name: NamesOf<'boolean'>, yes = 'true', no = 'false'): Reader {
  return (to, value) => {
    if (value !== yes && value !== no) return false;
    put(to, name, value === yes);
    return true;
  };
}

/** A JSON array of strings within a string, written as Go writes it. */
export function list(name: NamesOf<'string[]'>): Reader {
  return (to, value) => {
    const items = parseList(value);
    if (items === undefined) return false;
    put(to, name, items);
    return true;
  };
}

function parseList(value: string): readonly string[] | undefined {
  if (!value.startsWith('[')) return undefined;
  try {
    const items: unknown = JSON.parse(value);
    if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return undefined;
    return asGoPrints(items) === value ? items : undefined;
  } catch {
    // Not JSON is an answer here: the caller keeps the text as it is.
    return undefined;
  }
}

const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g;

function asGoPrints(items: readonly string[]): string {
  return JSON.stringify(items).replace(
    ESCAPED_BY_GO,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An id of the engine: 64 hex digits. */
export function id(name: NamesOf<'string'>): Reader {
  return (to, value) => {
    if (!isEngineId(value)) return false;
    put(to, name, value);
    return true;
  };
}

/** A signal by its number: number and name. */
export const signal: Reader = (to, value) => {
  const number = parseInteger(value, SIGNAL_MAX);
  if (number === undefined || number === 0) return false;
  putSignal(to, number);
  return true;
};

export function putSignal(to: Attributes, number: number): void {
  put(to, 'docker.signal.number', number);
  const name = signalName(number);
  if (name !== undefined) put(to, 'docker.signal.name', name);
}

/** A name with a slash before it, as the engine keeps it inside. */
export const oldName: Reader = (to, value) => {
  if (!value.startsWith('/')) return false;
  put(to, 'docker.container.old_name', value.slice(1));
  return true;
};

const parseRemembered = remembered((reference: string) => {
  const parsed = parseImageReference(reference);
  if (parsed?.kind !== 'name') return parsed;
  // Frozen, because records share it.
  return { ...parsed, tags: parsed.tag === undefined ? undefined : Object.freeze([parsed.tag]) };
});

/** An image by name, tag and digest, or by id. What follows no grammar is taken as a name, as it is. */
export const image: Reader = (to, value) => {
  const reference = parseRemembered(value);
  if (reference?.kind === 'id') {
    put(to, 'container.image.id', reference.id);
    return true;
  }
  put(to, 'container.image.name', reference?.name ?? value);
  if (reference?.tags !== undefined) put(to, 'container.image.tags', reference.tags);
  if (reference?.digest !== undefined) put(to, 'oci.manifest.digest', reference.digest);
  return true;
};

/** Tag and digest of a reference whose name the engine says elsewhere. */
export function putTagAndDigest(to: Attributes, value: string): void {
  const reference = parseRemembered(value);
  if (reference?.kind !== 'name') return;
  if (reference.tags !== undefined) put(to, 'container.image.tags', reference.tags);
  if (reference.digest !== undefined) put(to, 'oci.manifest.digest', reference.digest);
}
