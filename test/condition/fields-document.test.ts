import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD_GROUPS, FIELDS } from '../../src/condition/fields.ts';
import { fieldsDocument } from '../../src/condition/fields-document.ts';

describe('the document of the fields', () => {
  it('is docs/rules-fields.md (npm run docs writes it)', () => {
    const written = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rules-fields.md'), 'utf8');
    assert.equal(written, fieldsDocument());
  });

  it('has one row for each field, with its type, under the heading of its group', () => {
    const rows = fieldsDocument().split('\n');
    for (const { name, type, argument } of FIELDS.all) {
      const start = `| \`${name}${argument === 'needed' ? '[key]' : ''}\` | ${type} | `;
      assert.equal(rows.filter((row) => row.startsWith(start)).length, 1, name);
    }
    for (const { title } of FIELD_GROUPS) assert.ok(rows.includes(`## ${title}`), title);
  });
});
