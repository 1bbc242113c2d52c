/** What a receiver makes of a new stream: after a cut, after a restart, after the engine's. */
import assert from 'node:assert/strict';
import type { EngineIdentity } from '../../src/model/engine.ts';
import { eventLine, eventLines } from '../support/events.ts';
import { DOCKER, IDENTITY, problem, ScriptedStream } from '../support/scripted-engine.ts';
import { afterReading, Bench, type BenchParts, settled } from './support.ts';

/** Noon, when the clock of a bench begins. */
const NOON = 1_795_262_400;

/** `count` lines a millisecond apart, the last of them a second before `second` after noon. */
function linesBefore(second: number, count: number): string[] {
  const lines = eventLines(count);
  return lines.map((line, index) => {
    const nanos = String((1000 - count + index) * 1_000_000).padStart(9, '0');
    return line.replace(/"time":.*$/, `"time":${NOON + second - 2},"timeNano":${NOON + second - 2}${nanos}}`);
  });
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

async function begun(
  stream: ScriptedStream,
  parts: BenchParts = {},
  more: readonly ScriptedStream[] = [],
): Promise<Bench> {
  const bench = new Bench([stream, ...more], parts);
  await bench.receiver.start();
  await stream.isRead;
  return bench;
}

const OLD = linesBefore(-60, 600);

describe('a receiver that begins anew', () => {
  it('repeats nothing of what an earlier process read, and tells no gap where the replay goes on from it', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: afterReading(OLD) });
    const fresh = linesBefore(0, 3);
    stream.send(text([...OLD.slice(-253), ...fresh]));
    await bench.replayed();
    await bench.pass(5000);
    assert.deepEqual(bench.raws, fresh);
    assert.deepEqual(bench.gaps, []);
    assert.deepEqual(bench.deliveries, [{ entries: fresh, rows: [] }]);
    assert.equal(bench.telemetry.counted('events_deduplicated'), 253);
    assert.deepEqual(bench.engine.asked, []);
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('tells no gap at a first start, whatever is replayed', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream);
    stream.send(text(linesBefore(0, 256)));
    await bench.replayed();
    await bench.pass(2000);
    assert.equal(bench.received.length, 256);
    assert.deepEqual([bench.gaps.length, bench.state.size], [0, 0]);
    await bench.receiver.stop();
  });

  it('tells that the engine remembers nothing of what was read before, within the window of what is missing', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: afterReading(OLD) });
    stream.send(text(linesBefore(0, 256)));
    assert.equal(bench.state.get('gap/docker_events')?.includes('ring_overrun'), true, 'kept with the first events');
    assert.equal(bench.deliveries.length, 1);
    await bench.replayed();
    const [gap] = bench.gaps;
    assert.equal(bench.gaps.length, 1);
    assert.equal(gap?.reason, 'ring_overrun');
    assert.deepEqual(
      [gap.from, gap.to],
      [
        [NOON - 62, 999_000_000],
        [NOON - 2, 744_000_000],
      ],
    );
    assert.deepEqual([gap.atLeast, gap.recovered, gap.detail], [undefined, undefined, undefined]);
    assert.deepEqual(gap.reconciled, { containers: 0, events: 0 });
    assert.equal(gap.engine, IDENTITY);
    assert.match(gap.uid, /^[0-9a-f]{32}$/);
    assert.equal(bench.state.size, 0);
    assert.equal(bench.telemetry.counted('gaps'), 1);
    const [told] = bench.telemetry.named('receiver.gap');
    assert.equal(
      told?.message,
      'Events of unix:///run/test.sock may be missing after 2026-11-21T11:58:58.999000000Z and before 2026-11-21T11:59:58.744000000Z: more happened while nobody read than the engine remembers. Containers compared: 0; events worked out from it: 0.',
    );
    assert.equal(told.level, 'warn');
    await bench.receiver.stop();
  });

  it('tells that the engine was started anew when it remembers little, or nothing at all', async () => {
    for (const fresh of [linesBefore(0, 5), []]) {
      const stream = new ScriptedStream();
      const bench = await begun(stream, { resume: afterReading(OLD) });
      if (fresh.length > 0) stream.send(text(fresh));
      const { doubt } = JSON.parse(bench.state.get('gap/docker_events') ?? '{}');
      assert.equal(doubt?.reason, fresh.length > 0 ? 'not_known' : undefined, 'in doubt');
      await bench.replayed();
      assert.deepEqual(
        bench.gaps.map((gap) => [gap.reason, gap.to]),
        [['engine_restarted', fresh.length > 0 ? [NOON - 2, 995_000_000] : undefined]],
      );
      await bench.receiver.stop();
    }
  });

  it('does not take silence for the end of the replay before the engine has answered a ping', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: afterReading(OLD) });
    await bench.pass(250);
    assert.equal(bench.engine.pings.length, 1);
    bench.engine.pings[0]?.resolve({ ok: false, problem: problem('timed_out') });
    await bench.pass(1000);
    assert.deepEqual([bench.gaps.length, bench.engine.pings.length], [0, 2]);
    stream.send(text(OLD.slice(-3)));
    bench.engine.pings[1]?.resolve({ ok: true, value: undefined });
    await bench.pass(1000);
    assert.deepEqual(bench.gaps, []);
    await bench.receiver.stop();
  });

  it('takes a refusal of the ping for an answer', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: afterReading(OLD) });
    await bench.pass(250);
    bench.engine.pings[0]?.resolve({ ok: false, problem: problem('forbidden') });
    await settled();
    assert.equal(bench.gaps[0]?.reason, 'engine_restarted');
    await bench.receiver.stop();
  });

  it('takes back a doubt when a known event comes after new ones', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: afterReading(OLD) });
    const fresh = linesBefore(0, 3);
    stream.send(text(fresh));
    assert.equal(bench.state.size, 1);
    stream.send(text(OLD.slice(-1)));
    assert.equal(bench.state.size, 0);
    await bench.pass(2000);
    assert.deepEqual(bench.gaps, []);
    await bench.receiver.stop();
  });

  it('goes on with a doubt that a cut left behind, whose events are no proof', async () => {
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = await begun(first, { resume: afterReading(OLD) }, [second]);
    const fresh = linesBefore(0, 3);
    first.send(text(fresh.slice(0, 2)));
    first.end();
    await bench.nextTimer();
    await second.isRead;
    assert.equal(bench.gaps.length, 0);
    second.send(text(fresh));
    await bench.replayed();
    assert.deepEqual(
      bench.gaps.map(({ reason, from, to }) => [reason, from, to]),
      [['engine_restarted', [NOON - 62, 999_000_000], [NOON - 2, 997_000_000]]],
    );
    assert.deepEqual(bench.raws, fresh);
    await bench.receiver.stop();
  });

  it('goes on with a doubt of an earlier process, and finds that it was none', async () => {
    const fresh = linesBefore(0, 3);
    for (const replay of [fresh, [...OLD.slice(-1), ...fresh]]) {
      const cut = new ScriptedStream();
      const killed = await begun(cut, { resume: afterReading(OLD) });
      cut.send(text(fresh.slice(0, 2)));
      const pendingGap = killed.state.get('gap/docker_events');
      await killed.receiver.stop();
      assert.equal(killed.state.get('gap/docker_events'), pendingGap);
      const stream = new ScriptedStream();
      const bench = await begun(stream, { resume: afterReading([...OLD, ...fresh.slice(0, 2)], { pendingGap }) });
      bench.state.set('gap/docker_events', pendingGap ?? '');
      stream.send(text(replay));
      await bench.replayed();
      const expected = replay === fresh ? [['engine_restarted', [NOON - 62, 999_000_000]]] : [];
      assert.deepEqual(
        bench.gaps.map(({ reason, from }) => [reason, from]),
        expected,
      );
      assert.equal(bench.state.size, 0);
      await bench.receiver.stop();
    }
  });

  describe('on a manager of a swarm, which tells of the past of the swarm again when it is started anew', () => {
    const swarm = [100, 90, 80, 1, 1].map((ago, index) =>
      eventLine({ type: 'service', id: `s${index}`, scope: 'swarm', timeNano: `${NOON - ago}000000000` }),
    );
    const before = [...swarm.slice(0, 2), ...OLD];

    it('does not take that for a proof, nor for the end of what is missing', async () => {
      const stream = new ScriptedStream();
      const bench = await begun(stream, { resume: afterReading(before) });
      stream.send(text(swarm.slice(0, 3)));
      await bench.replayed();
      assert.deepEqual(
        bench.gaps.map(({ reason, from, to }) => [reason, from, to]),
        [['engine_restarted', [NOON - 62, 999_000_000], undefined]],
      );
      assert.deepEqual(bench.raws, swarm.slice(2, 3));
      await bench.receiver.stop();
    });

    it('does so after a cut, too, though others were read since', async () => {
      const replay = [...swarm.slice(0, 2), ...linesBefore(0, 1), ...swarm.slice(3)];
      const [first, second, third] = [new ScriptedStream(), new ScriptedStream(), new ScriptedStream()];
      const bench = await begun(first, { resume: afterReading(before) }, [second]);
      first.send(text(replay));
      const pendingGap = bench.state.get('gap/docker_events');
      first.end();
      await bench.nextTimer();
      await second.isRead;
      const next = await begun(third, { resume: afterReading([...before, ...replay.slice(2)], { pendingGap }) });
      for (const [stream, each] of [[second, bench] as const, [third, next] as const]) {
        stream.send(text(replay));
        await each.replayed();
        assert.deepEqual(
          each.gaps.map(({ reason }) => reason),
          ['engine_restarted'],
        );
        await each.receiver.stop();
      }
    });
  });

  it('tells a doubt of which the events are gone', async () => {
    const stream = new ScriptedStream();
    const pendingGap = '{"doubt":{"reason":"not_known","from":[1,0],"to":[2,0],"first":"gone"}}';
    const bench = await begun(stream, { resume: afterReading(OLD, { pendingGap }) });
    stream.send(text(OLD.slice(-3)));
    await bench.replayed();
    assert.deepEqual(
      bench.gaps.map(({ reason }) => reason),
      ['not_known'],
    );
    await bench.receiver.stop();
  });

  it('tells that another engine was there for a moment when that is gone again', async () => {
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([first, second], { resume: afterReading(OLD) });
    bench.engine.identity = { ...IDENTITY, id: 'another' };
    await bench.receiver.start();
    await first.isRead;
    first.send(text(linesBefore(0, 1)));
    first.end();
    await bench.nextTimer();
    await second.isRead;
    second.send(text(linesBefore(0, 1)));
    await bench.replayed();
    assert.deepEqual(
      bench.gaps.map(({ reason, to }) => [reason, to]),
      [['engine_replaced', [NOON - 2, 999_000_000]]],
    );
    await bench.receiver.stop();
  });

  it('tells the gap that an earlier process could not tell', async () => {
    const stream = new ScriptedStream();
    const pendingGap = '{"settled":{"reason":"ring_overrun","from":[1,0],"to":[2,0]}}';
    const bench = await begun(stream, { resume: afterReading(OLD, { pendingGap }) });
    bench.state.set('gap/docker_events', pendingGap);
    stream.send(text(OLD.slice(-3)));
    await bench.replayed();
    await bench.pass(2000);
    assert.deepEqual(
      bench.gaps.map(({ reason, from, to }) => [reason, from, to]),
      [['ring_overrun', [1, 0], [2, 0]]],
    );
    assert.equal(bench.state.size, 0);
    await bench.receiver.stop();
  });

  it('tells several gaps that come before one could be told as one', async () => {
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = await begun(first, { resume: afterReading(OLD) }, [second]);
    first.send(text(linesBefore(-10, 256)));
    first.end();
    await bench.nextTimer();
    await second.isRead;
    second.send(text(linesBefore(0, 2)));
    await bench.replayed();
    const [gap] = bench.gaps;
    assert.equal(bench.gaps.length, 1);
    assert.equal(gap?.reason, 'engine_restarted');
    assert.deepEqual(
      [gap.from, gap.to],
      [
        [NOON - 62, 999_000_000],
        [NOON - 2, 998_000_000],
      ],
    );
    assert.equal(gap.detail, 'Told together: ring_overrun, then engine_restarted.');
    await bench.receiver.stop();
  });

  it('tells that what was kept could not be read', async () => {
    const stream = new ScriptedStream();
    const bench = await begun(stream, { resume: { wasDamaged: true } });
    stream.send(text(linesBefore(0, 2)));
    await bench.replayed();
    await bench.pass(2000);
    assert.deepEqual(
      bench.gaps.map(({ reason, from, to }) => [reason, from, to]),
      [['journal_lost', undefined, [NOON, 0]]],
    );
    await bench.receiver.stop();
  });

  it('knows another engine by its id, and compares it with nothing', async () => {
    const stream = new ScriptedStream();
    const met: EngineIdentity[] = [];
    const bench = new Bench([stream], { resume: afterReading(OLD), meet: (engine) => met.push(engine) });
    bench.engine.identity = { ...IDENTITY, id: 'another' };
    await bench.receiver.start();
    await stream.isRead;
    assert.deepEqual(met, [bench.engine.identity]);
    stream.send(text(OLD.slice(-3)));
    assert.match(bench.state.get('gap/docker_events') ?? '', /engine_replaced/);
    await bench.replayed();
    assert.equal(bench.received.length, 3, 'what another engine said is new');
    assert.equal(bench.gaps[0]?.reason, 'engine_replaced');
    assert.equal(bench.gaps[0]?.reconciled, undefined);
    await bench.receiver.stop();
  });

  it('says that it cannot tell when the engine sends a part of its events only', async () => {
    for (const [session, why] of [
      [{ isFiltered: true }, /asked for/],
      [{ hidesEvents: true }, /hides events/],
      [{ dialect: { ...DOCKER, ringSize: undefined } }, /journal/],
    ] as const) {
      const stream = new ScriptedStream();
      const bench = new Bench([stream], { resume: afterReading(OLD) });
      bench.engine.session = session;
      await bench.receiver.start();
      await stream.isRead;
      stream.send(text(linesBefore(0, 5)));
      await bench.replayed();
      assert.equal(bench.gaps[0]?.reason, 'not_known');
      assert.match(bench.gaps[0]?.detail ?? '', why);
      await bench.receiver.stop();
    }
  });

  it('asks Podman for what came after the last event', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { resume: afterReading(OLD) });
    bench.engine.session = { dialect: { ...DOCKER, since: (last) => String(last) } };
    await bench.receiver.start();
    await stream.isRead;
    assert.deepEqual(bench.engine.sinces, [`${NOON - 62},999000000`]);
    await bench.receiver.stop();
  });
});
