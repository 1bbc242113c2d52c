import assert from 'node:assert/strict';
import { eventEntry, lastRule, RULE, warningsOf } from '../../support/rules-files.ts';

/** What is told of a rule with this condition, without its place and the text around it. */
function oddities(condition: string): string[] {
  return warningsOf(RULE('R', `'${condition.replaceAll("'", "''")}'`)).map((text) =>
    text.replace(/^a\.yaml:\d+:\d+: rule "R": /, '').replace(/ It says: .*/, ''),
  );
}

const says = (word: string, meant = `val(${word})`) =>
  `${word} is a text here. If the field is meant, compare with ${meant}.`;

describe('a text that looks like a field', () => {
  const ROWS: readonly (readonly [condition: string, words: readonly string[]])[] = [
    ['docker.container.name = docker.compose.service', ['docker.compose.service']],
    ['docker.container.name = "docker.compose.service "', ['docker.compose.service']],
    ['docker.container.name in (a, docker.compose.service, evt.type)', ['docker.compose.service', 'evt.type']],
    ['docker.action = die and not (docker.from startswith anyof (docker.id))', ['docker.id']],
    ['docker.container.name = docker.label[com.example.name]', ['docker.label[com.example.name]']],
  ];
  for (const [condition, words] of ROWS) {
    it(`is told: ${condition}`, () => {
      assert.deepEqual(
        oddities(condition),
        words.map((word) => says(word)),
      );
    });
  }

  it('is told of a transformer in quotes', () => {
    assert.deepEqual(oddities('docker.action = "tolower(docker.container.name)"'), [
      says('tolower(docker.container.name)', 'tolower(docker.container.name) without quotes'),
    ]);
  });

  it('is not told of other words, nor where the field is asked', () => {
    for (const condition of [
      'docker.image.registry in (docker.io, registry.example.com)',
      'docker.container.name = val(docker.compose.service)',
      'docker.container.name = val(docker.label[com.example.name])',
      'docker.container.name = tolower(docker.compose.service)',
      'docker.action = tolower',
      'docker.container.name contains docker',
      'docker.exec.command contains "cat docker.id"',
    ]) {
      assert.deepEqual(oddities(condition), [], condition);
    }
  });

  it('is told at its place, in a macro once, and compared as a text', () => {
    const macro = '- macro: same\n  condition: docker.attributes.name = docker.from\n';
    const text = `${macro}${RULE('One', 'same')}${RULE('Two', 'same and docker.action = die')}`;
    assert.deepEqual(warningsOf(text), [
      `a.yaml:2:39: macro "same": ${says('docker.from')} It says: docker.attributes.name = »docker.from`,
    ]);
    const rule = lastRule(text);
    assert.equal(rule.matches(eventEntry('die', { name: 'docker.from', image: 'x' })), true);
    assert.equal(rule.matches(eventEntry('die', { name: 'x', image: 'x' })), false);
  });
});
