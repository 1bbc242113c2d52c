/**
 * A connection that stands still while others go on: a lost packet, a proxy that holds an answer back, a way that came back
 * after an outage. Pings tell nothing of it.
 */
import assert from 'node:assert/strict';
import { eventLine } from '../support/events.ts';
import { DOCKER, problem, ScriptedStream } from '../support/scripted-engine.ts';
import { afterReading, Bench, type BenchParts, NO_CONTAINERS, settled } from './support.ts';

const NOON = 1_795_262_400;

/** `count` lines a millisecond apart, so many seconds before or after noon. */
function lines(second: number, count: number, id: string): string[] {
  return Array.from({ length: count }, (_, index) => {
    const nanos = String(index * 1_000_000).padStart(9, '0');
    return eventLine({ id: `${id}${index}`, timeNano: `${NOON + second}${nanos}` });
  });
}

const OLD = lines(-60, 300, 'old');
const NEW = lines(-2, 5, 'new');

function text(some: readonly string[]): string {
  return some.map((line) => `${line}\n`).join('');
}

/** What the engine remembers, if it is asked: all of it, and the end. */
function remembers(bench: Bench, some: readonly string[]): ScriptedStream {
  const snapshot = new ScriptedStream();
  bench.engine.snapshots.push(snapshot);
  void snapshot.isRead.then(() => {
    snapshot.send(text(some));
    snapshot.end();
  });
  return snapshot;
}

async function begun(parts: BenchParts = {}, more: readonly ScriptedStream[] = []) {
  const stream = new ScriptedStream();
  const bench = new Bench([stream, ...more], { resume: afterReading(OLD), ...parts });
  await bench.receiver.start();
  await stream.isRead;
  return { bench, stream };
}

/** The engine is asked again after a second, and answers the ping. */
async function askedAgain(bench: Bench): Promise<void> {
  await bench.pass(1000);
  bench.engine.pings.at(-1)?.resolve({ ok: true, value: undefined });
  await settled();
}

describe('a stream that stands still while the engine answers pings', () => {
  it('is waited for where the engine remembers what it has not brought', async () => {
    const { bench, stream } = await begun();
    for (let look = 0; look < 4; look += 1) remembers(bench, [...OLD.slice(-9), ...NEW]);
    await bench.replayed();
    for (let second = 1; second < 4; second += 1) await askedAgain(bench);
    assert.deepEqual([bench.gaps, bench.engine.queries.length], [[], 5]);
    stream.send(text([...OLD.slice(-9), ...NEW]));
    await bench.pass(2000);
    assert.deepEqual(bench.gaps, []);
    assert.deepEqual(bench.raws, NEW);
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('is waited for in the middle of the replay of a new engine, which is told once all of it has come', async () => {
    const { bench, stream } = await begun();
    stream.send(text(NEW.slice(0, 3)));
    remembers(bench, NEW);
    await bench.replayed();
    assert.equal(bench.gaps.length, 0);
    stream.send(text(NEW.slice(3)));
    remembers(bench, NEW);
    await askedAgain(bench);
    assert.deepEqual(
      bench.gaps.map(({ reason }) => reason),
      ['engine_restarted'],
    );
    assert.deepEqual(bench.raws, NEW);
    await bench.receiver.stop();
  });

  it('is asked for no more of the memory than shows whether there is more', async () => {
    const { bench, stream } = await begun();
    stream.send(text(NEW.slice(0, 3)));
    const snapshot = new ScriptedStream();
    bench.engine.snapshots.push(snapshot);
    await bench.replayed();
    snapshot.send(text(NEW.slice(0, 3)));
    assert.equal(snapshot.closed, false);
    snapshot.send(text(NEW.slice(3, 4)));
    assert.equal(snapshot.closed, true);
    await bench.receiver.stop();
  });

  it('is given up when it stays so, and the next one shows that nothing is missing', async () => {
    const next = new ScriptedStream();
    const { bench, stream } = await begun({ options: { ping_timeout: '3s' } }, [next]);
    for (let look = 0; look < 4; look += 1) remembers(bench, [...OLD.slice(-9), ...NEW]);
    await bench.replayed();
    await askedAgain(bench);
    await askedAgain(bench);
    assert.equal(stream.closed, false);
    await askedAgain(bench);
    assert.equal(stream.closed, true);
    const [stalled] = bench.telemetry.named('receiver.stalled');
    assert.match(stalled?.message ?? '', /has brought nothing for 3\.3 s although the engine has more to tell/);
    await bench.nextTimer();
    await next.isRead;
    next.send(text([...OLD.slice(-9), ...NEW]));
    await bench.pass(2000);
    assert.deepEqual([bench.gaps, bench.raws], [[], NEW]);
    await bench.receiver.stop();
  });

  it('has ended its replay where the memory holds no more, also when an answer took its time', async () => {
    for (const brought of [[], NEW]) {
      const { bench, stream } = await begun();
      if (brought.length > 0) stream.send(text(brought));
      const snapshot = new ScriptedStream();
      bench.engine.snapshots.push(snapshot);
      await bench.replayed();
      await bench.pass(4000);
      assert.equal(bench.gaps.length, 0);
      if (brought.length > 0) snapshot.send(text(brought));
      snapshot.end();
      await settled();
      assert.equal(bench.gaps[0]?.reason, 'engine_restarted');
      await bench.receiver.stop();
    }
  });

  it('is judged by its silence where the memory cannot be read to its end, after three tries', async () => {
    const { bench } = await begun();
    const cut = new ScriptedStream();
    cut.end({ kind: 'cut', problem: problem('connection_lost') });
    bench.engine.snapshots.push(problem('timed_out'), cut, problem('engine_error'));
    await bench.replayed();
    await askedAgain(bench);
    await askedAgain(bench);
    assert.deepEqual([bench.gaps, bench.engine.queries.length], [[], 4]);
    await askedAgain(bench);
    assert.equal(bench.gaps[0]?.reason, 'engine_restarted');
    assert.equal(bench.engine.queries.length, 4);
    await bench.receiver.stop();
  });

  it('is waited for at a first start, too, where events are to tell of the containers that are there', async () => {
    const inventory = { ...NO_CONTAINERS, isKnown: false };
    const { bench, stream } = await begun({ resume: {}, inventory, options: { emit_inventory: true } });
    remembers(bench, NEW);
    await bench.replayed();
    assert.deepEqual(bench.engine.asked, []);
    stream.send(text(NEW));
    remembers(bench, NEW);
    await askedAgain(bench);
    assert.deepEqual([bench.engine.asked, bench.raws], [['list'], NEW]);
    await bench.receiver.stop();
  });

  it('needs no such question at any other first start, nor where the engine keeps a journal', async () => {
    const first = await begun({ resume: {} });
    first.bench.engine.snapshots.push(new ScriptedStream());
    await first.bench.replayed();
    assert.equal(first.bench.engine.queries.length, 1);
    await first.bench.receiver.stop();
    const stream = new ScriptedStream();
    const podman = new Bench([stream], { resume: afterReading(OLD) });
    podman.engine.session = { dialect: { ...DOCKER, ringSize: undefined } };
    await podman.receiver.start();
    await stream.isRead;
    await podman.replayed();
    assert.deepEqual([podman.gaps[0]?.reason, podman.engine.queries.length], ['not_known', 1]);
    await podman.receiver.stop();
  });
});
