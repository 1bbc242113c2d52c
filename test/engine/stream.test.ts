import assert from 'node:assert/strict';
import type { EngineSession, EventStream } from '../../src/model/engine.ts';
import {
  type EngineUnderTest,
  engineUnderTest,
  LIVE,
  problemIn,
  valueIn,
  WHOLE,
} from '../support/engine-under-test.ts';
import { FakeEngine, type FakeEngineOptions, type FakeStream, PODMAN_5 } from '../support/fake-engine.ts';

describe('an event stream', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;
  let session: EngineSession;

  async function start(options: FakeEngineOptions = {}): Promise<void> {
    fake = await FakeEngine.start(options);
    under = await engineUnderTest({ host: fake.host });
    session = await under.connect();
  }

  async function open(): Promise<[EventStream, FakeStream]> {
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    return [stream, await fake.stream()];
  }

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  it('asks for everything since the start of the ring, unfiltered', async () => {
    await start();
    const [, served] = await open();
    assert.deepEqual([...served.request.query], [['since', '0']]);
  });

  it('asks for live events only where no since is given', async () => {
    await start();
    valueIn(await session.events(LIVE, under.stop.signal));
    assert.deepEqual([...(await fake.requested('/events')).query], []);
  });

  it('keeps all nine decimals of since', async () => {
    await start();
    valueIn(await session.events({ since: '1795247025.106783969', until: undefined }, under.stop.signal));
    assert.equal((await fake.requested('/events')).query.get('since'), '1795247025.106783969');
  });

  it('hands over the bytes as they come, and ends with the engine', async () => {
    await start();
    const [stream, served] = await open();
    const bytes: Buffer[] = [];
    const reading = stream.read((some) => bytes.push(Buffer.from(some)));
    served.send({ Type: 'container' });
    served.send(Buffer.from([0xe2, 0x82]));
    served.send(Buffer.from([0xac, 0x0a]));
    served.end();
    assert.deepEqual(await reading, { kind: 'ended' });
    assert.equal(Buffer.concat(bytes).toString(), '{"Type":"container"}\n€\n');
  });

  it('keeps what came before it is read, even when the engine has closed by then', async () => {
    await start({ listen: 'tcp' });
    const [stream, served] = await open();
    served.send('{"a":1}\n');
    served.drop();
    await served.closed;
    // The close has reached this side as well when a later request on the same loop has been answered.
    valueIn(await session.ping(1000, under.stop.signal));
    const bytes: Buffer[] = [];
    assert.deepEqual(await stream.read((some) => bytes.push(Buffer.from(some))), { kind: 'ended' });
    assert.equal(Buffer.concat(bytes).toString(), '{"a":1}\n');
  });

  for (const listen of ['unix', 'tcp'] as const) {
    it(`takes a quiet close in the middle for an ordinary end (${listen})`, async () => {
      await start({ listen });
      const [stream, served] = await open();
      const reading = stream.read(() => undefined);
      served.send('{"half');
      served.drop();
      assert.deepEqual(await reading, { kind: 'ended' });
    });
  }

  it('says that it was cut when the connection is reset', async () => {
    await start({ listen: 'tcp' });
    const [stream, served] = await open();
    const first = new Promise((resolve) => void stream.read(resolve).then(resolve));
    served.send('{"a":1}\n');
    await first;
    served.reset();
    assert.deepEqual(await stream.read(() => undefined), {
      kind: 'cut',
      problem: {
        code: 'connection_lost',
        message: `The event stream of ${fake.host} was cut (ECONNRESET). The engine, a proxy or the network in between failed.`,
      },
    });
  });

  it('ends when it is closed from here, and lets go of the connection', async () => {
    await start();
    const [stream, served] = await open();
    const reading = stream.read(() => undefined);
    stream.close();
    stream.close();
    assert.deepEqual(await reading, { kind: 'closed_by_us' });
    await served.closed;
  });

  it('ends when the collector stops', async () => {
    await start();
    const [stream, served] = await open();
    const reading = stream.read(() => undefined);
    under.stop.abort();
    assert.deepEqual(await reading, { kind: 'closed_by_us' });
    await served.closed;
  });

  it('is given up when no headers come within connect_timeout', async () => {
    await start();
    fake.answer('/events', 'hang');
    const opening = session.events(WHOLE, under.stop.signal);
    await fake.requested('/events');
    under.clock.advance(10_000);
    assert.deepEqual(problemIn(await opening), {
      code: 'timed_out',
      message: `${fake.host} did not answer GET /events within 10000 ms (connect_timeout, ping_timeout). The engine may be overloaded or hung, or a firewall in between drops the packets.`,
    });
  });

  it('waits for Podman, which may send its headers with the first event', async () => {
    fake = await FakeEngine.start();
    fake.answer('/version', PODMAN_5);
    fake.holdHeaders = true;
    under = await engineUnderTest({ host: fake.host });
    session = await under.connect();
    const opening = session.events(LIVE, under.stop.signal);
    const served = await fake.stream();
    under.clock.advance(3_600_000);
    served.send('{}\n');
    const stream = valueIn(await opening);
    const first = new Promise((resolve) => void stream.read(resolve));
    assert.equal(String(await first), '{}\n');
  });

  it('is refused with the reason of whoever refused it', async () => {
    await start();
    fake.answer('/events', {
      status: 403,
      body: '<html><body><h1>403 Forbidden</h1>\nRequest forbidden.</body></html>',
    });
    assert.deepEqual(problemIn(await session.events(WHOLE, under.stop.signal)), {
      code: 'forbidden',
      message: `${fake.host} refused GET /events with 403: 403 Forbidden Request forbidden. A socket proxy has to let through GET /events, /_ping and /version: with docker-socket-proxy set EVENTS=1, PING=1 and VERSION=1 (INFO=1 adds the host's name).`,
    });
  });

  it('is not held up by a slow reader on this side', async () => {
    await start();
    const [stream, served] = await open();
    let received = 0;
    const reading = stream.read((some) => {
      received += some.length;
    });
    const chunk = Buffer.alloc(65_536, 'x');
    for (let index = 0; index < 64; index += 1) served.send(chunk);
    served.end();
    await reading;
    assert.equal(received, 64 * chunk.length);
  });
});

describe('a ping', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;

  beforeEach(async () => {
    fake = await FakeEngine.start({ listen: 'tcp' });
    under = await engineUnderTest({ host: fake.host });
  });

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  it('goes beside the stream, on a connection of its own that is closed afterwards', async () => {
    const session = await under.connect();
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    const served = await fake.stream();
    valueIn(await session.ping(1000, under.stop.signal));
    valueIn(await session.ping(1000, under.stop.signal));
    assert.equal((await fake.requested('/_ping', 2)).headers.connection, 'close');
    served.send('still here');
    const first = new Promise((resolve) => void stream.read(resolve));
    assert.equal(String(await first), 'still here');
  });

  it('is given up after its timeout', async () => {
    const session = await under.connect();
    fake.answer('/_ping', 'hang');
    const pinging = session.ping(2500, under.stop.signal);
    await fake.requested('/_ping');
    under.clock.advance(2500);
    assert.deepEqual(problemIn(await pinging), {
      code: 'timed_out',
      message: `${fake.host} did not answer GET /_ping within 2500 ms (connect_timeout, ping_timeout). The engine may be overloaded or hung, or a firewall in between drops the packets.`,
    });
  });

  it('tells when the engine is gone', async () => {
    const session = await under.connect();
    await fake.refuse();
    assert.equal(problemIn(await session.ping(1000, under.stop.signal)).code, 'connection_refused');
  });
});
