import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, bringUpToDate, MIGRATIONS } from '../../src/journal/schema.ts';
import { openDatabase } from '../../src/journal/sqlite.ts';
import { journalIn, numbered, openJournal, shownLeased, withFolder } from '../support/journal-rig.ts';

function asideIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.includes('.set-aside-') && !/-(wal|shm)$/.test(file));
}

/** A folder with a journal in it that was left orderly. */
async function fill(folder: string): Promise<void> {
  const { journal, stop } = await openJournal(folder);
  for (let index = 0; index < 200; index += 5) journal.append(numbered.slice(index, index + 5));
  await stop();
}

async function opensAnew(folder: string, message: RegExp): Promise<void> {
  const { journal, reader, telemetry, stop } = await openJournal(folder);
  const [told] = telemetry.named('journal.set_aside');
  assert.match(told?.message ?? '', message);
  assert.equal(told?.level, 'error');
  assert.equal(journal.recovered().wasDamaged, true);
  assert.deepEqual(asideIn(folder), ['journal.db.set-aside-2026-11-21T12-00-00']);
  journal.append(numbered.slice(0, 2));
  assert.deepEqual(shownLeased(reader.lease(9)), [0, 1]);
  await stop();
  const again = await openJournal(folder);
  assert.deepEqual(again.telemetry.named('journal.set_aside'), []);
  assert.equal(again.journal.recovered().wasDamaged, false);
  await again.stop();
}

describe('the folder of a journal', () => {
  it('puts a file aside that is no database', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'journal.db'), 'x'.repeat(10_000));
      await opensAnew(
        folder,
        /^The journal in .* is damaged \(file is not a database\)\. It was put aside as .*journal\.db\.set-aside-2026-11-21T12-00-00, and a new one is begun: what waited in it is not delivered, and what happened since is not known\.$/,
      );
    }));

  it('puts a database aside that is not ours', () =>
    withFolder(async (folder) => {
      const other = new DatabaseSync(join(folder, 'journal.db'));
      other.exec('CREATE TABLE recipes (name TEXT)');
      other.close();
      await opensAnew(folder, /is not a journal of this program\./);
    }));

  it('puts the journal of a newer version aside', () =>
    withFolder(async (folder) => {
      await fill(folder);
      const newer = new DatabaseSync(join(folder, 'journal.db'));
      newer.exec('PRAGMA user_version = 42');
      newer.close();
      await opensAnew(folder, /was written by a newer version of this program \(format 42\)\./);
    }));

  it('puts a file aside that was cut off', () =>
    withFolder(async (folder) => {
      await fill(folder);
      truncateSync(join(folder, 'journal.db'), 9000);
      await opensAnew(folder, /is damaged \(database disk image is malformed\)\./);
    }));

  it('puts one aside beside another of the same second', () =>
    withFolder(async (folder) => {
      for (const _ of [1, 2]) {
        writeFileSync(join(folder, 'journal.db'), 'no database');
        const { stop } = await openJournal(folder);
        await stop();
      }
      assert.deepEqual(asideIn(folder).sort(), [
        'journal.db.set-aside-2026-11-21T12-00-00',
        'journal.db.set-aside-2026-11-21T12-00-00-2',
      ]);
    }));

  it('opens what a sudden end left, with what was committed', () =>
    withFolder(async (folder) => {
      const { journal, reader, stop } = await openJournal(join(folder, 'dead'));
      journal.append(numbered.slice(0, 5));
      for (const leased of reader.lease(2)) reader.acknowledge(leased);
      journal.append(numbered.slice(5, 6));
      mkdirSync(join(folder, 'copy'));
      for (const file of readdirSync(join(folder, 'dead'))) {
        copyFileSync(join(folder, 'dead', file), join(folder, 'copy', file));
      }
      await stop();
      const second = await openJournal(join(folder, 'copy'));
      assert.deepEqual(shownLeased(second.reader.lease(9)), [2, 3, 4, 5]);
      await second.stop();
    }));

  it('says who holds it while a collector works, and not afterwards', () =>
    withFolder(async (folder) => {
      const { stop } = await openJournal(folder);
      const holder = JSON.parse(readFileSync(join(folder, 'holder.json'), 'utf8'));
      assert.deepEqual(Object.keys(holder), ['name', 'host', 'since']);
      await stop();
      assert.equal(existsSync(join(folder, 'holder.json')), false);
    }));

  it('is refused by a name of its own when the holder left none', () =>
    withFolder(async (folder) => {
      const { stop } = await openJournal(folder);
      writeFileSync(join(folder, 'holder.json'), '{"name":');
      await assert.rejects(journalIn(folder).journal.start(), /is in use by another collector\. Two collectors/);
      await stop();
    }));

  it('does not keep a name that would pass itself off as another line', () =>
    withFolder(async (folder) => {
      const { stop } = await openJournal(folder);
      writeFileSync(
        join(folder, 'holder.json'),
        JSON.stringify({ name: 'a\nERROR b', host: 'https://u:secret@h', since: 'now' }),
      );
      await assert.rejects(
        journalIn(folder).journal.start(),
        /is in use by a\\u000aERROR b on https:\/\/\[masked\]@h, running since now\./,
      );
      await stop();
    }));
});

describe('the tables of a journal', () => {
  it('are brought from an older version to the next, with what is in them', () =>
    withFolder((folder) => {
      const file = join(folder, 'journal.db');
      const older = openDatabase(file);
      assert.deepEqual(bringUpToDate(older), { kind: 'ours' });
      older.exec("INSERT INTO meta VALUES ('id', 'x')");
      older.close();
      const steps = [...MIGRATIONS, 'ALTER TABLE meta ADD COLUMN note TEXT', "UPDATE meta SET note = 'new'"];
      const newer = openDatabase(file);
      assert.deepEqual(bringUpToDate(newer, steps), { kind: 'ours' });
      assert.deepEqual({ ...newer.prepare('SELECT * FROM meta').get() }, { key: 'id', value: 'x', note: 'new' });
      assert.deepEqual({ ...newer.prepare('PRAGMA user_version').get() }, { user_version: steps.length });
      assert.deepEqual({ ...newer.prepare('PRAGMA application_id').get() }, { application_id: APPLICATION_ID });
      assert.deepEqual(bringUpToDate(newer, steps), { kind: 'ours' });
      newer.close();
    }));

  it('stay as they were when a step fails', () =>
    withFolder((folder) => {
      const database = openDatabase(join(folder, 'journal.db'));
      bringUpToDate(database);
      const broken = [...MIGRATIONS, 'CREATE TABLE half (x INTEGER)', 'NO SQL AT ALL'];
      assert.throws(() => bringUpToDate(database, broken), /syntax error/);
      assert.deepEqual({ ...database.prepare('PRAGMA user_version').get() }, { user_version: MIGRATIONS.length });
      assert.equal(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get(), undefined);
      database.close();
    }));
});
