import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELDS } from '../../../src/condition/fields.ts';
import { loadRules } from '../../../src/rules/load/load.ts';

import { eventEntry, load, loaded, named, problemsOf, RULE, warningsOf } from '../../support/rules-files.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/rules');

describe('loading rules', () => {
  it("takes a file of Falco's docker plugin as it is", () => {
    const text = readFileSync(join(FIXTURES, 'docker_rules.yaml'), 'utf8');
    const { ruleSet, warnings } = loaded(load(text));
    assert.deepEqual(warnings, []);
    const [rule] = ruleSet.rules;
    assert.ok(rule !== undefined && ruleSet.rules.length === 1);
    const { name, description, priority, tags, output, source, file, line } = rule;
    assert.deepEqual(
      { name, description, priority, tags, output, source, file, line },
      {
        name: 'Status of a container changed',
        description: 'A container was created, started, or has ended',
        priority: 'Debug',
        tags: ['docker'],
        output:
          'status=%docker.status image=%docker.from type=%docker.type action=%docker.action name=%docker.attributes.name',
        source: 'docker',
        file: 'a.yaml',
        line: 6,
      },
    );
    const died = eventEntry('die', { image: 'nginx:1.27', name: 'web' });
    assert.equal(rule.matches(died), true);
    assert.equal(rule.matches(eventEntry('kill', {})), false);
    assert.equal(rule.format(died), 'status=die image=nginx:1.27 type=container action=die name=web');
  });

  it('reads files in their order, and all documents of each', () => {
    const first = '- macro: ends\n  condition: docker.action = die\n---\n- list: names\n  items: [a]\n---\n';
    const second = `${RULE('One', 'ends and docker.attributes.name in (names)')}---\n${RULE('Two', 'ends')}`;
    const third = '- list: names\n  items: [b]\n  override: {items: append}\n';
    const { ruleSet, warnings } = loaded(load(first, second, third));
    assert.deepEqual(
      ruleSet.rules.map(({ name, file, line }) => [name, file, line]),
      [
        ['One', 'b.yaml', 1],
        ['Two', 'b.yaml', 8],
      ],
    );
    assert.deepEqual(warnings, []);
    assert.equal(ruleSet.rules[0]?.matches(eventEntry('die', { name: 'b' })), true);
  });

  it('tells all that is wrong, over all files, in their order, and gives no rule then', () => {
    const problems = problemsOf(
      `${RULE('One', 'docker.typ = a')}- rule: Two\n`,
      `- 3\n${RULE('Three', 'docker.type = ')}`,
      'rules: []\n',
      '- [',
    );
    assert.deepEqual(problems, [
      'a.yaml:3:14: rule "One": There is no field docker.typ. Did you mean "docker.type"? It says: »docker.typ = a',
      'a.yaml:7:3: rule "Two": Expected condition, desc, output, priority.',
      'b.yaml:1:3: Expected rule, macro, list, required_engine_version or required_plugin_versions, got "3".',
      problems[3],
      'c.yaml:1:1: Expected a list of rules ("- rule: …"), got a mapping.',
      'd.yaml:1:4: Expected YAML, got what is none: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ]);
    assert.match(problems[3] ?? '', /^b\.yaml:4:27: rule "Three": Expected .* got the end/);
  });

  it('tells all that is wrong with a rule, whichever of its keys it is in, and nothing that only follows from it', () => {
    const broken = RULE('One', 'docker.typ = a').replace(/output: .*/, "output: '%docker.from %docker.nam'");
    const exceptions = 'exceptions: [{name: e, fields: docker.type, values: x}]';
    const added = '- rule: One\n  exceptions: [{name: e, values: [a]}]\n  override: {exceptions: append}\n';
    const text = broken.replace(/priority: .*/, `priority: Notce\n  tags: {}\n  ${exceptions}`) + added;
    assert.deepEqual(
      problemsOf(text).map((problem) => problem.replace(/ It says: .*/, '')),
      [
        'a.yaml:3:14: rule "One": There is no field docker.typ. Did you mean "docker.type"?',
        'a.yaml:4:26: rule "One": There is no field docker.nam. Did you mean "docker.id"?',
        'a.yaml:5:13: rule "One": Expected a priority, got "Notce". Did you mean "Notice"?',
        'a.yaml:6:9: rule "One": Expected a list for tags, got a mapping.',
        'a.yaml:7:55: rule "One": Expected a list for values, got "x".',
      ],
    );
    const plain = RULE('Plain', 'docker.typ = a').replace(/ {2}(desc|priority): .*\n/g, '');
    assert.deepEqual(
      problemsOf(plain).map((problem) => problem.replace(/ It says: .*/, '')),
      [
        'a.yaml:1:3: rule "Plain": Expected desc, priority too: a rule needs them.',
        'a.yaml:2:14: rule "Plain": There is no field docker.typ. Did you mean "docker.type"?',
      ],
    );
  });

  it('takes files and documents with nothing in them', () => {
    for (const text of ['', '# nothing\n', '---\n', '---\n---\nnull\n', '[]', '- ~\n-\n']) {
      assert.deepEqual(loaded(load(text)).ruleSet, { rules: [], skipped: [] }, JSON.stringify(text));
    }
  });

  it('passes over an item that is none, and says so', () => {
    assert.deepEqual(warningsOf('- rul: A\n  desc: b\n- {}\n'), [
      'a.yaml:1:3: Passed over: expected rule, macro, list, required_engine_version or required_plugin_versions, got "rul".',
      'a.yaml:3:3: Passed over: expected rule, macro, list, required_engine_version or required_plugin_versions, got an empty mapping.',
    ]);
  });

  it('leaves out rules of another source, and does not read their conditions', () => {
    const text = `${RULE('Ours', 'docker.type = a')}${RULE('Theirs', 'evt.type = open and (').replace('docker', 'syscall')}`;
    const { ruleSet } = loaded(load(text));
    assert.deepEqual(named(ruleSet.rules), ['Ours']);
    assert.deepEqual(ruleSet.skipped, [{ name: 'Theirs', reason: 'source', file: 'a.yaml', line: 7 }]);
    assert.deepEqual(warningsOf(text), [
      'a.yaml:7:3: rule "Theirs": Skipped: it is for the source "syscall"; only "docker" is known here.',
    ]);
  });

  it('takes a rule without source for one of system calls, as Falco does', () => {
    const text = RULE('Old', 'evt.type = open').replace('  source: docker\n', '');
    assert.deepEqual(loaded(load(text)).ruleSet.skipped[0]?.reason, 'source');
  });

  it('leaves out rules that are disabled, but reads them', () => {
    const text = RULE('Off', 'docker.type = a', 'enabled: false');
    assert.deepEqual(loaded(load(text)).ruleSet, {
      rules: [],
      skipped: [{ name: 'Off', reason: 'disabled', file: 'a.yaml', line: 1 }],
    });
    assert.equal(problemsOf(RULE('Off', 'docker.typ = a', 'enabled: false')).length, 1);
  });

  it('leaves out rules that are less severe than asked for', () => {
    const text = `${RULE('Quiet', 'docker.type = a')}${RULE('Loud', 'docker.type = a').replace('notice', 'Critical')}`;
    const result = loadRules([{ path: 'a.yaml', text }], FIELDS, { minimumPriority: 'Error' });
    assert.ok(result.ok);
    assert.deepEqual(named(result.value.ruleSet.rules), ['Loud']);
    assert.deepEqual(result.value.ruleSet.skipped, [{ name: 'Quiet', reason: 'priority', file: 'a.yaml', line: 1 }]);
  });

  it('switches rules on and off as the configuration says, off last', () => {
    const off = 'enabled: false';
    const text = ['Exec a', 'Exec b', 'Pull a', 'Pull b'].map((name) => RULE(name, 'docker.type = a', off)).join('');
    const result = loadRules([{ path: 'a.yaml', text }], FIELDS, {
      minimumPriority: 'Debug',
      enable: ['Exec*', '*b', 'Pul a'],
      disable: ['Pull b', 'E*x*c b', 'E*c*c'],
    });
    assert.ok(result.ok);
    assert.deepEqual(named(result.value.ruleSet.rules), ['Exec a']);
    assert.deepEqual(
      result.value.warnings.map(({ message, near }) => [message, near]),
      [
        ['There is no rule "Pul a" to enable.', 'Pull a'],
        ['There is no rule "E*c*c" to disable.', undefined],
      ],
    );
  });

  it('passes a rule over that names an unknown field and asks for that', () => {
    const asks = 'skip-if-unknown-filter: true';
    const text =
      RULE('Condition', 'docker.type = a and docker.new = b', asks) +
      RULE('Output', 'docker.type = a', asks).replace('"o"', '"%docker.type %docker.new"') +
      RULE('Both', 'docker.type = a', asks);
    const { ruleSet, warnings } = loaded(load(text));
    assert.deepEqual(named(ruleSet.rules), ['Both']);
    assert.deepEqual(
      ruleSet.skipped.map(({ name, reason }) => [name, reason]),
      [
        ['Condition', 'unknown_field'],
        ['Output', 'unknown_field'],
      ],
    );
    assert.deepEqual(
      warnings.map(({ line, column, message }) => [line, column, message.slice(0, 26)]),
      [
        [3, 34, 'Skipped, as it asks to be:'],
        [11, 26, 'Skipped, as it asks to be.'],
      ],
    );
    assert.equal(
      problemsOf(RULE('Other', 'docker.type = a and nothing', asks)).length,
      1,
      'what else is wrong is told',
    );
  });

  it('tells macros and lists that nothing names, unless rules were left unread', () => {
    const text = '- macro: m\n  condition: docker.type = a\n- list: l\n  items: [a]\n';
    const expected = ['a.yaml:1:3: macro "m": Nothing names it.', 'a.yaml:3:3: list "l": Nothing names it.'];
    assert.deepEqual(warningsOf(text), expected);
    assert.deepEqual(warningsOf(text + RULE('R', 'm and docker.action in (l)')), []);
    assert.equal(warningsOf(text + RULE('R', 'm').replace('docker\n', 'syscall\n')).length, 1);
  });
});
