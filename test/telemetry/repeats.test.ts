import assert from 'node:assert/strict';
import type { Happening, Level } from '../../src/model/telemetry.ts';
import { Repeats } from '../../src/telemetry/repeats.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE = 60_000;

function happening(message: string, level: Level = 'warn', name = 'receiver.waiting'): Happening {
  return { name, level, message };
}

class Rig {
  readonly clock = new FakeClock();
  readonly written: Happening[] = [];
  readonly repeats = new Repeats(this.clock, (one) => this.written.push(one));

  add(message: string, level: Level = 'warn', name = 'receiver.waiting'): void {
    this.repeats.add(happening(message, level, name));
  }

  /** What was written since the last time this was asked. */
  messages(): string[] {
    return this.written.splice(0).map(({ message }) => message);
  }
}

describe('repeats in the log', () => {
  it('are told once at first, and then with their number once a minute', () => {
    const rig = new Rig();
    rig.add('Next try in 250 ms.');
    assert.deepEqual(rig.messages(), ['Next try in 250 ms.']);
    for (let i = 0; i < 5; i += 1) {
      rig.clock.advance(1000);
      rig.add(`Next try in ${i + 1} s.`);
    }
    assert.deepEqual(rig.messages(), []);
    rig.clock.advance(MINUTE);
    assert.deepEqual(rig.messages(), ['Next try in 5 s. (6 times in the last minute)']);
  });

  it('are told each time where somebody has asked', () => {
    const rig = new Rig();
    const answer: Happening = { name: 'config.reload_refused', level: 'error', message: 'No.', isAnswer: true };
    rig.repeats.add(answer);
    rig.repeats.add(answer);
    assert.deepEqual(rig.messages(), ['No.', 'No.']);
    assert.equal(rig.clock.pending, 0);
  });

  it('are held back for as long as they go on, and forgotten a minute after they end', () => {
    const rig = new Rig();
    rig.add('Next try in 1 s.');
    rig.add('Next try in 2 s.');
    rig.clock.advance(MINUTE);
    rig.messages();
    rig.add('Next try in 3 s.');
    rig.clock.advance(MINUTE);
    assert.deepEqual(rig.messages(), ['Next try in 3 s. (once in the last minute)']);
    rig.clock.advance(MINUTE);
    assert.equal(rig.clock.pending, 0);
    rig.add('Next try in 4 s.');
    assert.deepEqual(rig.messages(), ['Next try in 4 s.']);
  });

  it('are forgotten by kind, so that one is told at once that was not told for a minute', () => {
    const rig = new Rig();
    for (const message of ['Once.', 'Again.', 'Again.', 'Again.']) rig.add(message);
    assert.equal(rig.clock.pending, 1);
    rig.clock.advance(MINUTE);
    rig.messages();
    rig.add('Again.');
    rig.add('Once.');
    assert.deepEqual(rig.messages(), ['Once.']);
    rig.clock.advance(MINUTE);
    assert.deepEqual(rig.messages(), ['Again. (once in the last minute)']);
  });

  it('carry their number as a field, beside those of the last', () => {
    const rig = new Rig();
    rig.repeats.add({ ...happening('Again.'), fields: { retry_ms: 1 } });
    rig.repeats.add({ ...happening('Again.'), fields: { retry_ms: 2 } });
    rig.repeats.flush();
    assert.deepEqual(rig.written.at(-1)?.fields, { retry_ms: 2, times: 2 });
  });

  it('of different kinds are told each, up to five of a name, and the rest together', () => {
    const rig = new Rig();
    for (const word of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) rig.add(`Not an event: ${word}`);
    assert.deepEqual(
      rig.messages(),
      ['one', 'two', 'three', 'four', 'five'].map((word) => `Not an event: ${word}`),
    );
    rig.clock.advance(MINUTE);
    const { name, level, fields } = rig.written.at(-1) ?? {};
    assert.deepEqual([name, level, fields], ['receiver.waiting', 'warn', { times: 2 }]);
    assert.deepEqual(rig.messages(), [
      '2 more of receiver.waiting in the last minute, in other words each; the last: Not an event: seven',
    ]);
  });

  it('of level info are told every time', () => {
    const rig = new Rig();
    for (const _ of [1, 2, 3]) rig.add('Reading events.', 'info');
    assert.deepEqual(rig.messages(), ['Reading events.', 'Reading events.', 'Reading events.']);
    assert.equal(rig.clock.pending, 0);
  });

  for (const level of ['error'] as const) {
    it(`of level ${level} are the same only when every word and number is`, () => {
      const rig = new Rig();
      rig.add('12 events were given up.', level);
      rig.add('13 events were given up.', level);
      rig.add('13 events were given up.', level);
      assert.deepEqual(rig.messages(), ['12 events were given up.', '13 events were given up.']);
      rig.clock.advance(MINUTE);
      assert.deepEqual(rig.messages(), ['13 events were given up. (2 times in the last minute)']);
    });

    it(`of level ${level} are told beyond what is remembered too`, () => {
      const rig = new Rig();
      for (let i = 0; i < 250; i += 1) rig.add(`${i} events were given up.`, level);
      assert.equal(rig.messages().length, 250);
    });
  }

  it('of one name leave another alone', () => {
    const rig = new Rig();
    rig.add('The same words.', 'warn', 'receiver.waiting');
    rig.add('The same words.', 'warn', 'export.failed');
    assert.equal(rig.messages().length, 2);
  });

  it('are written at the end, with the time that went by', () => {
    const rig = new Rig();
    rig.add('Again.');
    rig.add('Again.');
    rig.clock.advance(3000);
    rig.repeats.flush();
    assert.deepEqual(rig.messages(), ['Again.', 'Again. (2 times in the last 3 s)']);
    assert.equal(rig.clock.pending, 0);
    rig.repeats.flush();
    assert.deepEqual(rig.messages(), []);
  });

  it('keep no timer while nothing is held back', () => {
    const rig = new Rig();
    rig.add('Once.');
    assert.equal(rig.clock.pending, 0);
  });
});
