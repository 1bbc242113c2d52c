import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { schema } from '../../src/mapping/config.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import type { Attributes, AttributeValue, LogRecord } from '../../src/model/log-record.ts';
import { type AttributeAction, createAttributeChanges } from '../../src/processing/attributes.ts';
import { Secret } from '../../src/runtime/secret.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { spanOf } from '../support/spans.ts';

const ENTRY = entryOf(eventLine());
const UID = '8f14e45fceea167a5a36dedd4bea2543';
const KEY = new Secret('0123456789abcdef');

function record(attributes: Attributes): LogRecord {
  return {
    eventName: 'docker.container.start',
    timestamp: [1, 2],
    observedTimestamp: [3, 4],
    severity: 9,
    body: 'Container web started.',
    attributes: Object.assign(Object.create(null), attributes),
    resource: {},
  };
}

/** What becomes of these attributes. */
function changed(attributes: Attributes, actions: readonly AttributeAction[], hashKey: Secret | undefined = KEY) {
  const result = createAttributeChanges({ actions, hashKey })(record(attributes), ENTRY);
  return { ...result.attributes };
}

function writing(action: 'insert' | 'update' | 'upsert', key: string, value: AttributeValue): AttributeAction {
  return { action, key, from: { value } };
}

function hash(text: string): string {
  return createHmac('sha256', KEY.reveal()).update(text).digest('hex').slice(0, 32);
}

describe('the attributes processor', () => {
  it('gives back the same record where nothing is to be done', () => {
    const given = record({ a: 1 });
    assert.equal(createAttributeChanges({ actions: [] })(given, ENTRY), given);
    const actions: AttributeAction[] = [{ action: 'delete', which: { key: 'b' } }, writing('update', 'b', 1)];
    assert.equal(createAttributeChanges({ actions })(given, ENTRY), given);
  });

  it('changes a span as it changes a record', () => {
    const span = createSpanMapper(schema.parse({}))(spanOf());
    const actions: AttributeAction[] = [
      { action: 'rename', key: 'container.name', to: 'name' },
      { action: 'delete', which: { pattern: 'docker.*' } },
    ];
    const { attributes, ...rest } = createAttributeChanges({ actions })(span, spanOf());
    const { attributes: before, ...restBefore } = span;
    assert.deepEqual(rest, restBefore);
    assert.deepEqual(Object.keys(attributes).sort(), [
      'container.id',
      'container.image.name',
      'container.image.tags',
      'name',
      'process.exit.code',
    ]);
    assert.equal(before['container.name'], 'web');
  });

  it('changes nothing of the record but its attributes', () => {
    const given = record({ a: 1 });
    const { attributes, ...rest } = createAttributeChanges({ actions: [writing('insert', 'b', 2)] })(given, ENTRY);
    const { attributes: before, ...restBefore } = given;
    assert.deepEqual(rest, restBefore);
    assert.deepEqual({ ...before }, { a: 1 });
    assert.deepEqual({ ...attributes }, { a: 1, b: 2 });
  });

  for (const value of ['text', '', 7, -1.5, true, false, ['a', 'b'], []]) {
    it(`writes ${JSON.stringify(value)} as it is`, () => {
      assert.deepEqual(changed({}, [writing('insert', 'x', value)]), { x: value });
    });
  }

  it('inserts only what is absent', () => {
    assert.deepEqual(changed({ a: 1 }, [writing('insert', 'a', 2), writing('insert', 'b', 2)]), { a: 1, b: 2 });
  });

  it('updates only what is present', () => {
    assert.deepEqual(changed({ a: 1 }, [writing('update', 'a', 2), writing('update', 'b', 2)]), { a: 2 });
  });

  it('upserts both', () => {
    assert.deepEqual(changed({ a: 1 }, [writing('upsert', 'a', 2), writing('upsert', 'b', 2)]), { a: 2, b: 2 });
  });

  it('takes an attribute that is false, 0 or empty for present', () => {
    const actions = ['a', 'b', 'c'].map((key) => writing('insert', key, 'no'));
    assert.deepEqual(changed({ a: false, b: 0, c: '' }, actions), { a: false, b: 0, c: '' });
  });

  it('copies another attribute, with its type', () => {
    const from = { attribute: 'a' };
    assert.deepEqual(changed({ a: 3 }, [{ action: 'insert', key: 'b', from }]), { a: 3, b: 3 });
    assert.deepEqual(changed({ a: ['x'], b: 1 }, [{ action: 'update', key: 'b', from }]), { a: ['x'], b: ['x'] });
  });

  it('writes nothing where the attribute to be copied is absent', () => {
    const from = { attribute: 'toString' };
    assert.deepEqual(changed({ b: 1 }, [{ action: 'upsert', key: 'b', from }]), { b: 1 });
  });

  it('takes nothing for an attribute that every object has', () => {
    const given = { ...record({}), attributes: { b: 1 } };
    const actions: AttributeAction[] = [
      { action: 'upsert', key: 'b', from: { attribute: 'toString' } },
      { action: 'rename', key: 'valueOf', to: 'c' },
      writing('update', 'constructor', 'x'),
    ];
    assert.equal(createAttributeChanges({ actions })(given, ENTRY), given);
  });

  it('deletes one attribute, and no other that begins like it', () => {
    assert.deepEqual(changed({ a: 1, ab: 2 }, [{ action: 'delete', which: { key: 'a' } }]), { ab: 2 });
  });

  it('deletes all attributes that a pattern takes', () => {
    const attributes = { 'container.name': 'web', 'container.label.a': '1', 'container.label.b.c': '2' };
    const actions: AttributeAction[] = [{ action: 'delete', which: { pattern: 'container.label.*' } }];
    assert.deepEqual(changed(attributes, actions), { 'container.name': 'web' });
  });

  it('renames, and replaces what was there by that name', () => {
    assert.deepEqual(changed({ a: 1, b: 2 }, [{ action: 'rename', key: 'a', to: 'b' }]), { b: 1 });
    assert.deepEqual(changed({ b: 2 }, [{ action: 'rename', key: 'a', to: 'b' }]), { b: 2 });
    assert.deepEqual(changed({ a: 1 }, [{ action: 'rename', key: 'a', to: 'a' }]), { a: 1 });
  });

  it('hashes with the key, in 32 hex digits', () => {
    const actions: AttributeAction[] = [{ action: 'hash', which: { key: 'user' } }];
    assert.deepEqual(changed({ user: 'ada', b: 'ada' }, actions), { user: hash('ada'), b: 'ada' });
    assert.match(hash('ada'), /^[0-9a-f]{32}$/);
    const other = changed({ user: 'ada' }, actions, new Secret('another key of ours'));
    assert.notEqual(other['user'], hash('ada'));
  });

  it('hashes numbers and truths as they are written, and a list item by item', () => {
    const actions: AttributeAction[] = [{ action: 'hash', which: { pattern: '*' } }];
    assert.deepEqual(changed({ a: 3, b: true, c: ['x', 'y'] }, actions), {
      a: hash('3'),
      b: hash('true'),
      c: [hash('x'), hash('y')],
    });
  });

  it('deletes what it was to hash and has no key for', () => {
    const change = createAttributeChanges({ actions: [{ action: 'hash', which: { key: 'a' } }] });
    assert.deepEqual({ ...change(record({ a: 'x', b: 1 }), ENTRY).attributes }, { b: 1 });
  });

  it('does one after the other', () => {
    const actions: AttributeAction[] = [
      { action: 'rename', key: 'a', to: 'b' },
      writing('insert', 'a', 'new'),
      { action: 'upsert', key: 'c', from: { attribute: 'b' } },
      { action: 'delete', which: { pattern: '?' } },
      { action: 'insert', key: 'd', from: { attribute: 'b' } },
    ];
    assert.deepEqual(changed({ a: 1 }, actions.slice(0, 3)), { a: 'new', b: 1, c: 1 });
    assert.deepEqual(changed({ a: 1 }, actions), {});
  });

  it('asks the condition of an action, of the entry', () => {
    const asked: unknown[] = [];
    const when = (answer: boolean) => (entry: unknown) => {
      asked.push(entry);
      return answer;
    };
    const actions: AttributeAction[] = [
      { ...writing('insert', 'a', 1), when: when(true) },
      { ...writing('insert', 'b', 1), when: when(false) },
    ];
    assert.deepEqual(changed({}, actions), { a: 1 });
    assert.deepEqual(asked, [ENTRY, ENTRY]);
  });

  it('leaves log.record.uid as it is, whatever it is asked for', () => {
    const key = 'log.record.uid';
    const actions: AttributeAction[] = [
      { action: 'delete', which: { pattern: '*' } },
      { action: 'hash', which: { key } },
      { action: 'delete', which: { key } },
      { action: 'rename', key, to: 'uid' },
      writing('upsert', key, 'mine'),
      writing('insert', 'b', 'c'),
      { action: 'rename', key: 'b', to: key },
    ];
    assert.deepEqual(changed({ [key]: UID, a: 1 }, actions), { [key]: UID, b: 'c' });
  });

  it('takes names that objects have of themselves for names like any other', () => {
    const actions: AttributeAction[] = [
      writing('insert', 'constructor', 'x'),
      writing('insert', '__proto__', 'y'),
      { action: 'rename', key: 'hasOwnProperty', to: 'z' },
    ];
    const { attributes } = createAttributeChanges({ actions })(record({ a: 1 }), ENTRY);
    assert.deepEqual(Object.entries(attributes), [
      ['a', 1],
      ['constructor', 'x'],
      ['__proto__', 'y'],
    ]);
  });

  it('never throws, and never changes what it was given', () => {
    const name = fc.constantFrom('a', 'b', '__proto__', 'log.record.uid', '');
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    const which = fc.oneof(fc.record({ key: name }), fc.record({ pattern: fc.constantFrom('*', 'a*', '?') }));
    const from = fc.oneof(fc.record({ value }), fc.record({ attribute: name }));
    const action: fc.Arbitrary<AttributeAction> = fc.oneof(
      fc.record({ action: fc.constantFrom('insert' as const, 'update' as const, 'upsert' as const), key: name, from }),
      fc.record({ action: fc.constantFrom('delete' as const, 'hash' as const), which }),
      fc.record({ action: fc.constant('rename' as const), key: name, to: name }),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.array(action), (attributes, actions) => {
        const given = Object.freeze(record(attributes));
        Object.freeze(given.attributes);
        const uid = given.attributes['log.record.uid'];
        const { attributes: after } = createAttributeChanges({ actions, hashKey: KEY })(given, ENTRY);
        assert.deepEqual(after['log.record.uid'], uid);
      }),
    );
  });
});
