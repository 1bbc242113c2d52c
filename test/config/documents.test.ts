/** The examples in the documents for people are tried: who copies one gets what the text beside it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loaded } from './support.ts';

const DOCUMENTS = ['README.md', 'docs/filtering.md', 'docs/rules.md', 'docs/deployment.md', 'docs/delivery.md'];
const SECTION = /^(receivers|rules|processors|exporters|storage|service):/;

/** The YAML of a document that is a configuration, without the indentation of a list that it stands in. */
function examples(document: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../..', document), 'utf8');
  return [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)]
    .map(([, indent = '', example = '']) => example.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .filter((example) => SECTION.test(example));
}

const ENV = { OTLP_TOKEN: 'x', ATTRIBUTES_KEY: 'x'.repeat(32), REDACT_KEY: 'x'.repeat(32) };

describe('the examples in the documents', () => {
  for (const document of DOCUMENTS) {
    for (const [index, example] of examples(document).entries()) {
      it(`of ${document} are right: ${index + 1}`, async () => {
        await loaded(example, { env: ENV });
      });
    }
  }

  it('are found', () => {
    assert.ok(examples('docs/filtering.md').length >= 4);
  });
});
