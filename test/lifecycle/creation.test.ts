/** The creation of a container, which the engine's list may have told of before its event was read. */
import assert from 'node:assert/strict';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { InspectedContainer } from '../../src/model/engine.ts';
import { inspectedContainer } from '../support/containers.ts';
import { foldedSpans } from '../support/folding.ts';
import { at, type Step, sent, spanLine } from '../support/told-spans.ts';

describe('the span of a creation', () => {
  describe('is told before that of the run, where the engine was asked before the events were read, and said that the container', () => {
    const story: readonly Step[] = [
      [1, 'create'],
      [3, 'start'],
      [8, 'die'],
    ];
    const again: readonly Step[] = [
      [9, 'start'],
      [10, 'die'],
    ];
    const answers: readonly (readonly [string, Partial<InspectedContainer>, readonly Step[], readonly string[]])[] = [
      ['began to run a little before its event', { startedAt: at(2) }, story, ['create 1-3', 'run 3-8']],
      ['began to run at the time of its event', { startedAt: at(3) }, story, ['create 1-3', 'run 3-8']],
      ['is not started', { state: 'created', created: at(0) }, story, ['create 1-3', 'run 3-8']],
      ['has ended', { state: 'exited', startedAt: at(2), finishedAt: at(7) }, story, ['create 1-3', 'run 3-8']],
      [
        'runs for the second time',
        { startedAt: at(8.9) },
        [...story, ...again],
        ['create 1-3', 'run 3-8', 'run 9-10 previous_run 3'],
      ],
      [
        'ended for the second time',
        { state: 'exited', startedAt: at(8.9), finishedAt: at(9.9) },
        [...story, ...again],
        ['create 1-3', 'run 3-8', 'run 9-10 previous_run 3'],
      ],
    ];
    for (const [title, said, steps, spans] of answers) {
      it(title, () => {
        const lifecycle = new Lifecycle('docker_events');
        const now = inspectedContainer({ id: 'c1', ...said });
        lifecycle.inventory.learn([now], new Map([['c1', now]]));
        const entries = lifecycle.fold(steps.map((step) => sent(step)));
        assert.deepEqual(entries.filter((entry) => entry.kind === 'span').map(spanLine), spans);
        const starts = entries.flatMap((entry) =>
          entry.kind === 'event' && entry.event.action === 'start' ? [entry.context.isRestart === true] : [],
        );
        assert.deepEqual(starts, steps === story ? [false] : [false, true]);
      });
    }
  });

  it('begins when the engine says that the container was created, where no event told it', () => {
    const lifecycle = new Lifecycle('docker_events');
    const made = inspectedContainer({ id: 'c1', state: 'created', created: at(1), startedAt: undefined });
    lifecycle.inventory.learn([made], new Map([['c1', made]]));
    const spans = foldedSpans(lifecycle, [sent([3, 'start']), sent([8, 'die'])]);
    assert.deepEqual(spans.map(spanLine), ['create 1-3', 'run 3-8']);
  });

  it('is told once, where the start was worked out before its event was read', () => {
    const lifecycle = new Lifecycle('docker_events');
    const before = foldedSpans(lifecycle, [sent([1, 'create'])]);
    const now = inspectedContainer({ id: 'c1', name: 'n', startedAt: at(2) });
    lifecycle.inventory.toInspect([now]);
    const [started] = lifecycle.inventory.differences([now], new Map([['c1', now]]));
    assert.ok(started !== undefined);
    const spans = foldedSpans(lifecycle, [{ ...sent([2, 'start']), ...started }, sent([3, 'start']), sent([8, 'die'])]);
    assert.deepEqual([...before, ...spans].map(spanLine), ['create 1-2', 'run 3-8']);
  });
});
