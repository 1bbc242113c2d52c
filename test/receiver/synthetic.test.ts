import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DockerEvent } from '../../src/model/docker-event.ts';
import { decodeFrame } from '../../src/receiver/decode.ts';
import { lineOf, syntheticEvent } from '../../src/receiver/synthetic.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

describe('an event that was worked out', () => {
  it('is a line that reads as the event again', () => {
    const text = fc.string({ unit: 'binary' });
    const name = text.filter((written) => written !== '');
    const event: fc.Arbitrary<DockerEvent> = fc.record({
      type: name,
      action: name,
      actorId: text,
      attributes: fc.array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), text)).map((pairs) => new Map(pairs)),
      scope: fc.constantFrom('local', undefined),
      time: fc.option(fc.tuple(fc.integer({ min: 1, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 })), {
        nil: undefined,
      }),
      originalAction: fc.constant(undefined),
    });
    fc.assert(
      fc.property(event, (made) => {
        const decoded = decodeFrame(lineOf(made));
        assert.ok(decoded.ok);
        assert.deepEqual(decoded.event, { ...made });
      }),
    );
  });

  it('has one uid whenever it is worked out, but one for each occasion where its time is not known', () => {
    const uidAt = (time: DockerEvent['time'], occasion: string) => {
      const event: DockerEvent = {
        type: 'container',
        action: 'die',
        actorId: 'c1',
        attributes: new Map([['name', 'web']]),
        scope: 'local',
        time,
        originalAction: undefined,
      };
      return syntheticEvent({ event, synthetic: { basis: 'list' } }, [1, 0], IDENTITY, occasion).uid;
    };
    assert.equal(uidAt([7, 1], 'first'), uidAt([7, 1], 'second'));
    assert.equal(uidAt(undefined, 'first'), uidAt(undefined, 'first'));
    assert.notEqual(uidAt(undefined, 'first'), uidAt(undefined, 'second'));
  });
});
