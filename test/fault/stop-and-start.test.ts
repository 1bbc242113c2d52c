/** Stops collectors and starts them anew, while something goes on in the containers. */
import assert from 'node:assert/strict';
import { complaints } from './account.ts';
import { spanComplaints } from './spans.ts';
import type { Told } from './stories.ts';
import { Trial } from './trial.ts';

const LIVES = 3;

describe('a collector that is stopped and started anew', () => {
  let trial: Trial;

  afterEach(() => trial.end());

  it('knows which execs ran meanwhile', async () => {
    trial = await Trial.begin({ seed: 81 });
    let running = 0;
    for (let life = 0; life < LIVES; life += 1) {
      await trial.liveOn();
      running += runningExecs(trial.told);
    }
    assert.ok(running > 0);
    await trial.liveOn();
    assert.deepEqual(complaints(trial.tally, trial.told), []);
    assert.deepEqual(spanComplaints(trial.spans, trial.told), []);
    assert.deepEqual(trial.tally.added, []);
  }).timeout(120_000);
});

function runningExecs(told: readonly Told[]): number {
  const count = (action: string) => told.filter(({ line }) => line.includes(`"Action":"${action}`)).length;
  return count('exec_create: ') - count('exec_die');
}
