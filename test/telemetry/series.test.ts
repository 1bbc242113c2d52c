import assert from 'node:assert/strict';
import { OTHER, SERIES_MAX, Series } from '../../src/telemetry/series.ts';

const newSeries = () => new Series(() => ({ count: 0 }));

describe('a series by part and reason', () => {
  it('keeps parts and reasons apart, and what has neither', () => {
    const series = newSeries();
    series.of().count += 1;
    series.of({}).count += 1;
    series.of({ part: 'a' }).count += 3;
    series.of({ part: 'a', reason: 'r' }).count += 4;
    series.of({ reason: 'r' }).count += 5;
    assert.deepEqual(
      [...series],
      [
        [{}, { count: 2 }],
        [{ reason: 'r' }, { count: 5 }],
        [{ part: 'a' }, { count: 3 }],
        [{ part: 'a', reason: 'r' }, { count: 4 }],
      ],
    );
  });

  it('puts together what comes when there are too many, so that nothing is missing from the sum', () => {
    const series = newSeries();
    for (let number = 0; number < SERIES_MAX + 300; number += 1) series.of({ part: `p${number}` }).count += 1;
    for (let number = 0; number < 10; number += 1) series.of({ part: OTHER, reason: `r${number}` }).count += 1;
    series.of({ part: 'p0' }).count += 1;
    const all = [...series];
    assert.equal(all.length, SERIES_MAX + 1);
    assert.equal(series.of({ part: 'p0' }).count, 2);
    assert.equal(series.of({ part: OTHER, reason: OTHER }).count, 310);
    assert.equal(
      all.reduce((sum, [, { count }]) => sum + count, 0),
      SERIES_MAX + 311,
    );
  });
});
