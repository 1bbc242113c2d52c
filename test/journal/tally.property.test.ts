/**
 * Whatever is done with a journal, every entry that came for a reader is acknowledged, dropped or waiting, and what waits is
 * what can be had.
 *
 * `TALLY_RUNS` raises the number of runs; `TALLY_SEED` repeats one.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { schema } from '../../src/journal/config.ts';
import { openDesk } from '../../src/journal/desk.ts';
import { MemoryJournal } from '../../src/journal/memory-journal.ts';
import type { Entry } from '../../src/model/entry.ts';
import type { Journal, JournalReader, Leased } from '../../src/model/journal.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openJournal } from '../support/journal-rig.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SharedDatabases } from '../support/shared-databases.ts';

const RUNS = Number(process.env['TALLY_RUNS'] ?? 200);
const SEED = process.env['TALLY_SEED'];

const NAMES = ['a', 'b'] as const;
type Name = (typeof NAMES)[number];

/** Long ones, so that the bounds are soon reached. Every fifth is a twin, and some are gaps and alerts. */
const entries = eventLines(999, { attributes: { name: 'web', pad: 'x'.repeat(900) } })
  .map(entryOf)
  .map((event, number): Entry => {
    if (number % 5 === 3) return { ...event, isTwin: true };
    if (number % 11 === 4) return alertOf({ about: event, uid: String(number).padStart(32, 'a') });
    return number % 13 === 7 ? { ...GAP, uid: String(number).padStart(32, 'b') } : event;
  });

const isTwin = (entry: Entry) => entry.kind === 'event' && entry.isTwin === true;

/** Reader b is for what is no event. */
const wantsOf = (name: string) => (entry: Entry) => name === 'a' || entry.kind !== 'event';

const reader = fc.constantFrom(...NAMES);
const some = fc.integer({ min: 1, max: 9 });

const everywhere = [
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), count: some }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('lease' as const), reader, count: some }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('acknowledge' as const, 'acknowledge' as const, 'setAside' as const),
      reader,
      count: some,
      which: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tell' as const), reader }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'turn' as const }) },
] as const;

const onDisk = [
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('wait' as const, 'full' as const, 'room' as const, 'resend' as const, 'damage' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'restart' as const) }) },
] as const;

const anyAction = fc.oneof(...everywhere, ...onDisk);
type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never;

/** One reader, as a lane has it. */
interface Side {
  outstanding: Leased[];
  acknowledged: number;
}

interface Opened {
  readonly journal: Journal;
  readonly telemetry: RecordingTelemetry;
  readonly clock: FakeClock;
}

const sidesOf = () => new Map<Name, Side>(NAMES.map((name) => [name, { outstanding: [], acknowledged: 0 }]));

class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'journal-tally-'));
  readonly databases = new SharedDatabases();
  readonly #open: (world: World) => Promise<Opened>;
  #opened: Opened | undefined;
  #sides = sidesOf();
  #appended = 0;
  #appendedHere = 0;
  #resent = 0;
  /** Each is told as a gap. */
  #damages = 0;
  #isFull = false;

  constructor(open: (world: World) => Promise<Opened>) {
    this.#open = open;
  }

  get opened(): Opened {
    assert.ok(this.#opened);
    return this.#opened;
  }

  async begin(): Promise<void> {
    this.#sides = sidesOf();
    this.#appendedHere = 0;
    this.#resent = 0;
    this.#opened = await this.#open(this);
    this.check();
  }

  reader(name: Name): JournalReader {
    return this.opened.journal.reader(name);
  }

  side(name: Name): Side {
    const side = this.#sides.get(name);
    assert.ok(side);
    return side;
  }

  async step(action: Action): Promise<void> {
    await this.#do(action);
    this.check();
  }

  async #do(action: Action): Promise<void> {
    switch (action.kind) {
      case 'append':
        return this.#append(action.count);
      case 'lease':
        this.lease(action.reader, action.count);
        return;
      case 'acknowledge':
      case 'setAside':
        return this.finish(action.reader, action.count, action.which, action.kind);
      case 'tell':
        return this.reader(action.reader).tell({ ...LOSS, uid: String(this.#appended).padStart(32, 'c') });
      case 'turn':
        return Promise.resolve();
      case 'wait':
        return this.opened.clock.advance(70_000);
      case 'full':
        this.databases.journal?.exec('PRAGMA max_page_count = 1');
        this.#isFull = true;
        return;
      case 'room':
        return this.#makeRoom();
      case 'resend':
        return this.#resend();
      case 'damage':
        return this.#damage();
      case 'crash':
        return this.#again();
      case 'restart':
        return this.#restart();
    }
  }

  #append(count: number): void {
    const appended = entries.slice(this.#appended, this.#appended + count);
    this.#appended += count;
    this.opened.journal.append(appended);
    this.#appendedHere += appended.filter((entry) => !isTwin(entry)).length;
  }

  lease(name: Name, max: number): number {
    const leased = this.reader(name).lease(max);
    this.side(name).outstanding.push(...leased);
    return leased.length;
  }

  finish(name: Name, count: number, which: number, how: 'acknowledge' | 'setAside'): void {
    const side = this.side(name);
    for (const leased of side.outstanding.splice(which % (side.outstanding.length || 1), count)) {
      if (how === 'setAside') this.reader(name).setAside(leased, 'the backend said no');
      else this.reader(name).acknowledge(leased);
      if (leased.entry.kind !== 'loss') side.acknowledged += 1;
      this.check();
    }
  }

  /** A row in it cannot be read: what was in the file alone is lost. */
  #damage(): void {
    this.#makeRoom();
    this.databases.damage();
    this.#damages += 1;
  }

  #makeRoom(): void {
    this.databases.journal?.exec('PRAGMA max_page_count = 1000000');
    this.#isFull = false;
    this.opened.clock.advance(140_000);
  }

  /** What a person does from outside; the collector sees it when it next looks. */
  #resend(): void {
    const desk = openDesk(this.folder, this.databases.open);
    // A command on a full disk fails.
    if (!desk.ok || this.#isFull) return;
    this.#resent += desk.value.resend({ ids: undefined, exporter: undefined });
    desk.value.close();
    this.opened.clock.advance(3000);
  }

  async #restart(): Promise<void> {
    await this.#stop();
    await this.#again();
  }

  async #again(): Promise<void> {
    this.databases.crash();
    await this.begin();
  }

  /** The sum is right for each reader, and so is what was counted of it. */
  check(): void {
    const { telemetry } = this.opened;
    let appended = 0;
    for (const name of NAMES) {
      const { tally } = this.reader(name);
      const { outstanding, acknowledged } = this.side(name);
      const shown = `${name}: ${JSON.stringify(tally)}, acknowledged ${acknowledged}`;
      assert.equal(
        tally.carriedOver + tally.appended,
        acknowledged + tally.passedOver + tally.dropped + tally.waiting,
        shown,
      );
      const inHand = outstanding.filter(({ entry }) => entry.kind !== 'loss').length;
      assert.ok(tally.waiting >= inHand, `${shown}, ${inHand} in hand`);
      assert.ok(tally.carriedOver >= 0, shown);
      assert.equal(telemetry.countedOf('records_dropped', name), tally.dropped, shown);
      assert.equal(telemetry.countedOf('entries_passed_over', name), tally.passedOver, shown);
      appended += tally.appended - this.#appendedHere;
    }
    const most = this.#resent + this.#damages * NAMES.length;
    assert.ok(appended >= 0 && appended <= most, `${appended} more were appended than were handed over, of ${most}`);
  }

  /** What waits is there to be had. */
  async end(): Promise<void> {
    this.#makeRoom();
    for (const name of NAMES) {
      while (this.lease(name, 50) > 0);
      const inHand = this.side(name).outstanding.filter(({ entry }) => entry.kind !== 'loss').length;
      assert.equal(this.reader(name).tally.waiting, inHand, `${name}: all that waits was leased`);
      this.finish(name, 1_000_000, 0, 'acknowledge');
      assert.equal(this.reader(name).tally.waiting, 0);
    }
    await this.#stop();
  }

  async #stop(): Promise<void> {
    await this.opened.journal.stop(new AbortController().signal);
    for (const name of NAMES) {
      const { waiting, dropped } = this.reader(name).tally;
      assert.ok(waiting === 0 || this.opened.telemetry.countedOf('records_kept', name) === waiting, 'kept or dropped');
      if (waiting === 0 && dropped > 0) this.side(name).outstanding = [];
    }
    this.check();
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const limits = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  maxSize: fc.constantFrom(80_000, 1_000_000_000),
  maxAge: fc.constantFrom(600_000, 1_000_000_000),
});

async function holds(open: (world: World) => Promise<Opened>, actions: readonly Action[]): Promise<void> {
  const world = new World(open);
  try {
    await world.begin();
    for (const each of actions) await world.step(each);
    await world.end();
  } finally {
    world.close();
  }
}

const runs = { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) };

describe('the tally of a reader', () => {
  it('balances for the journal in memory, and what waits can be had', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.oneof(...everywhere), { minLength: 5, maxLength: 60 }),
        async (size, actions) => {
          await holds(async () => {
            const clock = new FakeClock();
            const telemetry = new RecordingTelemetry();
            const options = schema.parse({ event_queue_size: size });
            const journal = new MemoryJournal({ options, clock, random: seededRandom(7), telemetry });
            for (const name of NAMES) journal.reader(name, wantsOf(name));
            return { journal, telemetry, clock };
          }, actions);
        },
      ),
      runs,
    ));

  it('balances for the journal on disk, through sudden ends, full disks and damaged files', async function () {
    this.timeout(60_000 + RUNS * 40);
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(anyAction, { minLength: 5, maxLength: 80, size: 'max' }),
        async ({ size, maxSize, maxAge }, actions) => {
          let processes = 0;
          await holds(
            ({ folder, databases }) =>
              openJournal(folder, {
                size,
                storage: { max_size: maxSize, max_age: maxAge },
                readers: NAMES,
                wants: wantsOf,
                openDatabase: databases.open,
                random: seededRandom(processes++),
                tuning: { keptEvents: 5, clearEveryCharacters: 1, clearEveryEntries: 1, slackBytes: 4096 },
              }),
            actions,
          );
        },
      ),
      runs,
    );
  });

  it('counts for a reader what an earlier process has left, twins and what tells of a loss left out', async () => {
    const world = new World(({ folder, databases }) =>
      openJournal(folder, { readers: NAMES, openDatabase: databases.open }),
    );
    try {
      await world.begin();
      await world.step({ kind: 'append', count: 9 });
      await world.step({ kind: 'lease', reader: 'a', count: 4 });
      await world.step({ kind: 'acknowledge', reader: 'a', count: 1, which: 2 });
      await world.step({ kind: 'tell', reader: 'a' });
      await world.step({ kind: 'restart' });
      assert.deepEqual(world.reader('a').tally, { carriedOver: 6, appended: 0, passedOver: 0, dropped: 0, waiting: 6 });
      assert.deepEqual(world.reader('b').tally, { carriedOver: 7, appended: 0, passedOver: 0, dropped: 0, waiting: 7 });
      await world.end();
    } finally {
      world.close();
    }
  });
});
