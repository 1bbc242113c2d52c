import assert from 'node:assert/strict';
import { FALCO_ENGINE_VERSION } from '../../../src/rules/load/versions.ts';
import { lastRule, problemsOf, RULE, warningsOf } from '../../support/rules-files.ts';

const [major = '', minor = '', patch = ''] = FALCO_ENGINE_VERSION.split('.');

describe('what a file requires', () => {
  const accepted = [
    'required_engine_version: 0.26.0',
    'required_engine_version: 26',
    `required_engine_version: ${FALCO_ENGINE_VERSION}`,
    `required_engine_version: "${minor}"`,
    'required_engine_version: 0.31.0-rc1',
    'required_plugin_versions: []',
    'required_plugin_versions: [{name: docker, version: 0.4.0}]',
    'required_plugin_versions: [{name: docker, version: 0.2.5}]',
    'required_plugin_versions: [{name: other, version: 1.0.0, alternatives: [{name: docker, version: 0.1.0}]}]',
  ];
  for (const text of accepted) it(`may be ${text}`, () => assert.deepEqual(problemsOf(`- ${text}\n`), []));

  const refused: readonly (readonly [string, RegExp])[] = [
    [
      `required_engine_version: ${major}.${Number(minor) + 1}.${patch}`,
      /:1:28: These rules are for version 0\.\d+\.0 of Falco's engine; the language of 0\.\d+\.0 is spoken here/,
    ],
    [`required_engine_version: ${Number(minor) + 1}`, /These rules are for version \d+ of/],
    ['required_engine_version: 1.0.0', /These rules are for version 1\.0\.0/],
    ['required_engine_version: seven', /:1:28: Expected a version such as 0\.31\.0, got "seven"/],
    ['required_engine_version: 0.31', /Expected a version such as/],
    ['required_engine_version: [1]', /Expected a text for required_engine_version, got a list/],
    ['required_plugin_versions: docker', /:1:3: Expected a list of plugins, got "docker"/],
    ['required_plugin_versions: [docker]', /Expected name and version of a plugin, got "docker"/],
    ['required_plugin_versions: [{name: docker}]', /Expected version of the plugin/],
    ['required_plugin_versions: [{name: docker, version: new}]', /Expected a version such as 0\.4\.0, got "new"/],
    [
      'required_plugin_versions: [{name: docker, version: 0.5.0}]',
      /need Falco's plugin docker 0\.5\.0; known here: docker 0\.4\.0/,
    ],
    [
      'required_plugin_versions: [{name: json, version: 0.7.0}]',
      /need Falco's plugin json 0\.7\.0; known here: docker 0\.4\.0\. Put rules for Docker into a file of their own/,
    ],
    [
      'required_plugin_versions: [{name: json, version: 0.7.0, alternatives: [{name: k8saudit, version: 0.1.0}]}]',
      /plugin json 0\.7\.0 or k8saudit 0\.1\.0;/,
    ],
    [
      'required_plugin_versions: [{name: docker, version: 0.1.0, alternatives: [{name: docker, version: 0.2.0}]}]',
      /The plugin "docker" stands here for a second time/,
    ],
    [
      'required_plugin_versions: [{name: docker, version: 0.1.0, alternatives: json}]',
      /Expected a list of plugins for alternatives, got "json"/,
    ],
  ];
  for (const [text, expected] of refused) {
    it(`cannot be ${text}`, () => {
      const problems = problemsOf(`- ${text}\n`);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
    });
  }
});

describe('the parts of a rule', () => {
  for (const [written, priority] of [
    ['EMERGENCY', 'Emergency'],
    ['alert', 'Alert'],
    ['Critical', 'Critical'],
    ['error', 'Error'],
    ['WARNING', 'Warning'],
    ['notice', 'Notice'],
    ['INFO', 'Informational'],
    ['informational', 'Informational'],
    ['debug', 'Debug'],
  ]) {
    it(`may have the priority ${written}`, () => {
      assert.equal(lastRule(RULE('R', 'docker.type = a').replace('notice', String(written))).priority, priority);
    });
  }

  const refused: readonly (readonly [string, string, string | RegExp])[] = [
    ['priority: notice', 'priority: warn', /:5:13: rule "R": Expected one of Emergency, Alert, .*, got "warn"/],
    ['priority: notice', 'priority: warnin', /Expected a priority, got "warnin"\. Did you mean "Warning"\?/],
    ['priority: notice', 'priority:', /:5:3: .*Expected a text for priority, got nothing/],
    ['output: "o"', 'output: ""', /Expected a text for output, got an empty one/],
    ['output: "o"', 'output: "%docker.foo"', /:4:13: .*There is no field docker\.foo/],
    ['desc: d', 'desc: [d]', /Expected a text for desc, got a list/],
    ['desc: d', 'enabled: maybe', /Expected true or false for enabled, got "maybe"/],
    ['desc: d', 'desc: d\n  tags: a', /Expected a list for tags, got "a"/],
    ['desc: d', 'desc: d\n  tags: [{a: b}]', /Expected a text or a number in tags, got a mapping/],
    [
      'desc: d',
      'desc: d\n  capture_duration: soon',
      /Expected a whole number from 0 to \d+ for capture_duration, got "soon"/,
    ],
    ['desc: d', 'desc: d\n  append: maybe', /Expected true or false for append/],
    ['rule: R', 'rule:', /Expected a text for rule, got nothing/],
  ];
  for (const [from, to, expected] of refused) {
    it(`cannot be ${JSON.stringify(to)}`, () => {
      assert.match(problemsOf(RULE('R', 'docker.type = a').replace(from, to)).join('\n'), expected as RegExp);
    });
  }

  it('are warned of when they mean nothing here', () => {
    assert.deepEqual(warningsOf(RULE('R', 'docker.type = a', 'capture: true\n  Tags: [a]\n  desc: e')), [
      'a.yaml:7:3: rule "R": There are no system calls here to capture; capture is passed over.',
      'a.yaml:8:3: rule "R": The key "Tags" is not known here and is passed over. Did you mean "tags"?',
      'a.yaml:9:3: The key "desc" stands here for a second time; the one in line 2 counts.',
    ]);
  });
});

describe('a threshold', () => {
  const threshold = (text: string) => RULE('R', 'docker.type = a', `threshold: ${text}`);
  const accepted: readonly (readonly [string, unknown])[] = [
    ['{count: 3, within: 10m}', { count: 3, withinMs: 600_000, coolDownMs: 600_000, by: [] }],
    ['{count: 3, within: 1m30s, cool_down: 1h}', { count: 3, withinMs: 90_000, coolDownMs: 3_600_000, by: [] }],
    ['{count: 3, within: 1m, cool_down: 0}', { count: 3, withinMs: 60_000, coolDownMs: 0, by: [] }],
    ['{count: 1000, within: 1s}', { count: 1000, withinMs: 1000, coolDownMs: 1000, by: [] }],
    ['{cool_down: 1m, by: docker.type}', { count: 1, withinMs: 0, coolDownMs: 60_000, by: ['docker.type'] }],
    [
      '{count: 2, within: 1s, by: [docker.type, tolower(docker.action)]}',
      { count: 2, withinMs: 1000, coolDownMs: 1000, by: ['docker.type', 'tolower(docker.action)'] },
    ],
  ];
  for (const [text, expected] of accepted) {
    it(`may be ${text}`, () => {
      const asked = lastRule(threshold(text)).threshold;
      assert.deepEqual({ ...asked, by: asked?.by.map(({ name }) => name) }, expected);
    });
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ['3', /:7:14: rule "R": Expected count, within, by, cool_down under threshold, got "3"/],
    ['{}', /Expected count, the least number/],
    ['{count: 0}', /Expected a whole number from 1 to 1000 for count, got "0"/],
    [
      '{count: 1001, within: 1m}',
      /:7:22: rule "R": Expected a count of at most 1000, since the time of each match is kept, got "1001"\. Ask for fewer/,
    ],
    ['{count: 99999999999999999999, within: 1m}', /Expected a count of at most 1000/],
    ['{count: [3], within: 1m}', /Expected a text for count, got a list/],
    ['{count: 2.5, within: 1m}', /got "2\.5"/],
    ['{count: 2}', /Expected within, such as "within: 10m": 2 matches in what time\?/],
    [
      '{count: 2, within: 10}',
      /Expected a time of at most 168h with its unit, such as 30s, 10m or 1h30m for within, got "10"/,
    ],
    ['{count: 2, within: 0s}', /for within, got "0s"/],
    ['{count: 2, within: 200h}', /for within, got "200h"/],
    [
      '{count: 2, within: 1m, by: [docker.typ]}',
      /:7:42: rule "R": There is no field docker\.typ\. Did you mean "docker\.type"\?/,
    ],
    [
      '{count: 2, within: 1m, by: [docker.type = a]}',
      /Expected a field such as docker\.container\.name, got "docker\.type = a"/,
    ],
    ['{count: 2, within: 1m, by: ["("]}', /Expected a field or a transformer, got "\("/],
  ];
  for (const [text, expected] of refused) {
    it(`cannot be ${text}`, () => {
      const problems = problemsOf(threshold(text));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
    });
  }

  it('warns of a key that is not known', () => {
    assert.deepEqual(warningsOf(threshold('{count: 1, cooldown: 1m}')), [
      'a.yaml:7:25: rule "R": The key "cooldown" is not known here and is passed over. Did you mean "cool_down"?',
    ]);
  });
});
