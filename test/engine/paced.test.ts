import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Pace, PacedConnection } from '../../src/engine/paced.ts';
import type { EventStream } from '../../src/model/engine.ts';
import { type EngineUnderTest, engineUnderTest, LIVE, valueIn, WHOLE } from '../support/engine-under-test.ts';
import { FakeClock, passUntil } from '../support/fake-clock.ts';
import { FakeEngine, type FakeEngineOptions, type FakeStream } from '../support/fake-engine.ts';

const INTERVAL = 50;
/** After a silence. */
const PEEK = 2;
const EVENT = 575;

/** A pace that has read nothing for long. */
function calm(): { pace: Pace; nowMs: number } {
  return { pace: new Pace(INTERVAL, 0, true), nowMs: 60_000 };
}

/** Lets a connection rest again and again until something has happened. */
const resting = <Value>(clock: FakeClock, awaited: Promise<Value>) => passUntil(clock, awaited, INTERVAL);

describe('the rest after a reading', () => {
  it('is the whole interval where little comes', () => {
    let { pace, nowMs } = calm();
    for (let reading = 0; reading < 20; reading += 1) {
      assert.equal(pace.rest(INTERVAL * EVENT, true, nowMs), INTERVAL);
      nowMs += INTERVAL;
    }
  });

  it('is shorter the more comes, so that the socket is not full before it is read', () => {
    for (const eventsPerMs of [2, 4, 8]) {
      let { pace, nowMs } = calm();
      let restMs = pace.rest(EVENT, true, nowMs);
      for (let reading = 0; reading < 50; reading += 1) {
        nowMs += restMs;
        restMs = pace.rest(restMs * eventsPerMs * EVENT, true, nowMs);
      }
      const gathered = restMs * eventsPerMs * EVENT;
      assert.ok(gathered > 30_000 && gathered < 55_000, `${eventsPerMs} events/ms: ${gathered} bytes`);
    }
  });

  it('is none at full speed, nor for a while after it', () => {
    const { pace, nowMs } = calm();
    for (let reading = 0; reading < 100; reading += 1) {
      assert.equal(pace.rest(65_536, false, nowMs + reading), 0);
      assert.equal(pace.rest(20_000, true, nowMs + reading), 0);
    }
    assert.equal(pace.rest(EVENT, true, nowMs + 150), 0);
    assert.equal(pace.rest(EVENT, true, nowMs + 100 + 10 * INTERVAL), INTERVAL);
  });

  it('is none at the beginning, so that a replay is read at once', () => {
    const pace = new Pace(INTERVAL, 0, true);
    for (let reading = 0; reading < 100; reading += 1) assert.equal(pace.rest(EVENT, true, reading), 0);
  });

  it('is whole from the beginning where nobody is in a hurry', () => {
    const pace = new Pace(INTERVAL, 0, false);
    assert.equal(pace.rest(EVENT, true, 1), INTERVAL);
  });

  it('is never longer than the interval, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.record({ bytes: fc.nat(65_536), emptied: fc.boolean(), afterMs: fc.nat(100_000) })),
        (intervalMs, readings) => {
          const pace = new Pace(intervalMs, 0, true);
          let nowMs = 0;
          for (const { bytes, emptied, afterMs } of readings) {
            nowMs += afterMs;
            const restMs = pace.rest(bytes, emptied, nowMs);
            assert.ok(restMs >= 0 && restMs <= intervalMs);
            if (!emptied) assert.equal(restMs, 0);
          }
        },
      ),
    );
  });
});

describe('a paced connection', () => {
  let folder: string;
  let path: string;
  let server: Server;
  let clock: FakeClock;
  let connection: PacedConnection;
  let peer: Socket;
  const received: Buffer[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'paced-'));
    path = join(folder, 'socket');
    clock = new FakeClock();
    server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    connection = new PacedConnection({ path }, { clock, intervalMs: INTERVAL });
    peer = await accepted;
    peer.on('error', () => peer.destroy());
    received.length = 0;
    connection.on('data', (bytes: Buffer) => received.push(bytes));
  });

  afterEach(async () => {
    connection.destroy();
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
    assert.equal(clock.pending, 0, 'a timer was left behind');
  });

  const text = () => Buffer.concat(received).toString();
  const next = () => new Promise((resolve) => connection.once('data', resolve));

  async function send(what: string): Promise<void> {
    await new Promise((resolve) => peer.write(what, resolve));
  }

  /** What was written is in the kernel; a round trip on another connection lets this side see it, if it looks. */
  async function roundTrip(): Promise<void> {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const other = new PacedConnection({ path }, { clock, intervalMs: INTERVAL });
    const answer = new Promise((resolve) => other.once('data', resolve));
    const otherPeer = await accepted;
    otherPeer.write('x');
    await answer;
    const closed = new Promise((resolve) => otherPeer.once('close', resolve));
    other.destroy();
    otherPeer.resume();
    otherPeer.end();
    await closed;
  }

  async function rest(): Promise<void> {
    connection.begin(true);
    clock.advance(20 * INTERVAL);
    await send('a');
    while (clock.pending === 0) await turn();
    const first = next();
    clock.advance(PEEK);
    await first;
    await send('b');
    while (clock.pending === 0) await turn();
    assert.deepEqual([text(), clock.nextDelayMs], ['ab', INTERVAL]);
  }

  it('hands over every reading as it comes before it has begun to rest', async () => {
    for (const letter of ['a', 'b', 'c']) {
      const some = next();
      await send(letter);
      await some;
    }
    assert.deepEqual([text(), clock.pending], ['abc', 0]);
  });

  it('takes a second look before it hands over what breaks a silence', async () => {
    connection.begin(true);
    clock.advance(20 * INTERVAL);
    await send('a');
    while (clock.pending === 0) await turn();
    await send('b');
    await roundTrip();
    assert.deepEqual([text(), clock.nextDelayMs], ['', PEEK]);
    clock.advance(PEEK);
    while (text() !== 'ab') await turn();
    assert.deepEqual([clock.pending, clock.nextDelayMs], [1, INTERVAL]);
  });

  it('hands over what broke the silence also when nothing more comes but a close', async () => {
    connection.begin(true);
    clock.advance(20 * INTERVAL);
    const ended = new Promise((resolve) => connection.once('end', resolve));
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await send('a');
    while (clock.pending === 0) await turn();
    peer.end();
    await roundTrip();
    await resting(clock, ended);
    assert.equal(text(), 'a');
    await closed;
  });

  it('reads what came during a rest at its end, in one piece', async () => {
    await rest();
    await send('c');
    await send('d');
    await roundTrip();
    assert.equal(text(), 'ab');
    const some = next();
    clock.advance(INTERVAL);
    await some;
    assert.deepEqual(received.map(String), ['a', 'b', 'cd']);
  });

  it('tells a close at the end of the rest, after what came before it', async () => {
    await rest();
    const ended = new Promise((resolve) => connection.once('end', resolve));
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await send('c');
    peer.end();
    await roundTrip();
    assert.equal(text(), 'ab');
    await resting(clock, ended);
    assert.equal(text(), 'abc');
    await closed;
  });

  it('waits for a reader that takes nothing, and loses nothing meanwhile', async () => {
    connection.pause();
    const sent = send('x'.repeat(2_000_000));
    await roundTrip();
    assert.ok(connection.readableLength < 400_000, `${connection.readableLength} bytes are held`);
    connection.resume();
    await sent;
    peer.end();
    await new Promise((resolve) => connection.once('end', resolve));
    assert.equal(Buffer.concat(received).length, 2_000_000);
  });

  it('sends what is written to it, and lets go of the socket', async () => {
    const came = new Promise<string>((resolve) => peer.once('data', (bytes) => resolve(String(bytes))));
    connection.write('hello');
    assert.equal(await came, 'hello');
    const closed = new Promise((resolve) => peer.once('close', resolve));
    connection.destroy();
    peer.end();
    await closed;
  });

  it('says why it could not connect', async () => {
    const nobody = new PacedConnection({ path: join(folder, 'nobody') }, { clock, intervalMs: INTERVAL });
    const error = await new Promise((resolve) => nobody.once('error', resolve));
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  });
});

describe('an event stream that rests', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;

  async function start(options: FakeEngineOptions): Promise<[EventStream, FakeStream]> {
    fake = await FakeEngine.start(options);
    under = await engineUnderTest({ host: fake.host, read_interval: INTERVAL });
    const session = await under.connect();
    const stream = valueIn(await session.events(LIVE, under.stop.signal));
    under.clock.advance(20 * INTERVAL);
    return [stream, await fake.stream()];
  }

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  for (const listen of ['unix', 'tcp'] as const) {
    it(`brings everything and ends as any other (${listen})`, async () => {
      const [stream, served] = await start({ listen });
      const bytes: Buffer[] = [];
      const some = Promise.withResolvers<void>();
      const reading = stream.read((more) => {
        bytes.push(Buffer.from(more));
        some.resolve();
      });
      served.send('{"a":1}\n');
      await resting(under.clock, some.promise);
      served.send('{"a":2}\n');
      served.drop();
      assert.deepEqual(await resting(under.clock, reading), { kind: 'ended' });
      assert.equal(Buffer.concat(bytes).toString(), '{"a":1}\n{"a":2}\n');
    });
  }

  it('says that it was cut when the connection is reset during a rest', async () => {
    const [stream, served] = await start({ listen: 'tcp' });
    const first = Promise.withResolvers<void>();
    const reading = stream.read(() => first.resolve());
    served.send('{"a":1}\n');
    await resting(under.clock, first.promise);
    served.reset();
    await served.closed;
    const end = await resting(under.clock, reading);
    assert.equal(end.kind === 'cut' ? end.problem.code : end.kind, 'connection_lost');
  });

  it('ends at once when it is closed from here during a rest', async () => {
    const [stream, served] = await start({});
    const first = Promise.withResolvers<void>();
    const reading = stream.read(() => first.resolve());
    served.send('{"a":1}\n');
    await resting(under.clock, first.promise);
    stream.close();
    assert.deepEqual(await reading, { kind: 'closed_by_us' });
    await served.closed;
  });

  it('rests from its first reading on where it has an end of its own, and brings all of it', async () => {
    fake = await FakeEngine.start();
    fake.serveRing();
    under = await engineUnderTest({ host: fake.host, read_interval: INTERVAL });
    const session = await under.connect();
    for (let second = 0; second < 256; second += 1) fake.publish({ Type: 'container', time: second });
    const stream = valueIn(await session.events({ ...WHOLE, until: '1000' }, under.stop.signal));
    const bytes: Buffer[] = [];
    const reading = stream.read((some) => bytes.push(Buffer.from(some)));
    assert.deepEqual(await resting(under.clock, reading), { kind: 'ended' });
    const lines = Buffer.concat(bytes).toString().trimEnd().split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [256, '{"Type":"container","time":255}']);
  });
});
