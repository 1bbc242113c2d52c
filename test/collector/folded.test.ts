import assert from 'node:assert/strict';
import { folded, together } from '../../src/collector/folded.ts';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { GAP } from '../support/entries.ts';
import { type Step, sent, spanLine } from '../support/told-spans.ts';

describe('what a receiver hands over, folded', () => {
  it('has gaps in their place, after which nothing is claimed of execs whose end was not told', () => {
    const steps: readonly Step[] = [
      [1, 'start'],
      [2, 'exec_start: a', { execID: 'e1' }],
      [9, 'die', { exitCode: '0' }],
      [12, 'destroy'],
    ];
    const [start, exec, die, destroy] = steps.map((step) => sent(step));
    assert.ok(start && exec && die && destroy);
    const entries = folded(new Lifecycle('docker_events'), [start, exec, GAP, die, destroy]);
    assert.deepEqual(
      entries.map((entry) => (entry.kind === 'span' ? spanLine(entry) : entry.kind)),
      ['event', 'event', 'gap', 'event', 'run 1-9', 'event', 'exec e1 2-9 estimated end'],
    );
  });
});

describe('rows that belong to one append', () => {
  const none = new Map<string, string | undefined>();
  const rows = new Map([
    ['a', '1'],
    ['b', undefined],
  ]);
  const more = new Map([['c', '2']]);

  it('are all of them', () => {
    assert.deepEqual([...together(rows, more)], [...rows, ...more]);
    for (const nothing of [none, undefined]) assert.deepEqual([...together(nothing, more)], [...more]);
    assert.deepEqual([...together(rows, none)], [...rows]);
    assert.deepEqual([...together(undefined, none)], []);
  });
});
