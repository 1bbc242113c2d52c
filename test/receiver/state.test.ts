/** What a receiver says of itself when it is asked. */
import assert from 'node:assert/strict';
import { eventLine, eventLines } from '../support/events.ts';
import { problem, ScriptedStream } from '../support/scripted-engine.ts';
import { afterReading, Bench, settled } from './support.ts';

const NOON = 1_795_262_400;

describe('the state of a receiver', () => {
  it('is not connected before the first stream, for no reason that is known', async () => {
    const bench = new Bench([]);
    const unconnected = {
      name: 'docker_events',
      endpoint: 'unix:///run/test.sock',
      isConnected: false,
      since: [NOON, 0],
      trouble: undefined,
      lastEvent: undefined,
    };
    assert.deepEqual(bench.receiver.state(), unconnected);
    await bench.receiver.start();
    await bench.pass(1000);
    assert.deepEqual(bench.receiver.state(), unconnected);
    await bench.receiver.stop();
  });

  it('names the last problem, with the time of the first since it was connected', async () => {
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([
      first,
      problem('no_such_socket', 'There is no socket.'),
      problem('connection_refused', 'Nobody listens.'),
      second,
    ]);
    await bench.receiver.start();
    await first.isRead;
    await bench.pass(7000);
    first.end();
    await settled();
    const endedAt = bench.clock.now();
    assert.deepEqual(bench.receiver.state().trouble, undefined, 'a close by the other side is no trouble');
    assert.deepEqual([bench.receiver.state().isConnected, bench.receiver.state().since], [false, endedAt]);
    await bench.nextTimer();
    const failedAt = bench.clock.now();
    assert.deepEqual(bench.receiver.state().trouble, { message: 'There is no socket.', since: failedAt });
    await bench.nextTimer();
    assert.deepEqual(bench.receiver.state().trouble, { message: 'Nobody listens.', since: failedAt });
    assert.deepEqual(bench.receiver.state().since, endedAt);
    await bench.nextTimer();
    await second.isRead;
    const { isConnected, since, trouble } = bench.receiver.state();
    assert.deepEqual([isConnected, since, trouble], [true, bench.clock.now(), undefined]);
    await bench.receiver.stop();
    assert.deepEqual(
      [bench.receiver.state().isConnected, bench.receiver.state().trouble],
      [false, undefined],
      'nothing is wrong with a stop',
    );
  });

  it('says what broke a stream off', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    await bench.pass(5000);
    stream.end({ kind: 'cut', problem: problem('connection_lost', 'The connection was reset.') });
    await settled();
    const now = bench.clock.now();
    const { isConnected, since, trouble } = bench.receiver.state();
    assert.deepEqual([isConnected, since], [false, now]);
    assert.deepEqual(trouble, { message: 'The connection was reset.', since: now });
    await bench.receiver.stop();
  });

  it('says that nobody answered where the engine is silent', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    stream.send(`${eventLine()}\n`);
    await bench.replayed();
    const { pinged } = bench.engine;
    bench.clock.advance(30_000);
    await pinged;
    bench.engine.pings[1]?.resolve({ ok: false, problem: problem('timed_out', 'No answer within 10 s.') });
    await settled();
    assert.equal(bench.receiver.state().isConnected, false);
    assert.equal(bench.receiver.state().trouble?.message, 'No answer within 10 s.');
    assert.equal(bench.telemetry.countedOf('engine_disconnects', 'docker_events', 'no_answer'), 1);
    await bench.receiver.stop();
  });

  it('says that a stream stood still', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { options: { audit_interval: '30s' } });
    await bench.receiver.start();
    await stream.isRead;
    const [a, b] = eventLines(2) as [string, string];
    stream.send(`${a}\n`);
    await bench.replayed();
    const snapshot = new ScriptedStream();
    bench.engine.snapshots.push(snapshot);
    await bench.pass(30_000);
    await snapshot.isRead;
    snapshot.send(`${a}\n${b}\n`);
    snapshot.end();
    await bench.pass(1000);
    const { isConnected, trouble } = bench.receiver.state();
    assert.equal(isConnected, false);
    assert.equal(
      trouble?.message,
      'The event stream of unix:///run/test.sock has brought nothing for 30 s although the engine has 1 event to tell; it is opened anew.',
    );
    await bench.receiver.stop();
  });

  it('knows the last event, also of an earlier process and also of a swarm', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { resume: afterReading(eventLines(3)) });
    await bench.receiver.start();
    assert.deepEqual(bench.receiver.state().lastEvent, [NOON, 2_000_000]);
    await stream.isRead;
    stream.send(`${eventLine({ action: 'kill', timeNano: `${NOON}100000000` })}\n`);
    assert.deepEqual(bench.receiver.state().lastEvent, [NOON, 100_000_000]);
    stream.send(`${eventLine({ type: 'service', scope: 'swarm', timeNano: `${NOON}200000000` })}\n`);
    assert.deepEqual(bench.receiver.state().lastEvent, [NOON, 200_000_000]);
    await bench.receiver.stop();
  });
});

describe('what a receiver counts', () => {
  it('is counted of it, and disconnects by their reason', async () => {
    const [closed, cut] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([closed, cut], { name: 'docker_events/edge' });
    await bench.receiver.start();
    await closed.isRead;
    closed.send(`${eventLine()}\nnone\n`);
    closed.end();
    await bench.nextTimer();
    await cut.isRead;
    cut.end({ kind: 'cut', problem: problem('connection_lost') });
    await settled();
    const of = (counter: Parameters<typeof bench.telemetry.counted>[0], reason?: string) =>
      bench.telemetry.countedOf(counter, 'docker_events/edge', reason);
    assert.deepEqual([of('events_received'), of('events_accepted'), of('events_refused')], [2, 1, 1]);
    assert.deepEqual([of('engine_disconnects', 'ended'), of('engine_disconnects', 'cut')], [1, 1]);
    await bench.receiver.stop();
  });

  it('counts gaps by their reason', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { resume: afterReading(eventLines(300)) });
    await bench.receiver.start();
    await stream.isRead;
    await bench.replayed();
    await bench.pass(1000);
    assert.equal(bench.telemetry.countedOf('gaps', 'docker_events', 'engine_restarted'), 1);
    await bench.receiver.stop();
  });
});
