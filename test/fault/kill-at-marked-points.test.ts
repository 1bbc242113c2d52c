/**
 * Ends a collector at every marked point of the pipeline, starts another on the same storage, and counts at the backend:
 * nothing is lost, and repeated is only what was on its way, with the same bytes.
 */
import assert from 'node:assert/strict';
import type { MarkedPoint } from '../../src/model/mark.ts';
import { complaints } from './account.ts';
import { spanComplaints } from './spans.ts';
import { IN_FLIGHT, Trial } from './trial.ts';

/** With how often a collector comes by before it dies there; by some points it comes once in a thousand events. */
const POINTS: Readonly<Record<MarkedPoint, readonly number[]>> = {
  'receiver.read': [1, 9],
  'journal.written': [1, 9],
  'journal.committed': [1, 9],
  'lane.leased': [1, 9],
  'lane.sending': [1, 9],
  'lane.answered': [1, 9],
  'journal.acknowledging': [1, 5],
  'journal.acknowledged': [1, 5],
  'journal.deleting': [1],
  'journal.folding': [1],
};

describe('a collector that is killed at', () => {
  let trial: Trial;

  afterEach(() => trial.end());

  for (const [index, [point, counts]] of Object.entries(POINTS).entries()) {
    it(`${point} loses nothing and repeats only what was on its way`, async () => {
      trial = await Trial.begin({ seed: 40 + index, storage: 'history: 0' });
      for (const count of counts) await trial.live({ point: point as MarkedPoint, count });
      await trial.liveOn();
      assert.deepEqual(complaints(trial.tally, trial.told), []);
      assert.deepEqual(spanComplaints(trial.spans, trial.told), []);
      assert.deepEqual(trial.tally.added, []);
      assert.deepEqual(trial.tally.repetitions(IN_FLIGHT), []);
      assert.deepEqual(trial.spans.repetitions(IN_FLIGHT), []);
    }).timeout(120_000);
  }
});
