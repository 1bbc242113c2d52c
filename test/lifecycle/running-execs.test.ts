/** What is known of running execs after a restart. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventContext } from '../../src/model/context.ts';
import type { EventEntry, Received } from '../../src/model/entry.ts';
import { eventLine, receivedOf } from '../support/events.ts';
import { foldedEvents, withoutRun } from '../support/folding.ts';

const PROBE = '/probe --quick';
const NAMES = { image: 'mariadb:11', name: 'db' };
const KEY = 'container/docker_events/c1';

type Rows = Map<string, string>;

function received(action: string, execID?: string, id = 'c1'): Received {
  const attributes = { ...(execID === undefined ? {} : { execID }), ...NAMES };
  return receivedOf(eventLine({ action, id, attributes }));
}

function contextsOf(entries: readonly EventEntry[]): readonly (EventContext | undefined)[] {
  return entries.map(({ context }) => withoutRun(context));
}

function save(lifecycle: Lifecycle, into: Rows = new Map()): Rows {
  for (const [key, row] of lifecycle.changedRows()) {
    if (row === undefined) into.delete(key);
    else into.set(key, row);
  }
  return into;
}

function restored(rows: Rows, unfolded: readonly EventEntry[] = []): Lifecycle {
  const lifecycle = new Lifecycle('docker_events');
  lifecycle.restore(rows, unfolded);
  return lifecycle;
}

/** A container that runs and is checked, whose row is saved. */
function started(): { lifecycle: Lifecycle; rows: Rows } {
  const lifecycle = new Lifecycle('docker_events');
  foldedEvents(lifecycle, [received('start')]);
  lifecycle.inventory.learnProbe('c1', PROBE);
  return { lifecycle, rows: save(lifecycle) };
}

describe('an exec that runs while the state is saved', () => {
  it('has its command to its end, in the process after', () => {
    const { lifecycle, rows } = started();
    foldedEvents(lifecycle, [received('exec_create: ls -l', 'e1'), received('exec_start: ls -l', 'e1')]);
    const after = restored(save(lifecycle, rows));
    const contexts = contextsOf(foldedEvents(after, [received('exec_detach', 'e1'), received('exec_die', 'e1')]));
    assert.deepEqual(contexts, [{ execCommand: 'ls -l' }, { execCommand: 'ls -l' }]);
  });

  it('is a health check to its end where it was one, and none where it was none', () => {
    const { lifecycle, rows } = started();
    const long = `/bin/sh ${'x'.repeat(5000)}`;
    foldedEvents(lifecycle, [received('start', undefined, 'c2')]);
    foldedEvents(lifecycle, [received(`exec_create: ${PROBE}`, 'e1'), received(`exec_create: ${long}`, 'e2', 'c2')]);
    lifecycle.inventory.learnProbe('c2', long);
    foldedEvents(lifecycle, [received(`exec_create: ${long}`, 'e3', 'c2')]);
    const after = restored(save(lifecycle, rows));
    const contexts = contextsOf(
      foldedEvents(after, [
        received(`exec_start: ${PROBE}`, 'e1'),
        received('exec_die', 'e1'),
        received(`exec_start: ${long}x`, 'e2', 'c2'),
        received('exec_die', 'e3', 'c2'),
      ]),
    );
    assert.deepEqual(contexts, [{ isProbe: true }, { execCommand: PROBE, isProbe: true }, {}, { isProbe: true }]);
  });

  it('is judged as it was told, though more is known when it is folded again', () => {
    const lifecycle = new Lifecycle('docker_events');
    const told = foldedEvents(lifecycle, [received('start'), received(`exec_create: ${PROBE}`, 'e1')]);
    lifecycle.inventory.learnProbe('c1', PROBE);
    const after = restored(save(lifecycle), told);
    assert.deepEqual(contextsOf(foldedEvents(after, [received(`exec_start: ${PROBE}`, 'e1')])), [{}]);
    assert.deepEqual(contextsOf(foldedEvents(after, [received('exec_die', 'e1')])), [{ execCommand: PROBE }]);
  });

  it('is judged as it was told, though less is known: and the check is known by it', () => {
    const lifecycle = new Lifecycle('docker_events');
    const first = foldedEvents(lifecycle, [received('start')]);
    const rows = save(lifecycle);
    lifecycle.inventory.learnProbe('c1', PROBE);
    const told = foldedEvents(lifecycle, [received(`exec_create: ${PROBE}`, 'e1'), received('exec_create: ls', 'e2')]);
    const after = restored(rows, [...first, ...told]);
    assert.deepEqual(contextsOf(foldedEvents(after, [received('exec_die', 'e1')])), [
      { execCommand: PROBE, isProbe: true },
    ]);
    assert.deepEqual(contextsOf(foldedEvents(after, [received(`exec_create: ${PROBE}`, 'e3')])), [{ isProbe: true }]);
    assert.equal(after.inventory.wantsProbe('c1'), false);
  });

  it('does not come back by being folded again when it has ended', () => {
    const { lifecycle, rows } = started();
    const told = foldedEvents(lifecycle, [received('exec_create: ls', 'e1'), received('exec_start: ls', 'e1')]);
    told.push(...foldedEvents(lifecycle, [received('exec_die', 'e1'), received('exec_create: id', 'e2')]));
    save(lifecycle, rows);
    for (let from = 0; from <= told.length; from += 1) {
      const after = restored(rows, told.slice(from));
      assert.deepEqual(contextsOf(foldedEvents(after, [received('exec_die', 'e1')])), [{}], `from ${from}`);
      assert.deepEqual(
        contextsOf(foldedEvents(after, [received('exec_die', 'e2')])),
        [{ execCommand: 'id' }],
        `from ${from}`,
      );
    }
  });

  it('keeps its place among the others when it is folded again', () => {
    const { lifecycle, rows } = started();
    const told = foldedEvents(lifecycle, [received('exec_create: ls', 'e1')]);
    told.push(...foldedEvents(lifecycle, [received('exec_die', 'e1'), received('exec_create: ls', 'e1')]));
    told.push(...foldedEvents(lifecycle, [received('exec_create: id', 'e2')]));
    save(lifecycle, rows);
    for (let from = 0; from <= told.length; from += 1) {
      assert.deepEqual([...save(restored(rows, told.slice(from)), new Map(rows))], [...rows], `from ${from}`);
    }
  });

  it('is forgotten when many others have begun since its last event that begins it', () => {
    const { lifecycle, rows } = started();
    for (let count = 0; count < 32; count += 1) foldedEvents(lifecycle, [received('exec_create: ls', `e${count}`)]);
    foldedEvents(lifecycle, [received('exec_start: ls', 'e0'), received('exec_create: ls', 'e32')]);
    const after = restored(save(lifecycle, rows));
    const ends = contextsOf(foldedEvents(after, [received('exec_die', 'e0'), received('exec_die', 'e1')]));
    assert.deepEqual(ends, [{ execCommand: 'ls' }, {}]);
  });

  it('is forgotten when a label turns out to have written its id', () => {
    const { lifecycle, rows } = started();
    const told = foldedEvents(lifecycle, [received('start'), received('exec_create: ls', 'a label')]);
    assert.match(save(lifecycle, rows).get(KEY) ?? '', /"ls"/);
    told.push(...foldedEvents(lifecycle, [received('die', 'a label')]));
    assert.doesNotMatch(save(lifecycle, rows).get(KEY) ?? '', /"ls"/);
    const after = restored(rows, told);
    assert.deepEqual([...save(after, new Map(rows))], [...rows]);
  });
});

describe('the row of a container', () => {
  it('is written for execs that run and when they have ended, and not for those that came and went', () => {
    const { lifecycle, rows } = started();
    const idle = rows.get(KEY) ?? '';
    foldedEvents(lifecycle, [
      received('exec_create: ls', 'e1'),
      received('exec_start: ls', 'e1'),
      received('exec_die', 'e1'),
    ]);
    assert.equal(lifecycle.changedRows().size, 0);
    foldedEvents(lifecycle, [received('exec_create: ls', 'e2'), received(`exec_create: ${PROBE}`, 'e3')]);
    const running = lifecycle.changedRows().get(KEY);
    const execs = '[{"id":"e2","command":"ls"},{"id":"e3","command":"/probe --quick","isProbe":true}]';
    assert.equal(running, `${idle.slice(0, -1)},"execs":${execs}}`);
    assert.equal(lifecycle.changedRows().size, 0);
    foldedEvents(lifecycle, [received('exec_die', 'e2'), received('exec_die', 'e3'), received('exec_die', 'e4')]);
    assert.equal(lifecycle.changedRows().get(KEY), idle);
    foldedEvents(lifecycle, [received('exec_die', 'e2')]);
    assert.equal(lifecycle.changedRows().size, 0);
  });

  it('is written when what ended after a restart stood in it', () => {
    const { lifecycle, rows } = started();
    const idle = rows.get(KEY);
    foldedEvents(lifecycle, [received('exec_create: ls', 'e1')]);
    const after = restored(save(lifecycle, rows));
    assert.equal(after.changedRows().size, 0);
    foldedEvents(after, [received('exec_die', 'e1')]);
    assert.equal(after.changedRows().get(KEY), idle);
  });

  it('holds no more execs, commands and ids than the memory', () => {
    const { lifecycle, rows } = started();
    const at = (length: number) => 'x'.repeat(length);
    foldedEvents(lifecycle, [received(`exec_create: ${at(4097)}`, 'long'), received('exec_create: ls', at(129))]);
    assert.equal(lifecycle.changedRows().size, 0);
    for (let count = 0; count < 40; count += 1)
      foldedEvents(lifecycle, [received(`exec_create: ${at(4096)}`, `e${count}`)]);
    foldedEvents(lifecycle, [received('exec_create: ls', at(128))]);
    const row = save(lifecycle, rows).get(KEY) ?? '';
    assert.ok(row.length > 31 * 4096 && row.length < 32 * 4096 + 3000, `${row.length}`);
    const after = restored(rows);
    const ends = foldedEvents(
      after,
      ['e8', 'e9', 'e39', at(128)].map((id) => received('exec_die', id)),
    );
    assert.deepEqual(
      contextsOf(ends).map((context) => context?.execCommand?.length),
      [undefined, 4096, 4096, 2],
    );
  });

  it('may hold what is no exec, which is passed over', () => {
    const execs = '[1,null,{},{"id":3,"command":"a"},{"id":"e0"},{"id":"e1","command":7},{"id":"e2","command":"ls"}]';
    for (const [text, expected] of [
      [execs, { execCommand: 'ls' }],
      ['{"id":"e2","command":"ls"}', {}],
      ['[{"id":"e2","command":7,"isProbe":true}]', { isProbe: true }],
      ['[{"id":"e2","command":"ls","isProbe":"yes"}]', { execCommand: 'ls' }],
    ] as const) {
      const after = restored(new Map([[KEY, `{"state":"running","execs":${text}}`]]));
      assert.deepEqual(contextsOf(foldedEvents(after, [received('exec_die', 'e2')])), [expected], text);
    }
  });
});

/** What happens to an exec, in this order. */
const story: fc.Arbitrary<readonly Received[]> = fc
  .record({
    command: fc.constantFrom(PROBE, 'ls', 'sh -c "exit 1"'),
    container: fc.constantFrom('c1', 'c2'),
    isDetached: fc.boolean(),
    isEnded: fc.boolean(),
    id: fc.stringMatching(/^[0-9a-f]{16}$/),
  })
  .map(({ command, container, isDetached, isEnded, id }) => {
    const actions = [`exec_create: ${command}`, `exec_start: ${command}`];
    if (isDetached) actions.push('exec_detach');
    if (isEnded) actions.push('exec_die');
    return actions.map((action) => received(action, id, container));
  });

const others = fc
  .record({ action: fc.constantFrom('start', 'die', 'top', 'destroy'), container: fc.constantFrom('c1', 'c2') })
  .map(({ action, container }) => [received(action, undefined, container)]);

/** The stories' steps, each story's in their order, one story after the other going on. */
const events = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: story }, { weight: 1, arbitrary: others }), { maxLength: 20 }),
    fc.infiniteStream(fc.nat(3)),
  )
  .map(([stories, picks]) => {
    const left = stories.map((steps) => [...steps]);
    const told: Received[] = [];
    for (const pick of picks) {
      const open = left.filter((steps) => steps.length > 0);
      const next = (open[pick] ?? open[0])?.shift();
      if (next === undefined) break;
      told.push(next);
    }
    return told;
  });

describe('a restart', () => {
  it('changes no context, wherever it comes, whenever the state was saved and from wherever it is folded again', () => {
    const moment = fc.nat(80);
    fc.assert(
      fc.property(events, moment, moment, moment, fc.nat(8), (all, learnAt, endAt, saveAt, again) => {
        const end = Math.min(endAt, all.length);
        const saved = Math.min(saveAt, end);
        const learn = ({ inventory }: Lifecycle) => inventory.learnProbe('c1', PROBE);
        /** Folds these events, and learns meanwhile when it is time. */
        const go = (lifecycle: Lifecycle, from: number, to: number) =>
          all.slice(from, to).flatMap((event, index) => {
            if (from + index === learnAt) learn(lifecycle);
            return foldedEvents(lifecycle, [event]);
          });
        const uncut = contextsOf(go(new Lifecycle('docker_events'), 0, all.length));

        const before = new Lifecycle('docker_events');
        const kept = go(before, 0, saved);
        const rows = save(before);
        kept.push(...go(before, saved, end));
        const after = restored(rows, kept.slice(Math.max(0, saved - again)));
        // Whoever connects asks for what is not known.
        if (!before.inventory.wantsProbe('c1')) learn(after);
        assert.deepEqual(contextsOf([...kept, ...go(after, end, all.length)]), uncut);
      }),
      { numRuns: 1000 },
    );
  });
});
