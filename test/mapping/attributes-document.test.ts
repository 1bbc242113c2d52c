import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTS } from '../../scripts/docs.ts';
import { attributesDocument } from '../../src/mapping/attributes-document.ts';
import { REGISTRY } from '../../src/mapping/registry.ts';
import { SEVERITY_ROWS } from '../../src/mapping/severity.ts';

describe('the documents that are made from the sources', () => {
  for (const [path, text] of DOCUMENTS) {
    it(`${path} is up to date (npm run docs writes it)`, () => {
      assert.equal(readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8'), text());
    });
  }
});

describe('attributesDocument', () => {
  it('has a row for every attribute and for every reason of a severity', () => {
    const text = attributesDocument();
    for (const name of Object.keys(REGISTRY)) assert.ok(text.includes(`\n| \`${name}\` | `), name);
    for (const { why } of SEVERITY_ROWS) assert.ok(text.includes(` | ${why} |\n`), why);
  });
});
