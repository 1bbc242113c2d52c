import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schema } from '../../src/mapping/config.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import type { AlertEntry, EventEntry } from '../../src/model/entry.ts';
import { type RedactOptions, redactSchema } from '../../src/processing/config.ts';
import { createRedactor } from '../../src/processing/redact.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLine, type LineParts } from '../support/events.ts';
import { LEAKS } from '../support/secrets.ts';
import { spanOf } from '../support/spans.ts';

const HASH_KEY = '0123456789abcdef';
const SECRET = 'hunter2-XyZ';

type Written = Partial<Omit<RedactOptions, 'hash_key'>> & { readonly hash_key?: string };

function redacted(parts: LineParts, written: Written = {}): EventEntry {
  const entry = createRedactor(redactSchema.parse(written))(entryOf(eventLine(parts)));
  assert.equal(entry.kind, 'event');
  return entry as EventEntry;
}

function attributesOf(attributes: Readonly<Record<string, string>>, written: Written = {}): Record<string, string> {
  return Object.fromEntries(redacted({ attributes }, written).event.attributes);
}

describe('redaction', () => {
  it('masks a value under the name of a secret, and leaves the others in their order', () => {
    const attributes = attributesOf({ a: '1', 'db.password': SECRET, image: 'busybox', name: 'web' });
    assert.deepEqual(Object.entries(attributes), [
      ['a', '1'],
      ['db.password', '[masked]'],
      ['image', 'busybox'],
      ['name', 'web'],
    ]);
  });

  it('puts the same hash in the place of the same secret, and another with another key', () => {
    const written = { a_token: SECRET, b_token: SECRET, c_token: 'other-secret' };
    const { a_token, b_token, c_token } = attributesOf(written, { mode: 'hash', hash_key: HASH_KEY });
    // printf hunter2-XyZ | openssl dgst -sha256 -hmac 0123456789abcdef
    assert.equal(a_token, 'hmac:0a0d067c761ac0ed');
    assert.equal(a_token, b_token);
    assert.notEqual(a_token, c_token);
    assert.notEqual(a_token, attributesOf(written, { mode: 'hash', hash_key: `${HASH_KEY}x` })['a_token']);
  });

  it('drops an attribute that is a secret, and leaves a mark where one stood within a text', () => {
    const attributes = { password: SECRET, url: `http://u:${SECRET}@x/` };
    assert.deepEqual(attributesOf(attributes, { mode: 'drop' }), { url: 'http://…@x/' });
  });

  it('does nothing where it is turned off', () => {
    const entry = entryOf(eventLine({ attributes: { password: SECRET } }));
    assert.equal(createRedactor(redactSchema.parse({ enabled: false }))(entry), entry);
  });

  it('never masks what is allowed, always what is denied, and denies what is both', () => {
    const attributes = { 'com.example.Token': SECRET, 'com.example.user': 'jane', 'x.user': 'joe', 'y.token': SECRET };
    assert.deepEqual(attributesOf(attributes, { allow: ['COM.example.*'], deny: ['com.example.us?r'] }), {
      'com.example.Token': SECRET,
      'com.example.user': '[masked]',
      'x.user': 'joe',
      'y.token': '[masked]',
    });
  });

  it("can deny the engine's own keys too", () => {
    assert.deepEqual(attributesOf({ image: 'a', name: 'b' }, { deny: ['name'] }), { image: 'a', name: '[masked]' });
  });

  const action = `exec_create: env DB_PASSWORD=${SECRET} ./run`;
  const commands: readonly (readonly [RedactOptions['exec_commands'], string])[] = [
    ['masked', 'env DB_PASSWORD=[masked] ./run'],
    ['full', `env DB_PASSWORD=${SECRET} ./run`],
    ['executable', 'env'],
  ];
  for (const [exec_commands, command] of commands) {
    it(`says of a command line what ${exec_commands} asks for, in the action and in the context`, () => {
      const entry: EventEntry = { ...entryOf(eventLine({ action })), context: { execCommand: action.slice(13) } };
      const { event, context } = createRedactor(redactSchema.parse({ exec_commands }))(entry) as EventEntry;
      assert.equal(event.action, `exec_create: ${command}`);
      assert.equal(context.execCommand, command);
    });
  }

  it('masks what an engine said before it was translated', () => {
    const entry = entryOf(eventLine({ action }));
    const said = { ...entry, event: { ...entry.event, originalAction: `exec_odd: -p --password ${SECRET}` } };
    const { event } = createRedactor(redactSchema.parse({}))(said) as EventEntry;
    assert.equal(event.originalAction, 'exec_odd: -p --password [masked]');
  });

  it('keeps what an action of no command says', () => {
    assert.equal(redacted({ action: 'health_status: unhealthy' }).event.action, 'health_status: unhealthy');
    assert.equal(
      redacted({ action: 'health_status: a b' }, { exec_commands: 'executable' }).event.action,
      'health_status: a b',
    );
  });

  it('gives no raw line away', () => {
    assert.equal(redacted({}).raw, '');
    assert.equal(redacted({}).uid, entryOf(eventLine({})).uid);
  });

  it('masks the event that an alert is about, and leaves the words of the rule', () => {
    const rule = { name: 'r', description: 'd', priority: 'Notice', tags: ['t'], output: 'token=%x' } as const;
    const about = entryOf(eventLine({ attributes: { token: SECRET } }));
    const alert: AlertEntry = {
      kind: 'alert',
      uid: '2'.repeat(32),
      rule,
      about,
      observedAt: [1, 0],
      engine: undefined,
    };
    const result = createRedactor(redactSchema.parse({}))(alert) as AlertEntry;
    assert.equal(result.rule, rule);
    assert.doesNotMatch(JSON.stringify([...(result.about as EventEntry).event.attributes]), /hunter2/);
    assert.deepEqual(createRedactor(redactSchema.parse({}))({ ...alert, about: GAP }), { ...alert, about: GAP });
  });

  it('leaves gaps as they are', () => {
    assert.equal(createRedactor(redactSchema.parse({}))(GAP), GAP);
  });

  it('masks a token that stands in a key, whatever the value', () => {
    const token = `gh${'p_'}${'a1'.repeat(18)}`;
    assert.deepEqual(attributesOf({ [`x.${token}`]: 'y' }), { 'x.[masked]': 'y' });
  });

  const options = [{}, { mode: 'hash', hash_key: HASH_KEY }, { mode: 'drop' }, { exec_commands: 'executable' }];
  const redactors = options.map((written) => createRedactor(redactSchema.parse(written)));
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          ...['password', 'token', '=', ':', ' ', '"', "'", '\\', '{', '}', '[', ']', ',', ';', '--', '-p', '@', '://'],
          ...['mysql', 'curl', '-u', '|', 'echo', 'login', '<<', 'x', 'hunter2', '\n', '[masked]', '…', '/', 'hmac:'],
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  );

  it('never throws, and twice is the same as once', () => {
    fc.assert(
      fc.property(texts, texts, texts, (first, second, third) => {
        const entry: EventEntry = {
          ...entryOf(eventLine({ action: `exec_create: ${first}`, id: third, attributes: { [second]: third } })),
          context: { execCommand: second },
        };
        for (const redact of redactors) {
          const once = redact(entry);
          assert.deepEqual(redact(once), once);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no secret under the name of one through, whatever stands around it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9!#$%*+._~^-]{7,30}$/).filter((text) => /\d/.test(text));
    const name = fc.constantFrom('password', 'DB_PASSWORD', 'apiKey', 'client-secret', 'auth_token', 'x.passphrase');
    const quiet = fc.stringMatching(/^[A-Za-z0-9 ./|&;-]{0,30}$/);
    const shapes: readonly ((name: string, secret: string) => string)[] = [
      (one, two) => `${one}=${two}`,
      (one, two) => `--${one} ${two}`,
      (one, two) => `--${one}=${two}`,
      (one, two) => `-e ${one}=${two}`,
      (one, two) => `${one}: ${two}`,
      (one, two) => `"${one}": "${two}"`,
      (one, two) => `sh -c "${one}='${two}' run"`,
      (one, two) => JSON.stringify({ a: [{ [one]: two }] }),
      (one, two) => JSON.stringify(JSON.stringify({ a: [{ [one]: two }] })),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...shapes), name, secret, quiet, quiet, (shape, one, two, before, after) => {
        const text = `${before} ${shape(one, two)} ${after}`;
        fc.pre(!before.includes(two) && !after.includes(two));
        const entry = entryOf(eventLine({ action: `exec_create: ${text}`, attributes: { note: text, [one]: two } }));
        for (const redact of redactors) {
          const { event } = redact(entry) as EventEntry;
          const left = JSON.stringify([event.action, [...event.attributes]]);
          assert.ok(!left.includes(two), left);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('redaction of a span', () => {
  const redact = createRedactor(redactSchema.parse({}));
  const HEX = 'c'.repeat(64);
  const died = entryOf(
    eventLine({ action: 'exec_die', id: HEX, attributes: { execID: HEX, exitCode: '1', 'db.password': SECRET } }),
  );
  const exec = spanOf({
    name: 'exec',
    about: { ...died, context: { execCommand: `mysql --password=${SECRET}` } },
    own: HEX,
    links: [{ why: 'previous_run', trace: { of: 'container', id: HEX, start: [1, 2] } }],
  });

  it('masks what it is about, the command of its exec included, and nothing else', () => {
    const { about, ...rest } = redact(exec);
    const { about: before, ...restBefore } = exec;
    assert.deepEqual(rest, restBefore);
    assert.deepEqual(about, redact(before));
    assert.equal(about.context.execCommand, 'mysql --password=[masked]');
    assert.equal(about.event.attributes.get('db.password'), '[masked]');
    assert.equal(about.raw, '');
  });

  it('masks what its ids are made of as it masks the id of a record', () => {
    const pulls = LEAKS.filter(({ entry }) => entry.event.type === 'image');
    assert.ok(pulls.length > 0);
    for (const { entry: about, secrets } of pulls) {
      const trace = { of: 'image', id: about.event.actorId, start: [1, 2] } as const;
      const span = redact(spanOf({ name: 'pull', about, trace, links: [{ why: 'previous_run', trace }] }));
      for (const secret of secrets) assert.ok(!JSON.stringify([span.trace, span.links]).includes(secret));
      assert.equal(span.trace.id, redact(about).event.actorId);
      assert.equal(span.links[0]?.trace.id, span.trace.id);
    }
  });

  it('masks a label that stands in the place of the id of an exec', () => {
    const label = `token=${SECRET}`;
    assert.equal(redact({ ...exec, own: label }).own, 'token=[masked]');
    assert.equal(redact({ ...exec, name: 'pause', own: '1795262400000000001' }).own, '1795262400000000001');
    assert.equal(redact({ ...exec, own: undefined }).own, undefined);
  });

  it('masks what is told of an exec that ended with its container as an event of the exec would be', () => {
    const ended = { ...exec, exec: { id: HEX, command: `mysql --password=${SECRET}`, isProbe: false } };
    assert.deepEqual(redact(ended).exec, { id: HEX, command: 'mysql --password=[masked]', isProbe: false });
    const strict = createRedactor(redactSchema.parse({ deny: ['execID'], exec_commands: 'executable' }));
    assert.deepEqual(strict(ended).exec, { id: '[masked]', command: 'mysql', isProbe: false });
  });

  it('masks the id of an exec where that is asked for, and execs of one run have other ids nevertheless', () => {
    const strict = createRedactor(redactSchema.parse({ deny: ['execID'] }));
    const map = createSpanMapper(schema.parse({}));
    const id = 'e'.repeat(64);
    const about = entryOf(eventLine({ action: 'exec_die', id: HEX, attributes: { execID: id, exitCode: '1' } }));
    const spans = [
      spanOf({ name: 'exec', about, own: id }),
      spanOf({ name: 'exec', own: id, exec: { id, command: 'ls', isProbe: false } }),
    ];
    for (const span of spans) {
      const { spanId, attributes } = map(strict(span));
      assert.ok(!JSON.stringify(attributes).includes(id));
      assert.equal(spanId, map(redact(span)).spanId);
    }
  });

  it('is the same twice as once', () => {
    assert.deepEqual(redact(redact(exec)), redact(exec));
  });
});
