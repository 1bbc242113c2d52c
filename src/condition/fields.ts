/**
 * Everything that a condition or an output can ask an entry for.
 *
 * - Falco's names mean what they mean in Falco; what is ours has names of its own and is described as such.
 * - A field is read when it is asked for, and reads no more than it needs: nothing is prepared for an event.
 * - Fields are pure and never throw, whatever strangers have written into labels.
 * - They read the entry as it is. Whoever sends out what they gave reads a masked one.
 */
import type { Field, Fields } from './field.ts';
import { CONTAINER } from './fields/container.ts';
import type { FieldGroup } from './fields/define.ts';
import { ENGINE, ENTRY } from './fields/entry.ts';
import { FALCO } from './fields/falco.ts';
import { GENERIC } from './fields/generic.ts';
import { IMAGE } from './fields/image.ts';
import { LOCAL } from './fields/local.ts';
import { COMPOSE, SWARM } from './fields/orchestrator.ts';
import { WORKLOAD } from './fields/workload.ts';

/** In the order of the documentation. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  FALCO,
  GENERIC,
  ENTRY,
  CONTAINER,
  IMAGE,
  COMPOSE,
  SWARM,
  WORKLOAD,
  LOCAL,
  ENGINE,
];

export const FIELDS: Fields = fieldsFrom(FIELD_GROUPS.flatMap(({ fields }) => fields));

function fieldsFrom(all: readonly Field[]): Fields {
  const byName = new Map(all.map((field) => [field.name, field]));
  return { all, named: (name) => byName.get(name) };
}
