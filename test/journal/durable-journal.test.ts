import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openLook } from '../../src/journal/look.ts';
import { openDatabase } from '../../src/journal/sqlite.ts';
import type { EventEntry } from '../../src/model/entry.ts';
import { StorageInUseError } from '../../src/model/journal.ts';
import { GAP } from '../support/entries.ts';
import {
  journalIn,
  numbered,
  openJournal,
  revive,
  shownEntries,
  shownLeased,
  turn,
  withFolder,
} from '../support/journal-rig.ts';

function upTo(to: number, from = 0): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('the journal on disk', () => {
  it('gives each reader every entry once, in order, and the very entries while it keeps up', () =>
    withFolder(async (folder) => {
      const { journal, reader, stop } = await openJournal(folder, { readers: ['one', 'two'] });
      journal.append(numbered.slice(0, 3));
      const leased = reader.lease(2);
      assert.deepEqual(shownLeased(leased), [0, 1]);
      assert.equal(leased[0]?.entry, numbered[0]);
      assert.deepEqual(shownLeased(reader.lease(9)), [2]);
      assert.deepEqual(shownLeased(reader.lease(9)), []);
      assert.deepEqual(shownLeased(journal.reader('two').lease(9)), [0, 1, 2]);
      await stop();
    }));

  it('gives after a restart what was not acknowledged, ranges above it left out', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      first.journal.append(numbered.slice(0, 9));
      for (const leased of first.reader.lease(9)) {
        if (![2, 3, 7].includes(leased.position)) first.reader.acknowledge(leased);
      }
      await first.stop();
      assert.equal(first.telemetry.counted('records_kept'), 3);
      const second = await openJournal(folder);
      assert.deepEqual(shownLeased(second.reader.lease(9)), [2, 3, 7]);
      second.journal.append(numbered.slice(9, 10));
      assert.deepEqual(shownLeased(second.reader.lease(9)), [9]);
      await second.stop();
    }));

  it('gives nothing again of a large range above many small ones', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder, { size: 1000 });
      first.journal.append(numbered.slice(0, 900));
      for (const leased of first.reader.lease(900)) {
        if (leased.position >= 600 || leased.position % 2 === 1) first.reader.acknowledge(leased);
      }
      await first.stop();
      const second = await openJournal(folder, { size: 1000 });
      const again = shownLeased(second.reader.lease(999)).filter((shown) => Number(shown) >= 600);
      assert.deepEqual(again, []);
      await second.stop();
    }));

  it('revives an entry as it was, to the last field', () =>
    withFolder(async (folder) => {
      const [one, two, three, four] = numbered;
      assert.ok(one && two && three && four);
      const entries: EventEntry[] = [
        one,
        { ...two, context: { exit: { reason: 'failed', intended: false, signal: undefined }, execCommand: 'a' } },
        { ...three, observedAt: [7, 8], synthetic: { basis: 'inspect' } },
        { ...four, isTwin: true },
      ];
      const first = await openJournal(folder);
      first.journal.append(entries);
      await first.stop();
      const second = await openJournal(folder);
      assert.deepEqual([...second.journal.recovered().unfolded], entries);
      const leased = second.reader.lease(9).map(({ entry }) => entry);
      assert.deepEqual(leased, entries.slice(0, 3));
      assert.ok(leased.every(({ engine }) => engine === leased[0]?.engine));
      await second.stop();
    }));

  it('goes on from disk when more waits than fits in memory', () =>
    withFolder(async (folder) => {
      const { journal, reader, telemetry, stop } = await openJournal(folder, { size: 5 });
      for (let index = 0; index < 60; index += 3) journal.append(numbered.slice(index, index + 3));
      const got: (number | string)[] = [];
      while (reader.waiting > 0) got.push(...shownLeased(reader.lease(7)));
      assert.deepEqual(got, upTo(60));
      journal.append(numbered.slice(60, 62));
      assert.equal(reader.lease(9)[0]?.entry, numbered[60]);
      assert.equal(telemetry.counted('records_dropped'), 0);
      await stop();
    }));

  it('keeps state with the entries it came with, the last events, and what was not folded', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      first.journal.append(numbered.slice(0, 3), new Map([['gap', 'pending']]));
      first.journal.saveFold(new Map([['container', 'c1']]));
      first.journal.append(numbered.slice(3, 5), new Map([['other', 'x']]));
      first.journal.append([], new Map([['gap', undefined]]));
      await first.stop();
      const second = await openJournal(folder);
      const { state, fold, unfolded, lastEvents } = second.journal.recovered();
      assert.deepEqual([...state], [['other', 'x']]);
      assert.deepEqual([...fold], [['container', 'c1']]);
      assert.deepEqual(shownEntries(unfolded), [3, 4]);
      assert.deepEqual(shownEntries(lastEvents('docker_events')), [0, 1, 2, 3, 4]);
      assert.deepEqual(lastEvents('docker_events/other'), []);
      await second.stop();
    }));

  it('tells a loss after a restart when it was not acknowledged', () =>
    withFolder(async (folder) => {
      const loss = {
        kind: 'loss',
        uid: '0'.repeat(32),
        reason: 'rejected',
        exporter: 'otlp',
        count: 4,
        first: undefined,
        last: undefined,
        detail: '400',
        observedAt: [1, 0],
        engine: undefined,
      } as const;
      const first = await openJournal(folder);
      first.reader.tell(loss);
      await turn();
      await first.stop();
      const second = await openJournal(folder);
      const [leased] = second.reader.lease(9);
      assert.ok(leased);
      assert.deepEqual(leased.entry, loss);
      second.reader.acknowledge(leased);
      await second.stop();
      const third = await openJournal(folder);
      assert.deepEqual(third.reader.lease(9), []);
      await third.stop();
    }));

  it('is for its owner only, and for one collector at a time', () =>
    withFolder(async (folder) => {
      const directory = join(folder, 'new', 'storage');
      const first = await openJournal(directory);
      assert.equal(statSync(directory).mode & 0o777, 0o700);
      assert.equal(statSync(join(directory, 'journal.db')).mode & 0o777, 0o600);
      assert.equal(statSync(join(directory, 'lock.db')).mode & 0o777, 0o600);
      const second = journalIn(directory);
      await assert.rejects(second.journal.start(), (error) => {
        assert.ok(error instanceof StorageInUseError);
        assert.match(
          error.message,
          /^The storage .* is in use by docker-events-otel 1\.2\.3, process 1, reading unix:\/\/\/var\/run\/docker\.sock on .*, running since 2026-11-21T12:00:00\.000000000Z\. Two collectors cannot share one: stop the other, or give this one a folder of its own with --storage DIR\.$/,
        );
        return true;
      });
      await first.stop();
      const third = await openJournal(directory);
      await third.stop();
    }));

  it('leaves out, counts and tells what it cannot read any more', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      first.journal.append(numbered.slice(0, 3));
      await first.stop();
      const second = await openJournal(folder, {
        revive: (raw, engine) => (raw === numbered[1]?.raw ? undefined : revive(raw, engine)),
      });
      assert.deepEqual(shownLeased(second.reader.lease(9)), [0, 2]);
      assert.equal(second.telemetry.counted('records_dropped'), 1);
      assert.equal(
        second.telemetry.named('journal.unreadable')[0]?.message,
        'An entry that waited for exporter otlp cannot be read from the journal, and is left out. The file was changed by something else, or written by another version of this program.',
      );
      await second.stop();
      assert.equal(second.telemetry.counted('records_kept'), 2);
    }));

  it('wants the fold saved when a restart would have much to fold again', () =>
    withFolder(async (folder) => {
      const { journal, stop } = await openJournal(folder);
      for (let index = 0; index < 9; index += 1) {
        assert.equal(journal.wantsFold, false);
        journal.append(numbered);
      }
      assert.equal(journal.wantsFold, true);
      journal.saveFold(new Map([['a', '1']]));
      assert.equal(journal.wantsFold, false);
      journal.saveFold(new Map([['a', undefined]]));
      assert.deepEqual([...journal.recovered().fold], []);
      await stop();
    }));

  it('passes its points in an order in which nothing is told before it is kept', () =>
    withFolder(async (folder) => {
      const points: string[] = [];
      const { journal, reader, stop } = await openJournal(folder, {
        mark: (point) => points.push(point),
        tuning: { keptEvents: 0, clearEveryCharacters: 1, clearEveryEntries: 1 },
      });
      reader.onAppend(() => points.push('offered'));
      points.length = 0;
      journal.append(numbered.slice(0, 2));
      journal.append(numbered.slice(2, 3));
      for (const leased of reader.lease(9)) reader.acknowledge(leased);
      await turn();
      journal.saveFold(new Map());
      assert.deepEqual(points, [
        ...['journal.written', 'journal.committed', 'offered'],
        ...['journal.written', 'journal.committed', 'offered'],
        ...['journal.acknowledging', 'journal.acknowledged'],
        'journal.folding',
      ]);
      journal.append(numbered.slice(3, 4));
      points.length = 0;
      journal.append(numbered.slice(4, 5));
      assert.deepEqual(points, ['journal.deleting', 'journal.written', 'journal.committed', 'offered']);
      await stop();
    }));

  it('writes what was acknowledged together once, at the end of the turn', () =>
    withFolder(async (folder) => {
      let writes = 0;
      const { journal, reader, stop } = await openJournal(folder, {
        mark: (point) => {
          if (point === 'journal.acknowledged') writes += 1;
        },
      });
      journal.append(numbered.slice(0, 50));
      await turn();
      writes = 0;
      for (const leased of reader.lease(50)) reader.acknowledge(leased);
      assert.equal(writes, 0);
      await turn();
      assert.equal(writes, 1);
      await stop();
    }));

  it('says at the end how many records it keeps, without twins and losses', () =>
    withFolder(async (folder) => {
      const [zero, one, two] = numbered;
      assert.ok(zero && one && two);
      const twin = { ...one, isTwin: true } as const;
      const gap = { ...GAP, observedAt: zero.observedAt };
      const first = await openJournal(folder);
      first.journal.append([zero, twin, gap]);
      first.journal.append([two, gap]);
      const [leased] = first.reader.lease(1);
      assert.ok(leased);
      first.reader.acknowledge(leased);
      await first.stop();
      assert.equal(first.telemetry.counted('records_kept'), 3);
      assert.equal(
        first.telemetry.happenings.at(-1)?.message,
        'Stopped with 3 entries of the journal that exporter otlp has not come to. What waits is kept, and delivered after the next start.',
      );
      const second = await openJournal(folder);
      assert.deepEqual(shownLeased(second.reader.lease(9)), ['gap', 2, 'gap']);
      await second.stop();
    }));

  it('begins a new exporter at the end of what is kept', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder, { storage: { history: 1e6 } });
      first.journal.append(numbered.slice(0, 3));
      await first.stop();
      const second = await openJournal(folder, { readers: ['otlp', 'new'] });
      assert.deepEqual(shownLeased(second.journal.reader('new').lease(9)), []);
      second.journal.append(numbered.slice(3, 4));
      assert.deepEqual(shownLeased(second.journal.reader('new').lease(9)), [3]);
      assert.deepEqual(shownLeased(second.reader.lease(9)), [0, 1, 2, 3]);
      await second.stop();
    }));

  it('keeps so many dead letters and no more, the newest', () =>
    withFolder(async (folder) => {
      const { journal, reader, telemetry, stop } = await openJournal(folder, { size: 12_000 });
      for (let index = 0; index < 11; index += 1) {
        journal.append(numbered);
        for (const leased of reader.lease(999)) reader.setAside(leased, 'no');
        await turn();
      }
      assert.equal(
        telemetry.named('journal.dead_letters_dropped')[0]?.message,
        'Of the records that backends refused the oldest 989 were removed, because more were set aside than are kept. Look at them with the command "dead-letters".',
      );
      const look = openLook(folder, revive);
      assert.ok(look.ok);
      assert.equal(look.value.status().deadLetters, 10_000);
      look.value.close();
      await stop();
    }));

  it('waits for a command that writes at the same moment, and loses nothing to one that takes too long', () =>
    withFolder(async (folder) => {
      const { journal, reader, clock, stop } = await openJournal(folder);
      journal.append(numbered.slice(0, 1));
      const other = openDatabase(join(folder, 'journal.db'));
      other.exec('BEGIN IMMEDIATE');
      journal.append(numbered.slice(1, 2));
      assert.equal(reader.isDurable, false);
      other.exec('ROLLBACK');
      other.close();
      clock.advance(2000);
      assert.equal(reader.isDurable, true);
      await stop();
      const again = await openJournal(folder);
      assert.deepEqual(shownLeased(again.reader.lease(9)), [0, 1]);
      await again.stop();
    }));
});
