import assert from 'node:assert/strict';
import { oneAtATime } from '../../src/telemetry/one-at-a-time.ts';

function held() {
  const begun: PromiseWithResolvers<string>[] = [];
  const ask = oneAtATime(() => {
    const making = Promise.withResolvers<string>();
    begun.push(making);
    return making.promise;
  });
  return { begun, ask };
}

describe('what is made for one asker at a time', () => {
  it('is made anew for each that asks after the other', async () => {
    let made = 0;
    const ask = oneAtATime(() => {
      made += 1;
      return made;
    });
    assert.deepEqual([await ask(), await ask(), await ask()], [1, 2, 3]);
  });

  it('is made once more for all that ask meanwhile, and not before the first is done', async () => {
    const { begun, ask } = held();
    const first = ask();
    const others = [ask(), ask(), ask()];
    assert.equal(begun.length, 1);
    begun[0]?.resolve('first');
    assert.equal(await first, 'first');
    const late = ask();
    assert.equal(begun.length, 2);
    begun[1]?.resolve('second');
    assert.deepEqual(await Promise.all(others), ['second', 'second', 'second']);
    begun[2]?.resolve('third');
    assert.equal(await late, 'third');
    assert.equal(begun.length, 3);
  });

  it('is tried again after a failure, which those have that asked before it', async () => {
    const { begun, ask } = held();
    const [first, second] = [ask(), ask()];
    begun[0]?.reject(new Error('broken'));
    await assert.rejects(first, /broken/);
    begun[1]?.resolve('well');
    assert.equal(await second, 'well');
    const throwing = oneAtATime(() => {
      throw new Error('at once');
    });
    await assert.rejects(throwing(), /at once/);
    await assert.rejects(throwing(), /at once/);
  });
});
