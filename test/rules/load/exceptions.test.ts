import assert from 'node:assert/strict';
import { eventEntry, lastRule, load, loaded, problemsOf, RULE, warningsOf } from '../../support/rules-files.ts';

/** Any event, with exceptions. */
function rule(exceptions: string): string {
  return RULE('R', 'docker.type = container or docker.type = image', `exceptions: ${exceptions}`);
}

/** Which of these are excepted: action and name. */
const EVENTS: readonly (readonly [string, string])[] = [
  ['die', 'web'],
  ['die', 'web front'],
  ['kill', 'web'],
  ['kill', '/srv/db'],
];

function excepted(exceptions: string): string {
  const { matches } = lastRule(rule(exceptions));
  return EVENTS.filter(([action, name]) => !matches(eventEntry(action, { name })))
    .map(([action, name]) => `${action} ${name}`)
    .join(', ');
}

describe('exceptions', () => {
  const accepted: readonly (readonly [string, string, string])[] = [
    ['one field', '[{name: e, fields: docker.action, values: [die, pull]}]', 'die web, die web front'],
    [
      'one field, with a blank in a value',
      '[{name: e, fields: docker.attributes.name, values: [web front]}]',
      'die web front',
    ],
    [
      'one field, by pmatch',
      '[{name: e, fields: docker.attributes.name, comps: pmatch, values: [/srv]}]',
      'kill /srv/db',
    ],
    [
      'one field, by an operator on any of a list',
      '[{name: e, fields: docker.attributes.name, comps: " startswith  anyof ", values: [/s, web]}]',
      'die web, die web front, kill web, kill /srv/db',
    ],
    ['a list of one field', '[{name: e, fields: [docker.action], values: [[die]]}]', 'die web, die web front'],
    [
      'fields compared for equality',
      '[{name: e, fields: [docker.action, docker.attributes.name], values: [[die, web], [kill, /srv/db]]}]',
      'die web, kill /srv/db',
    ],
    [
      'fields with operators',
      '[{name: e, fields: [docker.action, docker.attributes.name], comps: [in, contains], values: [[[die, kill], front]]}]',
      'die web front',
    ],
    [
      'one value where a list is compared',
      '[{name: e, fields: [docker.action], comps: [in], values: [[kill]]}]',
      'kill web, kill /srv/db',
    ],
    [
      'a list in parentheses as text',
      '[{name: e, fields: [docker.action], comps: [in], values: [["(kill, die)"]]}]',
      'die web, die web front, kill web, kill /srv/db',
    ],
    [
      'several',
      '[{name: e, fields: docker.action, values: [die]}, {name: f, fields: docker.attributes.name, values: [web]}]',
      'die web, die web front, kill web',
    ],
    ['no values', '[{name: e, fields: docker.action}, {name: f, fields: [docker.action], values: []}]', ''],
    ['nothing', '', ''],
    ['a transformer', '[{name: e, fields: toupper(docker.action), values: [DIE]}]', 'die web, die web front'],
  ];
  for (const [title, exceptions, expected] of accepted) {
    it(`take out ${title}`, () => assert.equal(excepted(exceptions), expected));
  }

  it('take lists and apply to all of the condition', () => {
    const text = `- list: ends\n  items: [die]\n${rule('[{name: e, fields: docker.action, values: [ends]}]')}`;
    assert.equal(lastRule(text).matches(eventEntry('die')), false);
    assert.equal(lastRule(text).matches(eventEntry('kill')), true);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['that are no list', '{name: e}', /:7:15: .*Expected a list of exceptions, got a mapping/],
    ['that are no mappings', '[e]', /:7:16: .*Expected name, fields, comps, values of an exception, got "e"/],
    ['without a name', '[{fields: docker.type}]', /Expected a name for the exception/],
    ['without fields', '[{name: e, values: [a]}]', /Expected fields of the exception: one, or a list of them/],
    ['with no fields in the list', '[{name: e, fields: []}]', /Expected at least one of fields, got an empty list/],
    [
      'with values that are no list',
      '[{name: e, fields: docker.type, values: a}]',
      /Expected a list for values, got "a"/,
    ],
    [
      'with a mapping among values',
      '[{name: e, fields: docker.type, values: [{a: b}]}]',
      /Expected a text, a number or a list in values, got a mapping/,
    ],
    [
      'with lists for one field',
      '[{name: e, fields: docker.type, values: [[a]]}]',
      /Expected plain values, as fields is one field, got a list among them/,
    ],
    [
      'with comps for one field',
      '[{name: e, fields: docker.type, comps: [in], values: [a]}]',
      /Expected one word for comps, as fields is one field/,
    ],
    [
      'with an operator that takes no list',
      '[{name: e, fields: docker.type, comps: =, values: [a]}]',
      /:7:54: .*Expected for comps in, intersects, pmatch, or an operator on texts with oneof, anyof, allof, got "="/,
    ],
    [
      'with a modifier behind a list operator',
      '[{name: e, fields: docker.type, comps: in oneof, values: [a]}]',
      /got "in oneof"/,
    ],
    [
      'with one word for several fields',
      '[{name: e, fields: [docker.type, docker.action], comps: in, values: []}]',
      /Expected 2 comps, one for each field, got one word/,
    ],
    [
      'with fewer comps',
      '[{name: e, fields: [docker.type, docker.action], comps: [in], values: []}]',
      /Expected 2 comps, one for each field, got 1/,
    ],
    [
      'with an unknown operator',
      '[{name: e, fields: [docker.type], comps: [like], values: [[a]]}]',
      /"like" is no operator/,
    ],
    ['with exists', '[{name: e, fields: [docker.type], comps: [exists], values: [[a]]}]', /"exists" is no operator/],
    [
      'with fewer values',
      '[{name: e, fields: [docker.type, docker.action], values: [[a]]}]',
      /Expected a list of 2 values, one for each field, got a list of 1/,
    ],
    [
      'with plain values',
      '[{name: e, fields: [docker.type, docker.action], values: [a]}]',
      /Expected a list of 2 values, one for each field, got "a"/,
    ],
    [
      'with an unknown field',
      '[{name: e, fields: docker.typ, values: [a]}]',
      /:7:34: .*There is no field docker\.typ\. Did you mean "docker\.type"\?/,
    ],
    [
      'with an unknown field, even without values',
      '[{name: e, fields: docker.typ}]',
      /:7:34: .*There is no field docker\.typ\. Did you mean "docker\.type"\?/,
    ],
  ];
  for (const [title, exceptions, expected] of refused) {
    it(`are refused ${title}`, () => {
      const problems = problemsOf(rule(exceptions));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
    });
  }

  it('warn of what is probably a mistake', () => {
    const twice = rule('[{name: e, fields: docker.type, value: a}, {name: e, fields: docker.action, values: [b]}]');
    const appended = '- rule: R\n  exceptions: [{name: e}]\n  override: {exceptions: append}\n';
    assert.ok(loaded(load(twice, appended)));
    assert.deepEqual(warningsOf(twice, appended), [
      'a.yaml:7:47: rule "R": The key "value" is not known here and is passed over. Did you mean "values"?',
      'a.yaml:7:58: rule "R": The exception "e" stands here for a second time; both count.',
      'b.yaml:2:16: rule "R": The exception has no values, so that nothing is appended.',
    ]);
  });
});
