import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { systemMachine } from '../../src/runtime/machine.ts';

describe('the machine', () => {
  it('is the one that this process runs on', () => {
    assert.deepEqual(systemMachine(), {
      platform: process.platform,
      isRoot: process.geteuid?.() === 0,
      homeFolder: homedir(),
    });
  });
});
