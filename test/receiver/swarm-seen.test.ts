import assert from 'node:assert/strict';
import { SwarmSeen } from '../../src/receiver/swarm-seen.ts';
import { entryOf, eventLine, type LineParts, receivedOf } from '../support/events.ts';
import { IDENTITY, ScriptedStream } from '../support/scripted-engine.ts';
import { Bench } from './support.ts';

const CREATED: LineParts = { type: 'service', action: 'create', id: 's1', scope: 'swarm' };
const REMOVED: LineParts = { ...CREATED, action: 'remove' };

function isTwin(swarm: SwarmSeen, receiver: string, parts: LineParts): boolean {
  const { event, uid } = receivedOf(eventLine(parts));
  return swarm.isTwin(receiver, event, uid);
}

describe('events that every manager of a swarm reports', () => {
  it('are twins when another receiver has reported them, and not when the same one did', () => {
    const swarm = new SwarmSeen();
    assert.equal(isTwin(swarm, 'a', CREATED), false);
    assert.equal(isTwin(swarm, 'a', CREATED), false);
    assert.equal(isTwin(swarm, 'b', CREATED), true);
    assert.equal(isTwin(swarm, 'c', CREATED), true);
    assert.equal(isTwin(swarm, 'b', { ...CREATED, timeNano: '1795262400000000002' }), false);
  });

  it('are twins as removals although each manager has its own time', () => {
    const swarm = new SwarmSeen();
    assert.equal(isTwin(swarm, 'a', REMOVED), false);
    assert.equal(isTwin(swarm, 'b', { ...REMOVED, timeNano: '1795262400000000002' }), true);
    assert.equal(isTwin(swarm, 'b', { ...REMOVED, type: 'secret' }), false);
    assert.equal(isTwin(swarm, 'b', { ...REMOVED, id: 's2' }), false);
  });

  it('are no twins for whoever does not get what the other receiver has reported', () => {
    const swarm = new SwarmSeen((by, receiver) => by === 'all' || by === receiver);
    assert.equal(isTwin(swarm, 'a', CREATED), false);
    assert.equal(isTwin(swarm, 'b', CREATED), false);
    assert.equal(isTwin(swarm, 'all', CREATED), false);
    assert.equal(isTwin(swarm, 'c', CREATED), true);
  });

  it('are known after a restart', () => {
    const swarm = new SwarmSeen();
    swarm.recover([entryOf(eventLine(CREATED)), entryOf(eventLine({ id: 'local' }))]);
    assert.equal(isTwin(swarm, IDENTITY.receiver, CREATED), false);
    assert.equal(isTwin(swarm, 'b', CREATED), true);
    assert.equal(isTwin(swarm, 'b', { id: 'local' }), false);
  });

  it('are forgotten when a great many came after them', () => {
    const swarm = new SwarmSeen();
    isTwin(swarm, 'a', CREATED);
    for (let index = 0; index < 16_384; index += 1) isTwin(swarm, 'a', { ...CREATED, id: `s${index}-` });
    assert.equal(isTwin(swarm, 'b', CREATED), false);
  });

  it('are handed on marked, and counted', async () => {
    const swarm = new SwarmSeen();
    const line = `${eventLine(CREATED)}\n`;
    const benches = await Promise.all(
      ['docker_events/a', 'docker_events/b'].map(async (receiver) => {
        const stream = new ScriptedStream();
        const bench = new Bench([stream], { name: receiver, swarm });
        bench.engine.identity = { ...IDENTITY, receiver };
        await bench.receiver.start();
        await stream.isRead;
        stream.send(line + line);
        await bench.receiver.stop();
        return bench;
      }),
    );
    assert.deepEqual(
      benches.map(({ received, telemetry }) => [
        received.map((event) => event.isTwin),
        telemetry.counted('events_twins'),
      ]),
      [
        [[undefined], 0],
        [[true], 1],
      ],
    );
    assert.equal(benches[1]?.telemetry.counted('events_accepted'), 1);
  });
});
