import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileCondition } from '../../src/condition/compile.ts';
import { conditionOf } from '../../src/condition/condition.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import { arbitraryConditions } from '../support/arbitrary-conditions.ts';
import { entryOf, eventLine } from '../support/events.ts';

const DIED = entryOf(
  eventLine({
    action: 'die',
    attributes: {
      image: 'registry.example/shop/web:1.4',
      name: 'web-1',
      exitCode: '137',
      'com.example.tier': 'front end',
    },
  }),
);

const EXEC = entryOf(
  eventLine({ action: 'exec_start: /bin/sh -c "id"', attributes: { image: 'busybox', name: 'db', execID: 'e1' } }),
);

/** As people write rules: on several lines, with blanks or without, with and without quotes. */
const STORIES: readonly (readonly [text: string, ofDied: boolean, ofExec: boolean])[] = [
  ['docker.action=die', true, false],
  ['docker.status in (create,start,die)', true, false],
  ['docker.type = container and docker.attributes.exitcode != 0', true, false],
  ['docker.type="container" and not docker.attributes.exitcode in ("0", "143")', true, true],
  ['docker.exit.code > 128 and docker.exit.code <= 0xff', true, false],
  ['docker.attributes.exitcode exists', true, false],
  ['not(docker.attributes.exitcode exists)', false, true],
  ['docker.label[com.example.tier] = "front end"', true, false],
  ["docker.label['com.example.tier'] startswith 'front '", true, false],
  ['docker.action startswith exec_ and docker.action contains "-c \\"id\\""', false, true],
  ['(docker.action startswith "exec_start:" or docker.action=die)\n  and docker.from glob *busy*', false, true],
  ['tolower(docker.attributes.name) in (web-1, web-2)', true, false],
  ['docker.action contains oneof (bash, /sh, zsh)', false, true],
  ['docker.attributes.name = val(docker.container.name)', true, true],
  ['docker.attributes.name regex "(web|api)-[0-9]+"', true, false],
  ['join("/", (docker.type, docker.attributes.name)) = container/db', false, true],
  ['docker.action = die or docker.action = oom and docker.type = network', true, false],
  ['(docker.action = die or docker.action = oom) and docker.type = network', false, false],
];

describe('a condition asked of an event', () => {
  for (const [text, ofDied, ofExec] of STORIES) {
    it(`${text} holds of ${[ofDied ? 'the death' : '', ofExec ? 'the exec' : ''].filter(Boolean).join(' and ') || 'none'}`, () => {
      const condition = conditionOf(text);
      assert.ok(condition.ok, JSON.stringify(condition));
      assert.deepEqual([condition.value(DIED), condition.value(EXEC)], [ofDied, ofExec]);
    });
  }

  it('is refused for what cannot be read, or for all that is not known', () => {
    const problemsOf = (text: string) => {
      const condition = conditionOf(text);
      return condition.ok ? [] : condition.problem.map(({ at, near }) => [at, near]);
    };
    assert.deepEqual(problemsOf('docker.action equals die and docker.nam = x'), [[14, '=']]);
    assert.deepEqual(problemsOf('docker.acton = die and some_macro and docker.id in some_list'), [
      [0, 'docker.action'],
      [23, undefined],
      [51, undefined],
    ]);
  });

  it('asks the fields that it is given', () => {
    const none = conditionOf('docker.action = die', { named: () => undefined, all: [] });
    assert.ok(!none.ok);
    assert.equal(none.problem.length, 1);
  });

  it('can be of any form: it is compiled or refused', () => {
    fc.assert(
      fc.property(arbitraryConditions, (tree) => {
        const compiled = compileCondition(tree, FIELDS);
        assert.ok(compiled.ok || compiled.problem.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
