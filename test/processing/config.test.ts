import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { attributesSchema, filterSchema, redactSchema } from '../../src/processing/config.ts';
import { Secret } from '../../src/runtime/secret.ts';

const SCHEMAS = { filter: filterSchema, redact: redactSchema, attributes: attributesSchema } as const;
type Name = keyof typeof SCHEMAS;

/** `path: message` of everything that is wrong. */
function problemsOf(name: Name, written: unknown): string[] {
  const result = SCHEMAS[name].safeParse(written);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const CONDITIONS = 'a condition, or a list of them';
const KEY = 'a key of at least 16 characters, such as `openssl rand -hex 32` prints';
const NAME = 'the name of an attribute';
const UID = 'another attribute than log.record.uid, by which a record that is sent twice is recognised';
const HASH_KEY = '0123456789abcdef';

describe('the options of the filter', () => {
  it('have defaults for everything', () => {
    assert.deepEqual(filterSchema.parse({}), {
      include: [],
      exclude: [],
      health_checks: 'drop',
      own_container: 'drop',
    });
  });

  it('take one condition or a list of them', () => {
    const { include, exclude } = filterSchema.parse({
      include: 'docker.type = container',
      exclude: ['docker.action = top', 'docker.action = resize'],
    });
    assert.deepEqual(include, ['docker.type = container']);
    assert.deepEqual(exclude, ['docker.action = top', 'docker.action = resize']);
  });

  const refused: readonly (readonly [title: string, written: unknown, problems: readonly string[]])[] = [
    [
      'a condition that is no text',
      { include: 5, exclude: [true] },
      [`include: ${CONDITIONS}`, `exclude: ${CONDITIONS}`],
    ],
    [
      'what is no condition, with its place and what was probably meant',
      { include: ['docker.type = image', 'docker.typ = image'], exclude: 'docker.type =' },
      [
        'include.1: a condition that can be asked (character 1: There is no field docker.typ, did you mean docker.type?)',
        'exclude: a condition that can be asked (character 14: Expected a string, val(…) or a transformer of a field, got the end)',
      ],
    ],
    [
      'all that is wrong with a condition at once',
      { include: 'docker.typ = a and docker.exit.code = many' },
      [
        'include: a condition that can be asked (character 1: There is no field docker.typ, did you mean docker.type?; character 39: Expected a number, such as 42 or 0x2a, got "many")',
      ],
    ],
    [
      'a macro, which only rules files have',
      { exclude: 'container and docker.action = top' },
      ['exclude: a condition that can be asked (character 1: There is no macro container)'],
    ],
    [
      'an empty condition',
      { exclude: [''] },
      [
        'exclude.0: a condition that can be asked (character 1: Expected a field, a transformer, a macro or "(", got the end)',
      ],
    ],
    ['a word that they do not know', { health_checks: 'no' }, ['health_checks: drop or keep']],
  ];
  for (const [title, written, problems] of refused) {
    it(`refuse ${title}`, () => assert.deepEqual(problemsOf('filter', written), problems));
  }
});

describe('the options of the attributes processor', () => {
  it('do nothing where nothing is written', () => {
    assert.deepEqual(attributesSchema.parse({}), { actions: [] });
  });

  it('take every action', () => {
    const actions = [
      { action: 'insert', key: 'deployment.environment.name', value: 'production' },
      { action: 'update', key: 'a', from_attribute: 'b', when: 'docker.type = container' },
      { action: 'upsert', key: 'a', value: ['x', 'y'] },
      { action: 'upsert', key: 'a', value: 1.5 },
      { action: 'insert', key: 'a', value: false },
      { action: 'insert', key: 'a', value: '' },
      { action: 'insert', key: 'uid', from_attribute: 'log.record.uid' },
      { action: 'delete', key: 'a' },
      { action: 'delete', pattern: 'container.label.*' },
      { action: 'rename', key: 'a', to: 'b' },
      { action: 'hash', key: 'a' },
      { action: 'hash', pattern: '*.user' },
    ];
    const { actions: read, hash_key } = attributesSchema.parse({ actions, hash_key: HASH_KEY });
    assert.deepEqual(read, actions);
    assert.ok(hash_key instanceof Secret);
    assert.equal(hash_key.reveal(), HASH_KEY);
    assert.doesNotMatch(inspect(hash_key), /0123/);
  });

  const insert = { action: 'insert', key: 'a', value: 1 };
  const refused: readonly (readonly [title: string, action: unknown, problems: readonly string[]])[] = [
    ['no action', { key: 'a' }, ['action: insert, update, upsert, delete, rename or hash']],
    ['another action', { action: 'extract', key: 'a' }, ['action: insert, update, upsert, delete, rename or hash']],
    ['nothing to write', { action: 'insert', key: 'a' }, ['action: value or from_attribute beside it']],
    ['nowhere to write', { action: 'upsert', value: 1 }, ['action: key beside it']],
    [
      'two things to write',
      { ...insert, from_attribute: 'b' },
      ['from_attribute: value or from_attribute, and not both'],
    ],
    [
      'a value to delete',
      { action: 'delete', key: 'a', value: 1 },
      ['value: no value with delete, which takes key, pattern and when'],
    ],
    [
      'a pattern to write',
      { ...insert, pattern: 'a*' },
      ['pattern: no pattern with insert, which takes key, value, from_attribute and when'],
    ],
    ['nothing to delete', { action: 'delete' }, ['action: key or pattern beside it']],
    ['two things to hash', { action: 'hash', key: 'a', pattern: 'b' }, ['pattern: key or pattern, and not both']],
    ['a rename to nothing', { action: 'rename', key: 'a' }, ['action: to beside it']],
    ['an empty name', { ...insert, key: '' }, [`key: ${NAME}`]],
    ['a name that is no text', { ...insert, key: 1 }, [`key: ${NAME}`]],
    [
      'a value that no attribute can have',
      { ...insert, value: { a: 1 } },
      ['value: text, a finite number, true, false, or a list of texts'],
    ],
    [
      'a number that no record can carry',
      { ...insert, value: Number.POSITIVE_INFINITY },
      ['value: text, a finite number, true, false, or a list of texts'],
    ],
    [
      'a whole number that is not exact',
      { ...insert, value: 2 ** 53 },
      ['value: text, a finite number, true, false, or a list of texts'],
    ],
    ['a new uid', { action: 'upsert', key: 'log.record.uid', value: 'x' }, [`key: ${UID}`]],
    ['no uid', { action: 'delete', key: 'log.record.uid' }, [`key: ${UID}`]],
    ['a uid from elsewhere', { action: 'rename', key: 'a', to: 'log.record.uid' }, [`to: ${UID}`]],
  ];
  for (const [title, action, problems] of refused) {
    it(`refuse ${title}`, () => {
      const found = problemsOf('attributes', { actions: [insert, action], hash_key: HASH_KEY });
      assert.deepEqual(
        found,
        problems.map((problem) => `actions.1.${problem}`),
      );
    });
  }

  it('refuse a hash without a key, also beside other mistakes', () => {
    assert.deepEqual(problemsOf('attributes', { actions: [insert, { action: 'hash', key: 'a' }] }), [
      'actions.1.action: a hash_key beside actions, without which nothing can be hashed',
    ]);
  });

  it('refuse a key that is guessed in no time, and the mask of one', () => {
    assert.deepEqual(problemsOf('attributes', { hash_key: 'short' }), [`hash_key: ${KEY}`]);
    assert.deepEqual(problemsOf('attributes', { hash_key: 12 }), [`hash_key: ${KEY}`]);
    assert.deepEqual(problemsOf('attributes', { hash_key: '[REDACTED]' }), [
      'hash_key: the key itself; the command "config" shows "[REDACTED]" in its place',
    ]);
  });

  it('tell of everything at once', () => {
    const found = problemsOf('attributes', { actions: [{ action: 'delete' }, 5, { action: 'rename', key: 'a' }] });
    assert.deepEqual(
      found.map((problem) => problem.slice(0, 'actions.0'.length)),
      ['actions.0', 'actions.1', 'actions.2'],
    );
  });
});

describe('the options of redaction', () => {
  it('mask where nothing is written', () => {
    assert.deepEqual(redactSchema.parse({}), {
      enabled: true,
      mode: 'mask',
      exec_commands: 'masked',
      allow: [],
      deny: [],
    });
  });

  it('take a key for the hashes, and never show it', () => {
    const { hash_key } = redactSchema.parse({ mode: 'hash', hash_key: HASH_KEY });
    assert.equal(hash_key?.reveal(), HASH_KEY);
    assert.doesNotMatch(inspect(hash_key), /0123/);
  });

  const KEYS = 'a list of keys, with `*` for any characters and `?` for one';
  const refused: readonly (readonly [title: string, written: unknown, problems: readonly string[]])[] = [
    [
      'hashes without a key',
      { mode: 'hash' },
      ['mode: a hash_key beside it, without which nothing can be hashed; or mask, or drop'],
    ],
    ['a key that is guessed in no time', { mode: 'hash', hash_key: 'short' }, [`hash_key: ${KEY}`]],
    ['a mode that does not exist', { mode: 'blank' }, ['mode: mask or hash or drop']],
    ['a word for exec_commands', { exec_commands: 'none' }, ['exec_commands: masked or full or executable']],
    ['keys that are no list', { allow: 'a', deny: [''] }, [`allow: ${KEYS}`, `deny.0: ${KEYS}`]],
  ];
  for (const [title, written, problems] of refused) {
    it(`refuse ${title}`, () => assert.deepEqual(problemsOf('redact', written), problems));
  }
});

describe('the options of processing', () => {
  it('describe every option', () => {
    for (const schema of Object.values(SCHEMAS)) {
      for (const [key, option] of Object.entries(schema.shape)) assert.ok(option.meta()?.description, key);
    }
  });

  it('refuse a key that they do not know', () => {
    for (const schema of Object.values(SCHEMAS)) assert.equal(schema.safeParse({ inclde: 'x' }).success, false);
  });
});
