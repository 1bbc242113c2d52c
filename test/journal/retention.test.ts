import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Entry } from '../../src/model/entry.ts';
import type { JournalReader } from '../../src/model/journal.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { type JournalRigOptions, openJournal, shownEntries, turn, withFolder } from '../support/journal-rig.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

/** About a page of the file each. */
const events = eventLines(600, { attributes: { name: 'web', pad: 'x'.repeat(3500) } }).map(entryOf);
const ofEvent = new Map(events.map(({ uid }, index) => [uid, index]));

/** Looks for what has to leave the file at each write, and keeps little for the receivers' sake. */
const EAGER: JournalRigOptions = {
  tuning: { keptEvents: 3, clearEveryCharacters: 1, clearEveryEntries: 1, slackBytes: 4096 },
};

function rowsIn(folder: string): number[] {
  const database = new DatabaseSync(join(folder, 'journal.db'), { readOnly: true });
  const rows = database.prepare('SELECT first - 1 AS number, count FROM chunks ORDER BY first').all();
  database.close();
  return rows.flatMap(({ number, count }) =>
    Array.from({ length: Number(count) }, (_, index) => Number(number) + index),
  );
}

function shown(entries: readonly Entry[]): (number | string)[] {
  return entries.map((entry) => ofEvent.get(entry.uid) ?? shownEntries([entry])[0] ?? '');
}

function drain(reader: JournalReader): (number | string)[] {
  const got: (number | string)[] = [];
  for (;;) {
    const leased = reader.lease(50);
    if (leased.length === 0) return got;
    got.push(...shown(leased.map(({ entry }) => entry)));
    for (const each of leased) reader.acknowledge(each);
  }
}

function upTo(to: number, from = 0): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function at(index: number): (typeof events)[number] {
  const entry = events[index];
  assert.ok(entry);
  return entry;
}

describe('what leaves the file of a journal', () => {
  it('is what every reader has, but for the last events of each receiver', () =>
    withFolder(async (folder) => {
      const { journal, reader, stop } = await openJournal(folder, { ...EAGER, readers: ['fast', 'slow'] });
      const quiet = { ...IDENTITY, receiver: 'docker_events/quiet' };
      journal.append([{ ...at(0), engine: quiet }]);
      for (const index of upTo(20, 1)) journal.append([at(index)]);
      assert.deepEqual(drain(reader), upTo(20));
      await turn();
      assert.deepEqual(rowsIn(folder), upTo(20), 'the slow one has nothing yet');
      const slow = journal.reader('slow');
      for (const leased of slow.lease(10)) slow.acknowledge(leased);
      journal.saveFold(new Map());
      await turn();
      assert.deepEqual(rowsIn(folder), [0, ...upTo(20, 10)]);
      assert.deepEqual(drain(slow), upTo(20, 10));
      await turn();
      assert.deepEqual(rowsIn(folder), [0, 17, 18, 19]);
      for (const index of upTo(24, 20)) journal.append([{ ...at(index), engine: quiet }]);
      assert.deepEqual([drain(reader), drain(slow)], [upTo(24, 20), upTo(24, 20)]);
      journal.saveFold(new Map());
      await turn();
      assert.deepEqual(
        rowsIn(folder),
        [17, 18, 19, 21, 22, 23],
        'the oldest of the quiet one is no longer of its last',
      );
      await stop();
      const again = await openJournal(folder);
      const { lastEvents } = again.journal.recovered();
      assert.deepEqual(shown(lastEvents('docker_events')), [17, 18, 19]);
      assert.deepEqual(shown(lastEvents('docker_events/quiet')), [21, 22, 23]);
      await again.stop();
    }));

  it('is not what the fold has not seen saved', () =>
    withFolder(async (folder) => {
      const { journal, reader, stop } = await openJournal(folder, EAGER);
      for (const index of upTo(10)) journal.append([at(index)]);
      journal.saveFold(new Map([['x', '1']]));
      for (const index of upTo(20, 10)) journal.append([at(index)]);
      drain(reader);
      await turn();
      assert.deepEqual(rowsIn(folder), upTo(20, 10));
      await stop();
    }));

  it('leaves as much history as is asked for', () =>
    withFolder(async (folder) => {
      const storage = { history: 10 * at(0).raw.length };
      const { journal, reader, stop } = await openJournal(folder, { ...EAGER, storage });
      for (const index of upTo(50)) {
        journal.append([at(index)]);
        drain(reader);
        journal.saveFold(new Map());
        await turn();
      }
      const rows = rowsIn(folder);
      assert.ok(rows.length >= 9 && rows.length <= 11, `${rows.length} rows`);
      assert.equal(rows.at(-1), 49);
      await stop();
    }));

  it('is the oldest that waits when the file is as large as it may be, told to those who have not got it', () =>
    withFolder(async (folder) => {
      const storage = { max_size: 60 * 4096 };
      const rig = await openJournal(folder, { ...EAGER, storage, readers: ['slow', 'fast'], size: 10 });
      const { journal, reader, telemetry, stop } = rig;
      const fast = journal.reader('fast');
      const inHand = reader.lease(1);
      assert.deepEqual(inHand, []);
      journal.append([at(0)]);
      const [held] = reader.lease(1);
      assert.ok(held);
      const got: (number | string)[] = [];
      for (const index of upTo(150, 1)) {
        journal.append([at(index)]);
        got.push(...drain(fast));
        await turn();
      }
      assert.deepEqual(got, upTo(150));
      const [loss] = reader.lease(1);
      assert.ok(loss?.entry.kind === 'loss');
      assert.equal(loss.entry.reason, 'storage_full');
      assert.deepEqual(loss.entry.first, at(1).event.time);
      assert.deepEqual(loss.entry.last, at(loss.entry.count).event.time);
      assert.equal(telemetry.counted('records_dropped'), loss.entry.count);
      assert.ok(loss.entry.count > 80, `${loss.entry.count} lost`);
      assert.match(
        telemetry.named('journal.overflowing')[0]?.message ?? '',
        /^Entries that exporter slow has not got take up more room than storage\.max_size allows: the oldest are given up\. How many will be told\.$/,
      );
      assert.match(
        telemetry.named('journal.overflowed')[0]?.message ?? '',
        /^\d+ entries were given up for exporter slow, because the storage was full\. They happened from 2026-11-21T12:00:00\.001000000Z to 2026-11-21T12:00:00\.\d+Z\.$/,
      );
      reader.acknowledge(loss);
      await turn();
      const rows = rowsIn(folder);
      assert.equal(rows[0], 0, 'what is in hand stays');
      await stop();
      const again = await openJournal(folder, { ...EAGER, storage, readers: ['slow', 'fast'] });
      assert.deepEqual(drain(again.reader), [0, ...upTo(150, loss.entry.count + 1)]);
      await again.stop();
    }));

  it('is history before anything that waits', () =>
    withFolder(async (folder) => {
      const storage = { max_size: 60 * 4096, history: 1e9 };
      const { journal, reader, telemetry, stop } = await openJournal(folder, { ...EAGER, storage });
      for (const index of upTo(200)) {
        journal.append([at(index)]);
        if (index < 180) drain(reader);
        await turn();
      }
      assert.equal(telemetry.counted('records_dropped'), 0);
      assert.ok(rowsIn(folder).length < 50);
      assert.deepEqual(drain(reader), upTo(200, 180));
      await stop();
    }));

  it('is what nobody wants any more, also where something older is in hand, and before anything that waits', () =>
    withFolder(async (folder) => {
      const storage = { max_size: 60 * 4096 };
      const names = { readers: ['logs', 'traces', 'late'] };
      const { journal, reader, telemetry, stop } = await openJournal(folder, { ...EAGER, storage, ...names });
      const [traces, late] = [journal.reader('traces'), journal.reader('late')];
      const inHand = new Set([0, 200]);
      for (const index of upTo(400)) {
        journal.append([at(index)]);
        drain(reader);
        for (const leased of traces.lease(9)) if (!inHand.has(index)) traces.acknowledge(leased);
        if (index < 380) drain(late);
        journal.saveFold(new Map());
        await turn();
      }
      const rows = rowsIn(folder);
      assert.ok(rows.length > 20 && rows.length < 60, `${rows.length} rows`);
      assert.deepEqual(rows.slice(0, 2), [0, 200]);
      assert.equal(telemetry.counted('records_dropped'), 0);
      assert.deepEqual(drain(late), upTo(400, 380));
      await stop();
      const again = await openJournal(folder, { ...EAGER, storage, ...names });
      assert.deepEqual(drain(again.journal.reader('traces')), [0, 200]);
      await again.stop();
    }));

  it('is what has waited for too long, although the last of a receiver stay in the file', () =>
    withFolder(async (folder) => {
      const storage = { max_age: 600_000 };
      const { journal, reader, clock, telemetry, stop } = await openJournal(folder, { ...EAGER, storage });
      journal.append([at(0), at(1)]);
      journal.append([at(2)]);
      clock.advance(590_000);
      journal.append([{ ...at(3), observedAt: clock.now() }]);
      assert.equal(telemetry.counted('records_dropped'), 0);
      clock.advance(120_000);
      assert.equal(telemetry.counted('records_dropped'), 3);
      assert.deepEqual(drain(reader), ['expired 3', 3]);
      assert.match(
        telemetry.named('journal.overflowed')[0]?.message ?? '',
        /^3 entries were given up for exporter otlp, because they had waited for longer than storage\.max_age allows\./,
      );
      await stop();
      const again = await openJournal(folder);
      assert.deepEqual(shown(again.journal.recovered().lastEvents('docker_events')), upTo(4));
      assert.deepEqual(drain(again.reader), []);
      await again.stop();
    }));

  it('tells a loss again after a restart where it was not acknowledged, and only once where it was', () =>
    withFolder(async (folder) => {
      const storage = { max_age: 600_000 };
      const first = await openJournal(folder, { ...EAGER, storage });
      first.journal.append([at(0)]);
      first.clock.advance(800_000);
      await first.stop();
      const second = await openJournal(folder);
      const [loss] = second.reader.lease(9);
      assert.ok(loss?.entry.kind === 'loss');
      assert.equal(loss.entry.count, 1);
      assert.match(
        second.telemetry.named('journal.overflowed')[0]?.message ?? '',
        /^1 entry was given up for exporter otlp, because they had waited for longer than storage\.max_age allows\./,
        'where the exporter takes spans, no record will tell',
      );
      await second.stop();
      const third = await openJournal(folder);
      const [again] = third.reader.lease(9);
      assert.deepEqual(again?.entry, loss.entry);
      assert.ok(again);
      third.reader.acknowledge(again);
      await third.stop();
      const fourth = await openJournal(folder);
      assert.deepEqual(fourth.reader.lease(9), []);
      await fourth.stop();
    }));

  it('is never a gap', () =>
    withFolder(async (folder) => {
      const gap = { ...GAP, observedAt: [1_795_262_400, 0] as const };
      const storage = { max_age: 600_000 };
      const { journal, reader, clock, stop } = await openJournal(folder, { ...EAGER, storage });
      journal.append([at(0), gap]);
      clock.advance(800_000);
      const leased = reader.lease(9).map(({ entry }) => entry);
      assert.deepEqual(shown(leased), ['expired 1', 'gap']);
      assert.deepEqual(leased[1], gap);
      await stop();
    }));

  it('is what waits for an exporter that is no longer configured, by the bounds only', () =>
    withFolder(async (folder) => {
      const storage = { max_age: 600_000 };
      const first = await openJournal(folder, { ...EAGER, storage, readers: ['otlp', 'old'] });
      for (const index of upTo(10)) first.journal.append([at(index)]);
      drain(first.reader);
      await first.stop();
      const second = await openJournal(folder, { ...EAGER, storage });
      assert.equal(
        second.telemetry.named('journal.unconfigured')[0]?.message,
        'Exporter old is no longer configured, and 10 entries wait for it. What waits is kept, for when it is configured again, until storage.max_age or storage.max_size is reached.',
      );
      for (const index of upTo(20, 10)) second.journal.append([at(index)]);
      assert.deepEqual(drain(second.reader), upTo(20, 10));
      second.journal.saveFold(new Map());
      await turn();
      assert.deepEqual(rowsIn(folder).slice(0, 10), upTo(10));
      await second.stop();
      const third = await openJournal(folder, { ...EAGER, storage, readers: ['otlp', 'old'] });
      assert.deepEqual(drain(third.journal.reader('old')).slice(0, 10), upTo(10));
      await third.stop();
      const fourth = await openJournal(folder, { ...EAGER, storage, readers: ['otlp', 'old'] });
      fourth.journal.append([at(20)]);
      drain(fourth.reader);
      await fourth.stop();
      const fifth = await openJournal(folder, { ...EAGER, storage });
      fifth.clock.advance(900_000);
      assert.equal(fifth.telemetry.counted('records_dropped'), 0, 'nobody is there to lose it');
      await fifth.stop();
      const sixth = await openJournal(folder, { ...EAGER, storage, readers: ['otlp', 'old'] });
      assert.deepEqual(drain(sixth.journal.reader('old')), [], 'forgotten with the last of what waited for it');
      await sixth.stop();
    }));
});
