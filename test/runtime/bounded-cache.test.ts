import assert from 'node:assert/strict';
import { remembered } from '../../src/runtime/bounded-cache.ts';

function counted() {
  const computed: string[] = [];
  const lookUp = remembered((text) => {
    computed.push(text);
    return text === 'nothing' ? undefined : text.length;
  });
  return { computed, lookUp };
}

describe('remembered', () => {
  it('computes a value once, one that is undefined too', () => {
    const { computed, lookUp } = counted();
    assert.deepEqual(
      [lookUp('abc'), lookUp('nothing'), lookUp('abc'), lookUp('nothing')],
      [3, undefined, 3, undefined],
    );
    assert.deepEqual(computed, ['abc', 'nothing']);
  });

  it('does not keep long texts', () => {
    const { computed, lookUp } = counted();
    const long = 'x'.repeat(513);
    assert.deepEqual([lookUp(long), lookUp(long)], [513, 513]);
    assert.equal(computed.length, 2);
  });

  it('forgets everything rather than growing without bound', () => {
    const { computed, lookUp } = counted();
    for (let index = 0; index <= 2048; index += 1) lookUp(`label-${index}`);
    lookUp('label-0');
    assert.equal(computed.length, 2050);
    assert.equal(computed.at(-1), 'label-0');
  });
});
