import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { SIGNAL_MAX, signalName } from '../../src/model/signals.ts';

describe('signalName', () => {
  it('agrees with the system, where that is Linux', () => {
    if (process.platform !== 'linux') return;
    const aliases = new Set(['SIGIOT', 'SIGPOLL', 'SIGUNUSED']);
    for (const [name, number] of Object.entries(constants.signals)) {
      if (!aliases.has(name)) assert.equal(signalName(number), name);
    }
  });

  it('names the real-time signals from SIGRTMIN on, and nothing that is no signal', () => {
    const cases: readonly (readonly [number, string | undefined])[] = [
      [0, undefined],
      [1, 'SIGHUP'],
      [15, 'SIGTERM'],
      [31, 'SIGSYS'],
      [32, undefined],
      [33, undefined],
      [34, 'SIGRTMIN'],
      [37, 'SIGRTMIN+3'],
      [SIGNAL_MAX, 'SIGRTMIN+30'],
      [SIGNAL_MAX + 1, undefined],
    ];
    for (const [number, name] of cases) assert.equal(signalName(number), name, String(number));
  });
});
