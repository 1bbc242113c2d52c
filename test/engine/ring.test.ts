/** That the fake engine remembers and replays as a real one does, and that the engine stage asks it rightly. */
import assert from 'node:assert/strict';
import type { EngineSession, EventsQuery, StreamEnd } from '../../src/model/engine.ts';
import { type EngineUnderTest, engineUnderTest, LIVE, valueIn, WHOLE } from '../support/engine-under-test.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const SECOND = 1_795_247_025;

function line(second: number, nanos = 0, type = 'container'): string {
  const timeNano = `${SECOND + second}${String(nanos).padStart(9, '0')}`;
  return `{"Type":"${type}","Action":"start","Actor":{"ID":"${second}"},"time":${SECOND + second},"timeNano":${timeNano}}`;
}

describe('an engine with a memory', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;
  let session: EngineSession;

  beforeEach(async () => {
    fake = await FakeEngine.start();
    fake.serveRing();
    under = await engineUnderTest({ host: fake.host });
    session = await under.connect();
  });

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  /** The ids of a replay that ends by itself. */
  async function replayed(query: EventsQuery): Promise<string[]> {
    const { lines, ended } = await reading(query);
    assert.deepEqual(await ended, { kind: 'ended' });
    return lines.map((text) => JSON.parse(text).Actor.ID);
  }

  async function reading(query: EventsQuery): Promise<{ lines: string[]; ended: Promise<StreamEnd> }> {
    const stream = valueIn(await session.events(query, under.stop.signal));
    const lines: string[] = [];
    const ended = stream.read((bytes) => lines.push(...bytes.toString().trimEnd().split('\n')));
    return { lines, ended };
  }

  it('replays what lies between both bounds, both inclusive, and ends', async () => {
    for (const [second, nanos] of [
      [0, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ] as const)
      fake.publish(line(second, nanos));
    const until = `${SECOND + 1}.000000002`;
    assert.deepEqual(await replayed({ since: `${SECOND + 1}.000000001`, until }), ['1', '1']);
    assert.deepEqual(await replayed({ since: '0', until }), ['0', '1', '1']);
  });

  it('is left at the first stamp that is too old, wherever it stands', async () => {
    for (const second of [5, 1, 6, 7]) fake.publish(line(second));
    assert.deepEqual(await replayed({ since: `${SECOND + 5}`, until: `${SECOND + 9}` }), ['6', '7']);
  });

  it('remembers the last 256 events', async () => {
    for (let second = 0; second < 300; second += 1) fake.publish(line(second));
    const ids = await replayed({ since: '0', until: `${SECOND + 300}` });
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [256, '44', '299']);
  });

  it('goes on with what comes after the replay, and replays nothing where no bound is given', async () => {
    fake.publish(line(1));
    const whole = await reading(WHOLE);
    const live = await reading(LIVE);
    fake.publish(line(2));
    const streams = [await fake.stream(), await fake.stream()];
    for (const stream of streams) stream.drop();
    await Promise.all([whole.ended, live.ended]);
    assert.deepEqual([whole.lines, live.lines], [[line(1), line(2)], [line(2)]]);
  });

  it('may leave events out of a stream and remember them', async () => {
    const live = await reading(WHOLE);
    fake.dropNext(2);
    for (const second of [1, 2, 3]) fake.publish(line(second));
    (await fake.stream()).drop();
    await live.ended;
    assert.deepEqual(live.lines, [line(3)]);
    assert.deepEqual(await replayed({ since: '0', until: `${SECOND + 9}` }), ['1', '2', '3']);
  });

  it('may not know what until is', async () => {
    fake.ignoresUntil = true;
    fake.publish(line(1));
    const live = await reading({ since: '0', until: `${SECOND}` });
    fake.publish(line(2));
    (await fake.stream()).drop();
    await live.ended;
    assert.deepEqual(live.lines, [line(1), line(2)]);
  });

  it('sends only what passes the filters', async () => {
    under = await engineUnderTest({ host: fake.host, filters: { type: ['network'] } });
    session = await under.connect();
    fake.publish(line(1));
    fake.publish(line(2, 0, 'network'));
    assert.deepEqual(await replayed({ since: '0', until: `${SECOND + 9}` }), ['2']);
  });

  it('has forgotten everything when it is started again', async () => {
    fake.publish(line(1));
    const live = await reading(WHOLE);
    await fake.restart();
    assert.notEqual((await live.ended).kind, 'closed_by_us');
    assert.deepEqual(await replayed({ since: '0', until: `${SECOND + 9}` }), []);
  });
});
