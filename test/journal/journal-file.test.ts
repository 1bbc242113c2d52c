import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDesk } from '../../src/journal/desk.ts';
import { openDatabase } from '../../src/journal/sqlite.ts';
import { CODES, FaultyDisk } from '../support/faulty-disk.ts';
import {
  journalIn,
  numbered,
  openJournal,
  shownEntries,
  shownLeased,
  turn,
  withFolder,
} from '../support/journal-rig.ts';

/** Longer than any wait between two tries. */
const LONG_MS = 61_000;

describe('the file of a journal', () => {
  for (const [name, code, what] of [
    ['full', CODES.full, 'is full'],
    ['read-only', CODES.readOnly, 'cannot be written'],
    ['broken', CODES.ioError, 'cannot be written'],
    ['held by another', CODES.busy, 'is held by another process'],
  ] as const) {
    it(`keeps everything in memory while the disk is ${name}, and writes it in order when it is not`, () =>
      withFolder(async (folder) => {
        const disk = new FaultyDisk();
        const first = await openJournal(folder, { openDatabase: disk.open });
        const { journal, reader, clock, telemetry } = first;
        journal.append(numbered.slice(0, 2), new Map([['a', '1']]));
        disk.fault = code;
        journal.append(numbered.slice(2, 4), new Map([['a', '2']]));
        assert.equal(reader.isDurable, false);
        assert.deepEqual(shownLeased(reader.lease(1)), [0]);
        journal.append(numbered.slice(4, 5));
        journal.saveFold(new Map([['f', 'x']]));
        assert.deepEqual(shownLeased(reader.lease(9)), [1, 2, 3, 4]);
        reader.acknowledge({ position: 2 });
        await turn();
        clock.advance(LONG_MS * 3);
        assert.equal(telemetry.named('journal.unwritable').length, 1);
        assert.match(
          telemetry.named('journal.unwritable')[0]?.message ?? '',
          new RegExp(
            `^The storage .* ${what} \\(the disk said no\\)\\. Events wait in memory until it can be written, up to event_queue_size, and are lost if the process ends before\\. .*; it is tried again on its own\\.$`,
          ),
        );
        assert.equal(reader.isDurable, false);
        disk.fault = undefined;
        clock.advance(LONG_MS);
        assert.equal(reader.isDurable, true);
        assert.match(
          telemetry.named('journal.writable')[0]?.message ?? '',
          /^The storage .* can be written again: 3 events that waited in memory are kept now\.$/,
        );
        await first.stop();
        assert.equal(clock.pending, 0);
        const second = await openJournal(folder);
        assert.deepEqual(shownLeased(second.reader.lease(9)), [0, 1, 3, 4]);
        const { state, fold, unfolded, lastEvents } = second.journal.recovered();
        assert.deepEqual(
          [...state, ...fold],
          [
            ['a', '2'],
            ['f', 'x'],
          ],
        );
        assert.deepEqual(shownEntries(unfolded), []);
        assert.deepEqual(shownEntries(lastEvents('docker_events')), [0, 1, 2, 3, 4]);
        await second.stop();
      }));
  }

  it('gives up the oldest when neither the disk nor the memory has room, and tells who lost them', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, reader, clock, telemetry, stop } = await openJournal(folder, {
        openDatabase: disk.open,
        size: 3,
        readers: ['slow', 'fast'],
      });
      disk.fault = CODES.full;
      const fast = journal.reader('fast');
      const got: (number | string)[] = [];
      for (const entry of numbered.slice(0, 8)) {
        journal.append([entry]);
        got.push(...shownLeased(fast.lease(9)));
      }
      assert.deepEqual(got, [0, 1, 2, 3, 4, 5, 6, 7]);
      assert.deepEqual(shownLeased(reader.lease(2)), ['queue_full 5', 5]);
      assert.equal(telemetry.counted('records_dropped'), 5);
      disk.fault = undefined;
      clock.advance(LONG_MS);
      assert.deepEqual(shownLeased(reader.lease(9)), [6, 7]);
      await stop();
      assert.equal(telemetry.named('journal.kept').length, 2);
      const second = await openJournal(folder, { readers: ['slow', 'fast'] });
      // What was in hand, the loss included, comes again; what was lost does not.
      assert.deepEqual(shownLeased(second.reader.lease(9)), ['queue_full 5', 5, 6, 7]);
      assert.deepEqual(shownLeased(second.journal.reader('fast').lease(9)), [0, 1, 2, 3, 4, 5, 6, 7]);
      await second.stop();
    }));

  it('writes what was appended together all or not at all, so that a disk which fills up midway does no harm', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, clock, telemetry, stop } = await openJournal(folder, {
        size: 2000,
        openDatabase: (path, options) => {
          const database = disk.open(path, options);
          const prepare = (sql: string) => {
            const statement = database.prepare(sql);
            if (!sql.startsWith('INSERT INTO chunks')) return statement;
            const run: typeof statement.run = (...values) => {
              const result = statement.run(...values);
              if (Number(values[1]) >= 512) disk.fault = CODES.full;
              return result;
            };
            return { ...statement, run };
          };
          return { exec: (sql) => database.exec(sql), prepare, close: () => database.close() };
        },
      });
      journal.append(numbered.slice(0, 2));
      await turn();
      journal.append(numbered.slice(2, 3));
      await turn();
      disk.only = /INSERT INTO chunks|COMMIT/;
      journal.append(numbered.slice(3, 900));
      assert.equal(telemetry.named('journal.unwritable').length, 1);
      disk.fault = undefined;
      disk.only = /^$/;
      clock.advance(LONG_MS);
      assert.deepEqual(telemetry.named('journal.set_aside'), []);
      await stop();
      const second = await openJournal(folder, { size: 2000 });
      assert.deepEqual(
        shownLeased(second.reader.lease(2000)),
        numbered.slice(0, 900).map((_, index) => index),
      );
      await second.stop();
    }));

  it('knows what an earlier process left although the disk is full from the start', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      first.journal.append(numbered.slice(0, 4), new Map([['gap', 'pending']]));
      first.journal.saveFold(new Map([['f', 'x']]));
      await first.stop();
      const disk = new FaultyDisk();
      disk.fault = CODES.full;
      disk.only = /INSERT|UPDATE|DELETE/;
      const { journal, telemetry, stop } = await openJournal(folder, { openDatabase: disk.open });
      assert.equal(telemetry.named('journal.unwritable').length, 1);
      const { state, fold, lastEvents } = journal.recovered();
      assert.deepEqual(
        [...state, ...fold],
        [
          ['gap', 'pending'],
          ['f', 'x'],
        ],
      );
      assert.deepEqual(shownEntries(lastEvents('docker_events')), [0, 1, 2, 3]);
      disk.fault = undefined;
      await stop();
    }));

  it('sets aside what a backend refused also where it was neither in the file nor in memory any more', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, reader, clock, stop } = await openJournal(folder, { openDatabase: disk.open, size: 2 });
      disk.fault = CODES.full;
      journal.append(numbered.slice(0, 1));
      const [leased] = reader.lease(1);
      assert.ok(leased);
      journal.append(numbered.slice(1, 4));
      reader.setAside(leased, 'no');
      disk.fault = undefined;
      clock.advance(LONG_MS);
      await stop();
      const desk = openDesk(folder);
      assert.ok(desk.ok);
      assert.equal(desk.value.discard({ ids: undefined, exporter: undefined }), 1);
      desk.value.close();
    }));

  for (const damage of [
    "UPDATE chunks SET extras = 'null'",
    `UPDATE chunks SET extras = '{"contexts":5}'`,
    `UPDATE chunks SET extras = '{"told":[[0,null]]}'`,
    "UPDATE readers SET settled = 'null'",
    "UPDATE readers SET settled = '[1]'",
    "UPDATE engines SET identity = 'null'",
  ]) {
    it(`starts and goes on where a row is JSON and still not what was written: ${damage}`, () =>
      withFolder(async (folder) => {
        const first = await openJournal(folder);
        first.journal.append(numbered.slice(0, 4));
        await first.stop();
        const database = openDatabase(join(folder, 'journal.db'));
        database.exec(damage);
        database.close();
        const { journal, reader, telemetry, stop } = await openJournal(folder);
        assert.deepEqual(shownLeased(reader.lease(9)), []);
        journal.append(numbered.slice(4, 6));
        assert.deepEqual(shownLeased(reader.lease(9)), [4, 5]);
        assert.ok(telemetry.named('journal.set_aside').length > 0 || telemetry.counted('records_dropped') === 4);
        await stop();
      }));
  }

  for (const [name, only] of [
    ['written', /INSERT/],
    ['opened', /sqlite_schema/],
  ] as const) {
    it(`goes on from memory, and sets nothing aside again, where a new file cannot be ${name} for damage either`, () =>
      withFolder(async (folder) => {
        const disk = new FaultyDisk();
        const { journal, reader, clock, telemetry, stop } = await openJournal(folder, { openDatabase: disk.open });
        journal.append(numbered.slice(0, 2));
        assert.deepEqual(shownLeased(reader.lease(9)), [0, 1]);
        disk.fault = CODES.corrupt;
        disk.only = /INSERT/;
        journal.append(numbered.slice(2, 3));
        disk.only = only;
        for (let round = 0; round < 5; round += 1) clock.advance(LONG_MS);
        assert.equal(telemetry.named('journal.set_aside').length, 1);
        assert.equal(
          readdirSync(folder).filter((file) => /set-aside-[^.]*$/.test(file)).length,
          name === 'opened' ? 2 : 1,
        );
        assert.equal(telemetry.named('journal.unwritable').length, 1);
        assert.deepEqual(shownLeased(reader.lease(9)), [2]);
        disk.fault = undefined;
        clock.advance(LONG_MS);
        assert.equal(reader.isDurable, true);
        await stop();
      }));
  }

  it('says at the end what is lost with the memory', () =>
    withFolder(async (folder) => {
      const disk = new FaultyDisk();
      const { journal, telemetry, stop } = await openJournal(folder, { openDatabase: disk.open });
      disk.fault = CODES.full;
      journal.append(numbered.slice(0, 3));
      await stop();
      assert.equal(telemetry.counted('records_kept'), 0);
      assert.equal(telemetry.counted('records_dropped'), 3);
      assert.match(telemetry.happenings.at(-1)?.message ?? '', /^Stopped with 3 records that exporter otlp/);
    }));

  it('begins in memory where the folder cannot be made, and joins what it finds there later', () =>
    withFolder(async (folder) => {
      const directory = join(folder, 'storage');
      const before = await openJournal(directory, { readers: ['otlp', 'other'] });
      before.journal.append(numbered.slice(0, 4));
      const [first] = before.reader.lease(1);
      assert.ok(first);
      before.reader.acknowledge(first);
      await before.stop();
      const disk = new FaultyDisk();
      disk.fault = CODES.cannotOpen;
      const { journal, reader, clock, telemetry, stop } = await openJournal(directory, { openDatabase: disk.open });
      assert.equal(journal.recovered().lastEvents('docker_events').length, 0);
      journal.append(numbered.slice(4, 8));
      const [four, five] = reader.lease(2);
      assert.ok(four && five);
      assert.deepEqual(shownLeased([four, five]), [4, 5]);
      reader.acknowledge(five);
      disk.fault = undefined;
      clock.advance(LONG_MS);
      assert.deepEqual(
        telemetry.happenings.map(({ name }) => name),
        ['journal.unwritable', 'journal.unconfigured', 'journal.writable'],
      );
      assert.deepEqual(shownLeased(reader.lease(9)), [1, 2, 3, 6, 7]);
      await stop();
      const after = await openJournal(directory, { readers: ['otlp', 'other'] });
      assert.deepEqual(shownLeased(after.reader.lease(9)), [1, 2, 3, 4, 6, 7]);
      assert.deepEqual(shownLeased(after.journal.reader('other').lease(9)), [0, 1, 2, 3, 4, 5, 6, 7]);
      await after.stop();
    }));

  it('is not made where a file stands in its way, and that is told with what to do', () =>
    withFolder(async (folder) => {
      const directory = join(folder, 'storage');
      writeFileSync(directory, '');
      const { journal, reader, clock, telemetry, stop } = await openJournal(directory);
      assert.match(
        telemetry.happenings[0]?.message ?? '',
        /^The storage .*storage cannot be written \(EEXIST: .*\)\. .* Give this user the right to write there, or another folder with --storage DIR; it is tried again on its own\.$/,
      );
      journal.append(numbered.slice(0, 2));
      rmSync(directory);
      clock.advance(LONG_MS);
      assert.equal(reader.isDurable, true);
      await stop();
      assert.ok(existsSync(join(directory, 'journal.db')));
    }));

  for (const [name, code] of [
    ['malformed', CODES.corrupt],
    ['no database any more', CODES.notADatabase],
  ] as const) {
    it(`is put aside when it is found to be ${name} at work, and what is in memory goes into a new one`, () =>
      withFolder(async (folder) => {
        const disk = new FaultyDisk();
        disk.only = /INSERT INTO chunks/;
        const { journal, reader, telemetry, stop } = await openJournal(folder, {
          openDatabase: (path, options) => {
            if (path.endsWith('journal.db')) disk.fault = undefined;
            return disk.open(path, options);
          },
          size: 4,
          readers: ['slow', 'fast'],
        });
        const fast = journal.reader('fast');
        journal.append(numbered.slice(0, 6), new Map([['gap', 'pending']]));
        const [zero] = reader.lease(1);
        assert.ok(zero);
        for (const leased of fast.lease(9)) fast.acknowledge(leased);
        journal.append(numbered.slice(6, 9));
        disk.fault = code;
        journal.append(numbered.slice(9, 10));
        assert.match(
          telemetry.named('journal.set_aside')[0]?.message ?? '',
          /^The journal in .* is damaged \(the disk said no\)\./,
        );
        assert.equal(readdirSync(folder).filter((file) => /set-aside-[\dT-]+$/.test(file)).length, 1);
        assert.equal(reader.isDurable, true);
        await turn();
        assert.deepEqual(shownLeased(reader.lease(9)), [6, 7, 8, 9, 'gap']);
        assert.deepEqual(shownLeased(fast.lease(9)), [6, 7, 8, 9, 'gap']);
        assert.equal(telemetry.named('journal.lost_with_file')[0]?.fields?.['count'], 5);
        assert.equal(telemetry.counted('records_dropped'), 5);
        reader.acknowledge(zero);
        await stop();
        const second = await openJournal(folder, { readers: ['slow', 'fast'] });
        assert.equal(second.journal.recovered().state.get('gap'), 'pending');
        assert.deepEqual(shownLeased(second.reader.lease(9)), [6, 7, 8, 9, 'gap']);
        await second.stop();
      }));
  }

  it('waits for another collector that took the folder meanwhile, and goes on in memory', () =>
    withFolder(async (folder) => {
      const directory = join(folder, 'storage');
      mkdirSync(join(folder, 'elsewhere'));
      const disk = new FaultyDisk();
      disk.fault = CODES.cannotOpen;
      const late = await openJournal(directory, { openDatabase: disk.open });
      const other = await openJournal(directory);
      disk.fault = undefined;
      late.journal.append(numbered.slice(0, 1));
      late.clock.advance(LONG_MS);
      assert.equal(late.reader.isDurable, false);
      await other.stop();
      late.clock.advance(LONG_MS);
      assert.equal(late.reader.isDurable, true);
      await late.stop();
      rmdirSync(join(folder, 'elsewhere'));
    }));

  it('is not opened twice, nor closed twice', () =>
    withFolder(async (folder) => {
      const { journal, clock, telemetry } = journalIn(folder);
      await journal.stop();
      await journal.start();
      await journal.start();
      assert.equal(telemetry.named('journal.opened').length, 1);
      await journal.stop();
      await journal.stop();
      journal.append(numbered.slice(0, 1));
      assert.equal(clock.pending, 0);
    }));
});
