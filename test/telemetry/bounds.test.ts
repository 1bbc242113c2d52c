import assert from 'node:assert/strict';
import { BOUNDS } from '../../src/telemetry/bounds.ts';

describe('the buckets of what is measured', () => {
  it('rise, from milliseconds to an hour for an attempt and to a week for a delay', () => {
    for (const bounds of Object.values(BOUNDS)) {
      assert.deepEqual(
        bounds,
        bounds.toSorted((one, other) => one - other),
      );
      assert.equal(new Set(bounds).size, bounds.length);
    }
    assert.deepEqual([BOUNDS.export_duration[0], BOUNDS.export_duration.at(-1)], [0.001, 3600]);
    assert.deepEqual([BOUNDS.export_lag[0], BOUNDS.export_lag.at(-1)], [0.005, 604_800]);
  });
});
