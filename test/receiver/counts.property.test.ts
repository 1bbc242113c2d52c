/**
 * Everything that was read or worked out is refused, known already or handed on: whatever a stream brings twice, leaves out,
 * garbles or breaks off in the middle.
 *
 * `COUNTS_RUNS` raises the number of runs; `COUNTS_SEED` repeats one.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Difference, Inventory } from '../../src/model/inventory.ts';
import type { Counter } from '../../src/model/telemetry.ts';
import { SwarmSeen } from '../../src/receiver/swarm-seen.ts';
import { eventLine, receivedOf } from '../support/events.ts';
import { problem, ScriptedStream } from '../support/scripted-engine.ts';
import { Bench, NO_CONTAINERS, settled } from './support.ts';

const RUNS = Number(process.env['COUNTS_RUNS'] ?? 150);
const SEED = process.env['COUNTS_SEED'];

const RING = 256;
const STREAMS = 40;

const some = fc.integer({ min: 1, max: 8 });

/** What is no event, each line of it once. */
const NOISE = ['<html>', '{"Type":"container"}', '{}', 'null', '{"c":', '"x"', '[]'] as const;

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('publish' as const), count: some, swarm: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('burst' as const), count: fc.integer({ min: 240, max: 300 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaveOut' as const), count: some }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), count: some }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('noise' as const), line: fc.constantFrom(...NOISE) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('oneLine' as const), rest: fc.constantFrom('', ...NOISE) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tooLong' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('breakOff' as const),
      torn: fc.integer({ min: 0, max: 60 }),
      isCut: fc.boolean(),
      isRestart: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), millis: fc.constantFrom(250, 1000, 31_000) }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

/** A comparison always finds that one has died. */
class Dying implements Inventory {
  readonly isKnown = true;
  readonly toInspect = NO_CONTAINERS.toInspect;
  readonly learn = NO_CONTAINERS.learn;
  readonly unknownProbes = NO_CONTAINERS.unknownProbes;
  readonly wantsProbe = NO_CONTAINERS.wantsProbe;
  readonly learnProbe = NO_CONTAINERS.learnProbe;
  #count = 0;

  differences(): readonly Difference[] {
    const { event } = receivedOf(eventLine({ action: 'die', id: `dead-${this.#count++}` }));
    return [{ event: { ...event, time: undefined }, synthetic: { basis: 'list' } }];
  }
}

/** Brings what the engine remembers when it is asked, and ends. */
class Snapshot extends ScriptedStream {
  readonly #ring: () => readonly string[];

  constructor(ring: () => readonly string[]) {
    super();
    this.#ring = ring;
  }

  override read(onBytes: (bytes: Buffer) => void) {
    const read = super.read(onBytes);
    this.send(text(this.#ring()));
    this.end();
    return read;
  }
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

class World {
  readonly #streams = Array.from({ length: STREAMS }, () => new ScriptedStream());
  readonly #swarm = new SwarmSeen();
  readonly bench: Bench;
  #ring: string[] = [];
  #published = 0;
  #stream = 0;

  constructor() {
    this.bench = new Bench(this.#streams, {
      inventory: new Dying(),
      swarm: this.#swarm,
      options: { audit_interval: '30s', ping_interval: '1h', max_line_size: 65_536 },
    });
    const snapshots = Array.from({ length: 500 }, () => new Snapshot(() => this.#ring));
    this.bench.engine.snapshots.push(...snapshots);
  }

  async begin(): Promise<void> {
    await this.bench.receiver.start();
    await this.#stands.isRead;
  }

  get #stands(): ScriptedStream {
    const stream = this.#streams[this.#stream];
    assert.ok(stream);
    return stream;
  }

  async step(action: Action): Promise<void> {
    // One that the audit has closed, or that was broken off.
    if (this.#stands.closed) await this.#reconnect();
    await this.#do(action);
    this.check();
  }

  async #do(action: Action): Promise<void> {
    switch (action.kind) {
      case 'publish':
        return this.#send(text(this.#publish(action.count, action.swarm)));
      case 'burst':
        return this.#send(text(this.#publish(action.count, false)));
      case 'leaveOut':
        this.#publish(action.count, false);
        return;
      case 'repeat':
        return this.#send(text(this.#ring.slice(-action.count)));
      case 'noise':
        return this.#send(`${action.line}\n`);
      case 'oneLine':
        return this.#send(`${this.#publish(2, false).join('')}${action.rest}\n`);
      case 'tooLong':
        return this.#send(`{"Type":"container","Action":"${'x'.repeat(70_000)}"}\n`);
      case 'breakOff':
        this.#send(eventLine({ id: `torn-${this.#published}` }).slice(0, action.torn));
        this.#stands.end(
          action.isCut ? { kind: 'cut', problem: problem('connection_lost', 'It broke off.') } : { kind: 'ended' },
        );
        if (action.isRestart) this.#ring = [];
        return this.#reconnect();
      case 'pass':
        await this.bench.pass(action.millis);
        this.bench.engine.pings.at(-1)?.resolve({ ok: true, value: undefined });
        return settled();
    }
  }

  #send(bytes: string): void {
    this.#stands.send(bytes);
  }

  #publish(count: number, swarm: boolean): readonly string[] {
    const lines = Array.from({ length: count }, (_, index) => {
      const number = this.#published + index;
      const { clock } = this.bench;
      const timeNano = `${clock.now()[0]}${String(number % 1_000_000_000).padStart(9, '0')}`;
      return eventLine({ id: `c${number}`, timeNano, scope: swarm ? 'swarm' : 'local' });
    });
    // Another manager has reported every other of them before.
    for (const [index, line] of lines.entries()) {
      const { event, uid } = receivedOf(line);
      if (swarm && index % 2 === 0) this.#swarm.isTwin('docker_events/other', event, uid);
    }
    this.#published += count;
    this.#ring = [...this.#ring, ...lines].slice(-RING);
    return lines;
  }

  async #reconnect(): Promise<void> {
    this.#stream += 1;
    const next = this.#stands;
    await this.bench.pass(60_000);
    await next.isRead;
    this.#send(text(this.#ring));
  }

  /** At every moment. */
  check(): void {
    const { telemetry, received, gaps } = this.bench;
    const sum = (...counters: Counter[]) => counters.reduce((total, each) => total + telemetry.counted(each), 0);
    const shown = JSON.stringify([...telemetry.counts]);
    assert.equal(
      sum('events_received', 'events_synthetic'),
      sum('events_refused', 'events_deduplicated', 'events_accepted'),
      shown,
    );
    assert.equal(sum('events_accepted'), received.length, shown);
    assert.equal(sum('events_synthetic'), received.filter(({ synthetic }) => synthetic !== undefined).length, shown);
    assert.equal(sum('events_twins'), received.filter(({ isTwin }) => isTwin === true).length, shown);
    assert.equal(sum('gaps'), gaps.length, shown);
    for (const [counter, count] of telemetry.counts) {
      assert.equal(telemetry.countedOf(counter, 'docker_events'), count, `${counter} is counted of the receiver`);
    }
  }
}

describe('what a receiver counts', () => {
  it('adds up through replays, garbled lines, gaps and recoveries', async function () {
    this.timeout(60_000 + RUNS * 50);
    const met = new Set<Counter>();
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40, size: 'max' }), async (actions) => {
        const world = new World();
        await world.begin();
        for (const each of actions) await world.step(each);
        await world.bench.receiver.stop();
        world.check();
        for (const [counter, count] of world.bench.telemetry.counts) if (count > 0) met.add(counter);
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
    assert.deepEqual(
      ['events_refused', 'events_deduplicated', 'events_synthetic', 'events_recovered', 'events_twins', 'gaps'].filter(
        (counter) => !met.has(counter as Counter),
      ),
      [],
      'every kind was met',
    );
  });
});
