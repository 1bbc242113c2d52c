import assert from 'node:assert/strict';
import type { CompiledRule } from '../../../src/rules/rule-set.ts';
import { eventEntry, lastRule, problemsOf, RULE, warningsOf } from '../../support/rules-files.ts';

/** With every part, the condition `docker.action = a` and one exception. */
const BASE = `
- rule: R
  desc: base
  condition: docker.action = a
  output: base %docker.action
  priority: notice
  source: docker
  tags: [one, two]
  enabled: true
  exceptions:
    - {name: e, fields: docker.attributes.name, values: [x]}
`;

function change(...lines: readonly string[]): string {
  return `- rule: R\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function actions(rule: CompiledRule): string {
  return ['a', 'b', 'c'].filter((action) => rule.matches(eventEntry(action))).join('');
}

describe('a rule that is changed', () => {
  const changes: readonly (readonly [string, string, (rule: CompiledRule) => unknown, unknown])[] = [
    [
      'appends to its condition',
      change('condition: or docker.action = b', 'override: {condition: append}'),
      actions,
      'ab',
    ],
    ['replaces its condition', change('condition: docker.action = c', 'override: {condition: replace}'), actions, 'c'],
    [
      'appends to its output with a blank',
      change('output: and %docker.type', 'override: {output: append}'),
      (rule) => rule.format(eventEntry('a')),
      'base a and container',
    ],
    ['replaces its output', change('output: " new "', 'override: {output: replace}'), (rule) => rule.output, 'new'],
    [
      'appends to its description',
      change('desc: more', 'override: {desc: append}'),
      (rule) => rule.description,
      'base more',
    ],
    ['replaces its description', change('desc: new', 'override: {desc: replace}'), (rule) => rule.description, 'new'],
    [
      'appends tags, each once',
      change('tags: [two, three, three]', 'override: {tags: append}'),
      (rule) => rule.tags,
      ['one', 'two', 'three'],
    ],
    ['replaces tags', change('tags: [three]', 'override: {tags: replace}'), (rule) => rule.tags, ['three']],
    [
      'replaces its priority',
      change('priority: ALERT', 'override: {priority: replace}'),
      (rule) => rule.priority,
      'Alert',
    ],
    [
      'replaces its threshold',
      change('threshold: {count: 2, within: 1m}', 'override: {threshold: replace}'),
      (rule) => rule.threshold?.count,
      2,
    ],
    [
      'appends and replaces at once',
      change('condition: or docker.action = b', 'desc: new', 'override: {condition: append, desc: replace}'),
      (rule) => [actions(rule), rule.description],
      ['ab', 'new'],
    ],
    [
      'appends values to an exception',
      change('exceptions: [{name: e, values: [y]}]', 'override: {exceptions: append}'),
      (rule) => ['x', 'y', 'z'].filter((name) => rule.matches(eventEntry('a', { name }))),
      ['z'],
    ],
    [
      'appends an exception',
      change('exceptions: [{name: f, fields: docker.attributes.name, values: [y]}]', 'override: {exceptions: append}'),
      (rule) => ['x', 'y', 'z'].filter((name) => rule.matches(eventEntry('a', { name }))),
      ['z'],
    ],
    [
      'replaces its exceptions',
      change('exceptions: [{name: f, fields: docker.attributes.name, values: [y]}]', 'override: {exceptions: replace}'),
      (rule) => ['x', 'y', 'z'].filter((name) => rule.matches(eventEntry('a', { name }))),
      ['x', 'z'],
    ],
    [
      'replaces what has no meaning here',
      change(
        'warn_evttypes: no',
        'capture_duration: 5',
        'override: {warn_evttypes: replace, capture_duration: replace}',
      ),
      actions,
      'a',
    ],
  ];
  for (const [title, text, look, expected] of changes) {
    it(title, () => {
      assert.deepEqual(look(lastRule(BASE, text)), expected);
      assert.deepEqual(warningsOf(BASE, text), []);
    });
  }

  it('is switched on and off', () => {
    const off = change('enabled: false', 'override: {enabled: replace}');
    assert.throws(() => lastRule(BASE, off));
    assert.equal(lastRule(BASE, off, change('enabled: true', 'override: {enabled: replace}')).name, 'R');
  });

  it('keeps its turn and its place, whatever defines it anew', () => {
    const rule = lastRule(`${RULE('R', 'docker.action = a')}`, `\n\n${RULE('R', 'docker.action = b')}`);
    assert.deepEqual([rule.file, rule.line, actions(rule)], ['a.yaml', 1, 'b']);
  });

  it('is told for where the appended part was written', () => {
    assert.deepEqual(problemsOf(BASE, change('condition: or docker.actio = b', 'override: {condition: append}')), [
      'b.yaml:2:17: rule "R": There is no field docker.actio. Did you mean "docker.action"? It says: (docker.action = a or »docker.actio = b) and not (docker.attrib…',
    ]);
  });

  const older: readonly (readonly [string, string, string])[] = [
    ['its condition', change('condition: or docker.action = b', 'append: true'), 'ab'],
    ['nothing else, which is told', change('condition: or docker.action = b', 'enabled: false', 'append: yes'), 'ab'],
  ];
  for (const [title, text, expected] of older) {
    it(`appends in the older form ${title}`, () => assert.equal(actions(lastRule(BASE, text)), expected));
  }

  it('warns of the older forms', () => {
    assert.deepEqual(warningsOf(BASE, change('condition: or docker.action = b', 'enabled: false', 'append: true')), [
      'b.yaml:3:3: rule "R": Beside "append: true" only condition and exceptions count; passed over: enabled.',
      'b.yaml:4:3: rule "R": "append: true" is deprecated. Write "override:" with "condition: append" or the like.',
    ]);
    assert.deepEqual(warningsOf(BASE, change('enabled: false')), [
      'b.yaml:2:3: rule "R": "enabled" alone is deprecated. Write "override:" with "enabled: replace" beside it.',
    ]);
    assert.throws(() => lastRule(BASE, change('enabled: false')));
  });
});

describe('a change that is refused', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    [
      'of both forms',
      change('condition: or x', 'append: true', 'override: {condition: append}'),
      /:3:3: rule "R": "append: true" and "override" cannot stand together\. Write "override:" with/,
    ],
    [
      'of a key that is not there',
      change('override: {condition: append}'),
      /:2:3: .*Expected condition to append: override names it/,
    ],
    [
      'of a key that override does not name',
      change('condition: or docker.action = b', 'priority: info', 'override: {condition: append}'),
      /:3:3: .*Expected "priority: replace" under override: nothing says what priority is for/,
    ],
    [
      'that appends to a priority',
      change('priority: info', 'override: {priority: append}'),
      /:3:14: .*"priority" cannot be appended to, only replaced/,
    ],
    ['that appends to a threshold', change('override: {threshold: append}'), /"threshold" cannot be appended to/],
    [
      'of an unknown key',
      change('override: {conditon: append}'),
      /"conditon" cannot be overridden, only condition, .* Did you mean "condition"\?/,
    ],
    [
      'by an unknown operation',
      change('desc: d', 'override: {desc: add}'),
      /:3:20: .*Expected append or replace for override\.desc, got "add"/,
    ],
    [
      'that is no mapping',
      change('override: append'),
      /:2:13: .*Expected keys with append or replace for override, got "append"/,
    ],
    ['of nothing', change('append: true'), /:1:3: .*Expected a condition or exceptions to append/],
    ['of nothing at all', change('tags: [a]'), /:1:3: .*Expected condition, desc, output, priority\./],
    [
      'that lacks a part',
      change('desc: d', 'condition: docker.type = a'),
      /Expected output, priority too: a rule needs them/,
    ],
    [
      'for another source',
      change('condition: or docker.type = b', 'source: syscall', 'append: true'),
      /:1:3: rule "R": The rule is for "syscall" here and for "docker" in a\.yaml:2\./,
    ],
    [
      'for another source, which is not written',
      RULE('R', 'docker.type = a').replace('  source: docker\n', ''),
      /The rule is for "syscall" here and for "docker" in a\.yaml:2\. A rule without source is for syscall\./,
    ],
    [
      'of an exception that is not there',
      change('exceptions: [{name: ee, values: [y]}]', 'override: {exceptions: append}'),
      /Expected fields: the rule has no exception "ee" yet\. Did you mean "e"\?/,
    ],
    [
      'of an exception without values',
      change('exceptions: [{name: f, fields: docker.type}]', 'append: true'),
      /Expected values of the exception "f", which is a new one/,
    ],
    [
      'of the fields of an exception',
      change('exceptions: [{name: e, fields: docker.type, values: [y]}]', 'append: true'),
      /Expected values alone: the exception "e" is in a\.yaml:11 already/,
    ],
    [
      'of the comps of an exception',
      change('exceptions: [{name: e, comps: in, values: [y]}]', 'append: true'),
      /Expected values alone/,
    ],
    [
      'by exceptions that are not whole',
      change('exceptions: [{name: e, values: [y]}]', 'override: {exceptions: replace}'),
      /Expected fields of the exception/,
    ],
  ];
  for (const [title, text, expected] of refused) {
    it(`is one ${title}`, () => {
      const problems = problemsOf(BASE, text);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', /^b\.yaml:\d+:\d+: rule "R": /);
      assert.match(problems[0] ?? '', expected);
    });
  }

  const missing: readonly (readonly [string, string])[] = [
    ['- rule: S\n  condition: or a\n  append: true\n', 'rule "S"'],
    ['- rule: S\n  desc: d\n  override: {desc: replace}\n', 'rule "S"'],
    ['- rule: S\n  enabled: true\n', 'rule "S"'],
    ['- macro: m\n  condition: or a\n  append: true\n', 'macro "m"'],
    ['- macro: m\n  condition: or a\n  override: {condition: append}\n', 'macro "m"'],
    ['- list: l\n  items: [a]\n  append: true\n', 'list "l"'],
    ['- list: l\n  items: [a]\n  override: {items: append}\n', 'list "l"'],
  ];
  for (const [text, item] of missing) {
    it(`is one of what is not there yet: ${JSON.stringify(text)}`, () => {
      const [problem, ...others] = problemsOf(text);
      assert.deepEqual(others, []);
      const kind = item.replace(/ .*/, '');
      assert.equal(
        problem,
        `a.yaml:1:3: ${item}: Expected a ${kind} of that name further up, or in a file before this one: there is none to change.`,
      );
    });
  }

  it('is told once, however much follows from it', () => {
    const broken = '- list: l\n- macro: m\n- rule: R\n  desc: d\n';
    const follows = `- list: l\n  items: [a]\n  append: true\n- macro: m\n  condition: or a\n  append: true\n${change('condition: or x', 'append: true')}${RULE('S', 'm and docker.action in (l) and docker.type in l')}`;
    assert.equal(problemsOf(broken, follows).length, 3);
  });
});
