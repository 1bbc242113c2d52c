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
  it('computes no more what has come twice, one that is undefined too', () => {
    const { computed, lookUp } = counted();
    for (let times = 0; times < 3; times += 1) {
      assert.deepEqual([lookUp('abc'), lookUp('nothing')], [3, undefined]);
    }
    assert.deepEqual(computed, ['abc', 'nothing', 'abc', 'nothing']);
  });

  it('keeps nothing of what comes once, however much that is', () => {
    const { computed, lookUp } = counted();
    lookUp('abc');
    for (let index = 0; index < 256; index += 1) lookUp(`id-${index}`);
    lookUp('abc');
    lookUp('abc');
    const before = computed.length;
    lookUp('abc');
    assert.deepEqual([before, computed.length], [259, 259]);
  });

  it('does not keep long texts', () => {
    const { computed, lookUp } = counted();
    const long = 'x'.repeat(513);
    assert.deepEqual([lookUp(long), lookUp(long)], [513, 513]);
    assert.equal(computed.length, 2);
  });

  it('forgets everything rather than growing without bound', () => {
    const { computed, lookUp } = counted();
    for (let index = 0; index <= 2048; index += 1) {
      lookUp(`label-${index}`);
      lookUp(`label-${index}`);
    }
    assert.equal(computed.length, 2 * 2049);
    lookUp('label-0');
    lookUp('label-2048');
    assert.deepEqual(computed.slice(2 * 2049), ['label-0']);
  });
});
