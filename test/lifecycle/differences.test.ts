import assert from 'node:assert/strict';
import { differencesOf, differencesOfVanished, type Known } from '../../src/lifecycle/differences.ts';
import { labelsRow } from '../../src/lifecycle/rows.ts';
import type { InspectedContainer, ListedContainer } from '../../src/model/engine.ts';
import type { Difference } from '../../src/model/inventory.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { inspectedContainer, listedContainer, NOON } from '../support/containers.ts';

function known(parts: Partial<Known> = {}): Known {
  return {
    name: 'web',
    image: 'busybox:local',
    labels: '[]',
    state: 'running',
    stateAt: at(1),
    startedAt: at(1),
    endsKnownTo: at(1),
    health: 'starting',
    ...parts,
  };
}

/** So many seconds after noon. */
function at(second: number, nanos = 0): UnixNanos {
  return [NOON + second, nanos];
}

/** `die@5 exitCode=3`: the second after noon, where there is a time, and what is neither label nor name. */
function told(differences: readonly Difference[]): string[] {
  return differences.map(({ event: { action, time, attributes } }) => {
    const own = [...attributes].filter(([key]) => !['image', 'name', 'team'].includes(key));
    const second = time === undefined ? '' : `@${time[0] - NOON}`;
    return [`${action}${second}`, ...own.map(([key, value]) => `${key}=${value}`)].join(' ');
  });
}

const inspect = (parts: Partial<InspectedContainer> = {}) =>
  inspectedContainer({ id: 'c1', startedAt: at(0), ...parts });
const list = (parts: Partial<ListedContainer> = {}) => listedContainer({ id: 'c1', ...parts });

const EXITED = { state: 'exited', finishedAt: at(5), exitCode: 3 };

const INSPECTED: readonly (readonly [
  title: string,
  known: Partial<Known> | undefined,
  now: Partial<InspectedContainer>,
  told: readonly string[],
])[] = [
  ['runs as before', {}, {}, []],
  ['died', {}, EXITED, ['die@5 execDuration=5 exitCode=3']],
  ['waits for its restart', {}, { ...EXITED, state: 'restarting' }, ['die@5 execDuration=5 exitCode=3']],
  ['died while it was paused', { state: 'paused' }, EXITED, ['die@5 execDuration=5 exitCode=3']],
  [
    'was killed by the kernel',
    {},
    { ...EXITED, exitCode: 137, oomKilled: true },
    ['die@5 execDuration=5 exitCode=137 oomKilled=true'],
  ],
  [
    'died within a second',
    { startedAt: at(5) },
    { ...EXITED, startedAt: at(4, 900_000_000), finishedAt: at(5, 100_000_000) },
    ['die@5 execDuration=0 exitCode=3'],
  ],
  ['died, and the engine did not write down when', {}, { ...EXITED, finishedAt: undefined }, ['die exitCode=3']],
  [
    'died, and the engine has the end of an earlier run only',
    { startedAt: at(10) },
    { ...EXITED, startedAt: at(9), finishedAt: at(5) },
    ['die exitCode=3'],
  ],
  ['died, and the engine does not say with what', {}, { ...EXITED, exitCode: undefined }, ['die@5 execDuration=5']],
  ['was restarted', {}, { startedAt: at(6), finishedAt: at(5) }, ['die@5', 'start@6']],
  ['was restarted, and the engine forgot the end', {}, { startedAt: at(6) }, ['die', 'start@6']],
  [
    'was restarted, and the end that the engine has is older',
    { startedAt: at(10), endsKnownTo: at(5) },
    { startedAt: at(16), finishedAt: at(5) },
    ['die', 'start@16'],
  ],
  [
    'was restarted, and seems to have ended after that',
    {},
    { startedAt: at(6), finishedAt: at(7) },
    ['die', 'start@6'],
  ],
  [
    'was restarted, with a start that was never told, and an end from before',
    { startedAt: undefined, stateAt: at(3), endsKnownTo: at(2) },
    { startedAt: at(6), finishedAt: at(2) },
    ['die', 'start@6'],
  ],
  [
    'was restarted twice, and the first end was not told either',
    { startedAt: at(3) },
    { startedAt: at(6), finishedAt: at(2) },
    ['die@2', 'die', 'start@6'],
  ],
  [
    'was restarted, of which its start was told',
    { startedAt: at(6) },
    { startedAt: at(6), finishedAt: at(5) },
    ['die@5'],
  ],
  [
    'was restarted, of which all was told',
    { startedAt: at(6), endsKnownTo: at(5) },
    { startedAt: at(6), finishedAt: at(5) },
    [],
  ],
  [
    'was restarted at a time of which nothing is known',
    { startedAt: at(6), endsKnownTo: undefined },
    { startedAt: at(6), finishedAt: at(5) },
    [],
  ],
  [
    'ran in between, and runs again',
    { state: 'exited', stateAt: at(3), endsKnownTo: at(3) },
    { startedAt: at(6), finishedAt: at(5) },
    ['die@5', 'start@6'],
  ],
  [
    'was restarted, and nothing is known of ends before',
    { endsKnownTo: undefined },
    { startedAt: at(6), finishedAt: at(5) },
    ['die@5', 'start@6'],
  ],
  [
    'was started, nobody knows when',
    { startedAt: undefined, stateAt: undefined },
    { startedAt: at(6), finishedAt: at(5) },
    [],
  ],
  [
    'died before the event of its start was sent',
    { startedAt: at(6) },
    { ...EXITED, startedAt: at(5), finishedAt: at(5, 1) },
    ['die@5 execDuration=0 exitCode=3'],
  ],
  [
    'died before the event of its start was sent, nobody knows with what',
    { startedAt: at(6) },
    { ...EXITED, startedAt: at(5), finishedAt: at(5, 1), exitCode: undefined },
    ['die execDuration=0'],
  ],
  [
    'is new, and was restarted before it was ever seen',
    undefined,
    { startedAt: at(6), finishedAt: at(5) },
    ['create@0', 'die@5', 'start@6'],
  ],
  [
    'was restarted and died again',
    {},
    { ...EXITED, startedAt: at(4) },
    ['die', 'start@4', 'die@5 execDuration=1 exitCode=3'],
  ],
  ['was restarted and paused', {}, { startedAt: at(6), state: 'paused' }, ['die', 'start@6', 'pause']],
  ['was restarted, out of a pause', { state: 'paused' }, { startedAt: at(6) }, ['die', 'start@6']],
  ['was started', { state: 'exited', stateAt: at(3) }, { startedAt: at(6) }, ['start@6']],
  ['was started for the first time', { state: 'created', startedAt: undefined }, { startedAt: at(6) }, ['start@6']],
  [
    'was started for the first time and died',
    { state: 'created', startedAt: undefined },
    { ...EXITED, startedAt: at(4) },
    ['start@4', 'die@5 execDuration=1 exitCode=3'],
  ],
  [
    'was started by a clock that was set back meanwhile',
    { state: 'exited', startedAt: at(100), stateAt: at(101) },
    { startedAt: at(6) },
    ['start@6'],
  ],
  ['never ran', { state: 'created', startedAt: undefined }, { state: 'created', startedAt: undefined }, []],
  [
    'never ran and is removed',
    { state: 'created', startedAt: undefined },
    { state: 'removing', startedAt: undefined },
    [],
  ],
  [
    'was down and ran in between',
    { state: 'exited', stateAt: at(3) },
    { ...EXITED, startedAt: at(4) },
    ['start@4', 'die@5 execDuration=1 exitCode=3'],
  ],
  ['is down as before', { state: 'exited', stateAt: at(3) }, { ...EXITED, finishedAt: at(3) }, []],
  ['was paused', {}, { state: 'paused' }, ['pause']],
  ['was resumed', { state: 'paused' }, {}, ['unpause']],
  ['runs, with a start that was never told', { startedAt: undefined, stateAt: at(3) }, { startedAt: at(2) }, []],
  [
    'was restarted, with a start that was never told',
    { startedAt: undefined, stateAt: at(3) },
    { startedAt: at(6) },
    ['die', 'start@6'],
  ],
  ['runs, and nobody ever told since when', { startedAt: undefined, stateAt: undefined }, { startedAt: at(6) }, []],
  [
    'died, of which nobody ever told that it ran',
    { state: undefined, stateAt: undefined, startedAt: undefined },
    EXITED,
    [],
  ],
  ['is in a state that nobody knows', {}, { state: 'hibernating' }, []],
  ['became unhealthy', { health: 'healthy' }, { health: 'unhealthy', healthAt: at(9) }, ['health_status: unhealthy']],
  ['became healthy after its start', { health: 'starting' }, { health: 'healthy' }, ['health_status: healthy']],
  ['is healthy as before', { health: 'healthy' }, { health: 'healthy' }, []],
  ['is healthy, and nobody knows since when', { health: undefined }, { health: 'healthy' }, []],
  ['is checked anew, which engines do not tell', { health: 'healthy' }, { health: 'starting' }, []],
  ['has no health check', { health: 'starting' }, { health: undefined }, []],
  [
    'was restarted and became healthy again',
    { health: 'healthy' },
    { startedAt: at(6), health: 'healthy' },
    ['die', 'start@6', 'health_status: healthy'],
  ],
  [
    'died while it was unhealthy',
    { health: 'healthy' },
    { ...EXITED, health: 'unhealthy' },
    ['die@5 execDuration=5 exitCode=3'],
  ],
  ['was renamed', { name: 'old' }, { name: 'new' }, ['rename oldName=/old']],
  [
    'was renamed and died',
    { name: 'old' },
    { name: 'new', ...EXITED },
    ['rename oldName=/old', 'die@5 execDuration=5 exitCode=3'],
  ],
  ['has a name that nobody told before', { name: undefined }, { name: 'new' }, []],
  ['is new', undefined, { created: at(2, 5), state: 'created', startedAt: undefined }, ['create@2']],
  ['is new and runs', undefined, { created: at(2), startedAt: at(3) }, ['create@2', 'start@3']],
  ['is new, runs and is healthy', undefined, { health: 'healthy' }, ['create@0', 'start@0', 'health_status: healthy']],
  ['is new and paused', undefined, { state: 'paused' }, ['create@0', 'start@0', 'pause']],
  ['is new and died', undefined, EXITED, ['create@0', 'start@0', 'die@5 execDuration=5 exitCode=3']],
  [
    'is new and could never be started',
    undefined,
    { ...EXITED, state: 'dead', startedAt: undefined, finishedAt: undefined },
    ['create@0'],
  ],
];

const LISTED: typeof INSPECTED = [
  ['runs as before', {}, {}, []],
  ['died', {}, { state: 'exited' }, ['die']],
  ['is being removed', {}, { state: 'removing' }, ['die']],
  ['was started', { state: 'exited' }, {}, ['start']],
  ['was started and paused', { state: 'exited' }, { state: 'paused' }, ['start', 'pause']],
  ['ran for the first time', { state: 'created' }, { state: 'exited' }, ['start', 'die']],
  ['may never have run', { state: 'created' }, { state: 'removing' }, []],
  ['was paused', {}, { state: 'paused' }, ['pause']],
  ['was resumed', { state: 'paused' }, {}, ['unpause']],
  ['is down as before', { state: 'exited' }, { state: 'exited' }, []],
  ['was renamed', { name: 'old' }, { name: 'new' }, ['rename oldName=/old']],
  ['is new and runs', undefined, { created: at(2) }, ['create@2', 'start']],
  ['is new and died', undefined, { created: undefined, state: 'exited' }, ['create', 'start', 'die']],
  ['is new and was not started', undefined, { state: 'created' }, ['create@0']],
];

describe('the differences of a container', () => {
  for (const [title, before, now, expected] of INSPECTED) {
    it(`that ${title}, as inspect tells it: ${expected.join(', ') || 'none'}`, () => {
      const differences = differencesOf('c1', before && known(before), inspect(now));
      assert.deepEqual(told(differences), expected);
      for (const { synthetic } of differences) assert.deepEqual(synthetic, { basis: 'inspect' });
    });
  }

  for (const [title, before, now, expected] of LISTED) {
    it(`that ${title}, as the list tells it: ${expected.join(', ') || 'none'}`, () => {
      const differences = differencesOf('c1', before && known(before), list(now));
      assert.deepEqual(told(differences), expected);
      for (const { synthetic } of differences) assert.deepEqual(synthetic, { basis: 'list' });
    });
  }

  it('that is not there any more: it died, if it ran, and was removed, nobody knows when', () => {
    assert.deepEqual(told(differencesOfVanished('c1', known())), ['die', 'destroy']);
    assert.deepEqual(told(differencesOfVanished('c1', known({ state: 'paused' }))), ['die', 'destroy']);
    assert.deepEqual(told(differencesOfVanished('c1', known({ state: 'exited' }))), ['destroy']);
    assert.deepEqual(told(differencesOfVanished('c1', known({ state: undefined }))), ['destroy']);
    assert.deepEqual(differencesOfVanished('c1', known())[0]?.synthetic, { basis: 'list' });
  });

  it('are events in the form of the engine: labels, image and name, own keys, sorted', () => {
    const labels = new Map([
      ['team', 'a'],
      ['exitCode', '999'],
      ['oomKilled', 'true'],
      ['image', 'a label'],
      ['zone', 'b'],
    ]);
    const [difference] = differencesOf('c1', known(), inspect({ ...EXITED, labels }));
    assert.deepEqual(difference?.event, {
      type: 'container',
      action: 'die',
      actorId: 'c1',
      attributes: new Map([
        ['execDuration', '5'],
        ['exitCode', '3'],
        ['image', 'busybox:local'],
        ['name', 'web'],
        ['team', 'a'],
        ['zone', 'b'],
      ]),
      scope: 'local',
      time: at(5),
      originalAction: undefined,
    });
    assert.deepEqual(
      [...(difference?.event.attributes.keys() ?? [])],
      ['execDuration', 'exitCode', 'image', 'name', 'team', 'zone'],
    );
  });

  it('have the name of now, the image as the user wrote it, and the labels that are remembered of what is gone', () => {
    const before = known({ name: 'old', image: 'busybox:local', labels: labelsRow([['team', 'a']]) });
    const [renamed] = differencesOf('c1', before, list({ name: 'new', image: 'sha256:1234' }));
    assert.equal(renamed?.event.attributes.get('name'), 'new');
    assert.equal(renamed?.event.attributes.get('image'), 'busybox:local');
    const [died] = differencesOfVanished('c1', before);
    assert.deepEqual(Object.fromEntries(died?.event.attributes ?? []), {
      image: 'busybox:local',
      name: 'old',
      team: 'a',
    });
    const [unknown] = differencesOfVanished('c1', known({ name: undefined, image: undefined, labels: undefined }));
    assert.equal(unknown?.event.attributes.size, 0);
  });
});
