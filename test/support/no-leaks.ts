/**
 * What a test opens it closes: the run fails when a server still listens or a child process still runs at its end. Mocha
 * is told to exit then, because a leak would otherwise show as a run that hangs.
 */
import assert from 'node:assert/strict';

const LEAKS: ReadonlySet<string> = new Set(['TCPServerWrap', 'PipeServerWrap', 'ProcessWrap', 'Timeout']);

export const mochaHooks = {
  afterAll() {
    const left = process.getActiveResourcesInfo().filter((resource) => LEAKS.has(resource));
    assert.deepEqual(left, [], 'left open by a test');
  },
};
