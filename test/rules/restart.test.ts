/** What the rules decide does not depend on when the collector was started anew. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entry, EventEntry } from '../../src/model/entry.ts';
import { fromUnixMillis } from '../../src/model/time.ts';
import { RuleDesk } from '../../src/rules/desk.ts';
import type { RuleThreshold } from '../../src/rules/rule-set.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { numbered, openJournal, withFolder } from '../support/journal-rig.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { byAttribute, ruleOf, ruleSetOf } from '../support/rules.ts';
import { SharedDatabases } from '../support/shared-databases.ts';

const NOON_MS = 1_795_262_400_000;
const template = entryOf(eventLine());

interface Step {
  /** Milliseconds since the last one; may be negative. */
  readonly after: number | undefined;
  readonly readAfter: number;
  readonly key: string;
  /** Ends a reading of the socket. */
  readonly isLast: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  after: fc.oneof(
    { weight: 6, arbitrary: fc.nat(400) },
    { weight: 2, arbitrary: fc.integer({ min: -1500, max: 5000 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  readAfter: fc.constantFrom(0, 0, 100, 400, 5000),
  key: fc.constantFrom('a', 'b', 'c'),
  isLast: fc.boolean(),
});

const threshold: fc.Arbitrary<RuleThreshold> = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  withinMs: fc.constantFrom(0, 300, 1000),
  by: fc.constantFrom([], [byAttribute('name')]),
  coolDownMs: fc.constantFrom(0, 500, 2000),
});

/** Readings of the socket, as the receiver hands them over. */
function readingsOf(steps: readonly Step[]): readonly (readonly Entry[])[] {
  const readings: EventEntry[][] = [[]];
  let time = NOON_MS;
  let seen = NOON_MS;
  for (const { after, readAfter, key, isLast } of steps) {
    time += after ?? 0;
    seen += readAfter;
    readings.at(-1)?.push({
      ...template,
      uid: `${readings.length}.${readings.at(-1)?.length}`,
      event: {
        ...template.event,
        attributes: new Map([['name', key]]),
        time: after === undefined ? undefined : fromUnixMillis(time),
      },
      observedAt: fromUnixMillis(seen),
    });
    if (isLast) readings.push([]);
  }
  return readings;
}

function deskOf(thresholds: readonly RuleThreshold[]): RuleDesk {
  const rules = thresholds.map((one, index) => ruleOf({ name: `Rule ${index}: x`, threshold: one }));
  return new RuleDesk({
    ruleSet: ruleSetOf(...rules),
    matching: 'all',
    isLeftOut: () => false,
    telemetry: new RecordingTelemetry(),
  });
}

function keep(state: Map<string, string>, rows: ReadonlyMap<string, string | undefined>): void {
  for (const [name, row] of rows) {
    if (row === undefined) state.delete(name);
    else state.set(name, row);
  }
}

describe('a restart between two readings', () => {
  it('changes neither what is told nor what is kept', () => {
    fc.assert(
      fc.property(
        fc.array(threshold, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.infiniteStream(fc.boolean()),
        (thresholds, steps, restarts) => {
          const uncut = deskOf(thresholds);
          let cut = deskOf(thresholds);
          const [uncutState, cutState] = [new Map<string, string>(), new Map<string, string>()];
          for (const reading of readingsOf(steps)) {
            const expected = uncut.decide(reading);
            const decided = cut.decide(reading);
            assert.deepEqual(decided.entries, expected.entries);
            assert.deepEqual(
              expected.entries.filter(({ kind }) => kind === 'event').map(({ uid }) => uid),
              reading.map(({ uid }) => uid),
            );
            keep(uncutState, expected.rows);
            keep(cutState, decided.rows);
            assert.deepEqual(new Map([...cutState].sort()), new Map([...uncutState].sort()));
            if (!restarts.next().value) continue;
            cut = deskOf(thresholds);
            // The journal gives its rows in an order of its own.
            cut.restore(new Map([...cutState].sort().reverse()));
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('that was a sudden end finds events, alerts and windows in the journal', () =>
    withFolder(async (folder) => {
      const databases = new SharedDatabases();
      const thresholds = [{ count: 2, withinMs: 1000, by: [], coolDownMs: 0 }];
      const told: string[] = [];
      for (const part of [numbered.slice(0, 3), numbered.slice(3, 4), numbered.slice(4, 6)]) {
        const rig = await openJournal(folder, { openDatabase: databases.open });
        const desk = deskOf(thresholds);
        desk.restore(rig.journal.recovered().state);
        const { entries, rows } = desk.decide(part);
        rig.journal.append(entries, rows);
        databases.crash();
      }
      const rig = await openJournal(folder, { openDatabase: databases.open });
      for (const { entry } of rig.reader.lease(99)) {
        if (entry.kind === 'alert') told.push(entry.about.uid);
      }
      assert.deepEqual(
        told,
        [1, 3, 5].map((index) => numbered[index]?.uid),
      );
      await rig.stop();
    }));
});
