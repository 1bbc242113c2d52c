/** The runs of one container that are remembered, and what is told of them where it is told badly. */
import assert from 'node:assert/strict';
import { Run, Runs } from '../../src/lifecycle/runs.ts';
import { sent, spansOf } from '../support/told-spans.ts';

function startsOf(runs: Runs): readonly number[] {
  return [...runs].map(({ start }) => start[0]);
}

describe('the runs of a container', () => {
  it('are the last five, newest first, in whatever order they were told', () => {
    const runs = new Runs();
    for (const start of [5, 1, 7, 3, 6, 2, 4]) runs.add(new Run([start, 0], 'event'));
    assert.deepEqual(startsOf(runs), [7, 6, 5, 4, 3]);
    assert.equal(runs.at([4, 5])?.start[0], 4);
    assert.equal(runs.at([2, 5]), undefined);
  });

  it('begin with their start, and not a moment later', () => {
    const runs = new Runs();
    for (const start of [1, 2]) runs.add(new Run([start, 5], 'event'));
    assert.equal(runs.at([2, 5])?.start[0], 2);
    assert.equal(runs.at([2, 4])?.start[0], 1);
  });

  it('begin with their end where what is said of how long they took is no number', () => {
    for (const execDuration of ['soon', '', '-3', '1e3', '99999999999']) {
      assert.deepEqual(spansOf([sent([8, 'die', { execDuration }])]), ['run 8-8 estimated start'], execDuration);
    }
  });

  it('are asked to stop once, by signals that follow one another for however long', () => {
    const kills = [1, 500, 1000, 1500].map((second) => sent([second, 'kill', { signal: '15' }]));
    assert.deepEqual(spansOf([sent([0, 'start']), ...kills, sent([1501, 'die', { exitCode: '143' }])]), [
      'stop 1-1501',
      'run 0-1501',
    ]);
  });

  it('have no stop where nobody knows when it was asked for', () => {
    const kill = sent([7, 'kill', { signal: '15' }]);
    const untimed = { ...kill, event: { ...kill.event, time: undefined } };
    assert.deepEqual(spansOf([sent([1, 'start']), untimed, sent([8, 'die', { exitCode: '143' }])]), ['run 1-8']);
  });
});
