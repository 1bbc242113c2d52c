import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Backoff } from '../../src/runtime/backoff.ts';
import { deadline, sleep, systemClock } from '../../src/runtime/clock.ts';
import { byteSize, duration, parseDuration, secret } from '../../src/runtime/fields.ts';
import { systemRandom } from '../../src/runtime/random.ts';
import { Secret } from '../../src/runtime/secret.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('backoff', () => {
  it('doubles between half and all of its bound, stays at the longest, and begins anew', () => {
    const highest = { fraction: () => 0.999999, hex: () => '' };
    const lowest = { fraction: () => 0, hex: () => '' };
    const waits = (random: typeof lowest) => {
      const backoff = new Backoff({ initialMs: 100, maxMs: 500, factor: 2 }, random);
      const all = [backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()];
      backoff.reset();
      return [...all, backoff.next()].map(Math.round);
    };
    assert.deepEqual(waits(lowest), [50, 100, 200, 250, 250, 50]);
    assert.deepEqual(waits(highest), [100, 200, 400, 500, 500, 100]);
  });
});

describe('the clock', () => {
  it('lets a sleeper sleep its time, or wakes it', async () => {
    const clock = new FakeClock();
    const wake = new AbortController();
    const [whole, woken] = [sleep(clock, 100, new AbortController().signal), sleep(clock, 100, wake.signal)];
    wake.abort();
    assert.equal(await woken, false);
    clock.advance(100);
    assert.equal(await whole, true);
    assert.equal(await sleep(clock, 100, wake.signal), false);
    assert.equal(clock.pending, 0);
  });

  it('ends a deadline at its time, with its parent, or never once cancelled', () => {
    const clock = new FakeClock();
    const parent = new AbortController();
    const [timed, with_, cancelled] = [deadline(clock, 10), deadline(clock, 1000, parent.signal), deadline(clock, 10)];
    cancelled.cancel();
    clock.advance(10);
    assert.deepEqual([timed.signal.aborted, with_.signal.aborted, cancelled.signal.aborted], [true, false, false]);
    parent.abort();
    assert.equal(with_.signal.aborted, true);
    assert.equal(deadline(clock, 10, parent.signal).signal.aborted, true);
  });

  it('runs real timers, and cancels them', async () => {
    const ran = Promise.withResolvers<string>();
    systemClock.after(0, () => ran.resolve('cancelled')).cancel();
    systemClock.after(1, () => ran.resolve('ran'));
    assert.equal(await ran.promise, 'ran');
    assert.ok(systemClock.now()[0] > 1_700_000_000);
  });
});

describe('chance', () => {
  it('is the same for the same seed', () => {
    assert.equal(seededRandom(3).hex(8), seededRandom(3).hex(8));
    assert.notEqual(seededRandom(3).hex(8), seededRandom(4).hex(8));
    assert.match(systemRandom.hex(16), /^[0-9a-f]{32}$/);
    assert.ok(systemRandom.fraction() < 1);
  });
});

describe('kinds of value', () => {
  for (const [text, millis] of [
    ['200ms', 200],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['250', 250],
  ] as const) {
    it(`takes ${text} for ${millis} ms`, () => assert.equal(parseDuration(text), millis));
  }

  for (const text of ['', 's', '5 s', '-1s', '1d', '1s2', 'soon']) {
    it(`takes "${text}" for no duration`, () => assert.equal(parseDuration(text), undefined));
  }

  it('says what is expected of a duration and of a size', () => {
    const seconds = 'a duration from 100ms to 1h, in milliseconds where it has no unit';
    const expected = 'a duration from 100ms to 1h, such as 200ms, 5s or 1m30s';
    for (const written of ['1ms', 'soon', true, 3_600_001, 10]) {
      const message = duration({ minMs: 100, maxMs: 3_600_000 }).safeParse(written).error?.issues[0]?.message;
      assert.equal(message, typeof written === 'number' ? seconds : expected);
    }
    for (const written of ['1', '1TiB', -1, 1.5, null]) {
      const message = byteSize({ min: 10, max: 1024 }).safeParse(written).error?.issues[0]?.message;
      assert.equal(message, 'a size from 10 bytes to 1KiB');
    }
    assert.equal(byteSize({ min: 0, max: 1e9 }).parse('16MiB'), 16 * 1024 * 1024);
    assert.equal(byteSize({ min: 0, max: 1e9 }).parse('12b'), 12);
  });

  it('never shows a secret', () => {
    const value = secret().parse('hunter2');
    assert.ok(value instanceof Secret);
    assert.deepEqual(
      [`${value}`, JSON.stringify({ value }), inspect({ value })],
      ['[REDACTED]', '{"value":"[REDACTED]"}', '{ value: [REDACTED] }'],
    );
    assert.equal(value.reveal(), 'hunter2');
  });
});
