/** The receiver with the real engine stage, over a real socket: what a scripted engine would only be told. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { GapEntry, Received } from '../../src/model/entry.ts';
import { schema } from '../../src/receiver/config.ts';
import { Receiver } from '../../src/receiver/receiver.ts';
import { SwarmSeen } from '../../src/receiver/swarm-seen.ts';
import { type EngineUnderTest, engineUnderTest } from '../support/engine-under-test.ts';
import { eventLines } from '../support/events.ts';
import { ENGINE_INFO, FakeEngine } from '../support/fake-engine.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { afterReading, NO_CONTAINERS } from './support.ts';

const LINES = eventLines(20);

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

describe('a receiver on a real socket', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;
  let receiver: Receiver;
  let received: Received[];
  let gaps: GapEntry[];

  beforeEach(async () => {
    fake = await FakeEngine.start();
    fake.answer('/info', { ...ENGINE_INFO, SystemTime: '2026-11-21T12:00:07.5Z' });
    fake.answer('/containers/json', { status: 200, body: '[]' });
    under = await engineUnderTest({ host: fake.host });
    received = [];
    gaps = [];
  });
  afterEach(async () => {
    await receiver.stop();
    await fake.stop();
  });

  async function start(read: readonly string[]): Promise<void> {
    const { engine, clock, telemetry } = under;
    receiver = new Receiver({
      name: 'docker_events',
      engine,
      options: schema.parse({ ping_interval: '1h' }),
      once: false,
      resume: () => {
        const { lastEvents, ...rest } = afterReading(read);
        const id = ENGINE_INFO.ID;
        return { ...rest, lastEvents: lastEvents.map((entry) => ({ ...entry, engine: { ...entry.engine, id } })) };
      },
      inventory: NO_CONTAINERS,
      swarm: new SwarmSeen(),
      meet: () => {},
      deliver: (entries) => {
        for (const entry of entries) {
          if ('kind' in entry) gaps.push(entry);
          else received.push(entry);
        }
      },
      clock,
      random: seededRandom(1),
      telemetry,
    });
    await receiver.start();
  }

  /** Moves time on by 10 ms again and again, until it has happened. */
  async function until<Value>(happening: Promise<Value>): Promise<Value> {
    let isOver = false;
    const watched = happening.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      under.clock.advance(10);
      await setImmediate();
    }
    return watched;
  }

  it('tells of an engine that was started anew, and reads on', async () => {
    await start(LINES.slice(0, 5));
    const stream = await until(fake.stream());
    stream.send(text(LINES.slice(10, 12)));
    await until(under.telemetry.reported('receiver.gap'));
    assert.deepEqual(
      gaps.map(({ reason, reconciled }) => [reason, reconciled]),
      [['engine_restarted', { containers: 0, events: 0 }]],
    );
    assert.equal(received.length, 2);
  });

  it('tells no gap where a proxy holds the events back and answers pings', async () => {
    await start(LINES.slice(0, 5));
    const held = await until(fake.stream());
    const asked = await until(fake.stream());
    assert.notEqual(asked.request.query.get('until'), null);
    asked.send(text(LINES.slice(2, 7)));
    asked.end();
    await until(fake.requested('/_ping', 2));
    held.send(text(LINES.slice(2, 7)));
    while (received.length < 2) await setImmediate();
    under.clock.advance(5000);
    assert.deepEqual([gaps.length, received.length], [0, 2]);
  });

  it('tells no gap after a quiet close by a proxy', async () => {
    await start([]);
    const first = await until(fake.stream());
    first.send(text(LINES.slice(0, 5)));
    await until(fake.requested('/_ping'));
    first.drop();
    const second = await until(fake.stream());
    second.send(text(LINES.slice(0, 7)));
    while (received.length < 7) await setImmediate();
    under.clock.advance(5000);
    assert.equal(received.length, 7);
    assert.equal(gaps.length, 0);
  });

  it('asks for the engine’s memory up to the engine’s own time, and recovers from it', async () => {
    await start([]);
    const stream = await until(fake.stream());
    stream.send(text([LINES[0] ?? '', LINES[3] ?? '']));
    const snapshot = await until(fake.stream());
    const { query } = snapshot.request;
    assert.equal(query.get('since'), '0');
    const [seconds = '', nanos = ''] = (query.get('until') ?? '').split('.');
    assert.equal(nanos.length, 9);
    assert.ok(Number(seconds) >= 1_795_262_400 + 37, seconds);
    snapshot.send(text(LINES.slice(0, 4)));
    snapshot.end();
    await until(under.telemetry.reported('receiver.gap'));
    assert.deepEqual(
      received.map(({ raw }) => raw),
      [LINES[0], LINES[3], LINES[1], LINES[2]],
    );
    assert.equal(gaps[0]?.recovered, 2);
  });
});
