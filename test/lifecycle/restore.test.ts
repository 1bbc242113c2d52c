import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EngineIdentity } from '../../src/model/engine.ts';
import type { EventEntry, Received } from '../../src/model/entry.ts';
import type { StateRows } from '../../src/model/journal.ts';
import { inspectedContainer, listedContainer } from '../support/containers.ts';
import { eventLine, type LineParts, receivedOf } from '../support/events.ts';
import { foldedEvents, foldedSpans, withoutRun } from '../support/folding.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { at, sent, spanLine, workedOut } from '../support/told-spans.ts';

const RECEIVER = 'docker_events';

type Rows = Map<string, string>;

function merge(into: Rows, changed: StateRows): void {
  for (const [key, row] of changed) {
    if (row === undefined) into.delete(key);
    else into.set(key, row);
  }
}

function rowsOf(lifecycle: Lifecycle): Rows {
  const rows: Rows = new Map();
  merge(rows, lifecycle.changedRows());
  return rows;
}

function foldAll(events: readonly Received[]): { lifecycle: Lifecycle; entries: EventEntry[] } {
  const lifecycle = new Lifecycle(RECEIVER);
  return { lifecycle, entries: foldedEvents(lifecycle, events) };
}

function received(parts: LineParts, engine: EngineIdentity = IDENTITY): Received {
  return { ...receivedOf(eventLine(parts)), engine };
}

const ACTIONS = [
  ...['create', 'start', 'die', 'die', 'kill', 'kill', 'oom', 'pause', 'unpause', 'destroy', 'rename', 'restart'],
  ...['exec_create: ls', 'exec_start: ls', 'exec_die', 'health_status: healthy', 'health_status: unhealthy'],
  ...['health_status', 'exec_create: id', 'exec_start', 'top', 'teleport', 'commit'],
];

const attributes = fc.dictionary(
  fc.constantFrom('signal', 'exitCode', 'oomKilled', 'execID', 'oldName', 'team', 'comment', '__proto__'),
  fc.constantFrom('0', '9', '15', '137', 'true', 'e1', '/old', ''),
  { maxKeys: 3, noNullPrototype: true },
);

const IS_PROBE = { execType: 'healthcheck' };

const event: fc.Arbitrary<Received> = fc
  .record({
    action: fc.constantFrom(...ACTIONS),
    id: fc.constantFrom('a', 'b', 'c', 'not/an id'),
    attributes,
    name: fc.constantFrom({}, { image: 'i', name: 'n' }, { image: 'i', name: 'm' }),
    // An engine says what an exec is for with each of its events, or with none.
    exec: fc.constantFrom({}, { execID: 'e1' }, { execID: 'e2' }, { execID: 'e3', ...IS_PROBE }),
    label: fc.constantFrom({}, {}, IS_PROBE),
    second: fc.nat(9),
    synthetic: fc.option(fc.record({ basis: fc.constantFrom('inspect', 'list') }), { nil: undefined, freq: 9 }),
  })
  .map(({ action, id, second, synthetic, ...parts }) => {
    const more = action.startsWith('exec_') ? parts.exec : parts.label;
    const whole = {
      action,
      id,
      attributes: { ...parts.attributes, ...more, ...parts.name },
      timeNano: `179526240${second}00000000${second}`,
    };
    return synthetic === undefined ? received(whole) : { ...received(whole), synthetic };
  });

describe('a lifecycle that is restored', () => {
  it('knows what one knows that never ended, whatever it is given a second time', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 4 }),
        fc.nat(60),
        (events, saves, again) => {
          const saved: Rows = new Map();
          const before = new Lifecycle(RECEIVER);
          const ends = saves.map((end) => Math.min(end, events.length)).sort((left, right) => left - right);
          const entries: EventEntry[] = [];
          for (const end of ends) {
            entries.push(...foldedEvents(before, events.slice(entries.length, end)));
            merge(saved, before.changedRows());
          }
          const last = ends.at(-1) ?? 0;
          entries.push(...foldedEvents(before, events.slice(last)));

          const after = new Lifecycle(RECEIVER);
          after.restore(saved, entries.slice(Math.max(0, last - again)));
          merge(saved, after.changedRows());
          const expected = rowsOf(foldAll(events).lifecycle);
          assert.deepEqual(new Map([...saved].sort()), new Map([...expected].sort()));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('judges and recalls as before', () => {
    const first = [
      received({ action: 'create', attributes: { image: 'i', name: 'n', execID: 'a label' } }),
      received({ action: 'kill', attributes: { image: 'i', name: 'n', signal: '15' } }),
      received({ id: 'c2', action: 'oom' }),
    ];
    const second = [received({ id: 'c3', action: 'exec_create: ls', attributes: { execID: 'e1' } })];
    const before = new Lifecycle(RECEIVER);
    foldedEvents(before, first);
    const saved = rowsOf(before);
    const after = new Lifecycle(RECEIVER);
    after.restore(saved, foldedEvents(before, second));
    const contexts = foldedEvents(after, [
      received({ action: 'die', attributes: { exitCode: '1', execID: 'a label' } }),
      received({ id: 'c2', action: 'die', attributes: { exitCode: '137' } }),
      received({ id: 'c3', action: 'exec_die', attributes: { execID: 'e1' } }),
    ]).map(({ context }) => withoutRun(context));
    assert.deepEqual(contexts, [
      { exit: { reason: 'stopped', intended: true, signal: 15 }, shadowed: ['execID'] },
      { exit: { reason: 'oom_killed', intended: false, signal: undefined } },
      { execCommand: 'ls' },
    ]);
  });

  it('knows how containers are checked, without the words of the check, whatever is folded again', () => {
    const before = new Lifecycle(RECEIVER);
    const made = foldedEvents(before, [received({ action: 'create' }), received({ id: 'c2', action: 'start' })]);
    before.inventory.learnProbe('c1', 'mysqladmin -phunter2 ping');
    before.inventory.learnProbe('c2', undefined);
    const rows = rowsOf(before);
    assert.doesNotMatch([...rows.values()].join(), /hunter2/);
    const after = new Lifecycle(RECEIVER);
    after.restore(rows, [
      ...made,
      ...foldedEvents(before, [received({ action: 'start' }), received({ action: 'die' })]),
    ]);
    assert.deepEqual(
      ['c1', 'c2', 'c3'].map((id) => after.inventory.wantsProbe(id)),
      [false, false, false],
    );
    const [exec] = foldedEvents(after, [received({ action: 'exec_create: mysqladmin -phunter2 ping' })]);
    assert.equal(exec?.context.isProbe, true);
  });

  it('remembers that the list was taken over, even an empty one', () => {
    const before = new Lifecycle(RECEIVER);
    assert.equal(before.inventory.isKnown, false);
    before.inventory.learn([], new Map());
    assert.equal(before.inventory.isKnown, true);
    const after = new Lifecycle(RECEIVER);
    after.restore(rowsOf(before), []);
    assert.equal(after.inventory.isKnown, true);
  });

  it('takes its own rows only, where the name of a receiver begins with that of another', () => {
    const named = new Lifecycle('docker_events/b');
    foldedEvents(named, [received({ id: 'c1', action: 'start' })]);
    named.inventory.learn([], new Map());
    const rows = rowsOf(named);
    const other = new Lifecycle('docker_events');
    other.restore(rows, []);
    assert.deepEqual(other.inventory.toInspect([]), []);
    assert.equal(other.inventory.isKnown, false);
    const same = new Lifecycle('docker_events/b');
    same.restore(rows, []);
    assert.deepEqual(same.inventory.toInspect([]), ['c1']);
  });

  it('takes no row of another receiver whose name is as long', () => {
    const named = new Lifecycle('docker_eventz');
    foldedEvents(named, [
      received({ id: 'c1', action: 'start' }),
      sent([1, 'service update', { 'updatestate.new': 'updating' }], 's1'),
    ]);
    const other = new Lifecycle('docker_events');
    other.restore(rowsOf(named), []);
    assert.deepEqual(other.inventory.toInspect([]), []);
    assert.deepEqual(foldedSpans(other, [sent([5, 'service remove'], 's1')]), []);
  });

  it('lives without a row that cannot be read, and removes it', () => {
    const rows = new Map([
      ['container/docker_events/c1', '{"state":'],
      ['container/docker_events/c2', '[]'],
      ['container/docker_events/c3', '{"state":"running","stateAt":[1],"signal":"x","shadowing":7,"name":3}'],
      ['containers/docker_events', 'null'],
      ['gap/docker_events', '{}'],
    ]);
    const lifecycle = new Lifecycle(RECEIVER);
    lifecycle.restore(rows, []);
    assert.deepEqual(lifecycle.inventory.toInspect([]), ['c3']);
    assert.equal(lifecycle.inventory.isKnown, false);
    assert.deepEqual(
      [...lifecycle.changedRows()],
      [
        ['container/docker_events/c1', undefined],
        ['container/docker_events/c2', undefined],
      ],
    );
  });
});

describe('what goes on while a process ends and another begins', () => {
  const TASK = { 'com.docker.swarm.service.id': 's1' };
  const events = [
    sent([0, 'service update', { 'updatestate.new': 'updating' }], 's1'),
    sent([1, 'create', TASK]),
    sent([2, 'start', TASK]),
    sent([3, 'exec_create: ls', { ...TASK, execID: 'e1' }]),
    sent([4, 'exec_start: ls', { ...TASK, execID: 'e1' }]),
    sent([5, 'exec_die', { ...TASK, execID: 'e1', exitCode: '2' }]),
    sent([6, 'pause', TASK]),
    sent([7, 'unpause', TASK]),
    sent([8, 'kill', { ...TASK, signal: '15' }]),
    sent([8.5, 'kill', { ...TASK, signal: '9' }]),
    sent([8.75, 'service update', { 'updatestate.new': 'completed' }], 's1'),
    sent([9, 'die', { ...TASK, exitCode: '137' }]),
    sent([10, 'start', TASK]),
    sent([11, 'oom', TASK]),
    sent([12, 'die', { ...TASK, exitCode: '137' }]),
    sent([13, 'destroy', TASK]),
  ];

  it('is told as if nothing had been, whenever that is', () => {
    const whole = new Lifecycle(RECEIVER).fold(events);
    assert.deepEqual(whole.filter((entry) => entry.kind === 'span').map(spanLine), [
      'create 1-2',
      'exec e1 4-5 exit_code',
      'pause 6-7',
      'rollout 0-8.75',
      'stop 8-9',
      'run 2-9 rollout 0',
      'run 10-12 oom_killed previous_run 2',
    ]);
    for (let cut = 0; cut <= events.length; cut += 1) {
      const before = new Lifecycle(RECEIVER);
      const rows: Rows = new Map();
      const entries = events.slice(0, cut).flatMap((event) => {
        const folded = before.fold([event]);
        // After each of them, so that what changes nothing else is written, too.
        merge(rows, before.changedRows());
        return folded;
      });
      const after = new Lifecycle(RECEIVER);
      after.restore(rows, []);
      assert.deepEqual([...entries, ...after.fold(events.slice(cut))], whole, `after ${cut} events`);
    }
  });

  it('is a run whose end was worked out, so that its die, read late, is not that of another', () => {
    const before = new Lifecycle(RECEIVER);
    foldedEvents(before, [sent([1, 'start']), workedOut([7, 'die'], true)]);
    const after = new Lifecycle(RECEIVER);
    after.restore(rowsOf(before), []);
    assert.deepEqual(foldedSpans(after, [sent([7.5, 'die', { exitCode: '1' }]), sent([9, 'destroy'])]), []);
  });

  it('is a rollout whose beginning has no time of the engine', () => {
    const before = new Lifecycle(RECEIVER);
    const begun = sent([1, 'service update', { 'updatestate.new': 'updating' }], 's1');
    foldedEvents(before, [{ ...begun, event: { ...begun.event, time: undefined } }]);
    const after = new Lifecycle(RECEIVER);
    after.restore(rowsOf(before), []);
    const completed = sent([5, 'service update', { 'updatestate.new': 'completed' }], 's1');
    assert.deepEqual(foldedSpans(after, [completed]).map(spanLine), ['rollout 2-5 estimated start']);
  });

  it('is the run that the engine listed, where the events of an earlier one are read only then', () => {
    const before = new Lifecycle(RECEIVER);
    const now = inspectedContainer({ id: 'c1', startedAt: at(8) });
    before.inventory.learn([now], new Map([['c1', now]]));
    const after = new Lifecycle(RECEIVER);
    after.restore(rowsOf(before), []);
    const late = [sent([1, 'create']), sent([2, 'start']), sent([7, 'die', { exitCode: '1' }])];
    assert.deepEqual(foldedSpans(after, late).map(spanLine), ['create 1-2', 'run 2-7 failed']);
    assert.deepEqual([...after.running()], []);
    foldedEvents(after, [sent([8.5, 'start']), sent([7.2, 'die'])]);
    assert.equal([...after.running()].length, 1, 'that death is of a run before');
  });

  it('is not worked out again, where it was told before', () => {
    const before = new Lifecycle(RECEIVER);
    foldedEvents(before, [sent([1, 'create']), sent([2, 'start']), sent([7, 'die', { exitCode: '1' }])]);
    const after = new Lifecycle(RECEIVER);
    after.restore(rowsOf(before), []);
    const now = inspectedContainer({ id: 'c1', name: 'n', startedAt: at(8), finishedAt: at(7) });
    after.inventory.toInspect([now]);
    const missing = after.inventory.differences([now], new Map([['c1', now]]));
    assert.deepEqual(
      missing.map(({ event }) => event.action),
      ['start'],
    );
  });

  it('is the run that a death was told to end, where nothing else is known of it any more', () => {
    const [, started, died] = foldedEvents(new Lifecycle(RECEIVER), [
      sent([1, 'create']),
      sent([2, 'start']),
      sent([9, 'die', { exitCode: '1', execDuration: '6' }]),
    ]);
    assert.ok(started !== undefined && died !== undefined);
    const after = new Lifecycle(RECEIVER);
    after.restore(new Map(), [died]);
    const [renamed] = foldedEvents(after, [sent([9.5, 'rename'])]);
    assert.deepEqual(renamed?.context.run, started.context.run);
  });
});

describe('the rows of a lifecycle', () => {
  it('are in the end the same, however often they are saved between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(event, { freq: 9 }), { maxLength: 40 }), (steps) => {
        const [often, once] = [new Lifecycle(RECEIVER), new Lifecycle(RECEIVER)];
        const rows: Rows = new Map();
        for (const step of steps) {
          for (const lifecycle of [often, once]) {
            if (step === null) lifecycle.noteGap();
            else lifecycle.fold([step]);
          }
          merge(rows, often.changedRows());
          assert.equal(often.changedRows().size, 0);
        }
        assert.deepEqual(new Map([...rows].sort()), new Map([...rowsOf(once)].sort()));
      }),
      { numRuns: 300 },
    );
  });

  it('are those that have changed, each once', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ id: 'a' }), received({ id: 'b' })]);
    assert.deepEqual([...lifecycle.changedRows().keys()].sort(), [
      'container/docker_events/a',
      'container/docker_events/b',
      'containers/docker_events',
    ]);
    assert.equal(lifecycle.changedRows().size, 0);
    foldedEvents(lifecycle, [received({ id: 'b', action: 'die' }), received({ id: 'a', action: 'exec_create: ls' })]);
    assert.deepEqual([...lifecycle.changedRows().keys()], ['container/docker_events/b']);
  });

  it('are written anew when it is learned how a container is checked, and not when that is learned again', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ action: 'start' })]);
    lifecycle.changedRows();
    lifecycle.inventory.learnProbe('c1', '/probe ');
    assert.deepEqual([...lifecycle.changedRows().keys()], ['container/docker_events/c1']);
    lifecycle.inventory.learnProbe('c1', '/probe ');
    lifecycle.inventory.learnProbe('c1', undefined);
    assert.equal(lifecycle.changedRows().size, 0);
  });

  it('are not written anew for a health that is told with every probe', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ action: 'health_status: healthy' })]);
    lifecycle.changedRows();
    foldedEvents(lifecycle, [received({ action: 'health_status: healthy' })]);
    assert.equal(lifecycle.changedRows().size, 0);
  });

  it('hold the labels once, however often they are told', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    const labels = { image: 'i', name: 'n', large: 'x'.repeat(1024 ** 2) };
    const start = received({ attributes: labels });
    foldedEvents(
      lifecycle,
      Array.from({ length: 20 }, () => start),
    );
    foldedEvents(lifecycle, [received({ id: 'c2', attributes: labels })]);
    const row = lifecycle.changedRows().get('container/docker_events/c2');
    assert.ok(row !== undefined && row.length > 1024 ** 2);
  });

  it('are removed with their container, where there is one', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ id: 'a' })]);
    lifecycle.changedRows();
    foldedEvents(lifecycle, [
      received({ id: 'a', action: 'die' }),
      received({ id: 'a', action: 'destroy' }),
      received({ id: 'b', action: 'create' }),
      received({ id: 'b', action: 'destroy' }),
    ]);
    const rows = lifecycle.changedRows();
    assert.deepEqual([...rows.keys()], ['container/docker_events/a', 'containers/docker_events']);
    assert.equal(rows.get('container/docker_events/a'), undefined);
    assert.match(rows.get('containers/docker_events') ?? '', /"removed":\[\{"id":"a","runs":\[\{"start"/);
  });

  it('are removed when a container is forgotten for want of room', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ id: 'first' })]);
    lifecycle.changedRows();
    const line = receivedOf(eventLine());
    foldedEvents(
      lifecycle,
      Array.from({ length: 20_000 }, (_, index) => ({ ...line, event: { ...line.event, actorId: `c${index}` } })),
    );
    const rows = lifecycle.changedRows();
    assert.ok(rows.has('container/docker_events/first'));
    assert.equal(rows.get('container/docker_events/first'), undefined);
    assert.equal(rows.size, 20_001);
  });

  it('say of a container what was told of it, compactly', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [
      received({
        action: 'create',
        attributes: { team: 'a "b"', image: 'busybox:local', name: 'web', signal: 'mine' },
      }),
      received({ action: 'health_status: healthy', attributes: { image: 'busybox:local', name: 'web' } }),
    ]);
    assert.equal(
      lifecycle.changedRows().get('container/docker_events/c1'),
      '{"name":"web","image":"busybox:local","labels":"[\\"team\\",\\"a \\\\\\"b\\\\\\"\\",\\"signal\\",\\"mine\\"]","state":"created","stateAt":[1795262400,1],"untoldCreation":[1795262400,1],"endsKnownTo":[1795262400,1],"health":"healthy","shadowing":["signal"]}',
    );
  });
});

describe('another engine at the same endpoint', () => {
  const other: EngineIdentity = { ...IDENTITY, id: 'engine-2' };

  it('has other containers, so that what is known is forgotten', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ id: 'a' })]);
    lifecycle.inventory.learn([listedContainer({ id: 'a' })], new Map());
    foldedEvents(lifecycle, [received({ id: 'net', type: 'network', action: 'create' }, other)]);
    assert.deepEqual(lifecycle.inventory.toInspect([]), []);
    assert.equal(lifecycle.inventory.isKnown, false);
  });

  it('has other services, too', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [sent([1, 'service update', { 'updatestate.new': 'updating' }], 's1')]);
    const rows = rowsOf(lifecycle);
    lifecycle.meet(other);
    assert.deepEqual(foldedSpans(lifecycle, [{ ...sent([5, 'service remove'], 's1'), engine: other }]), []);
    merge(rows, lifecycle.changedRows());
    assert.deepEqual([...rows.keys()], ['containers/docker_events']);
  });

  it('is not one that only does not say its id, or says another version', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [received({ id: 'a' }), received({ id: 'b' }, { ...IDENTITY, id: undefined })]);
    lifecycle.meet({ ...IDENTITY, version: '29.0.0' });
    assert.deepEqual(lifecycle.inventory.toInspect([]), ['a', 'b']);
  });

  for (const [title, ids, rowsAt, from] of [
    ['before the rows were saved', ['a', 'a', 'b', 'b'], 4, 0],
    ['after the rows were saved', ['a', 'a', 'b', 'b'], 2, 1],
    ['after the rows were saved, with nothing before it', ['a', 'a', 'b', 'b'], 2, 2],
    ['long before', ['a', 'b', 'b', 'b'], 3, 2],
  ] as const) {
    it(`may have come ${title}`, () => {
      const events = ids.map((id, index) => received({ id: `${id}${index}` }, id === 'a' ? IDENTITY : other));
      const { entries } = foldAll(events);
      const rows = rowsOf(foldAll(events.slice(0, rowsAt)).lifecycle);
      const after = new Lifecycle(RECEIVER);
      after.restore(rows, entries.slice(from));
      merge(rows, after.changedRows());
      assert.deepEqual(new Map([...rows].sort()), new Map([...rowsOf(foldAll(events).lifecycle)].sort()));
    });
  }
});
