/** An engine's answers are often newer than what was read of its stream: nothing that is told may depend on that. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { InspectedContainer } from '../../src/model/engine.ts';
import { toDecimalNanos, type UnixNanos } from '../../src/model/time.ts';
import { type Lived, lives } from '../support/arbitrary-lives.ts';
import { asListed, inspectedContainer } from '../support/containers.ts';

/** What the engine says of its containers after these events. A run begins a little before its event. */
function containersAfter(happened: readonly Lived[], earlierNanos: number): readonly InspectedContainer[] {
  const containers = new Map<string, InspectedContainer>();
  for (const { id, received } of happened) {
    const { action, time } = received.event;
    const before =
      containers.get(id) ??
      inspectedContainer({ id, name: id, image: 'i', state: 'created', created: undefined, startedAt: undefined });
    const change: Partial<InspectedContainer> = {};
    if (action === 'create') Object.assign(change, { created: time });
    if (action === 'start') Object.assign(change, { state: 'running', startedAt: time && earlier(time, earlierNanos) });
    if (action === 'die') Object.assign(change, { state: 'exited', finishedAt: time && earlier(time, earlierNanos) });
    if (action === 'pause') Object.assign(change, { state: 'paused' });
    if (action === 'unpause') Object.assign(change, { state: 'running' });
    if (action === 'destroy') containers.delete(id);
    else containers.set(id, { ...before, ...change });
  }
  return [...containers.values()];
}

function earlier([seconds, nanos]: UnixNanos, by: number): UnixNanos {
  return nanos >= by ? [seconds, nanos - by] : [seconds - 1, nanos + 1_000_000_000 - by];
}

/** What is told of the events; after some of them the engine is asked, which has gone on by then. */
function told(
  happened: readonly Lived[],
  asked?: { readonly after: number; readonly ahead: number; readonly earlier: number },
) {
  const lifecycle = new Lifecycle('docker_events', { spans: 'all' });
  const events = happened.map(({ received }) => received);
  if (asked === undefined) return lifecycle.fold(events);
  const first = lifecycle.fold(events.slice(0, asked.after));
  const now = containersAfter(happened.slice(0, asked.after + asked.ahead), asked.earlier);
  lifecycle.inventory.learn(now.map(asListed), new Map(now.map((container) => [container.id, container])));
  return [...first, ...lifecycle.fold(events.slice(asked.after))];
}

function lines(entries: ReturnType<typeof told>): string[] {
  return entries.map((entry) =>
    entry.kind === 'event'
      ? `${entry.event.action} ${entry.event.actorId} ${JSON.stringify(entry.context)}`
      : `${entry.name} ${entry.trace.id} ${toDecimalNanos(entry.trace.start)} ${entry.own} ${entry.start} ${entry.end} ${entry.estimated} ${entry.failure} ${JSON.stringify(entry.links)}`,
  );
}

describe('what is told of containers', () => {
  it('is the same where the engine was asked when some of their events were still on their way', () => {
    const asked = fc.record({ after: fc.nat(20), ahead: fc.nat(20), earlier: fc.constantFrom(0, 500) });
    fc.assert(
      fc.property(lives, asked, ({ happened }, asked) => {
        assert.deepEqual(lines(told(happened, asked)), lines(told(happened)));
      }),
      { numRuns: 1000 },
    );
  });
});
