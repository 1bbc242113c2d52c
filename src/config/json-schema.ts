/**
 * The JSON Schema of a configuration file, for editors. Made from the same schemas that check a file, and looser in one
 * thing: where a number or a truth is expected, `${env:NAME}` may stand too.
 */
import { z } from 'zod';
import { EXPORTER_SCHEMAS, EXPORTER_TYPE_ALIASES } from '../export/config.ts';
import { storageSchema } from '../journal/config.ts';
import { rulesSchema } from '../rules/config.ts';
import { PIPELINES, PROCESSORS, RECEIVER, receiverAliases, receiverSchema, serviceSchema } from './schemas.ts';

export type JsonSchema = { [key: string]: unknown };

const REFERENCE = { type: 'string', pattern: String.raw`\$\{env:` };

export function configSchema(): JsonSchema {
  const service = schemaOf(serviceSchema);
  const pipelines = Object.entries(PIPELINES).map(([signal, schema]) => [`^${signal}(/.+)?$`, schemaOf(schema)]);
  const known = { type: 'object', patternProperties: Object.fromEntries(pipelines), additionalProperties: false };
  Object.assign(propertiesOf(service), { pipelines: known });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'docker-events-otel',
    type: 'object',
    properties: {
      receivers: components([[RECEIVER, withAliases(schemaOf(receiverSchema), receiverAliases)]]),
      rules: { anyOf: [schemaOf(rulesSchema), { type: 'null' }] },
      processors: components(
        Object.entries(PROCESSORS).map(([type, { schema, aliases }]) => [type, withAliases(schemaOf(schema), aliases)]),
      ),
      exporters: components([
        ...Object.entries(EXPORTER_SCHEMAS).map(([type, schema]) => [type, schemaOf(schema)] as const),
        ...Object.entries(EXPORTER_TYPE_ALIASES).map(
          ([alias, type]) => [alias, schemaOf(EXPORTER_SCHEMAS[type])] as const,
        ),
      ]),
      storage: { anyOf: [schemaOf(storageSchema), { type: 'null' }] },
      service,
    },
    additionalProperties: false,
  };
}

/** One part, as it may be written. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as JsonSchema;
  delete made['$schema'];
  return loosened(made) as JsonSchema;
}

export function propertiesOf(schema: JsonSchema): { [key: string]: JsonSchema } {
  return (schema['properties'] ?? {}) as { [key: string]: JsonSchema };
}

function components(types: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  const patterns = types.map(([type, schema]) => [`^${type}(/.+)?$`, { anyOf: [schema, { type: 'null' }] }]);
  return { type: ['object', 'null'], patternProperties: Object.fromEntries(patterns), additionalProperties: false };
}

function withAliases(schema: JsonSchema, aliases: Readonly<Record<string, string>>): JsonSchema {
  const properties = propertiesOf(schema);
  for (const [alias, name] of Object.entries(aliases)) {
    const { default: _, ...same } = properties[name] ?? {};
    properties[alias] = { ...same, description: `The same as ${name}.` };
  }
  return schema;
}

/** Bounds that only say what fits a double tell nobody anything. */
function loosened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(loosened);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, loosened(value)])) as JsonSchema;
  if (copy['maximum'] === Number.MAX_SAFE_INTEGER) delete copy['maximum'];
  if (copy['minimum'] === Number.MIN_SAFE_INTEGER) delete copy['minimum'];
  if (copy['type'] !== 'integer' && copy['type'] !== 'boolean') return copy;
  const { description, default: usual, ...typed } = copy;
  return {
    ...(description === undefined ? {} : { description }),
    ...(usual === undefined ? {} : { default: usual }),
    anyOf: [typed, REFERENCE],
  };
}
