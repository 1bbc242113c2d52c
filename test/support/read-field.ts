/** Asks an entry for a field. */
import type { FieldValue } from '../../src/condition/field.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import type { Entry } from '../../src/model/entry.ts';

/** @param asked a name, or a name with its key: `docker.label[tier]` */
export function readField(entry: Entry, asked: string): FieldValue {
  const bracket = asked.indexOf('[');
  const name = bracket < 0 ? asked : asked.slice(0, bracket);
  const field = FIELDS.named(name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field.read(entry, bracket < 0 ? undefined : asked.slice(bracket + 1, -1));
}
