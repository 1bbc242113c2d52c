import assert from 'node:assert/strict';
import { StopWishes } from '../../src/commands/stop-wish.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('a signal to stop', () => {
  let clock: FakeClock;
  let wishes: StopWishes;

  beforeEach(() => {
    clock = new FakeClock();
    wishes = new StopWishes(clock);
  });

  it('asks for a stop, and again for an end', () => {
    assert.equal(wishes.note('SIGTERM'), 'stop');
    clock.advance(500);
    assert.equal(wishes.note('SIGTERM'), 'end');
  });

  it('that comes twice at once asks for one stop, as timeout and npm send it', () => {
    assert.equal(wishes.note('SIGINT'), 'stop');
    assert.equal(wishes.note('SIGINT'), 'nothing');
    clock.advance(499);
    assert.equal(wishes.note('SIGINT'), 'nothing');
  });

  it('that is another one asks for an end, however soon', () => {
    assert.equal(wishes.note('SIGTERM'), 'stop');
    assert.equal(wishes.note('SIGINT'), 'end');
  });
});
