import assert from 'node:assert/strict';
import type { EngineProblem } from '../../src/model/engine.ts';
import { eventLine, eventLines } from '../support/events.ts';
import { problem, ScriptedStream } from '../support/scripted-engine.ts';
import { Bench, settled } from './support.ts';

describe('the receiver', () => {
  it('hands on what was read in one go in one go, with the time at which it was read', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    bench.clock.advance(1500);
    stream.send(`${eventLines(3).join('\n')}\n`);
    assert.deepEqual(
      bench.received.map(({ raw }) => raw),
      eventLines(3),
    );
    assert.deepEqual(bench.received[0]?.observedAt, [1_795_262_401, 500_000_000]);
    assert.equal(bench.telemetry.counted('events_accepted'), 3);
    await bench.receiver.stop();
  });

  it('asks for the whole replay on every connect and repeats nothing of it', async () => {
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([first, second]);
    await bench.receiver.start();
    await first.isRead;
    const [a, b, c] = eventLines(3) as [string, string, string];
    first.send(`${a}\n${b}\n`);
    first.end();
    await bench.nextTimer();
    await second.isRead;
    second.send(`${a}\n${b}\n${c}\n`);
    assert.deepEqual(
      bench.received.map(({ raw }) => raw),
      [a, b, c],
    );
    assert.deepEqual(bench.engine.sinces, ['0', '0']);
    assert.equal(bench.telemetry.counted('events_deduplicated'), 2);
    assert.equal(bench.telemetry.counted('events_received'), 5);
    await bench.receiver.stop();
  });

  it('takes a close by the other side for normal, and a broken stream for news', async () => {
    const [closed, cut] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([closed, cut]);
    await bench.receiver.start();
    await closed.isRead;
    closed.end();
    await bench.nextTimer();
    await cut.isRead;
    cut.end({ kind: 'cut', problem: problem('connection_lost', 'The connection was reset.') });
    await settled();
    const levels = bench.telemetry.happenings.map(({ name, level, message }) => [name, level, message]);
    assert.deepEqual(levels, [
      ['receiver.connected', 'info', 'Reading events of docker 28.5.2 at unix:///run/test.sock (API 1.51).'],
      [
        'receiver.stream_ended',
        'debug',
        'The event stream of unix:///run/test.sock was closed by the other side; it is opened again at once.',
      ],
      ['receiver.connected', 'info', 'Reading events of docker 28.5.2 at unix:///run/test.sock (API 1.51).'],
      ['receiver.stream_cut', 'warn', 'The event stream of unix:///run/test.sock broke off: The connection was reset.'],
    ]);
    await bench.receiver.stop();
  });

  it('tries quickly while an absence is short, then ever more slowly up to the longest wait, for ever', async () => {
    const stream = new ScriptedStream();
    const away = Array.from({ length: 120 }, () => problem('no_such_socket', 'There is no socket.'));
    const bench = new Bench([...away, stream, problem('connection_refused')]);
    await bench.receiver.start();
    const waits: number[] = [];
    for (const _ of away) waits.push(await bench.nextTimer());
    const passedAfter = (turn: number) => waits.slice(0, turn + 1).reduce((sum, wait) => sum + wait, 0);
    const quick = waits.findIndex((_, turn) => passedAfter(turn) >= 10_000);
    assert.ok(
      waits.slice(0, quick + 1).every((wait) => wait >= 125 && wait <= 250),
      String(waits),
    );
    const slow = waits.slice(quick + 1);
    assert.ok(slow.length > 10);
    slow.forEach((wait, turn) => {
      const bound = Math.min(30_000, 250 * 2 ** (turn + 1));
      assert.ok(wait >= bound / 2 && wait <= bound, `${turn}: ${slow}`);
    });
    await stream.isRead;
    bench.clock.advance(6000);
    stream.end();
    await settled();
    assert.ok((bench.clock.nextDelayMs ?? 1e9) <= 250);
    assert.equal(bench.telemetry.named('receiver.waiting').length, away.length);
    assert.match(
      bench.telemetry.named('receiver.waiting')[0]?.message ?? '',
      /^No events for now, the next try is in \d+ ms\. There is no socket\.$/,
    );
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('does not spin when every stream ends at once', async () => {
    const bench = new Bench(
      Array.from({ length: 10 }, () => {
        const stream = new ScriptedStream();
        stream.end();
        return stream;
      }),
    );
    await bench.receiver.start();
    const waits: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) waits.push(await bench.nextTimer());
    assert.ok((waits[9] ?? 0) >= 15_000, String(waits));
    await bench.receiver.stop();
  });

  it('waits when the stream is refused', async () => {
    const bench = new Bench([{ subscribeProblem: problem('forbidden', 'A proxy refuses /events.') }]);
    await bench.receiver.start();
    await bench.nextTimer();
    assert.match(bench.telemetry.named('receiver.waiting')[0]?.message ?? '', /A proxy refuses \/events\.$/);
    await bench.receiver.stop();
  });

  describe('when the stream is silent', () => {
    async function silent(
      answer: (bench: Bench, stream: ScriptedStream) => void | Promise<void>,
    ): Promise<[Bench, ScriptedStream]> {
      const stream = new ScriptedStream();
      const bench = new Bench([stream]);
      await bench.receiver.start();
      await stream.isRead;
      stream.send(`${eventLine()}\n`);
      await bench.replayed();
      const pinged = bench.engine.pinged;
      bench.clock.advance(30_000);
      await pinged;
      await answer(bench, stream);
      await settled();
      return [bench, stream];
    }
    const noAnswer = { ok: false, problem: problem('timed_out', 'No answer within 10 s.') } as const;

    it('asks whether the engine is there, and stays when it answers', async () => {
      const [bench, stream] = await silent((at) => at.engine.pings[1]?.resolve({ ok: true, value: undefined }));
      assert.equal(stream.closed, false);
      assert.equal(bench.clock.nextDelayMs, 30_000);
      await bench.receiver.stop();
    });

    it('gives the stream up when the engine does not answer, and connects anew', async () => {
      const [bench, stream] = await silent((at) => at.engine.pings[1]?.resolve(noAnswer));
      assert.equal(stream.closed, true);
      assert.equal(bench.telemetry.named('receiver.no_answer').length, 1);
      await bench.nextTimer();
      assert.equal(bench.engine.connects, 2);
      await bench.receiver.stop();
    });

    it('stays when an event came while it waited for the answer', async () => {
      const [bench, stream] = await silent((at, on) => {
        on.send(`${eventLine({ action: 'stop' })}\n`);
        at.engine.pings[1]?.resolve(noAnswer);
      });
      assert.equal(stream.closed, false);
      await bench.receiver.stop();
    });

    it('asks nothing while events come', async () => {
      const stream = new ScriptedStream();
      const bench = new Bench([stream]);
      await bench.receiver.start();
      await stream.isRead;
      await bench.replayed();
      for (const line of eventLines(10)) {
        bench.clock.advance(10_000);
        stream.send(`${line}\n`);
        await settled();
      }
      assert.equal(bench.engine.pings.length, 1);
      await bench.receiver.stop();
    });
  });

  it('counts and shows a line that is no event, without its secrets, and reads on', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    stream.send(`{"Type":"container","password":"hunter2"}\n<html>\n${eventLine()}\n`);
    assert.equal(bench.received.length, 1);
    assert.equal(bench.telemetry.counted('events_refused'), 2);
    assert.equal(bench.telemetry.counted('events_received'), 3);
    assert.deepEqual(
      bench.telemetry.named('receiver.refused').map(({ message }) => message),
      [
        'A line of the event stream is no event, because it has no "Action"; it is counted and left out: {"Type":"container","password":"[masked]"}',
        'A line of the event stream is no event, because it is not JSON; it is counted and left out: <html>',
      ],
    );
    await bench.receiver.stop();
  });

  it('counts and shows an event that is too long, and reads on', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    stream.send(`{"Type":"container","Action":"${'x'.repeat(17 * 1024 * 1024)}`);
    stream.send(`"}\n${eventLine()}\n`);
    assert.equal(bench.received.length, 1);
    assert.equal(bench.telemetry.counted('events_refused'), 1);
    assert.match(
      bench.telemetry.named('receiver.too_long')[0]?.message ?? '',
      /^An event is longer than max_line_size \(16777216 characters\)/,
    );
    await bench.receiver.stop();
  });

  it('reads several events on one line, and says which part of it is none', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    const [a, b] = eventLines(2) as [string, string];
    stream.send(`${a}${b}{"c":\n`);
    assert.deepEqual(
      bench.received.map(({ raw }) => raw),
      [a, b],
    );
    assert.equal(bench.telemetry.counted('events_refused'), 1);
    await bench.receiver.stop();
  });

  it('tells of an event that was cut by the end of the stream, which is no refusal', async () => {
    const stream = new ScriptedStream();
    const bench = new Bench([stream]);
    await bench.receiver.start();
    await stream.isRead;
    stream.send(eventLine().slice(0, 50));
    stream.end();
    await settled();
    assert.equal(bench.telemetry.named('receiver.torn_end')[0]?.fields?.['characters'], 50);
    assert.equal(bench.telemetry.counted('events_refused'), 0);
    await bench.receiver.stop();
  });

  describe('reading once', () => {
    it('is finished at the end of the stream', async () => {
      const stream = new ScriptedStream();
      const bench = new Bench([stream], { once: true });
      await bench.receiver.start();
      await stream.isRead;
      stream.send(eventLine());
      stream.end();
      assert.equal(await bench.receiver.finished, undefined);
      assert.equal(bench.received.length, 1);
      assert.equal(bench.engine.connects, 1);
    });

    it('refuses an event that is cut by the end, because it does not come again', async () => {
      const stream = new ScriptedStream();
      const bench = new Bench([stream], { once: true });
      await bench.receiver.start();
      await stream.isRead;
      stream.send('{"Type":"container","password":"hunter2');
      stream.end();
      await bench.receiver.finished;
      const [cut] = bench.telemetry.named('receiver.cut_at_end');
      assert.equal(cut?.level, 'warn');
      assert.equal(
        cut.message,
        'The last line of unix:///run/test.sock ends inside an event; it is counted and left out: {"Type":"container","password":"[masked]',
      );
      assert.equal(bench.telemetry.counted('events_refused'), 1);
    });

    it('says what cut the stream short', async () => {
      const stream = new ScriptedStream();
      const bench = new Bench([stream], { once: true });
      await bench.receiver.start();
      await stream.isRead;
      stream.send(eventLine());
      const broken = problem('connection_lost', 'The recording could not be read to its end (EIO).');
      stream.end({ kind: 'cut', problem: broken });
      assert.equal(await bench.receiver.finished, broken);
      assert.equal(bench.received.length, 1);
    });

    it('is finished by a problem, and says which', async () => {
      const missing: EngineProblem = problem('no_such_socket', 'There is no such file.');
      const bench = new Bench([missing], { once: true });
      await bench.receiver.start();
      assert.equal(await bench.receiver.finished, missing);
    });
  });

  it('stops in any state, twice, and without a start', async () => {
    const never = new Bench([]);
    await never.receiver.stop();
    await never.receiver.stop();
    const connecting = new Bench([]);
    await connecting.receiver.start();
    await connecting.receiver.stop();
    const stream = new ScriptedStream();
    const reading = new Bench([stream]);
    await reading.receiver.start();
    await stream.isRead;
    await reading.receiver.stop();
    await reading.receiver.stop();
    assert.equal(stream.closed, true);
    assert.equal(reading.clock.pending, 0);
  });
});
