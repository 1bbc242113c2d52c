import assert from 'node:assert/strict';
import { FIELDS } from '../../../src/condition/fields.ts';
import { BUNDLED_RULES, readRulesFiles } from '../../../src/rules/files.ts';
import { loadRules } from '../../../src/rules/load/load.ts';
import type { LoadOptions } from '../../../src/rules/load/options.ts';

const OFF = `- macro: unused
  condition: docker.type = image
- rule: Off
  desc: d
  condition: unused and docker.typ = container
  output: o
  priority: Notice
  source: docker
  enabled: false
`;

function problemsOf(own: string, options: Partial<LoadOptions> = {}): number {
  const files = [
    { path: 'bundled.yaml', text: OFF },
    { path: 'own.yaml', text: own },
  ];
  const loaded = loadRules(files, FIELDS, { minimumPriority: 'Debug', ...options });
  if (loaded.ok) assert.deepEqual(loaded.value.warnings, []);
  return loaded.ok ? 0 : loaded.problem.length;
}

describe('a rule of a trusted file', () => {
  it('is not checked where it is not asked', () => {
    assert.equal(problemsOf('[]', { trusted: 'bundled.yaml' }), 0);
    assert.equal(problemsOf('[]'), 1);
    assert.equal(problemsOf('[]', { trusted: 'own.yaml' }), 1);
  });

  it('is checked where it is asked, by the configuration or by another file', () => {
    assert.equal(problemsOf('[]', { trusted: 'bundled.yaml', enable: ['Off'] }), 1);
    const enabled = '- rule: Off\n  enabled: true\n  override: {enabled: replace}\n';
    assert.equal(problemsOf(enabled, { trusted: 'bundled.yaml' }), 1);
  });

  it('is checked where another file has added to it', () => {
    for (const key of ['condition', 'output']) {
      const added = `- rule: Off\n  ${key}: and docker.scope = local\n  override: {${key}: append}\n`;
      assert.equal(problemsOf(added, { trusted: 'bundled.yaml' }), 1, key);
    }
  });

  it('of those that come with the program is right, each of them, where all are asked', async () => {
    const { files } = await readRulesFiles({ bundled: true, files: [] });
    const loaded = loadRules(files, FIELDS, { minimumPriority: 'Debug', trusted: BUNDLED_RULES, enable: ['*'] });
    assert.ok(loaded.ok);
    assert.deepEqual(loaded.value.warnings, []);
    assert.deepEqual(loaded.value.ruleSet.skipped, []);
  });
});
