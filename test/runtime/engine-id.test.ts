import assert from 'node:assert/strict';
import { isEngineId } from '../../src/runtime/engine-id.ts';

const ID = '0123456789abcdef'.repeat(4);

describe('an id of the engine', () => {
  it('has 64 hex digits in small letters', () => {
    assert.equal(isEngineId(ID), true);
    for (const other of ['', ID.slice(1), `${ID}0`, ID.toUpperCase(), `${ID.slice(1)}g`, `${ID.slice(1)}\n`]) {
      assert.equal(isEngineId(other), false, other);
    }
  });
});
