import assert from 'node:assert/strict';
import { openDesk } from '../../src/journal/desk.ts';
import { openLook } from '../../src/journal/look.ts';
import type { JournalDesk } from '../../src/model/journal-look.ts';
import { alertOf } from '../support/alerts.ts';
import {
  type JournalRig,
  numbered,
  openJournal,
  revive,
  shownEntries,
  shownLeased,
  turn,
  withFolder,
} from '../support/journal-rig.ts';

const EVERYTHING = { ids: undefined, exporter: undefined };

function deskAt(folder: string): JournalDesk {
  const opened = openDesk(folder);
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  return opened.value;
}

/** Sets the first `count` events aside. */
async function refuse({ journal, reader }: JournalRig, count: number): Promise<void> {
  journal.append(numbered.slice(0, count));
  for (const leased of reader.lease(count)) reader.setAside(leased, 'no');
  await turn();
}

function lettersIn(folder: string): (number | string)[] {
  const look = openLook(folder, revive);
  assert.ok(look.ok);
  const letters = look.value.deadLetters(EVERYTHING).map(({ entry }) => entry);
  look.value.close();
  return shownEntries(letters.filter((entry) => entry !== undefined));
}

describe('what a person decides about a journal', () => {
  it('is noticed by a collector that runs, within seconds', () =>
    withFolder(async (folder) => {
      const rig = await openJournal(folder);
      await refuse(rig, 5);
      const offered: (number | string)[] = [];
      rig.reader.onAppend(() => offered.push(...shownLeased(rig.reader.lease(9))));
      const desk = deskAt(folder);
      assert.equal(desk.resend({ ids: [2, 4, 77], exporter: 'otlp' }), 2);
      desk.close();
      assert.deepEqual(offered, []);
      rig.clock.advance(3000);
      assert.deepEqual(offered, [1, 3]);
      assert.deepEqual(lettersIn(folder), [0, 2, 4]);
      await rig.stop();
    }));

  it('is found by the next collector, and what is sent again and acknowledged is done with', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder);
      await refuse(first, 250);
      await first.stop();
      const desk = deskAt(folder);
      assert.equal(desk.resend(EVERYTHING), 250);
      desk.close();
      const second = await openJournal(folder);
      const leased = second.reader.lease(999);
      assert.equal(leased.length, 250);
      assert.deepEqual(leased[7]?.entry, numbered[7]);
      for (const each of leased.slice(1)) second.reader.acknowledge(each);
      await second.stop();
      const third = await openJournal(folder);
      const [left] = third.reader.lease(999);
      assert.ok(left);
      assert.equal(left.entry.uid, numbered[0]?.uid);
      third.reader.setAside(left, 'again');
      await third.stop();
      assert.deepEqual(lettersIn(folder), [0]);
    }));

  it('can be to send an alert again, whatever became of its event', () =>
    withFolder(async (folder) => {
      const rig = await openJournal(folder);
      const alert = alertOf({
        about: { ...(numbered[0] ?? assert.fail()), context: { rules: ['Container started'] } },
      });
      rig.journal.append([alert]);
      for (const leased of rig.reader.lease(9)) rig.reader.setAside(leased, 'no');
      await rig.stop();
      const desk = deskAt(folder);
      assert.equal(desk.resend(EVERYTHING), 1);
      desk.close();
      const next = await openJournal(folder);
      assert.deepEqual(
        next.reader.lease(9).map(({ entry }) => entry),
        [alert],
      );
      await next.stop();
    }));

  it('is kept for an exporter that is not configured for a while, which the log says', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder, { readers: ['otlp', 'other'] });
      await refuse(first, 3);
      await first.stop();
      const desk = deskAt(folder);
      assert.equal(desk.resend({ ids: [1, 2], exporter: 'otlp' }), 2);
      desk.close();
      const between = await openJournal(folder, { readers: ['other'] });
      assert.match(
        between.telemetry.named('journal.unconfigured')[0]?.message ?? '',
        /^Exporter otlp is no longer configured, and 2 entries wait for it\./,
      );
      between.journal.append([numbered[3] ?? alertOf({ uid: 'a'.repeat(32) })]);
      const more = deskAt(folder);
      assert.equal(more.resend({ ids: [3], exporter: 'otlp' }), 1);
      more.close();
      between.clock.advance(3000);
      between.journal.saveFold(new Map());
      await between.stop();
      const last = await openJournal(folder, { readers: ['otlp', 'other'] });
      const leased = last.reader.lease(9);
      assert.deepEqual(shownLeased(leased).slice(0, 3), [0, 1, 2]);
      for (const each of leased) last.reader.acknowledge(each);
      await last.stop();
      const without = await openJournal(folder, { readers: ['other'] });
      await without.stop();
      assert.deepEqual(without.telemetry.named('journal.unconfigured'), []);
      const look = openLook(folder, revive);
      assert.ok(look.ok);
      assert.deepEqual(
        look.value.status().exporters.map(({ exporter }) => exporter),
        ['other'],
        'with the last of them it is forgotten',
      );
      look.value.close();
    }));

  it('can be to throw them away', () =>
    withFolder(async (folder) => {
      const rig = await openJournal(folder);
      await refuse(rig, 4);
      const desk = deskAt(folder);
      assert.equal(desk.discard({ ids: [1], exporter: 'other' }), 0);
      assert.equal(desk.discard({ ids: [1, 2], exporter: undefined }), 2);
      assert.deepEqual(lettersIn(folder), [2, 3]);
      assert.equal(desk.discard({ ids: undefined, exporter: 'otlp' }), 2);
      assert.equal(desk.discard(EVERYTHING), 0);
      desk.close();
      await rig.stop();
    }));

  it('can be to forget an exporter, and a collector that runs does not bring it back', () =>
    withFolder(async (folder) => {
      const first = await openJournal(folder, { readers: ['otlp', 'old'] });
      first.journal.append(numbered.slice(0, 5));
      const [leased] = first.journal.reader('old').lease(1);
      assert.ok(leased);
      first.journal.reader('old').setAside(leased, 'no');
      await first.stop();
      const second = await openJournal(folder);
      const desk = deskAt(folder);
      assert.equal(desk.forget('unheard of'), undefined);
      assert.equal(desk.forget('old'), 5);
      assert.equal(desk.forget('old'), undefined);
      desk.close();
      second.clock.advance(180_000);
      await second.stop();
      const look = openLook(folder, revive);
      assert.ok(look.ok);
      assert.deepEqual(
        look.value.status().exporters.map(({ exporter }) => exporter),
        ['otlp'],
      );
      look.value.close();
    }));

  it('is noticed also where the collector tells something else before it looks', () =>
    withFolder(async (folder) => {
      const rig = await openJournal(folder);
      await refuse(rig, 1);
      const desk = deskAt(folder);
      assert.equal(desk.resend(EVERYTHING), 1);
      desk.close();
      rig.reader.tell({
        kind: 'loss',
        uid: 'a'.repeat(32),
        reason: 'rejected',
        exporter: 'otlp',
        count: 1,
        first: undefined,
        last: undefined,
        detail: undefined,
        observedAt: [1, 0],
        engine: undefined,
      });
      await turn();
      rig.clock.advance(10_000);
      assert.deepEqual(shownLeased(rig.reader.lease(9)), ['rejected 1', 0]);
      await rig.stop();
    }));

  it('is refused where there is no journal', () =>
    withFolder((folder) => {
      const opened = openDesk(folder);
      assert.ok(!opened.ok);
      assert.match(opened.problem, /^There is no journal in /);
    }));
});
