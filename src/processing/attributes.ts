/**
 * The attributes processor: changes of the attributes of a record or a span, one after the other, as the configuration lists
 * them.
 *
 *   record, entry ──► action 1 ──► action 2 ──► … ──► record
 *
 * The words are those of the OpenTelemetry Collector's attributes processor, where it has them:
 *
 * - `insert` writes where the attribute is absent, `update` where it is present, `upsert` in both cases. What is written is
 *   a value, or a copy of another attribute; where that other one is absent nothing happens.
 * - `delete` and `hash` take one attribute or all whose names match a pattern. A hash is HMAC-SHA256 with the configured key,
 *   in 32 hex digits: the same text gives the same hash, and nobody without the key can try out what the text was. A number
 *   or a truth is hashed as it is written, a list item by item.
 * - `rename` moves the value; what was there under the new name is replaced.
 *
 * Each action sees what those before it did. Its condition is asked of the entry, masked as it is for the mapper, not of the
 * record: a condition means the same here as in a filter.
 *
 * Pure and total: the record given is not changed, and one that no action touches is given back as it is. `log.record.uid`
 * cannot be changed: by it backends and people recognise a record that was sent twice.
 *
 * Not done here: resource attributes (they are static, an option of the mapping), the body, severities, calculations. For
 * those records can be handed to an OpenTelemetry Collector.
 */
import { createHmac } from 'node:crypto';
import type { Predicate } from '../condition/field.ts';
import type { Entry } from '../model/entry.ts';
import type { Attributes, AttributeValue } from '../model/log-record.ts';
import type { Secret } from '../runtime/secret.ts';
import { matchesGlob } from './glob.ts';

export type AttributeAction = Writing | Removing | Renaming;

interface Conditional {
  /** Always where it is not given. */
  readonly when?: Predicate | undefined;
}

export interface Writing extends Conditional {
  readonly action: 'insert' | 'update' | 'upsert';
  readonly key: string;
  readonly from: { readonly value: AttributeValue } | { readonly attribute: string };
}

export interface Removing extends Conditional {
  readonly action: 'delete' | 'hash';
  readonly which: { readonly key: string } | { readonly pattern: string };
}

export interface Renaming extends Conditional {
  readonly action: 'rename';
  readonly key: string;
  readonly to: string;
}

export interface AttributeChanges {
  readonly actions: readonly AttributeAction[];
  /** Needed by `hash`; without it a hashed attribute is deleted, so that nothing leaves that was to be hidden. */
  readonly hashKey?: Secret | undefined;
}

/** The attribute that no action changes. */
export const UID_ATTRIBUTE = 'log.record.uid';

type Change = (draft: Draft) => void;

/** Gives a record or a span with all changes made to its attributes. */
export type ChangeAttributes = <Changed extends { readonly attributes: Attributes }>(
  changed: Changed,
  entry: Entry,
) => Changed;

export function createAttributeChanges(options: AttributeChanges): ChangeAttributes {
  const steps = options.actions.map((action) => ({ when: action.when, change: changeOf(action, options.hashKey) }));
  if (steps.length === 0) return (record) => record;
  return (record, entry) => {
    const draft = new Draft(record.attributes);
    for (const { when, change } of steps) if (when === undefined || when(entry)) change(draft);
    return draft.attributes === record.attributes ? record : { ...record, attributes: draft.attributes };
  };
}

function changeOf(action: AttributeAction, hashKey: Secret | undefined): Change {
  switch (action.action) {
    case 'insert':
      return writing(action, (draft) => !draft.has(action.key));
    case 'update':
      return writing(action, (draft) => draft.has(action.key));
    case 'upsert':
      return writing(action, () => true);
    case 'delete':
      return each(action, (draft, name) => draft.delete(name));
    case 'hash':
      return each(action, (draft, name) => draft.replace(name, hashKey && ((value) => hashed(value, hashKey))));
    case 'rename':
      return (draft) => draft.move(action.key, action.to);
  }
}

function writing({ key, from }: Writing, applies: (draft: Draft) => boolean): Change {
  return (draft) => {
    if (!applies(draft)) return;
    const value = 'value' in from ? from.value : draft.get(from.attribute);
    if (value !== undefined) draft.set(key, value);
  };
}

function each({ which }: Removing, change: (draft: Draft, name: string) => void): Change {
  if ('key' in which) return (draft) => change(draft, which.key);
  return (draft) => {
    for (const name of draft.names()) if (matchesGlob(which.pattern, name)) change(draft, name);
  };
}

const HASH_DIGITS = 32;

function hashed(value: AttributeValue, key: Secret): AttributeValue {
  if (typeof value === 'object') return value.map((item) => hashedText(item, key));
  return hashedText(String(value), key);
}

function hashedText(text: string, key: Secret): string {
  return createHmac('sha256', key.reveal()).update(text).digest('hex').slice(0, HASH_DIGITS);
}

/** Attributes that are copied when they are first changed. Leaves the uid alone. */
class Draft {
  #attributes: Attributes;
  #isCopy = false;

  constructor(attributes: Attributes) {
    this.#attributes = attributes;
  }

  get attributes(): Attributes {
    return this.#attributes;
  }

  names(): readonly string[] {
    return Object.keys(this.#attributes);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#attributes, name);
  }

  get(name: string): AttributeValue | undefined {
    return this.has(name) ? this.#attributes[name] : undefined;
  }

  set(name: string, value: AttributeValue): void {
    if (name === UID_ATTRIBUTE) return;
    this.#own()[name] = value;
  }

  delete(name: string): void {
    if (name === UID_ATTRIBUTE || !this.has(name)) return;
    delete this.#own()[name];
  }

  replace(name: string, by: ((value: AttributeValue) => AttributeValue) | undefined): void {
    const value = this.get(name);
    if (value === undefined) return;
    if (by === undefined) this.delete(name);
    else this.set(name, by(value));
  }

  move(name: string, to: string): void {
    const value = this.get(name);
    if (value === undefined || name === UID_ATTRIBUTE || to === UID_ATTRIBUTE) return;
    this.delete(name);
    this.set(to, value);
  }

  #own(): Attributes {
    if (!this.#isCopy) {
      this.#attributes = Object.assign(Object.create(null), this.#attributes);
      this.#isCopy = true;
    }
    return this.#attributes;
  }
}
