import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DockerEvent } from '../../src/model/docker-event.ts';
import { uidOf } from '../../src/receiver/identity.ts';
import { SeenSet } from '../../src/receiver/seen.ts';
import { eventLine, receivedOf } from '../support/events.ts';

const base = receivedOf(eventLine({ attributes: { a: '1', b: '2' } })).event;

const DIFFERENCES: readonly (readonly [string, Partial<DockerEvent>])[] = [
  ['type', { type: 'image' }],
  ['action', { action: 'stop' }],
  ['actor id', { actorId: 'c2' }],
  ['scope', { scope: 'swarm' }],
  ['scope left out', { scope: undefined }],
  ['time by a nanosecond', { time: [1_795_262_400, 2] }],
  ['time left out', { time: undefined }],
  [
    'value of an attribute',
    {
      attributes: new Map([
        ['a', '1'],
        ['b', '3'],
      ]),
    },
  ],
  [
    'key of an attribute',
    {
      attributes: new Map([
        ['a', '1'],
        ['c', '2'],
      ]),
    },
  ],
  ['where one attribute ends and the next begins', { attributes: new Map([['a', '11:b1:2']]) }],
];

describe('the identity of an event', () => {
  it('is 32 hex digits', () => assert.match(uidOf(base), /^[0-9a-f]{32}$/));

  it('stays what it is, because backends recognise repeats by it', () => {
    assert.equal(uidOf(base), '9f5e470a9b093195806e353299fd3184');
  });

  it('does not depend on the order of the attributes, nor on the old top-level fields', () => {
    const turned = receivedOf(
      eventLine({ attributes: { b: '2', a: '1' } }).replace('{"Type"', '{"status":"start","Type"'),
    );
    assert.equal(turned.uid, uidOf(base));
  });

  for (const [what, difference] of DIFFERENCES) {
    it(`differs by the ${what}`, () => assert.notEqual(uidOf({ ...base, ...difference }), uidOf(base)));
  }
});

describe('the set of seen events', () => {
  it('forgets what came long ago', () => {
    const seen = new SeenSet(2);
    assert.deepEqual(
      ['a', 'b', 'a', 'c', 'a', 'd', 'e', 'a'].map((uid) => seen.add(uid)),
      [true, true, false, true, false, true, true, true],
    );
  });

  it('knows the last n for certain, and none beyond the last 2 n', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l')),
        (n, uids) => {
          const seen = new SeenSet(n);
          const added: string[] = [];
          for (const uid of uids) {
            const isNew = seen.add(uid);
            if (added.slice(-n).includes(uid)) assert.equal(isNew, false);
            if (!added.slice(-2 * n).includes(uid)) assert.equal(isNew, true);
            if (isNew) added.push(uid);
          }
        },
      ),
    );
  });
});
