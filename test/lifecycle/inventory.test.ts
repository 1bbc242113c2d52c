import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { InspectedContainer, ListedContainer } from '../../src/model/engine.ts';
import type { Received } from '../../src/model/entry.ts';
import type { Difference } from '../../src/model/inventory.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { asListed, inspectedContainer, listedContainer, NOON } from '../support/containers.ts';
import { eventLine, type LineParts, receivedOf } from '../support/events.ts';
import { foldedEvents, withoutRun } from '../support/folding.ts';

function at(second: number): UnixNanos {
  return [NOON + second, 0];
}

function received(parts: LineParts & { readonly second?: number }): Received {
  return receivedOf(eventLine({ timeNano: `${NOON + (parts.second ?? 1)}000000000`, ...parts }));
}

function lifecycleAfter(...events: readonly (LineParts & { readonly second?: number })[]): Lifecycle {
  const lifecycle = new Lifecycle('docker_events');
  foldedEvents(lifecycle, events.map(received));
  return lifecycle;
}

/** What the receiver makes of a difference. */
function receivedFrom({ event, synthetic }: Difference): Received {
  return { ...received({}), raw: '', event, synthetic };
}

const NOBODY: ReadonlyMap<string, InspectedContainer | undefined> = new Map();

/** A whole comparison: all are inspected that must be. */
function compare(lifecycle: Lifecycle, containers: readonly InspectedContainer[]): readonly Difference[] {
  const listed = containers.map(asListed);
  const asked = lifecycle.inventory.toInspect(listed);
  const inspected = new Map(asked.map((id) => [id, containers.find((container) => container.id === id)]));
  return lifecycle.inventory.differences(listed, inspected);
}

function told(differences: readonly Difference[]): string[] {
  return differences.map(({ event: { actorId, action } }) => `${actorId} ${action}`);
}

describe('the inventory', () => {
  it('asks for those that run now or ran before, those that are new, and those that are not listed', () => {
    const { inventory } = lifecycleAfter(
      { id: 'ran', action: 'start' },
      { id: 'runs', action: 'die' },
      { id: 'rested', action: 'die' },
      { id: 'fresh', action: 'create' },
      { id: 'tried', action: 'create' },
      { id: 'gone', action: 'start' },
      { id: 'removed', action: 'destroy' },
    );
    const states = {
      ran: 'exited',
      runs: 'running',
      rested: 'exited',
      fresh: 'created',
      tried: 'exited',
      removed: 'exited',
    };
    const listed = Object.entries(states).map(([id, state]) => listedContainer({ id, state }));
    listed.push(listedContainer({ id: 'new', state: 'exited' }));
    assert.deepEqual(inventory.toInspect(listed), ['ran', 'runs', 'tried', 'new', 'gone']);
  });

  it('tells of several containers oldest first, each in its order, what has no time at the end', () => {
    const lifecycle = lifecycleAfter(
      { id: 'a', action: 'start' },
      { id: 'b', action: 'start' },
      { id: 'c', action: 'start' },
      { id: 'd', action: 'start' },
    );
    const containers = [
      inspectedContainer({ id: 'a', state: 'exited', finishedAt: at(9), startedAt: at(0) }),
      inspectedContainer({ id: 'b', startedAt: at(7) }),
      inspectedContainer({ id: 'c', state: 'exited', startedAt: at(0), finishedAt: at(8) }),
    ];
    assert.deepEqual(told(compare(lifecycle, containers)), [
      'b die',
      'b start',
      'c die',
      'a die',
      'd die',
      'd destroy',
    ]);
  });

  it('keeps the order of each container, also where its clock was set back', () => {
    const lifecycle = lifecycleAfter({ id: 'a', action: 'start' });
    const containers = [
      inspectedContainer({ id: 'a', startedAt: at(15) }),
      inspectedContainer({ id: 'b', created: at(20), startedAt: at(10) }),
    ];
    assert.deepEqual(told(compare(lifecycle, containers)), ['a die', 'a start', 'b create', 'b start']);
  });

  it('knows from any event that a container runs, and what it is called', () => {
    const { inventory } = lifecycleAfter(
      { id: 'probed', action: 'exec_create: ls' },
      { id: 'healthy', action: 'health_status: healthy' },
      { id: 'copied', action: 'archive-path' },
    );
    inventory.toInspect([]);
    const differences = inventory.differences([], NOBODY);
    assert.deepEqual(told(differences), [
      'probed die',
      'probed destroy',
      'healthy die',
      'healthy destroy',
      'copied destroy',
    ]);
    for (const { event } of differences) assert.equal(event.attributes.get('name'), 'web');
  });

  it('claims nothing of the state of a container that was never told, or that no known engine has', () => {
    const lifecycle = lifecycleAfter({ id: 'a', action: 'commit' }, { id: 'b', action: 'start' });
    assert.deepEqual(
      compare(lifecycle, [
        inspectedContainer({ id: 'a' }),
        inspectedContainer({ id: 'b', state: 'dreaming', startedAt: at(60) }),
      ]),
      [],
    );
    const learned = new Lifecycle('docker_events');
    learned.inventory.learn([listedContainer({ id: 'c', state: 'dreaming' })], NOBODY);
    assert.deepEqual(compare(learned, [inspectedContainer({ id: 'c' })]), []);
  });

  it('knows the health that was told in this run', () => {
    const healthy = { id: 'a', action: 'health_status: healthy' };
    const now = [inspectedContainer({ id: 'a', health: 'healthy' })];
    assert.deepEqual(told(compare(lifecycleAfter({ id: 'a' }), now)), ['a health_status: healthy']);
    assert.deepEqual(told(compare(lifecycleAfter({ id: 'a' }, healthy), now)), []);
    assert.deepEqual(
      told(compare(lifecycleAfter({ id: 'a' }, healthy, { id: 'a', action: 'die' }, { id: 'a' }), now)),
      ['a health_status: healthy'],
    );
  });

  describe('of a container whose start alone was told', () => {
    const now = inspectedContainer({ id: 'a', startedAt: at(19), finishedAt: at(15) });
    const start = { id: 'a', action: 'start' };

    it('finds the death before it, and that it goes on', () => {
      const lifecycle = lifecycleAfter({ ...start, second: 9 }, { ...start, second: 20 });
      const differences = compare(lifecycle, [now]);
      assert.deepEqual(told(differences), ['a die']);
      assert.deepEqual(differences[0]?.event.time, at(15));
      foldedEvents(lifecycle, differences.map(receivedFrom));
      assert.deepEqual(told(compare(lifecycle, [now])), []);
      assert.deepEqual(told(compare(lifecycle, [])), ['a die', 'a destroy']);
    });

    it('finds nothing where the death was read late', () => {
      const die = { id: 'a', action: 'die', attributes: { exitCode: '0' }, second: 16 };
      const lifecycle = lifecycleAfter({ ...start, second: 9 }, { ...start, second: 20 }, die);
      assert.deepEqual(told(compare(lifecycle, [now])), []);
    });

    it('finds nothing where the start of another run was read late, or when the container was made', () => {
      const run = [
        { ...start, second: 9 },
        { id: 'a', action: 'die', attributes: { exitCode: '0' }, second: 16 },
        { ...start, second: 20 },
      ];
      const made = { id: 'a', action: 'create', second: 3 };
      const first = { ...start, second: 5 };
      const died = { id: 'a', action: 'die', attributes: { exitCode: '0' }, second: 7 };
      const lifecycle = lifecycleAfter(...run, first, died, made);
      assert.deepEqual(told(compare(lifecycle, [now])), []);
      assert.deepEqual(told(compare(lifecycleAfter(...run.slice(0, 2), { ...start, second: 12 }), [])), ['a destroy']);
    });

    it('finds it where the container was learned from the list, and no death from before', () => {
      const learned = [
        [inspectedContainer({ id: 'a', startedAt: at(5), finishedAt: at(3) }), ['a die']],
        [inspectedContainer({ id: 'a', startedAt: at(5), finishedAt: undefined }), ['a die']],
        [inspectedContainer({ id: 'a', state: 'exited', startedAt: at(5), finishedAt: at(15) }), []],
      ] as const;
      for (const [container, expected] of learned) {
        const lifecycle = new Lifecycle('docker_events');
        lifecycle.inventory.learn([asListed(container)], new Map([['a', container]]));
        foldedEvents(lifecycle, [received({ ...start, second: 20 })]);
        assert.deepEqual(told(compare(lifecycle, [now])), expected);
      }
    });
  });

  it('finds the same differences again, as long as nothing changes', () => {
    const lifecycle = lifecycleAfter({ id: 'a', action: 'start' }, { id: 'gone', action: 'start' });
    const now = [inspectedContainer({ id: 'a', startedAt: at(7) }), inspectedContainer({ id: 'new' })];
    const first = compare(lifecycle, now);
    assert.equal(first.length, 6);
    assert.deepEqual(compare(lifecycle, now), first);
  });

  it('leaves out containers of which events tell while the engine is asked', () => {
    const lifecycle = lifecycleAfter(
      { id: 'starts', action: 'create' },
      { id: 'removed', action: 'start' },
      { id: 'quiet', action: 'start' },
      { id: 'probed', action: 'start' },
    );
    const listed = ['starts', 'removed', 'short', 'new'].map((id) => listedContainer({ id, state: 'exited' }));
    const asked = lifecycle.inventory.toInspect(listed);
    foldedEvents(lifecycle, [
      received({ id: 'starts', action: 'start' }),
      received({ id: 'removed', action: 'destroy' }),
      received({ id: 'short', action: 'create' }),
      received({ id: 'short', action: 'destroy' }),
      received({ id: 'late', action: 'create' }),
      received({ id: 'probed', action: 'exec_die' }),
    ]);
    const inspected = new Map(asked.map((id) => [id, undefined]));
    inspected.delete('new');
    assert.deepEqual(told(lifecycle.inventory.differences(listed, inspected)), [
      'new create',
      'new start',
      'new die',
      'quiet die',
      'quiet destroy',
      'probed die',
      'probed destroy',
    ]);
  });

  it('leaves out a container that died while it was asked for', () => {
    const lifecycle = lifecycleAfter({ id: 'a', action: 'start' });
    const listed = [listedContainer({ id: 'a' })];
    lifecycle.inventory.toInspect(listed);
    const answers = new Map([
      ['a', inspectedContainer({ id: 'a', state: 'exited', startedAt: at(0), finishedAt: at(5) })],
    ]);
    assert.deepEqual(told(lifecycle.inventory.differences(listed, answers)), ['a die']);
    foldedEvents(lifecycle, [
      received({ id: 'a', action: 'die', second: 6 }),
      received({ id: 'a', action: 'start', second: 7 }),
    ]);
    assert.deepEqual(told(lifecycle.inventory.differences(listed, answers)), []);
  });

  it('leaves out containers that are removed between the list and the question', () => {
    const lifecycle = lifecycleAfter({ id: 'known', action: 'start' });
    const listed = ['known', 'new'].map((id) => listedContainer({ id, state: 'exited' }));
    const inspected = new Map(lifecycle.inventory.toInspect(listed).map((id) => [id, undefined]));
    assert.deepEqual(lifecycle.inventory.differences(listed, inspected), []);
  });

  it('takes a container that is not listed, and is there, for made after the list', () => {
    const lifecycle = lifecycleAfter({ id: 'late', action: 'create' });
    assert.deepEqual(lifecycle.inventory.toInspect([]), ['late']);
    const late = inspectedContainer({ id: 'late', state: 'created', startedAt: undefined });
    assert.deepEqual(lifecycle.inventory.differences([], new Map([['late', late]])), []);
  });

  it('goes by the list where inspect is not allowed', () => {
    const lifecycle = lifecycleAfter({ id: 'a', action: 'start' }, { id: 'b', action: 'start' });
    const listed = [listedContainer({ id: 'a', state: 'exited' })];
    lifecycle.inventory.toInspect(listed);
    const differences = lifecycle.inventory.differences(listed, NOBODY);
    assert.deepEqual(told(differences), ['a die', 'b die', 'b destroy']);
    for (const { event, synthetic } of differences) {
      assert.deepEqual(synthetic, { basis: 'list' });
      assert.equal(event.time, undefined);
      assert.equal(event.attributes.has('exitCode'), false);
    }
  });

  it('tells nothing of what it has learned, and what has changed since', () => {
    const lifecycle = new Lifecycle('docker_events');
    const containers = [
      inspectedContainer({ id: 'a', health: 'healthy' }),
      inspectedContainer({ id: 'b', state: 'paused' }),
      inspectedContainer({ id: 'c', state: 'exited' }),
      inspectedContainer({ id: 'd', state: 'created', startedAt: undefined, labels: new Map([['team', 'a']]) }),
      inspectedContainer({ id: 'e' }),
    ];
    lifecycle.inventory.learn(containers.map(asListed), new Map(containers.map((one) => [one.id, one])));
    assert.deepEqual(compare(lifecycle, containers), []);
    const later = [
      inspectedContainer({ id: 'a', health: 'unhealthy' }),
      inspectedContainer({ id: 'b', state: 'running' }),
      inspectedContainer({ id: 'c', state: 'running', startedAt: at(60) }),
      inspectedContainer({ id: 'e', startedAt: at(61) }),
    ];
    const differences = compare(lifecycle, later);
    assert.deepEqual(told(differences), [
      'c start',
      'e die',
      'e start',
      'a health_status: unhealthy',
      'b unpause',
      'd destroy',
    ]);
    const { attributes } = differences.at(-1)?.event ?? {};
    assert.deepEqual(Object.fromEntries(attributes ?? []), { image: 'busybox:local', name: 'web', team: 'a' });
  });

  it('learns nothing that events told otherwise, nor of containers that they removed', () => {
    const lifecycle = lifecycleAfter(
      { id: 'a', action: 'start', second: 9 },
      { id: 'sick', action: 'health_status: unhealthy' },
      { id: 'gone', action: 'destroy' },
    );
    const old: ListedContainer = listedContainer({ id: 'a', state: 'exited', name: 'old' });
    const sick = inspectedContainer({ id: 'sick', health: 'healthy' });
    const answers = new Map([
      ['removed', undefined],
      ['sick', sick],
    ]);
    lifecycle.inventory.learn(
      [old, asListed(sick), ...['gone', 'removed'].map((id) => listedContainer({ id }))],
      answers,
    );
    assert.equal(lifecycle.inventory.isKnown, true);
    assert.deepEqual(lifecycle.inventory.toInspect([]), ['a', 'sick']);
    const now = inspectedContainer({ id: 'a', state: 'exited', startedAt: at(8), finishedAt: at(20) });
    assert.deepEqual(told(compare(lifecycle, [now, sick])), ['a die', 'sick health_status: healthy']);
  });

  it('believes the answer of a container rather than the list, which is older, and the list where there is none', () => {
    const lifecycle = new Lifecycle('docker_events');
    const listed = ['ended', 'runs', 'not asked', 'made'].map((id) => listedContainer({ id, image: 'sha256:1' }));
    const made = listedContainer({ id: 'not started', state: 'created' });
    const answers = new Map([
      ['ended', inspectedContainer({ id: 'ended', state: 'exited' })],
      ['runs', inspectedContainer({ id: 'runs' })],
      ['made', inspectedContainer({ id: 'made', state: 'created', startedAt: undefined })],
    ]);
    lifecycle.inventory.learn([...listed, made], answers);
    assert.equal([...lifecycle.running()].length, 2);
    lifecycle.inventory.toInspect([]);
    const gone = lifecycle.inventory.differences([], NOBODY);
    assert.deepEqual(told(gone).sort(), [
      'ended destroy',
      'made destroy',
      'not asked destroy',
      'not asked die',
      'not started destroy',
      'runs destroy',
      'runs die',
    ]);
    const images = gone.map(({ event }) => `${event.actorId} ${event.attributes.get('image')}`);
    assert.deepEqual(
      new Set(images),
      new Set([
        'ended busybox:local',
        'made busybox:local',
        'runs busybox:local',
        'not asked sha256:1',
        'not started busybox:local',
      ]),
    );
  });

  it('writes what it has learned into rows, which can be saved at once', () => {
    const saved: string[][] = [];
    const save = () => saved.push([...lifecycle.changedRows().keys()]);
    const lifecycle: Lifecycle = new Lifecycle('docker_events', { onLearned: save });
    foldedEvents(lifecycle, [received({ id: 'a' })]);
    save();
    lifecycle.inventory.learn([listedContainer({ id: 'a' })], NOBODY);
    assert.deepEqual(saved[1], ['container/docker_events/a', 'containers/docker_events']);
  });

  it('wants to know how those are checked that are there, first of all those that run', () => {
    const { inventory } = lifecycleAfter(
      { id: 'runs', action: 'start' },
      { id: 'rests', action: 'pause' },
      { id: 'died', action: 'die' },
      { id: 'gone', action: 'start' },
      { id: 'gone', action: 'destroy' },
    );
    assert.deepEqual(inventory.unknownProbes(), ['runs', 'rests']);
    const wanted = () => ['runs', 'rests', 'died', 'gone', 'nobody'].map((id) => inventory.wantsProbe(id));
    assert.deepEqual(wanted(), [true, true, true, false, false]);
    inventory.learnProbe('runs', '/probe ');
    inventory.learnProbe('gone', '/probe ');
    inventory.learnProbe('rests', undefined);
    assert.deepEqual(inventory.unknownProbes(), []);
    assert.deepEqual(wanted(), [false, false, true, false, false]);
  });

  it('is not kept from comparing a container by learning how it is checked', () => {
    const lifecycle = lifecycleAfter({ id: 'c1', action: 'start' });
    const died = inspectedContainer({ id: 'c1', name: 'web', state: 'exited', finishedAt: at(9) });
    lifecycle.inventory.toInspect([asListed(died)]);
    lifecycle.inventory.learnProbe('c1', '/probe ');
    const differences = lifecycle.inventory.differences([asListed(died)], new Map([['c1', died]]));
    assert.deepEqual(told(differences), ['c1 die']);
  });

  it('learns which labels have the name of a key of the engine', () => {
    const lifecycle = new Lifecycle('docker_events');
    lifecycle.inventory.learn([listedContainer({ id: 'a', labels: new Map([['exitCode', '999']]) })], NOBODY);
    const [die] = foldedEvents(lifecycle, [received({ id: 'a', action: 'die', attributes: { exitCode: '999' } })]);
    assert.deepEqual(withoutRun(die?.context), {
      exit: { reason: 'unknown', intended: false, signal: undefined },
      shadowed: ['exitCode'],
    });
  });
});

const ACTIONS = [
  ...['create', 'start', 'die', 'kill', 'oom', 'pause', 'unpause', 'destroy', 'rename', 'restart', 'commit'],
  ...['exec_create: ls', 'health_status: healthy', 'health_status: unhealthy'],
];
const IDS = ['a', 'b', 'c', 'd'];
const time = fc.option(fc.nat(20).map(at), { nil: undefined });

const event = fc
  .record({
    action: fc.constantFrom(...ACTIONS),
    id: fc.constantFrom(...IDS),
    name: fc.constantFrom({}, { name: 'n' }, { name: 'm', team: 'a', exitCode: '999' }),
    second: fc.nat(20),
  })
  .map(({ name, ...parts }) => received({ ...parts, attributes: name }));

const container: fc.Arbitrary<InspectedContainer> = fc
  .record({
    id: fc.constantFrom(...IDS),
    name: fc.constantFrom('', 'n', 'x'),
    state: fc.constantFrom('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead', 'strange'),
    labels: fc.constantFrom(new Map(), new Map([['exitCode', '7']])),
    startedAt: time,
    finishedAt: time,
    exitCode: fc.constantFrom(undefined, 0, 3, 137),
    oomKilled: fc.boolean(),
    health: fc.constantFrom(undefined, 'starting', 'healthy', 'unhealthy'),
    healthAt: time,
  })
  .map((parts) => inspectedContainer(parts));

const containers = fc.uniqueArray(container, { selector: ({ id }) => id });

describe('the differences that the inventory finds', () => {
  const runs = { numRuns: 1000 };

  it('lead to agreement, however they are asked for', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), containers, fc.boolean(), (events, now, mayInspect) => {
        const lifecycle = new Lifecycle('docker_events');
        foldedEvents(lifecycle, events);
        const listed = now.map(asListed);
        const ask = () => {
          const asked = lifecycle.inventory.toInspect(listed);
          if (!mayInspect) return lifecycle.inventory.differences(listed, NOBODY);
          const answers = new Map(asked.map((id) => [id, now.find((one) => one.id === id)]));
          return lifecycle.inventory.differences(listed, answers);
        };
        const differences = ask();
        assert.deepEqual(ask(), differences);
        foldedEvents(lifecycle, differences.map(receivedFrom));
        assert.deepEqual(told(ask()), []);
      }),
      runs,
    );
  });

  it('claim an exit code or a cause only where inspect gave it, or an event before the gap explains it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), containers, (events, now) => {
        const lifecycle = new Lifecycle('docker_events');
        foldedEvents(lifecycle, events);
        for (const { event: synthetic, context } of foldedEvents(
          lifecycle,
          compare(lifecycle, now).map(receivedFrom),
        )) {
          const inspected = now.find(({ id }) => id === synthetic.actorId);
          const exitCode = synthetic.attributes.get('exitCode');
          if (synthetic.action === 'die' && exitCode !== undefined) assert.equal(exitCode, String(inspected?.exitCode));
          assert.notEqual(context.exit?.reason, 'completed');
          assert.notEqual(context.exit?.reason, 'failed');
          assert.notEqual(context.exit?.reason, 'unknown');
          assert.equal(context.shadowed, undefined);
        }
      }),
      runs,
    );
  });
});
