import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schema } from '../../src/journal/config.ts';
import { MemoryJournal } from '../../src/journal/memory-journal.ts';
import type { Entry } from '../../src/model/entry.ts';
import type { JournalReader, Leased } from '../../src/model/journal.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';

function journalOf(size: number, bytes = 64 * 1024 * 1024) {
  const telemetry = new RecordingTelemetry();
  const options = schema.parse({ event_queue_size: size, event_queue_bytes: bytes });
  return {
    journal: new MemoryJournal({ options, clock: new FakeClock(), random: seededRandom(7), telemetry }),
    telemetry,
  };
}

const entries = eventLines(300).map(entryOf);

/** The entries as their number, a loss as `lost n`. */
function shown(leased: readonly Leased[]): (number | string)[] {
  return leased.map(({ entry }) =>
    entry.kind === 'loss' ? `lost ${entry.count}` : entries.findIndex(({ uid }) => uid === entry.uid),
  );
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('the journal in memory', () => {
  it('gives each reader every entry once, in order', () => {
    const { journal } = journalOf(10);
    const [one, two] = [journal.reader('one'), journal.reader('two')];
    journal.append(entries.slice(0, 3));
    assert.deepEqual(shown(one.lease(2)), [0, 1]);
    assert.deepEqual(shown(one.lease(2)), [2]);
    assert.deepEqual(shown(one.lease(2)), []);
    assert.deepEqual(shown(two.lease(9)), [0, 1, 2]);
  });

  it('gives the same cursor for the same name', () => {
    const { journal } = journalOf(10);
    assert.equal(journal.reader('one'), journal.reader('one'));
  });

  it('numbers what a reader leases one by one', () => {
    const { journal } = journalOf(2);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 5));
    assert.deepEqual(
      reader.lease(9).map(({ position }) => position),
      [0, 1, 2],
    );
    journal.append(entries.slice(5, 6));
    assert.deepEqual(
      reader.lease(9).map(({ position }) => position),
      [3],
    );
  });

  it('gives up the oldest when more wait than fit, and tells so in their place', () => {
    const { journal, telemetry } = journalOf(3);
    const reader = journal.reader('otlp');
    journal.append(entries.slice(0, 8));
    const leased = reader.lease(9);
    assert.deepEqual(shown(leased), ['lost 5', 5, 6, 7]);
    const loss = leased[0]?.entry;
    assert.ok(loss?.kind === 'loss');
    assert.equal(loss.reason, 'queue_full');
    assert.equal(loss.exporter, 'otlp');
    assert.deepEqual([loss.first, loss.last], [entries[0]?.event.time, entries[4]?.event.time]);
    assert.match(loss.uid, /^[0-9a-f]{32}$/);
    assert.equal(telemetry.counted('records_dropped'), 5);
    assert.deepEqual(
      telemetry.happenings.map(({ name }) => name),
      ['journal.overflowing', 'journal.overflowed'],
    );
    assert.equal(
      telemetry.named('journal.overflowed')[0]?.message,
      '5 entries were given up for exporter otlp, because the queue was full. They happened from 2026-11-21T12:00:00.000000000Z to 2026-11-21T12:00:00.004000000Z.',
    );
  });

  it('tells of a second loss after the first was leased', () => {
    const { journal } = journalOf(2);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 3));
    assert.deepEqual(shown(reader.lease(2)), ['lost 1', 1]);
    journal.append(entries.slice(3, 5));
    assert.deepEqual(shown(reader.lease(9)), ['lost 1', 3, 4]);
  });

  it('lets a fast reader lose nothing to a slow one', () => {
    const { journal } = journalOf(2);
    const [fast, slow] = [journal.reader('fast'), journal.reader('slow')];
    const got: (number | string)[] = [];
    for (const entry of entries.slice(0, 10)) {
      journal.append([entry]);
      got.push(...shown(fast.lease(9)));
    }
    assert.deepEqual(got, numbers(0, 10));
    assert.deepEqual(shown(slow.lease(9)), ['lost 8', 8, 9]);
  });

  it('lets a reader that has room take its part before anything is given up', () => {
    const { journal } = journalOf(2);
    const reader = journal.reader('one');
    const got: (number | string)[] = [];
    reader.onAppend(() => got.push(...shown(reader.lease(1))));
    journal.append(entries.slice(0, 9));
    while (reader.waiting > 0) got.push(...shown(reader.lease(1)));
    assert.deepEqual(got, numbers(0, 9));
  });

  it('never gives up what is leased', () => {
    const { journal, telemetry } = journalOf(2);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 2));
    const leased = reader.lease(2);
    journal.append(entries.slice(2, 4));
    assert.equal(telemetry.counted('records_dropped'), 0);
    assert.deepEqual([...shown(leased), ...shown(reader.lease(2))], [0, 1, 2, 3]);
  });

  it('bounds the text that waits, whatever the number of entries', () => {
    const [one] = entries;
    assert.ok(one);
    const big = (index: number): Entry => ({ ...one, raw: 'x'.repeat(30_000), uid: entries[index]?.uid ?? '' });
    const { journal } = journalOf(1000, 65_536);
    const reader = journal.reader('one');
    journal.append(numbers(0, 5).map(big));
    assert.deepEqual(shown(reader.lease(9)), ['lost 3', 3, 4]);
    journal.append([{ ...one, raw: 'x'.repeat(100_000) }]);
    assert.deepEqual(shown(reader.lease(9)), [0]);
  });

  it('calls a reader back when there is something to lease', () => {
    const { journal } = journalOf(10);
    const reader = journal.reader('one');
    let calls = 0;
    reader.onAppend(() => {
      calls += 1;
    });
    journal.append([]);
    assert.equal(calls, 0);
    journal.append(entries.slice(0, 3));
    assert.equal(calls, 1);
    assert.equal(reader.waiting, 3);
  });

  it('tells a reader of a refusal before what waits', () => {
    const { journal } = journalOf(10);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 2));
    reader.tell({
      kind: 'loss',
      uid: '0'.repeat(32),
      reason: 'rejected',
      exporter: 'one',
      count: 4,
      first: undefined,
      last: undefined,
      detail: '400',
      observedAt: [1, 0],
      engine: undefined,
    });
    assert.equal(reader.waiting, 3);
    assert.deepEqual(shown(reader.lease(9)), ['lost 4', 0, 1]);
  });

  it('says at the end what was never delivered, and nothing when all was', async () => {
    const { journal, telemetry } = journalOf(10);
    const [done, late] = [journal.reader('done'), journal.reader('late')];
    journal.append(entries.slice(0, 5));
    for (const leased of done.lease(9)) done.acknowledge(leased);
    const first = late.lease(2)[0];
    assert.ok(first);
    late.acknowledge(first);
    await journal.stop();
    await journal.stop();
    assert.deepEqual(
      telemetry.happenings.map(({ message }) => message),
      [
        'Stopped with 4 records that exporter late had not delivered. The queue is in memory only: what the engine does not replay at the next start is lost.',
      ],
    );
    assert.equal(telemetry.counted('records_dropped'), 4);
  });

  it('leases a twin to nobody, and counts it for nobody when it is pushed out', () => {
    const { journal, telemetry } = journalOf(2);
    const reader = journal.reader('one');
    const [zero, one, two] = entries;
    assert.ok(zero && one && two);
    journal.append([zero, { ...one, isTwin: true }]);
    assert.deepEqual(shown(reader.lease(9)), [0]);
    journal.append([{ ...one, isTwin: true }, two]);
    journal.append(entries.slice(3, 4));
    assert.deepEqual(shown(reader.lease(9)), [2, 3]);
    assert.equal(telemetry.counted('records_dropped'), 0);
  });

  it('keeps a gap for a reader although there is no room for it', () => {
    const { journal, telemetry } = journalOf(1);
    const reader = journal.reader('one');
    journal.append([GAP]);
    journal.append(entries.slice(0, 2));
    assert.deepEqual(
      reader.lease(9).map(({ entry }) => (entry.kind === 'event' ? entry.uid : entry.kind)),
      ['loss', 'gap', entries[1]?.uid],
    );
    assert.equal(telemetry.counted('records_dropped'), 1);
  });

  it('counts alerts as it counts events when there is no room for them', () => {
    const { journal, telemetry } = journalOf(1);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 1));
    for (let number = 0; number < 100; number += 1) journal.append([alertOf({ uid: String(number) })]);
    const [loss, alert, ...more] = reader.lease(200).map(({ entry }) => entry);
    assert.equal(loss?.kind === 'loss' && loss.count, 100);
    assert.equal(alert?.uid, '99');
    assert.deepEqual(more, []);
    assert.equal(telemetry.counted('records_dropped'), 100);
    assert.equal(telemetry.countedOf('records_dropped', 'one', 'queue_full'), 100);
  });

  it('recovers nothing, wants no fold and takes what is set aside for done', async () => {
    const { journal, telemetry } = journalOf(3);
    const reader = journal.reader('one');
    journal.append(entries.slice(0, 1));
    journal.saveFold();
    const [leased] = reader.lease(1);
    assert.ok(leased);
    reader.setAside(leased, 'never');
    const [twin] = entries.slice(1);
    assert.ok(twin);
    journal.append([{ ...twin, isTwin: true }]);
    await journal.stop();
    assert.deepEqual(telemetry.happenings, [], 'a twin is lost to nobody');
    assert.equal(journal.storage(), undefined);
    assert.equal(reader.isDurable, false);
    assert.equal(journal.wantsFold, false);
    const { state, fold, unfolded, lastEvents, wasDamaged } = journal.recovered();
    assert.deepEqual(
      [state.size, fold.size, [...unfolded], lastEvents('docker_events'), wasDamaged],
      [0, 0, [], [], false],
    );
  });

  it('behaves as an array for each reader would, whatever is appended and leased', () => {
    const step = fc.oneof(
      fc.record({ append: fc.integer({ min: 0, max: 7 }) }),
      fc.record({ lease: fc.integer({ min: 1, max: 7 }), reader: fc.constantFrom(0, 1) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 40 }), (size, steps) => {
        const { journal } = journalOf(size);
        const readers: JournalReader[] = [journal.reader('a'), journal.reader('b')];
        const models = [
          { waiting: [] as number[], lost: 0 },
          { waiting: [] as number[], lost: 0 },
        ];
        let appended = 0;
        for (const action of steps) {
          if ('append' in action) {
            journal.append(entries.slice(appended, appended + action.append));
            for (const model of models) {
              model.waiting.push(...numbers(appended, appended + action.append));
              model.lost += Math.max(0, model.waiting.length - size);
              model.waiting = model.waiting.slice(-size);
            }
            appended += action.append;
          } else {
            const model = models[action.reader];
            assert.ok(model);
            const expected: (number | string)[] = model.lost > 0 ? [`lost ${model.lost}`] : [];
            model.lost = 0;
            expected.push(...model.waiting.splice(0, action.lease - expected.length));
            assert.deepEqual(shown(readers[action.reader]?.lease(action.lease) ?? []), expected);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
