/** What a reader counts, case by case; that it always adds up is in tally.property.test.ts. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { schema } from '../../src/journal/config.ts';
import { openDesk } from '../../src/journal/desk.ts';
import { openLook } from '../../src/journal/look.ts';
import { MemoryJournal } from '../../src/journal/memory-journal.ts';
import { MIGRATIONS } from '../../src/journal/schema.ts';
import { openDatabase } from '../../src/journal/sqlite.ts';
import { openStorage } from '../../src/journal/storage.ts';
import type { Entry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP } from '../support/entries.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { CODES, FaultyDisk } from '../support/faulty-disk.ts';
import { numbered, openJournal, revive, shownLeased, turn, withFolder } from '../support/journal-rig.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SharedDatabases } from '../support/shared-databases.ts';

const twin = (number: number): Entry => {
  const event = numbered[number];
  assert.ok(event);
  return { ...event, isTwin: true };
};
const alert = alertOf({ uid: 'a'.repeat(32) });
const gap = { ...GAP, observedAt: [1, 0] as const };
const isNoEvent = ({ kind }: Entry) => kind !== 'event';
const NONE = { carriedOver: 0, appended: 0, passedOver: 0, dropped: 0, waiting: 0 };

function memoryJournal(size: number) {
  const telemetry = new RecordingTelemetry();
  const options = schema.parse({ event_queue_size: size });
  const parts = { options, clock: new FakeClock(), random: seededRandom(7), telemetry };
  return { journal: new MemoryJournal(parts), telemetry };
}

describe('the tally of a reader of the journal in memory', () => {
  it('counts what is appended, acknowledged, pushed out and left at the end', async () => {
    const { journal, telemetry } = memoryJournal(3);
    const reader = journal.reader('one');
    assert.deepEqual(reader.tally, NONE);
    journal.append([...numbered.slice(0, 4), twin(4), gap]);
    assert.deepEqual(reader.tally, { ...NONE, appended: 5, dropped: 3, waiting: 2 });
    const leased = reader.lease(9);
    assert.deepEqual(shownLeased(leased), ['queue_full 3', 3, 'gap']);
    for (const each of leased.slice(0, 2)) reader.acknowledge(each);
    assert.deepEqual(reader.tally, { ...NONE, appended: 5, dropped: 3, waiting: 1 });
    journal.append([alert]);
    await journal.stop();
    assert.deepEqual(reader.tally, { ...NONE, appended: 6, dropped: 5, waiting: 0 });
    assert.equal(telemetry.countedOf('records_dropped', 'one', 'queue_full'), 3);
    assert.equal(telemetry.countedOf('records_dropped', 'one', 'undelivered'), 2);
  });

  it('takes nothing for lost that the reader does not want', async () => {
    const { journal, telemetry } = memoryJournal(2);
    const reader = journal.reader('spans', isNoEvent);
    journal.append([...numbered.slice(0, 3), alert, ...numbered.slice(3, 5)]);
    assert.deepEqual(reader.tally, { ...NONE, appended: 6, passedOver: 3, dropped: 1, waiting: 2 });
    assert.deepEqual(shownLeased(reader.lease(9)), ['queue_full 1', 3, 4], 'it is leased everything');
    journal.append([alert, ...numbered.slice(5, 6)]);
    await journal.stop();
    assert.deepEqual(reader.tally, { ...NONE, appended: 8, passedOver: 4, dropped: 4, waiting: 0 });
    assert.equal(telemetry.countedOf('entries_passed_over', 'spans'), 4);
    assert.equal(telemetry.countedOf('records_dropped', 'spans'), 4);
  });
});

describe('the tally of a reader of the journal on disk', () => {
  it('carries over what came while its exporter was not configured, which it is given, too', () =>
    withFolder(async (folder) => {
      const readers = ['logs', 'traces'];
      const first = await openJournal(folder, { readers });
      first.journal.append(numbered.slice(0, 2));
      await first.stop();
      const second = await openJournal(folder, { readers: ['logs'] });
      second.journal.append([numbered[2] ?? gap, twin(3), numbered[4] ?? gap]);
      await second.stop();
      const third = await openJournal(folder, { readers });
      const reader = third.journal.reader('traces');
      assert.deepEqual(reader.tally, { ...NONE, carriedOver: 4, waiting: 4 });
      const leased = reader.lease(9);
      assert.deepEqual(shownLeased(leased), [0, 1, 2, 4]);
      for (const each of leased) reader.acknowledge(each);
      assert.deepEqual(reader.tally, { ...NONE, carriedOver: 4 });
      await third.stop();
    }));

  it('carries over what an earlier process has left, without twins and without what tells of a loss', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder, { size: 2 });
      first.journal.append([...numbered.slice(0, 2), twin(2)]);
      first.journal.append([gap, twin(3), ...numbered.slice(4, 6)]);
      const leased = first.reader.lease(4);
      assert.deepEqual(shownLeased(leased), [0, 1, 'gap', 4]);
      for (const each of leased.filter((_, index) => index === 1 || index === 3)) first.reader.acknowledge(each);
      assert.deepEqual(first.reader.tally, { ...NONE, appended: 5, waiting: 3 });
      await first.stop();
      const look = openLook(folder, revive);
      assert.ok(look.ok);
      assert.equal(look.value.status().exporters[0]?.waiting, 3, 'the command says the same');
      look.value.close();
      const second = await openJournal(folder, { size: 2 });
      assert.deepEqual(second.reader.tally, { ...NONE, carriedOver: 3, waiting: 3 });
      assert.deepEqual(shownLeased(second.reader.lease(9)), [0, 'gap', 5]);
      await second.stop();
    }));

  it('counts a letter that was sent again as appended, and as carried over by a process that finds it', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      first.journal.append(numbered.slice(0, 2));
      for (const each of first.reader.lease(2)) first.reader.setAside(each, 'no');
      await turn();
      assert.deepEqual(first.reader.tally, { ...NONE, appended: 2 });
      const desk = openDesk(folder);
      assert.ok(desk.ok);
      desk.value.resend({ ids: [1], exporter: undefined });
      first.clock.advance(3000);
      assert.deepEqual(first.reader.tally, { ...NONE, appended: 3, waiting: 1 });
      desk.value.resend({ ids: [2], exporter: undefined });
      desk.value.close();
      await first.stop();
      const second = await openJournal(folder);
      assert.deepEqual(second.reader.tally, { ...NONE, carriedOver: 2, waiting: 2 });
      for (const each of second.reader.lease(9)) second.reader.acknowledge(each);
      assert.deepEqual(second.reader.tally, { ...NONE, carriedOver: 2 });
      await second.stop();
    }));

  it('takes for lost what cannot be judged, and goes on', () =>
    withFolder(async (folder) => {
      const cannot = () => {
        throw new Error('a fault');
      };
      const disk = new FaultyDisk();
      const durable = await openJournal(folder, { openDatabase: disk.open, size: 1, wants: () => cannot });
      disk.fault = CODES.full;
      const { journal } = memoryJournal(1);
      for (const reader of [durable.reader, journal.reader('one', cannot)]) {
        const appendTo = reader === durable.reader ? durable.journal : journal;
        appendTo.append(numbered.slice(0, 3));
        assert.deepEqual(reader.tally, { ...NONE, appended: 3, dropped: 2, waiting: 1 });
      }
      disk.fault = undefined;
      await durable.stop();
    }));

  it('takes nothing for lost that the reader does not want, whatever it was given up for', () =>
    withFolder(async (folder) => {
      const { journal, reader, clock, telemetry, stop } = await openJournal(folder, {
        storage: { max_age: 600_000 },
        wants: () => isNoEvent,
        tuning: { keptEvents: 1 },
      });
      journal.append([...numbered.slice(0, 3), alert]);
      clock.advance(86_400_000);
      assert.deepEqual(reader.tally, { ...NONE, appended: 4, passedOver: 3, dropped: 1 });
      assert.deepEqual(shownLeased(reader.lease(9)), ['expired 1']);
      assert.equal(telemetry.countedOf('records_dropped', 'otlp', 'expired'), 1);
      assert.equal(telemetry.countedOf('entries_passed_over', 'otlp'), 3);
      await stop();
    }));

  it('knows what was lost with a file, also of what it cannot read any more', () =>
    withFolder(async (folder) => {
      const disk = new SharedDatabases();
      const { journal, reader, telemetry, stop } = await openJournal(folder, { openDatabase: disk.open, size: 2 });
      journal.append([...numbered.slice(0, 4), twin(4)]);
      const [leased] = reader.lease(1);
      assert.ok(leased);
      disk.damage();
      journal.append(numbered.slice(5, 6));
      assert.deepEqual(reader.tally, { ...NONE, appended: 5, dropped: 3, waiting: 2 });
      assert.equal(telemetry.countedOf('records_dropped', 'otlp', 'journal_lost'), 3);
      await turn();
      assert.deepEqual(shownLeased(reader.lease(9)), [5, 'gap']);
      reader.acknowledge(leased);
      assert.deepEqual(reader.tally, { ...NONE, appended: 6, dropped: 3, waiting: 2 });
      await stop();
    }));

  it('counts as dropped what cannot be read, and as never carried over what is not there', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      for (const entry of numbered.slice(0, 4)) first.journal.append([entry]);
      await first.stop();
      const database = openDatabase(join(folder, 'journal.db'));
      database.exec("UPDATE chunks SET lines = 'none' WHERE first = 2; DELETE FROM chunks WHERE first = 3");
      database.close();
      const { reader, telemetry, stop } = await openJournal(folder);
      assert.deepEqual(reader.tally, { ...NONE, carriedOver: 4, waiting: 4 });
      assert.deepEqual(shownLeased(reader.lease(9)), [0, 3]);
      assert.deepEqual(reader.tally, { ...NONE, carriedOver: 3, dropped: 1, waiting: 2 });
      assert.equal(telemetry.countedOf('records_dropped', 'otlp', 'unreadable'), 1);
      await stop();
    }));

  it('drops at the end what could not be written', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, reader, telemetry, stop } = await openJournal(folder, {
        openDatabase: disk.open,
        wants: () => isNoEvent,
      });
      disk.fault = CODES.full;
      journal.append([...numbered.slice(0, 2), alert, twin(3)]);
      await stop();
      assert.deepEqual(reader.tally, { ...NONE, appended: 3, passedOver: 2, dropped: 1 });
      assert.equal(telemetry.countedOf('records_dropped', 'otlp', 'undelivered'), 1);
    }));

  it('finds what waits in a file that was written before twins had an index', () =>
    withFolder(async (folder) => {
      const now = () => [1, 0] as const;
      openStorage({ directory: folder, holder: 'old', now, openDatabase, migrations: MIGRATIONS.slice(0, 1) }).close();
      const first = await openJournal(folder);
      first.journal.append([...numbered.slice(0, 2), twin(2)]);
      await first.stop();
      const second = await openJournal(folder);
      assert.deepEqual(second.reader.tally, { ...NONE, carriedOver: 2, waiting: 2 });
      await second.stop();
    }));
});

describe('what a journal says of its storage', () => {
  it('is nothing where nothing is kept', () => {
    assert.equal(memoryJournal(1).journal.storage(), undefined);
  });

  it('is where it is, how large it is and how large it may be', () =>
    withFolder(async (folder) => {
      const { journal, stop } = await openJournal(folder, { storage: { max_size: 5_000_000 } });
      const before = journal.storage();
      assert.ok(before.bytes > 4096);
      assert.deepEqual(before, { directory: folder, bytes: before.bytes, maxBytes: 5_000_000, trouble: undefined });
      for (const event of numbered) journal.append([event]);
      assert.ok(journal.storage().bytes > before.bytes + 100_000, 'what is in the log of SQLite is counted');
      await stop();
      assert.ok(journal.storage().bytes > 0);
    }));

  it('is what keeps it from being written, and since when, for as long as it does', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, clock, stop } = await openJournal(folder, { openDatabase: disk.open });
      clock.advance(1500);
      const since = clock.now();
      disk.fault = CODES.full;
      journal.append(numbered.slice(0, 1));
      assert.match(journal.storage().trouble?.message ?? '', /^The storage .* is full \(the disk said no\)\./);
      disk.fault = CODES.readOnly;
      clock.advance(2000);
      const { trouble } = journal.storage();
      assert.match(trouble?.message ?? '', /^The storage .* cannot be written \(the disk said no\)\./);
      assert.deepEqual(trouble?.since, since);
      disk.fault = undefined;
      clock.advance(61_000);
      assert.equal(journal.storage().trouble, undefined);
      await stop();
    }));

  it('has a trouble from the start where the folder cannot be opened', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      disk.fault = CODES.cannotOpen;
      const { journal, stop } = await openJournal(folder, { openDatabase: disk.open });
      const { bytes, trouble } = journal.storage();
      assert.deepEqual([bytes, trouble?.since], [0, [1_795_262_400, 0]]);
      await stop();
    }));
});
