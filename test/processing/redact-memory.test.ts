import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactSchema } from '../../src/processing/config.ts';
import { createRedactor } from '../../src/processing/redact.ts';
import { entryOf, eventLine } from '../support/events.ts';

const ID = 'c0ffee'.padEnd(64, '0');
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

describe('what a redactor remembers of a container', () => {
  it('lets no secret through that comes later, under whichever key', () => {
    const redact = createRedactor(redactSchema.parse({}));
    const attributesAfter = (attributes: Readonly<Record<string, string>>) =>
      Object.fromEntries(redact(entryOf(eventLine({ id: ID, attributes }))).event.attributes);
    assert.deepEqual(attributesAfter({ a: 'x', password: '', v: 'plain' }), { a: 'x', password: '', v: 'plain' });
    assert.deepEqual(attributesAfter({ a: TOKEN, password: 'hunter2', v: 'plain' }), {
      a: '[masked]',
      password: '[masked]',
      v: 'plain',
    });
    assert.deepEqual(attributesAfter({ a: 'plain', password: 'plain' }), { a: 'plain', password: '[masked]' });
  });

  it('changes nothing of what is masked, whatever came before', () => {
    const key = fc.constantFrom(
      'a',
      'b',
      'image',
      'name',
      'db.password',
      'api_key',
      'execID',
      TOKEN,
      '[masked]',
      'allowed.token',
    );
    const value = fc.constantFrom(
      '',
      'web',
      '3',
      'busybox:1',
      TOKEN,
      'hunter2-XyZ',
      'DB_PASSWORD=hunter2',
      '/etc/key',
      ID,
    );
    const action = fc.constantFrom(
      'start',
      'exec_create: sh -c ls',
      `exec_start: x --token ${TOKEN}`,
      'health_status: ok',
    );
    const id = fc.constantFrom(ID, 'c0ffef'.padEnd(64, '0'), 'web', '', TOKEN);
    const event = fc.record({ id, action, attributes: fc.dictionary(key, value) });
    const mode = fc.constantFrom('mask' as const, 'hash' as const, 'drop' as const);
    fc.assert(
      fc.property(mode, fc.array(event, { maxLength: 12 }), (how, events) => {
        const options = redactSchema.parse({ mode: how, allow: ['allowed.*'], hash_key: '0123456789abcdef' });
        const redact = createRedactor(options);
        for (const parts of events) {
          const entry = entryOf(eventLine(parts));
          assert.deepEqual(redact(entry), createRedactor(options)(entry));
        }
      }),
    );
  });

  it('is bounded: containers come and go, and nothing is masked otherwise', () => {
    const redact = createRedactor(redactSchema.parse({}));
    for (let index = 0; index < 3000; index += 1) {
      const id = index.toString(16).padStart(64, '0');
      for (const token of ['', 'hunter2']) {
        const { event } = redact(entryOf(eventLine({ id, attributes: { name: 'web', token } })));
        assert.equal(event.attributes.get('token'), token === '' ? '' : '[masked]');
      }
    }
  });
});
