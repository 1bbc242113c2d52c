/** docs/rules.md is what people copy from: its rules load behind the bundled ones, and its conditions can be asked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conditionOf } from '../../src/condition/condition.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import { TRANSFORMERS } from '../../src/condition/tree.ts';
import { OPERATORS } from '../../src/condition/words.ts';
import { BUNDLED_RULES } from '../../src/rules/files.ts';
import { loadRules } from '../../src/rules/load/load.ts';
import { ruleProblemText } from '../../src/rules/load/problem.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8');
const BUNDLED = { path: BUNDLED_RULES, text: readFileSync(BUNDLED_RULES, 'utf8') };

/** Those that are rules files. */
const EXAMPLES = [...TEXT.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
  .map(([, example = '']) => example)
  .filter((example) => /^- /m.test(example));

function problemsOf(files: readonly { readonly path: string; readonly text: string }[]): string[] {
  const loaded = loadRules(files, FIELDS, { minimumPriority: 'Debug' });
  return (loaded.ok ? loaded.value.warnings : loaded.problem).map(ruleProblemText);
}

describe('the document on rules', () => {
  it('has rules that load, each example for itself and all together', () => {
    assert.ok(EXAMPLES.length >= 4);
    const files = EXAMPLES.map((text, index) => ({ path: `example ${index + 1}`, text }));
    for (const file of files) assert.deepEqual(problemsOf([BUNDLED, file]), []);
    assert.deepEqual(problemsOf([BUNDLED, ...files]), []);
  });

  it('has conditions that can be asked', () => {
    const inText = [
      ...TEXT.matchAll(/`((?:not )?(?:docker|tolower\(docker)\.[^`]* (?:=|!=|in|exists|startswith)[^`]*)`/g),
    ];
    const fenced = [...TEXT.matchAll(/^```\n(docker\.[\s\S]*?)^```$/gm)];
    const conditions = [...inText, ...fenced].map(([, condition = '']) => condition);
    assert.ok(conditions.length >= 6);
    for (const condition of conditions) {
      const result = conditionOf(condition);
      assert.ok(result.ok, result.ok ? '' : `${condition}: ${JSON.stringify(result.problem)}`);
    }
  });

  it('has every operator and every transformer', () => {
    const language = TEXT.slice(TEXT.indexOf('## The language'), TEXT.indexOf('## Counting'));
    for (const word of [...OPERATORS, 'oneof', 'anyof', 'allof']) assert.ok(language.includes(`\`${word}\``), word);
    for (const word of TRANSFORMERS) assert.ok(language.includes(`\`${word}(`), word);
  });

  it('names fields that there are', () => {
    const names = [...TEXT.matchAll(/%(docker\.[a-z_.]*[a-z_])/g)].map(([, name = '']) => name);
    assert.ok(names.length > 0);
    for (const name of names) assert.ok(FIELDS.named(name) !== undefined, name);
  });
});
