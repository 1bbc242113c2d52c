/** Writes the documents that are made from the sources. A test fails when one is not up to date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributesDocument } from '../src/mapping/attributes-document.ts';

/** Each document by its path in the repository. */
export const DOCUMENTS: ReadonlyMap<string, () => string> = new Map([['docs/attributes.md', attributesDocument]]);

if (import.meta.main) {
  for (const [path, text] of DOCUMENTS) writeFileSync(join(import.meta.dirname, '..', path), text());
}
