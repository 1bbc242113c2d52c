import assert from 'node:assert/strict';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { Received } from '../../src/model/entry.ts';
import { foldedEvents, foldedSpans } from '../support/folding.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { at, type Step, sent, spanLine, spansOf } from '../support/told-spans.ts';

function update(second: number, state?: string): Received {
  return sent([second, 'service update', state === undefined ? {} : { 'updatestate.new': state }], 's1');
}

const REMOVED = sent([9, 'service remove'], 's1');
const TASK = { 'com.docker.swarm.service.id': 's1' };

const CASES: readonly (readonly [title: string, events: readonly Received[], spans: readonly string[]])[] = [
  ['is from updating to completed', [update(1, 'updating'), update(2), update(5, 'completed')], ['rollout 1-5']],
  [
    'goes on when it is paused, and has failed when it was rolled back',
    [update(1, 'updating'), update(2, 'paused'), update(3, 'rollback_started'), update(5, 'rollback_completed')],
    ['rollout 1-5 rolled_back'],
  ],
  [
    'has failed when it could not even be rolled back',
    [update(1, 'updating'), update(3, 'rollback_started'), update(5, 'rollback_paused')],
    ['rollout 1-5 rollback_paused'],
  ],
  [
    'ends when the next one begins',
    [update(1, 'updating'), update(3, 'updating'), update(5, 'completed')],
    ['rollout 1-3', 'rollout 3-5'],
  ],
  [
    'has failed when it was paused and the next one begins',
    [update(1, 'updating'), update(2, 'paused'), update(3, 'updating')],
    ['rollout 1-3 paused'],
  ],
  ['ends with its service', [update(1, 'updating'), REMOVED], ['rollout 1-9']],
  [
    'has failed when it was paused to the end',
    [update(1, 'updating'), update(2, 'paused'), REMOVED],
    ['rollout 1-9 paused'],
  ],
  [
    'may be a rollback that somebody asked for',
    [update(1, 'rollback_started'), update(5, 'rollback_completed')],
    ['rollout 1-5 rolled_back'],
  ],
  [
    'goes on when the manager tells again what was before it',
    [update(5, 'updating'), update(1, 'updating'), update(2, 'completed'), update(3), update(9, 'completed')],
    ['rollout 5-9'],
  ],
  ['is none where its beginning was not seen', [update(5, 'completed'), update(6, 'paused'), REMOVED], []],
  ['is none of an update that only scales, or that is not known here', [update(1), update(2, 'dreaming'), REMOVED], []],
];

describe('the span of a rollout', () => {
  for (const [title, events, spans] of CASES) it(title, () => assert.deepEqual(spansOf(events), spans));

  it('is a trace of its own, and its updates lead to it', () => {
    const events = [update(0), update(1, 'updating'), update(2), update(5, 'completed'), update(6)];
    const lifecycle = new Lifecycle('docker_events');
    const entries = lifecycle.fold(events);
    const span = entries.find((entry) => entry.kind === 'span');
    assert.deepEqual(span?.trace, { of: 'service', id: 's1', start: at(1) });
    const contexts = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.context.rollout] : []));
    assert.deepEqual(contexts, [undefined, at(1), at(1), at(1), undefined]);
  });

  it('is told by the one of two engines that reports its end first', () => {
    const twin = (received: Received): Received => ({ ...received, isTwin: true });
    const [begin, end] = [update(1, 'updating'), update(5, 'completed')];
    assert.deepEqual(spansOf([begin, twin(end)]), []);
    assert.deepEqual(spansOf([twin(begin), end]), ['rollout 1-5']);
    const [entry] = foldedEvents(new Lifecycle('docker_events'), [twin(begin)]);
    assert.deepEqual(entry?.context, {});
  });
});

describe('a run that a rollout ended', () => {
  const start: Step = [0, 'start', TASK];
  const kill: Step = [2, 'kill', { signal: '15', ...TASK }];

  it('leads to it, where it is under way when the container dies', () => {
    const die: Step = [4, 'die', { exitCode: '1', ...TASK }];
    const events = [sent(start), update(1, 'updating'), sent(die), update(5, 'completed')];
    assert.deepEqual(spansOf(events), ['run 0-4 failed rollout 1', 'rollout 1-5']);
  });

  it('leads to it, where it was under way when the container was asked to stop', () => {
    const die: Step = [12, 'die', { exitCode: '143', ...TASK }];
    const events = [sent(start), update(1, 'updating'), sent(kill), update(5, 'completed'), sent(die)];
    assert.deepEqual(spansOf(events), ['rollout 1-5', 'stop 2-12', 'run 0-12 rollout 1']);
  });

  it('is not one of another service, or of none', () => {
    const other = { 'com.docker.swarm.service.id': 's2' };
    const events = [update(1, 'updating'), sent([0, 'start']), sent([4, 'die', other])];
    assert.deepEqual(spansOf(events), ['run 0-4']);
    assert.deepEqual(spansOf([update(1, 'updating'), sent([0, 'start']), sent([4, 'die'])]), ['run 0-4']);
  });
});

describe('rollouts under way', () => {
  function rowsOf(lifecycle: Lifecycle): Map<string, string | undefined> {
    return new Map([...lifecycle.changedRows()].filter(([key]) => key.startsWith('service/')));
  }

  it('have rows, which go with them', () => {
    const lifecycle = new Lifecycle('docker_events');
    lifecycle.fold([update(1, 'updating'), update(2, 'paused')]);
    assert.deepEqual(
      [...rowsOf(lifecycle)],
      [['service/docker_events/s1', '{"start":[1795262401,0],"isPaused":true}']],
    );
    lifecycle.fold([update(3)]);
    assert.equal(lifecycle.changedRows().size, 0);
    lifecycle.fold([REMOVED]);
    assert.deepEqual([...rowsOf(lifecycle)], [['service/docker_events/s1', undefined]]);
  });

  it('go on after a restart, whatever is folded again', () => {
    const before = [update(1, 'updating'), update(2, 'paused'), update(3, 'updating'), update(4, 'paused')];
    const after = [update(6), update(7, 'rollback_started'), update(8, 'rollback_completed')];
    for (let saved = 0; saved <= before.length; saved += 1) {
      for (let from = 0; from <= saved; from += 1) {
        const first = new Lifecycle('docker_events');
        const told = foldedEvents(first, before.slice(0, saved));
        const rows = new Map<string, string>();
        for (const [key, row] of first.changedRows()) if (row !== undefined) rows.set(key, row);
        told.push(...foldedEvents(first, before.slice(saved)));
        const second = new Lifecycle('docker_events');
        second.restore(rows, told.slice(from));
        assert.deepEqual(foldedSpans(second, after).map(spanLine), ['rollout 3-8 rolled_back'], `${saved} ${from}`);
      }
    }
  });

  it('are not those of another receiver, nor what cannot be read', () => {
    const rows = new Map([
      ['service/docker_events/b/s1', '{"start":[1795262401,0]}'],
      ['service/docker_events/s1', '{"start":7}'],
    ]);
    const lifecycle = new Lifecycle('docker_events');
    lifecycle.restore(rows, []);
    assert.deepEqual(foldedSpans(lifecycle, [update(5, 'completed')]), []);
    assert.deepEqual([...rowsOf(lifecycle)], [['service/docker_events/s1', undefined]]);
  });

  it('are bounded, and told as forgotten, also when another engine answers', () => {
    const forgotten: string[] = [];
    const lifecycle = new Lifecycle('docker_events', { onForgotten: (what) => forgotten.push(what) });
    for (let count = 0; count < 4097; count += 1) {
      lifecycle.fold([sent([1, 'service update', { 'updatestate.new': 'updating' }], `s${count}`)]);
    }
    assert.deepEqual(forgotten, ['rollout']);
    assert.equal(rowsOf(lifecycle).get('service/docker_events/s0'), undefined);
    lifecycle.meet({ ...IDENTITY, id: 'another' });
    assert.equal(forgotten.length, 4097);
  });
});
