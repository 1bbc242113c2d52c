import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLook } from '../../src/journal/look.ts';
import type { EntryQuery, JournalLook } from '../../src/model/journal-look.ts';
import { GAP } from '../support/entries.ts';
import { numbered, openJournal, revive, shownEntries, turn, withFolder } from '../support/journal-rig.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

/** After all events. */
const gap = { ...GAP, observedAt: [1_795_262_500, 0] as const };

const ALL: EntryQuery = { since: undefined, limit: 1000, matches: () => true };

function lookAt(folder: string): JournalLook {
  const opened = openLook(folder, revive);
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  return opened.value;
}

function problemAt(folder: string): string {
  const opened = openLook(folder, revive);
  assert.ok(!opened.ok);
  return opened.problem;
}

describe('a look at a journal', () => {
  it('tells what is kept and for whom, while a collector works and afterwards', () =>
    withFolder(async (folder) => {
      const readers = ['otlp', 'console'];
      const { journal, reader, stop } = await openJournal(folder, { readers, storage: { history: 1e9 } });
      journal.append(numbered.slice(0, 4));
      journal.append([gap]);
      for (const leased of reader.lease(3)) if (leased.position !== 1) reader.acknowledge(leased);
      const [last] = reader.lease(1);
      assert.ok(last);
      reader.setAside(last, 'HTTP 400');
      await turn();
      const look = lookAt(folder);
      const { holder, bytes, ...status } = look.status();
      assert.match(
        holder ?? '',
        /^docker-events-otel 1\.2\.3, process 1, reading unix:\/\/\/var\/run\/docker\.sock on .+, since 2026-11-21T12:00:00\.000000000Z$/,
      );
      assert.ok(bytes > 4096);
      assert.deepEqual(status, {
        file: join(folder, 'journal.db'),
        entries: 5,
        oldest: [1_795_262_401, 0],
        newest: [1_795_262_500, 0],
        exporters: [
          { exporter: 'otlp', waiting: 2, oldest: [1_795_262_401, 0], deadLetters: 1 },
          { exporter: 'console', waiting: 5, oldest: [1_795_262_401, 0], deadLetters: 0 },
        ],
        receivers: [
          {
            receiver: 'docker_events',
            endpoint: IDENTITY.endpoint,
            hostName: IDENTITY.hostName,
            engineId: IDENTITY.id,
            lastEvent: numbered[3]?.event.time,
            lastObserved: [1_795_262_401, 0],
          },
        ],
        gaps: 1,
        deadLetters: 1,
      });
      look.close();
      await stop();
      const later = lookAt(folder);
      assert.equal(later.status().holder, undefined);
      later.close();
    }));

  it('shows the newest entries that match, oldest first, and no twins', () =>
    withFolder(async (folder) => {
      const { journal, stop } = await openJournal(folder);
      for (let index = 0; index < 40; index += 4) journal.append(numbered.slice(index, index + 4));
      const [twin] = numbered.slice(40);
      assert.ok(twin);
      journal.append([{ ...twin, isTwin: true }, gap]);
      const look = lookAt(folder);
      assert.deepEqual(shownEntries(look.events({ ...ALL, limit: 4 })), [37, 38, 39, 'gap']);
      const isEven = (entry: { uid: string }) => numbered.findIndex(({ uid }) => uid === entry.uid) % 2 === 0;
      assert.deepEqual(shownEntries(look.events({ ...ALL, limit: 3, matches: isEven })), [34, 36, 38]);
      assert.equal(look.events(ALL).length, 41);
      assert.deepEqual(shownEntries(look.events({ ...ALL, since: [1_795_262_402, 0] })), ['gap']);
      look.close();
      await stop();
    }));

  it('shows what was set aside, with the words of the backend', () =>
    withFolder(async (folder) => {
      const { journal, reader, clock, stop } = await openJournal(folder, { readers: ['otlp', 'other'] });
      journal.append(numbered.slice(0, 2));
      const [one] = reader.lease(1);
      const [other] = journal.reader('other').lease(1);
      assert.ok(one && other);
      reader.setAside(one, 'too old');
      clock.advance(1000);
      journal.reader('other').setAside(other, 'no such tenant');
      await turn();
      const look = lookAt(folder);
      assert.deepEqual(look.deadLetters({ ids: undefined, exporter: undefined }), [
        { id: 1, exporter: 'otlp', setAsideAt: [1_795_262_400, 0], detail: 'too old', entry: numbered[0] },
        { id: 2, exporter: 'other', setAsideAt: [1_795_262_401, 0], detail: 'no such tenant', entry: numbered[0] },
      ]);
      const idsOf = (ids: readonly number[] | undefined, exporter: string | undefined) =>
        look.deadLetters({ ids, exporter }).map(({ id }) => id);
      assert.deepEqual(idsOf([2, 9], undefined), [2]);
      assert.deepEqual(idsOf(undefined, 'otlp'), [1]);
      assert.deepEqual(idsOf([2], 'otlp'), []);
      look.close();
      await stop();
    }));

  it('says why there is nothing to look at', () =>
    withFolder(async (folder) => {
      assert.equal(
        problemAt(folder),
        `There is no journal in ${folder}. It is made by the first collector that runs with this storage; name another folder with --storage DIR.`,
      );
      const file = join(folder, 'journal.db');
      writeFileSync(file, 'this is no database, however long the text in it is made to be by whoever wrote it');
      assert.equal(
        problemAt(folder),
        `${file} cannot be read: it is damaged (file is not a database). A collector that starts puts it aside and begins a new one.`,
      );
      writeFileSync(file, '');
      assert.equal(problemAt(folder), `${file} is not a journal of this program.`);
    }));

  it('says which version wrote a file that it cannot read', () =>
    withFolder(async (folder) => {
      const { stop } = await openJournal(folder);
      await stop();
      const file = join(folder, 'journal.db');
      const setVersion = (version: number) => {
        const database = new DatabaseSync(file);
        database.exec(`PRAGMA user_version = ${version}`);
        database.close();
      };
      setVersion(99);
      assert.equal(
        problemAt(folder),
        `${file} was written by a newer version of this program (format 99, this is 2). Use that version to look at it.`,
      );
      setVersion(0);
      assert.equal(
        problemAt(folder),
        `${file} was written by an older version of this program (format 0, this is 2). A collector of this version brings it up to date when it starts.`,
      );
    }));
});
