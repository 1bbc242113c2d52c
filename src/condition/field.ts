/** What a condition can ask an entry for. */
import type { Entry } from '../model/entry.ts';

export type FieldType = 'text' | 'number' | 'boolean' | 'texts';

/** As the field's type says; undefined where the entry has none. */
export type FieldValue = string | number | boolean | readonly string[] | undefined;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** What stands in brackets after its name. */
  readonly argument: 'none' | 'needed' | 'possible';
  /** `falco`: declared by Falco's docker plugin, or by Falco for every event (`evt.time`). `own`: documented here. */
  readonly source: 'falco' | 'own';
  readonly meaning: string;
  readonly example: string;
  /** Pure, never throws, and needs no `this`. Reads what the engine said, unmasked. */
  readonly read: (entry: Entry, argument?: string) => FieldValue;
}

export interface Fields {
  /** Undefined for a name that is not known. */
  named(name: string): Field | undefined;
  /** In the order of the documentation. */
  readonly all: readonly Field[];
}

/** A condition ready to be asked. Pure, never throws. */
export type Predicate = (entry: Entry) => boolean;
