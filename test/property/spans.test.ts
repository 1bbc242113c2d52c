/** What holds of the spans of any containers, whatever is lost, late, or folded again after a restart. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventEntry, Received, SpanEntry } from '../../src/model/entry.ts';
import type { Difference } from '../../src/model/inventory.ts';
import { compareTimes, toDecimalNanos, type UnixNanos } from '../../src/model/time.ts';
import { type Lived, type Lives, lives } from '../support/arbitrary-lives.ts';
import { eventLine, receivedOf } from '../support/events.ts';

const RECEIVER = 'docker_events';
const LAST: UnixNanos = [1_795_272_400, 0];

function spansOf(entries: readonly (EventEntry | SpanEntry)[]): SpanEntry[] {
  return entries.filter((entry) => entry.kind === 'span');
}

function eventsOf(entries: readonly (EventEntry | SpanEntry)[]): EventEntry[] {
  return entries.filter((entry) => entry.kind === 'event');
}

function receivedFrom({ event, synthetic }: Difference): Received {
  return { ...receivedOf(eventLine()), raw: '', observedAt: LAST, event, synthetic };
}

/** What arrived, for whoever reads of a failure. */
function storyOf(arrived: readonly Lived[]): string {
  return arrived.map(({ id, run, received: { event } }) => `${event.time} ${id}/${run} ${event.action}`).join('\n');
}

/** All that is told of these events, and then of a look at the engine, where no container is left. */
function told(arrived: readonly Lived[]): SpanEntry[] {
  const lifecycle = new Lifecycle(RECEIVER, { spans: 'all' });
  const entries = lifecycle.fold(arrived.map(({ received }) => received));
  const asked = lifecycle.inventory.toInspect([]);
  const gone = lifecycle.inventory.differences([], new Map(asked.map((id) => [id, undefined])));
  return spansOf([...entries, ...lifecycle.fold(gone.map(receivedFrom))]);
}

/** Which run a root is of: that with its start, else that with the `die` which told it. */
function runOf(root: SpanEntry, happened: readonly Lived[]): string {
  const { id, start } = root.trace;
  const begun = happened.find(
    ({ received: { event } }) =>
      event.actorId === id && event.action === 'start' && event.time && compareTimes(event.time, start) === 0,
  );
  const lived = begun ?? happened.find(({ received }) => received.uid === root.uid);
  assert.ok(lived, `${keyOf(root)} is of no run\n${storyOf(happened)}`);
  return `${id}/${lived.run}`;
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function keyOf({ name, trace, own }: SpanEntry): string {
  return `${name} ${trace.id} ${toDecimalNanos(trace.start)} ${own}`;
}

describe('the spans of any containers', () => {
  it('end after they start', () => {
    fc.assert(
      fc.property(lives, ({ arrived }) => {
        for (const span of told(arrived)) assert.ok(compareTimes(span.start, span.end) <= 0, keyOf(span));
      }),
      { numRuns: 300 },
    );
  });

  it('are of each run one root at most, and no span twice', () => {
    fc.assert(
      fc.property(lives, ({ happened, arrived }) => {
        const spans = told(arrived);
        const roots = spans.filter(({ name }) => name === 'run');
        assert.deepEqual(twice(roots.map((root) => runOf(root, happened))), [], storyOf(arrived));
        assert.deepEqual(twice(spans.map(keyOf)), [], storyOf(arrived));
      }),
      { numRuns: 300 },
    );
  });

  it('leave no run open whose container is gone', () => {
    fc.assert(
      fc.property(lives, ({ happened, arrived }) => {
        const roots = told(arrived).filter(({ name }) => name === 'run');
        const runs = new Set(roots.map((root) => runOf(root, happened)));
        for (const { id, run, received } of arrived) {
          const { action, time } = received.event;
          if (action !== 'start' || time === undefined || runs.has(`${id}/${run}`)) continue;
          // Where neither its end nor the next beginning arrived in time, it passes for a part of another run.
          const isPart = roots.some(
            ({ trace, start, end, estimated }) =>
              trace.id === id &&
              compareTimes(end, time) > 0 &&
              (compareTimes(start, time) < 0 || estimated === 'start'),
          );
          assert.ok(isPart, `${id}, started at ${toDecimalNanos(time)}\n${storyOf(arrived)}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stand after the event that told them, the root last', () => {
    fc.assert(
      fc.property(lives, ({ arrived }) => {
        const entries = new Lifecycle(RECEIVER).fold(arrived.map(({ received }) => received));
        let event: EventEntry | undefined;
        let roots: string[] = [];
        for (const entry of entries) {
          if (entry.kind === 'event') {
            event = entry;
            roots = [];
          } else {
            assert.equal(entry.about, event);
            assert.equal(entry.uid, event?.uid);
            const trace = toDecimalNanos(entry.trace.start);
            assert.ok(!roots.includes(trace), keyOf(entry));
            if (entry.name === 'run') roots.push(trace);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are the same after restarts, wherever the state was saved and whatever is folded again', () => {
    const cuts = fc.array(fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60)), { maxLength: 4 });
    fc.assert(
      fc.property(lives, cuts, (lives, restarts) => {
        const whole = new Lifecycle(RECEIVER, { spans: 'all' }).fold(lives.arrived.map(({ received }) => received));
        assert.deepEqual(restarted(lives, restarts), whole);
      }),
      { numRuns: 300 },
    );
  });
});

/** The same with processes that end suddenly. Each: how many events it folds, after how many it saves, how many are folded again. */
function restarted({ arrived }: Lives, restarts: readonly (readonly [number, number, number])[]) {
  const events = arrived.map(({ received }) => received);
  const rows = new Map<string, string>();
  const journal: (EventEntry | SpanEntry)[] = [];
  let folded = 0;
  let saved = 0;
  let from = 0;
  for (const [count, saveAfter, again] of [...restarts, [events.length, 0, 0] as const]) {
    const lifecycle = new Lifecycle(RECEIVER, { spans: 'all' });
    lifecycle.restore(rows, eventsOf(journal).slice(from));
    const end = Math.min(events.length, folded + count);
    const savePoint = Math.min(end, folded + saveAfter);
    journal.push(...lifecycle.fold(events.slice(folded, savePoint)));
    if (saveAfter <= count) {
      for (const [key, row] of lifecycle.changedRows()) {
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
      saved = savePoint;
      from = Math.max(0, saved - again);
    }
    journal.push(...lifecycle.fold(events.slice(savePoint, end)));
    folded = end;
  }
  return journal;
}
