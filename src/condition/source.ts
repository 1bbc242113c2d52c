/** Where a value comes from while a condition runs: a field, a transformer, a constant. */

import type { Entry } from '../model/entry.ts';
import { maskText } from '../runtime/mask.ts';
import type { FieldType, FieldValue } from './field.ts';

/** Pure, never throws. Undefined is a missing value. */
export type Reading = (entry: Entry) => FieldValue;

export interface Source {
  /** Of what is read. */
  readonly type: FieldType;
  readonly read: Reading;
  /** For messages: `docker.type`, `tolower(…)`. */
  readonly name: string;
}

export const TYPE_NAMES: Readonly<Record<FieldType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  texts: 'a list of texts',
};

/** Longest constant that is shown in a message. */
const SHOWN_MAX = 60;

/** What somebody wrote, in quotes, cut, and without what may be a secret. */
export function shown(text: string): string {
  return `"${maskText(text, SHOWN_MAX)}"`;
}
