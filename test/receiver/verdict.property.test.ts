/** The verdict against a model of an engine, of which it is known what was lost and why. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DockerEvent } from '../../src/model/docker-event.ts';
import { fromUnixMillis } from '../../src/model/time.ts';
import { SeenSet } from '../../src/receiver/seen.ts';
import { type Outcome, Verdict } from '../../src/receiver/verdict.ts';

const RING = 12;
const NOON_MS = 1_795_262_400_000;

interface Published {
  readonly uid: string;
  readonly event: DockerEvent;
}

type Step =
  | { readonly kind: 'publish'; readonly count: number; readonly scope: 'local' | 'swarm'; readonly isTwin: boolean }
  | { readonly kind: 'swap' }
  | { readonly kind: 'restart' };

/** Remembers its last events; events are 20 ms apart, more than a clock may be off. */
class ModelEngine {
  ring: Published[] = [];
  nowMs = NOON_MS;
  restarts = 0;
  /** How many were published when the reader went away. */
  awaySince = 0;
  readonly published: Published[] = [];
  #leaderOffsetMs: number;
  #isManager: boolean;

  constructor(leaderOffsetMs: number, isManager: boolean) {
    this.#leaderOffsetMs = leaderOffsetMs;
    this.#isManager = isManager;
    // A swarm begins with events of its own.
    if (isManager) this.publish('swarm');
  }

  take(step: Step): void {
    if (step.kind === 'restart') {
      // A manager tells of the past of its swarm again.
      const swarms = this.#isManager ? this.published.filter(({ event }) => event.scope === 'swarm') : [];
      this.ring = [...new Set(swarms)].slice(-RING);
      this.restarts += 1;
      this.nowMs += 500;
    } else if (step.kind === 'swap') {
      this.#swap();
    } else {
      for (let index = 0; index < step.count; index += 1) this.publish(step.scope, step.isTwin && index > 0);
    }
  }

  publish(scope: 'local' | 'swarm', isTwin = false): Published {
    // Twins have one time: what is published again is published at once.
    if (!isTwin) this.nowMs += 20;
    const before = this.published.at(-1);
    const at = this.nowMs + (scope === 'swarm' ? this.#leaderOffsetMs : 0);
    const published = isTwin && before !== undefined ? before : newEvent(`u${this.published.length}`, at, scope);
    this.published.push(published);
    this.ring = [...this.ring, published].slice(-RING);
    return published;
  }

  /**
   * Two publishers at once: the memory has them in another order than their times. Of events that were both published while
   * nobody read, that is: one that was read and came into the memory behind one that was not can hide the other.
   */
  #swap(): void {
    const [left, right] = this.ring.slice(-2);
    if (left === undefined || right === undefined || this.published.length < this.awaySince + 2) return;
    this.ring = [...this.ring.slice(0, -2), right, left];
  }
}

function newEvent(uid: string, millis: number, scope: string): Published {
  const time = fromUnixMillis(millis);
  const event = { type: 'container', action: 'start', actorId: uid, attributes: new Map(), originalAction: undefined };
  return { uid, event: { ...event, scope, time } };
}

const publish = fc.record({
  kind: fc.constant('publish' as const),
  count: fc.integer({ min: 1, max: RING + 3 }),
  scope: fc.constantFrom('local' as const, 'local' as const, 'swarm' as const),
  isTwin: fc.boolean(),
});
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: publish },
    { weight: 1, arbitrary: fc.constant({ kind: 'swap' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
  ),
  { maxLength: 5 },
);

const scenario = fc.record({
  before: fc.array(publish, { minLength: 1, maxLength: 4 }),
  away: steps,
  /** Streams that break off after so many events of the replay, each with what happens until the next one. */
  cuts: fc.array(fc.record({ after: fc.integer({ min: 0, max: RING - 1 }), away: steps }), { maxLength: 2 }),
  /** How many live events follow the replay before it is silent. */
  live: fc.integer({ min: 0, max: 2 * RING }),
  leaderOffsetMs: fc.constantFrom(-3_600_000, 0, 50, 3_600_000),
  isPartial: fc.boolean(),
  isSameEngine: fc.constantFrom(true, undefined),
  isManager: fc.boolean(),
});

/** How many of them, each counted once, came after the last local event. */
function swarmAtEndOf(published: readonly Published[]): number | undefined {
  const last = published.findLastIndex(({ event }) => event.scope === 'local');
  return last < 0 ? undefined : new Set(published.slice(last + 1)).size;
}

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

function judge({ before, away, cuts, live, leaderOffsetMs, isPartial, isSameEngine, isManager }: Scenario) {
  const engine = new ModelEngine(leaderOffsetMs, isManager);
  for (const step of before) engine.take(step);
  const readBefore = engine.published.length;
  const old = new Set(engine.published.map(({ uid }) => uid));
  const seen = new SeenSet(1000);
  for (const uid of old) seen.add(uid);
  let doubtful: ReadonlySet<string> = new Set();
  const swarmSinceLocal = swarmAtEndOf(engine.published);
  const lastLocal = engine.published.findLastIndex(({ event }) => event.scope === 'local');
  const beforeLastLocal = new Set(engine.published.slice(0, Math.max(0, lastLocal)).map(({ uid }) => uid));
  const isThere = (uids: ReadonlySet<string>) => engine.ring.some(({ uid }) => uids.has(uid));

  const open = () =>
    new Verdict({
      ringSize: RING,
      hasMemory: true,
      wasRead: true,
      isSameEngine,
      doubtful,
      isPartial,
      swarmSinceLocal,
      openedAt: fromUnixMillis(engine.nowMs + 5),
      isClockKnown: true,
    });
  /** What was missing by the time of a stream, and why. */
  const truthOf = () => {
    const overlaps = (scope?: string) =>
      engine.restarts === 0 &&
      engine.ring.some(({ uid, event }) => old.has(uid) && (scope === undefined || event.scope === scope));
    const there = new Set(engine.ring.map(({ uid }) => uid));
    return {
      lost: engine.published.slice(readBefore).filter(({ uid }) => !there.has(uid) && !seen.has(uid)).length,
      isFull: engine.ring.length === RING,
      wasRestarted: engine.restarts > 0,
      overlaps: overlaps(),
      overlapsLocally: overlaps('local'),
      // What a manager tells again may be just what was read after the last local event: by that nothing can be told.
      isDecidable: engine.restarts === 0 || isThere(beforeLastLocal) || !isThere(old),
    };
  };

  engine.awaySince = readBefore;
  for (const step of away) engine.take(step);
  for (const cut of cuts) {
    const truth = truthOf();
    const verdict = open();
    for (const { uid, event } of engine.ring.slice(0, cut.after)) verdict.event(uid, seen.add(uid), event, 1);
    if (verdict.outcome !== undefined) return { truth, outcome: verdict.outcome };
    if (verdict.isDoubtful) doubtful = verdict.fresh;
    engine.awaySince = engine.published.length;
    for (const step of cut.away) engine.take(step);
  }

  const truth = truthOf();
  const verdict = open();
  const openedMs = engine.nowMs + 5;
  for (const { uid, event } of engine.ring) verdict.event(uid, seen.add(uid), event, 1);
  engine.nowMs = openedMs + 15;
  for (let index = 0; index < live; index += 1) {
    const { uid, event } = engine.publish('local');
    verdict.event(uid, seen.add(uid), event, engine.nowMs - openedMs);
  }
  verdict.silence();
  return { truth, outcome: verdict.outcome };
}

const GAPS: readonly (Outcome | undefined)[] = ['ring_overrun', 'engine_restarted', 'not_known'];

describe('the verdict, on any history of an engine', () => {
  it('never misses that something is missing, and never says so where the memory shows that nothing is', () => {
    fc.assert(
      fc.property(scenario, (history) => {
        const { truth, outcome } = judge(history);
        if (!truth.isDecidable) return;
        if (truth.lost > 0) assert.ok(GAPS.includes(outcome), `${outcome} where ${truth.lost} are lost`);
        if (truth.overlapsLocally || (truth.overlaps && history.isSameEngine)) assert.equal(outcome, 'no_gap');
        if (outcome === 'no_gap') assert.equal(truth.lost, 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the right reason, or says that it does not know it', () => {
    fc.assert(
      fc.property(scenario, (history) => {
        const { truth, outcome } = judge(history);
        if (outcome === 'engine_restarted') assert.ok(truth.wasRestarted);
        if (outcome === 'ring_overrun') assert.ok(truth.isFull);
        if (outcome === 'not_known') assert.ok(history.isPartial || history.isSameEngine === undefined || truth.isFull);
      }),
      { numRuns: 3000 },
    );
  });

  it('knows the reason on an engine whose events are all its own and all shown', () => {
    const plain = scenario.filter(({ before, away, cuts, isPartial, isManager }) => {
      const all = [...before, ...away, ...cuts.flatMap((cut) => cut.away)];
      return !isPartial && !isManager && all.every((step) => step.kind !== 'publish' || step.scope === 'local');
    });
    fc.assert(
      fc.property(plain, (history) => {
        const { truth, outcome } = judge(history);
        const expected = truth.overlaps ? 'no_gap' : truth.isFull ? 'ring_overrun' : 'engine_restarted';
        assert.equal(outcome, expected);
      }),
      { numRuns: 1000 },
    );
  });
});
