/** Writes the documents that are made from the sources. A test fails when one is not up to date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsDocument } from '../src/condition/fields-document.ts';
import { configSchema } from '../src/config/json-schema.ts';
import { optionsDocument } from '../src/config/options-document.ts';
import { attributesDocument } from '../src/mapping/attributes-document.ts';
import { metricsDocument } from '../src/metrics/document.ts';

/** Each document by its path in the repository. */
export const DOCUMENTS: ReadonlyMap<string, () => string> = new Map([
  ['docs/attributes.md', attributesDocument],
  ['docs/configuration.md', optionsDocument],
  ['docs/metrics.md', metricsDocument],
  ['docs/rules-fields.md', fieldsDocument],
  ['otel-config/docker-events-otel.schema.json', () => `${JSON.stringify(configSchema(), null, 2)}\n`],
]);

if (import.meta.main) {
  for (const [path, text] of DOCUMENTS) writeFileSync(join(import.meta.dirname, '..', path), text());
}
