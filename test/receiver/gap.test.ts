import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GapEntry, Received } from '../../src/model/entry.ts';
import type { StateRows } from '../../src/model/journal.ts';
import { type Doubt, type Gap, GapKeeper, gapEntry, gapKey } from '../../src/receiver/gap.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

const FIRST: Doubt = { reason: 'not_known', from: [10, 0], to: [20, 0], first: 'uid' };
const SECOND: Gap = { reason: 'ring_overrun', from: [30, 0], to: [40, 5], recovered: 2 };

class Rig {
  readonly deliveries: { entries: readonly (Received | GapEntry)[]; rows: StateRows }[] = [];
  readonly keeper = new GapKeeper('docker_events/a', (entries, rows) => this.deliveries.push({ entries, rows }));

  /** The row as it would be after all of this. */
  get row(): string | undefined {
    let row: string | undefined;
    for (const { rows } of this.deliveries)
      if (rows.has(gapKey('docker_events/a'))) row = rows.get('gap/docker_events/a');
    return row;
  }
}

describe('a gap that is not told yet', () => {
  it('is kept from the first doubt, and forgotten when it was none', () => {
    const { keeper, ...rig } = new Rig();
    keeper.doubt(FIRST);
    const [written] = [...(keeper.takeRows() ?? [])];
    assert.deepEqual(written, [
      'gap/docker_events/a',
      '{"doubt":{"reason":"not_known","from":[10,0],"to":[20,0],"first":"uid"}}',
    ]);
    assert.equal(keeper.takeRows(), undefined);
    assert.equal(keeper.pending, undefined);
    keeper.withdraw();
    assert.deepEqual([...(keeper.takeRows() ?? [])], [['gap/docker_events/a', undefined]]);
    assert.deepEqual(rig.deliveries, []);
  });

  it('writes nothing where nothing was kept and nothing is', () => {
    const rig = new Rig();
    rig.keeper.doubt(FIRST);
    rig.keeper.withdraw();
    rig.keeper.flush();
    assert.deepEqual(rig.deliveries, []);
  });

  it('is the same for the next process', () => {
    const rig = new Rig();
    rig.keeper.settle(SECOND);
    rig.keeper.flush();
    const next = new Rig();
    next.keeper.recover(rig.row);
    assert.deepEqual(next.keeper.pending, { ...SECOND, atLeast: undefined, detail: undefined });
    next.keeper.flush();
    assert.deepEqual(next.deliveries, []);
  });

  it('becomes one with those that come before it is told', () => {
    const { keeper } = new Rig();
    keeper.settle(SECOND);
    keeper.doubt(FIRST);
    assert.equal(keeper.pending, SECOND);
    keeper.settleDoubt();
    assert.deepEqual(
      [keeper.pending?.reason, keeper.pending?.from, keeper.pending?.to],
      ['ring_overrun', [10, 0], [40, 5]],
    );
    keeper.settle({ reason: 'engine_restarted', from: [25, 0], to: undefined, recovered: 1 });
    assert.deepEqual(keeper.pending, {
      reason: 'engine_restarted',
      from: [10, 0],
      to: [40, 5],
      recovered: 3,
      atLeast: undefined,
      detail: 'Told together: ring_overrun, then not_known. Told together: ring_overrun, then engine_restarted.',
    });
  });

  it('is in doubt for the next process too', () => {
    const rig = new Rig();
    rig.keeper.settle(SECOND);
    rig.keeper.doubt(FIRST);
    rig.keeper.flush();
    const next = new Rig();
    next.keeper.recover(rig.row);
    assert.deepEqual(next.keeper.open, { ...FIRST, recovered: undefined, atLeast: undefined, detail: undefined });
    assert.equal(next.keeper.pending?.reason, 'ring_overrun');
    next.keeper.recover('{"doubt":{"reason":"not_known","from":[10,0],"to":[20,0]}}');
    assert.equal(next.keeper.pending.reason, 'not_known', 'one without its first event is settled');
  });

  it('is told and forgotten in one go', () => {
    const rig = new Rig();
    rig.keeper.settle(SECOND);
    rig.keeper.flush();
    const found = { uid: 'f'.repeat(32), reconciled: { containers: 3, events: 1 }, detail: undefined };
    const entry = gapEntry(SECOND, found, [50, 0], IDENTITY);
    const synthetic = entryOf(eventLine());
    rig.keeper.tell(entry, [synthetic]);
    assert.deepEqual(rig.deliveries.at(-1)?.entries, [entry, synthetic]);
    assert.equal(rig.row, undefined);
    assert.equal(rig.keeper.pending, undefined);
    assert.deepEqual(entry, {
      kind: 'gap',
      uid: 'f'.repeat(32),
      reason: 'ring_overrun',
      from: [30, 0],
      to: [40, 5],
      atLeast: undefined,
      recovered: 2,
      reconciled: { containers: 3, events: 1 },
      detail: undefined,
      observedAt: [50, 0],
      engine: IDENTITY,
    });
  });

  it('is told as one of which nothing is known when its row cannot be read, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (row) => {
        const { keeper } = new Rig();
        keeper.recover(row);
        assert.equal(keeper.pending?.reason, 'not_known');
        assert.match(keeper.pending.detail ?? '', /could not be read/);
      }),
    );
    const { keeper } = new Rig();
    keeper.recover('{"settled":{"reason":"ring_overrun","from":["a",1],"to":5,"recovered":"x","detail":7}}');
    assert.deepEqual(keeper.pending, {
      reason: 'ring_overrun',
      from: undefined,
      to: undefined,
      recovered: undefined,
      atLeast: undefined,
      detail: undefined,
    });
  });
});
