import assert from 'node:assert/strict';
import { isEngineId } from '../../src/runtime/engine-id.ts';

const ID = '0123456789abcdef'.repeat(4);

describe('an id of the engine', () => {
  it('has 64 hex digits in small letters, asked for the first time and again', () => {
    for (let times = 0; times < 2; times += 1) {
      assert.equal(isEngineId(ID), true);
      for (const other of ['', ID.slice(1), `${ID}0`, ID.toUpperCase(), `${ID.slice(1)}g`, `${ID.slice(1)}\n`]) {
        assert.equal(isEngineId(other), false, other);
      }
    }
  });

  it('is told from what is none after any number of them', () => {
    for (let index = 0; index < 10_000; index += 1) {
      const id = index.toString(16).padStart(64, '0');
      assert.deepEqual([isEngineId(id), isEngineId(`x${id.slice(1)}`)], [true, false]);
    }
    assert.equal(isEngineId(ID), true);
  });
});
