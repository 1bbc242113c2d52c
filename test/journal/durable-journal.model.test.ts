/**
 * The journal on disk against plain arrays: whatever is appended, leased, acknowledged, told and set aside, with sudden ends,
 * restarts and a disk that is full in between, each reader is given everything or told of it.
 *
 * `JOURNAL_SEEDS` raises the number of runs; `JOURNAL_SEED` repeats one.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Entry, LossEntry } from '../../src/model/entry.ts';
import type { JournalReader, Leased } from '../../src/model/journal.ts';
import { alertOf } from '../support/alerts.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { type JournalRig, openJournal } from '../support/journal-rig.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SharedDatabases } from '../support/shared-databases.ts';

const RUNS = Number(process.env['JOURNAL_SEEDS'] ?? 300);
const SEED = process.env['JOURNAL_SEED'];

/** Some entries are alerts. */
const isAlert = (number: number) => number % 7 === 5;

/** Long ones, so that a disk is soon full. */
const entries = eventLines(950, { attributes: { name: 'web', pad: 'x'.repeat(1500) } })
  .map(entryOf)
  .map((event, number): Entry => (isAlert(number) ? alertOf({ about: event, uid: `alert ${number}` }) : event));
const numbers = new Map(entries.map(({ uid }, number) => [uid, number]));

const NAMES = ['a', 'b'] as const;
type Name = (typeof NAMES)[number];

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 0, max: 9 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('lease' as const),
      reader: fc.constantFrom(...NAMES),
      max: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('acknowledge' as const, 'acknowledge' as const, 'setAside' as const),
      reader: fc.constantFrom(...NAMES),
      which: fc.nat(20),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tell' as const), reader: fc.constantFrom(...NAMES) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'fold' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'crash' as const }, { kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ kind: 'full' as const }, { kind: 'full' as const }, { kind: 'room' as const }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

/** What must be true of one reader. */
class ReaderModel {
  readonly name: Name;
  /** Leased in this process and neither acknowledged nor set aside. */
  outstanding: Leased[] = [];
  /** Acknowledged for certain, whatever happens. */
  readonly done = new Set<number>();
  /** Acknowledged, and perhaps not written. */
  unsure = new Set<number>();
  readonly delivered = new Set<number>();
  /** Given to an earlier process that did not acknowledge it, and not yet again: true where it perhaps did. */
  readonly again = new Map<number, boolean>();
  /** By uid, as it was last told. */
  readonly losses = new Map<string, number>();
  readonly refusals = new Map<string, 'told' | 'unsure' | 'acknowledged'>();
  /** The last event leased in this process. */
  last = -1;
  setAside = 0;

  constructor(name: Name) {
    this.name = name;
  }

  /** Everything that was done is written. */
  settle(): void {
    for (const number of this.unsure) this.done.add(number);
    this.unsure.clear();
  }
}

const limits = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  maxSize: fc.constantFrom(100_000, 1_000_000_000),
  maxAge: fc.constantFrom(600_000, 1_000_000_000),
  history: fc.constantFrom(0, 10_000),
});
type Limits = typeof limits extends fc.Arbitrary<infer Value> ? Value : never;

class World {
  readonly databases = new SharedDatabases();
  readonly folder = mkdtempSync(join(tmpdir(), 'journal-model-'));
  readonly limits: Limits;
  readonly models = new Map(NAMES.map((name) => [name, new ReaderModel(name)]));
  rig: JournalRig | undefined;
  appended = 0;
  appends = 0;
  /** So many events are on disk for certain. */
  durable = 0;
  readonly twins = new Set<number>();
  /** A process ended while it could not write: what it had in memory is gone. */
  vanished = new Set<number>();
  hasVanished = false;
  refusalCount = 0;
  processes = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get journal() {
    assert.ok(this.rig);
    return this.rig.journal;
  }

  reader(name: Name): JournalReader {
    return this.journal.reader(name);
  }

  model(name: Name): ReaderModel {
    const model = this.models.get(name);
    assert.ok(model);
    return model;
  }

  async begin(): Promise<void> {
    this.rig = await openJournal(this.folder, {
      size: this.limits.size,
      storage: { max_size: this.limits.maxSize, max_age: this.limits.maxAge, history: this.limits.history },
      readers: NAMES,
      openDatabase: this.databases.open,
      random: seededRandom(this.processes++),
      tuning: { keptEvents: 5, clearEveryCharacters: 1, clearEveryEntries: 1, slackBytes: 4096 },
    });
    if (!this.reader('a').isDurable) return;
    const { state, lastEvents } = this.journal.recovered();
    const newest = lastEvents('docker_events').at(-1)?.uid;
    const index = numbers.get(newest ?? '') ?? -1;
    assert.ok(index + 1 >= this.durable, `the newest event kept is ${index}, of ${this.durable} written`);
    assert.equal(state.get('newest') ?? '-1', String(index), 'state and events are of one time');
    for (let number = index + 1; number < this.appended; number += 1) this.vanished.add(number);
  }

  step(action: Action): Promise<void> | void {
    switch (action.kind) {
      case 'append':
        return this.append(action.count);
      case 'lease':
        this.lease(action.reader, action.max);
        return undefined;
      case 'acknowledge':
      case 'setAside':
        return this.finish(action.reader, action.which, action.count, action.kind);
      case 'tell':
        return this.tell(action.reader);
      case 'turn':
        return this.turn();
      case 'fold':
        return this.journal.saveFold(new Map([['folded', String(this.appended)]]));
      case 'wait':
        return this.rig?.clock.advance(70_000);
      case 'crash':
        return this.crash();
      case 'restart':
        return this.restart();
      case 'full':
        return this.limitPages();
      case 'room':
        this.databases.journal?.exec('PRAGMA max_page_count = 1000000');
        return this.rig?.clock.advance(70_000);
    }
  }

  limitPages(): void {
    this.databases.journal?.exec('PRAGMA max_page_count = 1');
  }

  append(atLeast: number): void {
    // An event comes last, so that the newest event tells how much was kept.
    const count = atLeast > 0 && isAlert(this.appended + atLeast - 1) ? atLeast + 1 : atLeast;
    const appended: Entry[] = [];
    for (let index = 0; index < count; index += 1) {
      const number = this.appended + index;
      const entry = entries[number];
      assert.ok(entry);
      const isTwin = entry.kind === 'event' && number % 5 === 3;
      if (isTwin) this.twins.add(number);
      appended.push(isTwin ? { ...entry, isTwin } : entry);
    }
    this.appended += count;
    this.journal.append(appended, count === 0 ? undefined : new Map([['newest', String(this.appended - 1)]]));
    this.noteDurable();
  }

  /** What is written now stays. */
  noteDurable(): void {
    if (!this.reader('a').isDurable) return;
    this.durable = this.appended;
    while (this.vanished.has(this.durable - 1)) this.durable -= 1;
  }

  lease(name: Name, max: number): number {
    const model = this.model(name);
    const leased = this.reader(name).lease(max);
    assert.ok(leased.length <= max);
    for (const each of leased) this.take(model, each);
    model.outstanding.push(...leased);
    return leased.length;
  }

  take(model: ReaderModel, { entry }: Leased): void {
    if (entry.kind === 'event' || entry.kind === 'alert') {
      const number = numbers.get(entry.uid) ?? -1;
      assert.ok(number > model.last, `${model.name}: ${number} after ${model.last}`);
      assert.ok(!model.done.has(number), `${model.name}: ${number} was acknowledged before`);
      assert.ok(!this.twins.has(number), `${model.name}: ${number} is a twin`);
      assert.deepEqual(entry, entries[number]);
      model.last = number;
      model.delivered.add(number);
      model.again.delete(number);
      return;
    }
    assert.equal(entry.kind, 'loss');
    assert.ok(entry.kind === 'loss');
    if (entry.reason === 'rejected') {
      assert.notEqual(model.refusals.get(entry.uid), 'acknowledged', 'told again after it was acknowledged');
      assert.ok(model.refusals.has(entry.uid));
    } else {
      model.losses.set(entry.uid, Math.max(entry.count, model.losses.get(entry.uid) ?? 0));
    }
  }

  finish(name: Name, which: number, count: number, how: 'acknowledge' | 'setAside'): void {
    const model = this.model(name);
    const from = model.outstanding.length === 0 ? 0 : which % model.outstanding.length;
    for (const leased of model.outstanding.splice(from, count)) {
      const { entry } = leased;
      if (numbers.has(entry.uid)) {
        model.unsure.add(numbers.get(entry.uid) ?? -1);
        if (how === 'setAside') model.setAside += 1;
      } else if (model.refusals.has(entry.uid)) {
        model.refusals.set(entry.uid, 'unsure');
      }
      if (how === 'setAside') this.reader(name).setAside(leased, 'the backend said no');
      else this.reader(name).acknowledge(leased);
    }
  }

  tell(name: Name): void {
    this.refusalCount += 1;
    const loss: LossEntry = {
      kind: 'loss',
      uid: String(this.refusalCount).padStart(32, '0'),
      reason: 'rejected',
      exporter: name,
      count: 2,
      first: undefined,
      last: undefined,
      detail: 'no',
      observedAt: [1, 0],
      engine: undefined,
    };
    this.model(name).refusals.set(loss.uid, 'told');
    this.reader(name).tell(loss);
  }

  async turn(): Promise<void> {
    await Promise.resolve();
    if (this.reader('a').isDurable) this.settle();
  }

  settle(): void {
    for (const model of this.models.values()) {
      model.settle();
      for (const [uid, state] of model.refusals) if (state === 'unsure') model.refusals.set(uid, 'acknowledged');
    }
    this.noteDurable();
  }

  async crash(): Promise<void> {
    if (!this.reader('a').isDurable) this.hasVanished = true;
    this.databases.crash();
    await this.again();
  }

  /** An orderly end writes everything, where the disk lets it. */
  async restart(): Promise<void> {
    await this.rig?.stop();
    const names = this.rig?.telemetry.happenings.map(({ name }) => name) ?? [];
    if (names.lastIndexOf('journal.unwritable') > names.lastIndexOf('journal.writable')) this.hasVanished = true;
    else this.settle();
    this.databases.crash();
    await this.again();
  }

  async again(): Promise<void> {
    for (const model of this.models.values()) {
      for (const number of model.unsure) model.again.set(number, true);
      for (const { entry } of model.outstanding) {
        const number = numbers.get(entry.uid);
        if (number !== undefined) model.again.set(number, false);
      }
      model.outstanding = [];
      model.last = -1;
      model.unsure.clear();
      for (const [uid, state] of model.refusals) if (state === 'unsure') model.refusals.set(uid, 'told');
    }
    await this.begin();
  }

  /** Everything is given or told in the end. */
  async end(): Promise<void> {
    this.databases.journal?.exec('PRAGMA max_page_count = 1000000');
    this.rig?.clock.advance(140_000);
    assert.ok(this.reader('a').isDurable, 'it recovers by itself');
    for (const model of this.models.values()) {
      while (this.lease(model.name, 50) > 0);
      assert.equal(this.reader(model.name).waiting, 0);
      const all = Array.from({ length: this.appended }, (_, number) => number);
      const never = all.filter((number) => !model.delivered.has(number) && !this.twins.has(number));
      const told = [...model.losses.values()].reduce((sum, count) => sum + count, 0);
      const again = [...model.again].filter(([, mayBeDone]) => !mayBeDone).map(([number]) => number);
      const missing = [...never, ...again].filter((number) => !this.vanished.has(number)).length;
      const why = `${model.name} was told of ${told}; ${never.join(' ')} never came, ${again.join(' ')} not again`;
      assert.ok(told <= never.length + model.again.size, why);
      assert.ok(told >= missing, why);
      this.finish(model.name, 0, 1_000_000, 'acknowledge');
    }
    await this.turn();
    const letters = this.databases.journal?.prepare('SELECT count(*) AS n FROM dead_letters').get();
    const setAside = [...this.models.values()].reduce((sum, model) => sum + model.setAside, 0);
    assert.ok(Number(letters?.['n']) <= setAside);
    await this.rig?.stop();
    const left = this.databases.journal?.prepare('SELECT count(*) AS n FROM told').get();
    assert.equal(Number(left?.['n']), 0, 'nothing that was told is kept');
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe('the journal on disk, against arrays', () => {
  it('gives or tells everything, and nothing twice that was acknowledged', async function () {
    this.timeout(60_000 + RUNS * 20);
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(action, { minLength: 5, maxLength: 90, size: 'max' }),
        async (limits, actions) => {
          const world = new World(limits);
          try {
            await world.begin();
            for (const each of actions) await world.step(each);
            await world.end();
          } finally {
            world.close();
          }
        },
      ),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
  });
});
