/** What the stream has left out, found in what the engine remembers. */
import assert from 'node:assert/strict';
import { toDecimalNanos } from '../../src/model/time.ts';
import { eventLine, eventLines } from '../support/events.ts';
import { DOCKER, problem, ScriptedStream } from '../support/scripted-engine.ts';
import { Bench, type BenchParts, settled } from './support.ts';

const NOON = 1_795_262_400;
const LINES = eventLines(300);
const [A, B, C, D, E, F] = LINES as [string, string, string, string, string, string];

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Different events that happen now. */
function now(bench: Bench, count: number, action: string): string {
  const timeNano = toDecimalNanos(bench.clock.now());
  return text(Array.from({ length: count }, (_, index) => eventLine({ action, id: `c${index}`, timeNano })));
}

/** A receiver that has read the replay of its first stream. */
async function reading(read: readonly string[], parts: BenchParts = {}, more: readonly ScriptedStream[] = []) {
  const stream = new ScriptedStream();
  const bench = new Bench([stream, ...more], { ...parts, options: { audit_interval: '30s', ...parts.options } });
  await bench.receiver.start();
  await stream.isRead;
  if (read.length > 0) stream.send(text(read));
  await bench.replayed();
  return { bench, stream };
}

/** The next audit finds this in the engine's memory, which the engine closes. */
async function remembered(bench: Bench, lines: readonly string[], afterMs = 30_000): Promise<void> {
  const snapshot = new ScriptedStream();
  bench.engine.snapshots.push(snapshot);
  await bench.pass(afterMs);
  await snapshot.isRead;
  snapshot.send(text(lines));
  snapshot.end();
  await settled();
}

describe('the audit of a stream', () => {
  it('asks every interval for all that the engine remembers up to now, and finds nothing to do', async () => {
    const { bench } = await reading([A, B, C]);
    await remembered(bench, [A, B, C]);
    await remembered(bench, [A, B, C]);
    assert.deepEqual(bench.engine.queries.slice(1), [
      { since: '0', until: `${NOON + 30}.250000000` },
      { since: '0', until: `${NOON + 60}.250000000` },
    ]);
    await bench.pass(2000);
    assert.deepEqual([bench.received.length, bench.gaps.length], [3, 0]);
    assert.equal(bench.telemetry.counted('events_received'), 3);
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('recovers after a grace what the stream has passed by, and tells it', async () => {
    const { bench } = await reading([A, D]);
    await remembered(bench, [A, B, C, D]);
    await bench.pass(999);
    assert.deepEqual(bench.raws, [A, D]);
    await bench.pass(1);
    assert.deepEqual(bench.raws, [A, D, B, C]);
    const row =
      '{"settled":{"reason":"subscriber_dropped","from":[1795262400,0],"to":[1795262400,3000000],"recovered":2}}';
    assert.deepEqual(bench.deliveries.slice(-2), [
      { entries: [B, C], rows: [row] },
      { entries: ['subscriber_dropped'], rows: [undefined] },
    ]);
    const [gap] = bench.gaps;
    assert.deepEqual(
      [gap?.recovered, gap?.atLeast, gap?.from, gap?.to, gap?.reconciled],
      [2, undefined, [NOON, 0], [NOON, 3_000_000], { containers: 0, events: 0 }],
    );
    for (const [counter, count] of [
      ['events_received', 4],
      ['events_accepted', 4],
      ['events_recovered', 2],
      ['gaps', 1],
    ] as const) {
      assert.equal(bench.telemetry.counted(counter), count, counter);
    }
    await remembered(bench, [A, B, C, D]);
    await bench.pass(2000);
    assert.equal(bench.gaps.length, 1, 'once');
    await bench.receiver.stop();
  });

  it('leaves alone what the stream brings within the grace', async () => {
    const { bench, stream } = await reading([A, D]);
    await remembered(bench, [A, B, C, D]);
    await bench.pass(500);
    stream.send(text([C, B]));
    await bench.pass(500);
    assert.deepEqual(bench.raws, [A, D, C, B]);
    assert.equal(bench.gaps.length, 0);
    await bench.receiver.stop();
  });

  it('leaves alone what is later than anything the stream has brought', async () => {
    const { bench, stream } = await reading([A]);
    stream.send(text([B]));
    await remembered(bench, [A, B, C, D]);
    await bench.pass(5000);
    assert.deepEqual(bench.raws, [A, B]);
    await bench.receiver.stop();
  });

  it('says that more may be missing when the first event of the memory is', async () => {
    const { bench } = await reading([A, E]);
    await remembered(bench, [B, C, E]);
    await bench.pass(1000);
    assert.deepEqual(bench.raws, [A, E, B, C]);
    assert.match(bench.gaps[0]?.detail ?? '', /more may be missing before/);
    await bench.receiver.stop();
  });

  it('looks after 128 events already, but at most once a second', async () => {
    const { bench, stream } = await reading([A]);
    await bench.pass(5000);
    stream.send(now(bench, 127, 'die'));
    await bench.pass(5000);
    assert.equal(bench.engine.queries.length, 1, '127 events');
    stream.send(now(bench, 1, 'stop'));
    await remembered(bench, [], 0);
    assert.equal(bench.engine.queries.length, 2);
    stream.send(now(bench, 128, 'start'));
    await bench.pass(999);
    assert.equal(bench.engine.queries.length, 2);
    await remembered(bench, [], 1);
    assert.equal(bench.engine.queries.length, 3);
    await bench.receiver.stop();
  });

  it('looks every four seconds where a second brings more than the memory holds', async () => {
    const { bench, stream } = await reading([A]);
    for (let second = 0; second < 4; second += 1) {
      assert.equal(bench.engine.queries.length, 1);
      stream.send(now(bench, 300, `at ${second}`));
      if (second < 3) await bench.pass(1000);
    }
    await remembered(bench, [], 1000);
    assert.equal(bench.engine.queries.length, 2);
    await bench.receiver.stop();
  });

  it('looks at once when the stream is behind', async () => {
    const { bench, stream } = await reading([A]);
    await bench.pass(2000);
    const late = now(bench, 1, 'late');
    await bench.pass(501);
    assert.equal(bench.engine.queries.length, 1);
    stream.send(late);
    await remembered(bench, [], 0);
    assert.equal(bench.engine.queries.length, 2);
    await bench.receiver.stop();
  });

  it('takes no stream to be behind whose way is long, but one that falls back on it', async () => {
    const { bench, stream } = await reading([]);
    const arrives = async (action: string, lateMs: number) => {
      const event = now(bench, 1, action);
      await bench.pass(lateMs);
      stream.send(event);
      await bench.pass(2000 - lateMs);
    };
    for (const action of ['create', 'start', 'kill', 'die']) await arrives(action, 900);
    assert.equal(bench.engine.queries.length, 1);
    await arrives('destroy', 1401);
    assert.equal(bench.engine.queries.length, 2);
    await bench.receiver.stop();
  });

  it('does not look while more events come than the memory can hold meanwhile', async () => {
    const { bench, stream } = await reading([A]);
    stream.send(now(bench, 12_100, 'die'));
    await bench.pass(1000);
    await bench.pass(3000);
    assert.equal(bench.engine.queries.length, 1);
    stream.send(now(bench, 11_900, 'stop'));
    await bench.pass(1000);
    await remembered(bench, [], 3000);
    assert.equal(bench.engine.queries.length, 2);
    await bench.receiver.stop();
  });

  it('looks four seconds after a burst that was too much, though nothing comes any more', async () => {
    const { bench, stream } = await reading([A]);
    stream.send(now(bench, 12_100, 'die'));
    await bench.pass(1000);
    await bench.pass(3000);
    assert.equal(bench.engine.queries.length, 1);
    await remembered(bench, [], 4000);
    assert.equal(bench.engine.queries.length, 2);
    await bench.receiver.stop();
  });

  it('says nothing when so much has come since that the stream’s events may be forgotten again', async () => {
    const { bench, stream } = await reading([A, D]);
    await remembered(bench, [A, B, C, D]);
    stream.send(now(bench, 8193, 'die'));
    await bench.pass(1000);
    assert.deepEqual([bench.gaps.length, bench.telemetry.counted('events_recovered')], [0, 0]);
    await bench.receiver.stop();
  });

  it('opens a stream anew that stands still while the engine goes on', async () => {
    const second = new ScriptedStream();
    const { bench, stream } = await reading([A, B], {}, [second]);
    await remembered(bench, [A, B, C]);
    assert.equal(stream.closed, false);
    await bench.pass(1000);
    assert.equal(stream.closed, true);
    assert.match(bench.telemetry.named('receiver.stalled')[0]?.message ?? '', /nothing for 30 s .* 1 event to tell/);
    await bench.nextTimer();
    await second.isRead;
    second.send(text([A, B, C]));
    assert.deepEqual(bench.raws, [A, B, C]);
    await bench.pass(2000);
    assert.equal(bench.gaps.length, 0);
    await bench.receiver.stop();
  });

  it('keeps a stream that was only quiet, and brings an event just now', async () => {
    const { bench, stream } = await reading([A, B]);
    await remembered(bench, [A, B, C]);
    stream.send(text([C]));
    await bench.pass(1000);
    assert.equal(stream.closed, false);
    await bench.receiver.stop();
  });

  describe('of which memory nothing has come', () => {
    async function unknown() {
      const { bench, stream } = await reading([A]);
      stream.send(text([B]));
      await remembered(bench, [C, D, E, F]);
      return { bench, stream };
    }
    const told = (bench: Bench) =>
      bench.gaps.map(({ reason, recovered, from, to }) => [reason, recovered, from, to].map(String));
    const [FROM, TO] = [`${NOON},0`, `${NOON},5000000`];

    it('recovers it when the stream stays silent', async () => {
      const { bench } = await unknown();
      for (let second = 0; second < 10; second += 1) await bench.pass(1000);
      assert.equal(bench.gaps.length, 0);
      await bench.pass(1000);
      assert.deepEqual(bench.raws, [A, B, C, D, E, F]);
      assert.deepEqual(told(bench), [['subscriber_dropped', '4', FROM, TO]]);
      await bench.receiver.stop();
    });

    it('recovers it when the stream brings what is later', async () => {
      const { bench, stream } = await unknown();
      const later = LINES[6] ?? '';
      stream.send(text([later]));
      await bench.pass(1000);
      assert.deepEqual(bench.raws, [A, B, later, C, D, E, F]);
      assert.equal(told(bench).length, 1);
      await bench.receiver.stop();
    });

    it('does not while the stream is only behind, on a slow way or one that stood still', async () => {
      for (const older of [[], [`${NOON}000000001`, `${NOON}000000002`, `${NOON}000000003`]]) {
        const { bench, stream } = await unknown();
        for (const timeNano of older) {
          await bench.pass(1900);
          stream.send(text([eventLine({ timeNano })]));
        }
        await bench.pass(4000);
        stream.send(text([C]));
        await bench.pass(4000);
        stream.send(text([D, E, F]));
        await bench.pass(4000);
        assert.deepEqual([bench.raws.length, bench.gaps.length], [6 + older.length, 0]);
        await bench.receiver.stop();
      }
    });
  });

  it('tells what the engine’s own count misses although the memory shows nothing', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { options: { audit_interval: '30s' } });
    const startedAt = [NOON - 1000, 0] as const;
    bench.engine.count = { events: 100, startedAt };
    await bench.receiver.start();
    await stream.isRead;
    stream.send(text([A]));
    await bench.replayed();
    stream.send(text([B, C]));
    bench.engine.count = { events: 109, startedAt };
    await remembered(bench, [A, B, C]);
    await bench.pass(1000);
    assert.deepEqual(
      bench.gaps.map(({ reason, atLeast, recovered, from, to }) => [reason, atLeast, recovered, from, to]),
      [['subscriber_dropped', 7, undefined, [NOON, 2_000_000], [NOON, 2_000_000]]],
    );
    await remembered(bench, [A, B, C], 30_000);
    await bench.pass(5000);
    assert.equal(bench.gaps.length, 1, 'once');
    await bench.receiver.stop();
  });

  it('goes on when the engine refuses a second stream', async () => {
    const { bench } = await reading([A, D]);
    bench.engine.snapshots.push(problem('forbidden', 'One stream is enough.'));
    await bench.pass(30_000);
    assert.equal(bench.telemetry.named('receiver.audit_failed')[0]?.level, 'debug');
    await remembered(bench, [A, B, D]);
    await bench.pass(1000);
    assert.equal(bench.gaps.length, 1);
    await bench.receiver.stop();
  });

  it('does not look where it is turned off, and not at a journal', async () => {
    const off = await reading([A], { options: { audit_interval: 0 } });
    await off.bench.pass(300_000);
    assert.equal(off.bench.engine.queries.length, 1);
    await off.bench.receiver.stop();
    const stream = new ScriptedStream();
    const podman = new Bench([stream], { options: { audit_interval: '30s' } });
    podman.engine.session = { dialect: { ...DOCKER, ringSize: undefined } };
    await podman.receiver.start();
    await stream.isRead;
    await podman.replayed();
    await podman.pass(300_000);
    assert.equal(podman.engine.queries.length, 1);
    await podman.receiver.stop();
  });

  describe('of an engine that does not close the second stream', () => {
    async function opened() {
      const { bench, stream } = await reading([A, D]);
      const snapshot = new ScriptedStream();
      bench.engine.snapshots.push(snapshot);
      await bench.pass(30_000);
      await snapshot.isRead;
      return { bench, stream, snapshot };
    }

    it('closes it when it is silent', async () => {
      const { bench, snapshot } = await opened();
      snapshot.send(text([A, B]));
      await bench.pass(999);
      snapshot.send(text([C, D]));
      await bench.pass(999);
      assert.equal(snapshot.closed, false, 'a slow way makes pauses');
      await bench.pass(1);
      assert.equal(snapshot.closed, true);
      await bench.pass(1000);
      assert.deepEqual(bench.raws, [A, D, B, C]);
      await bench.receiver.stop();
    });

    it('closes it when an event comes from after the question, which is not compared', async () => {
      const { bench, snapshot } = await opened();
      const later = eventLine({ timeNano: `${NOON + 31}000000000` });
      snapshot.send(text([A, B, later, D]));
      assert.equal(snapshot.closed, true);
      await bench.pass(1000);
      assert.deepEqual(bench.raws, [A, D], 'nothing later than B is known');
      await bench.receiver.stop();
    });

    it('does not go by the clock of the swarm for that', async () => {
      const { bench, snapshot } = await opened();
      const swarm = eventLine({ timeNano: `${NOON + 31}000000000`, scope: 'swarm' });
      snapshot.send(text([A, swarm]));
      assert.equal(snapshot.closed, false);
      await bench.receiver.stop();
    });

    it('closes it when it has brought as much as the engine can remember, or lasts for five seconds', async () => {
      const full = await opened();
      full.snapshot.send(text(LINES.slice(0, 256)));
      assert.equal(full.snapshot.closed, true);
      await full.bench.receiver.stop();
      const slow = await opened();
      for (let index = 0; index < 60; index += 1) {
        slow.snapshot.send(text([LINES[index] ?? '']));
        await slow.bench.pass(90);
      }
      assert.equal(slow.snapshot.closed, true);
      await slow.bench.receiver.stop();
    });

    it('ends it with the live stream', async () => {
      const { bench, snapshot } = await opened();
      await bench.receiver.stop();
      assert.equal(snapshot.closed, true);
      assert.equal(bench.clock.pending, 0);
    });
  });
});
