import type { AttributeType } from '../../src/mapping/registry/definition.ts';

/** Whether a value is of the type that the registry promises. */
export function hasType(value: unknown, type: AttributeType): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'int':
      return Number.isSafeInteger(value);
    case 'string[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
  }
}
