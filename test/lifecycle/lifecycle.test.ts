import assert from 'node:assert/strict';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventContext } from '../../src/model/context.ts';
import { eventLine, type LineParts, receivedOf } from '../support/events.ts';
import { foldedEvents, withoutRun } from '../support/folding.ts';

/** `action`, its own attributes, and how many seconds after noon. */
type Step = readonly [action: string, attributes?: Readonly<Record<string, string>>, second?: number];

const RECEIVER = 'docker_events';
const START = 1_795_262_400;

function lineOf([action, attributes = {}, second = 0]: Step, more: LineParts = {}): string {
  return eventLine({
    action,
    attributes: { image: 'i', name: 'n', ...attributes },
    timeNano: `${START + second}000000000`,
    ...more,
  });
}

/** The context of the last of these events of one container. */
function lastContext(steps: readonly Step[]): EventContext | undefined {
  return foldedEvents(
    new Lifecycle(RECEIVER),
    steps.map((step) => receivedOf(lineOf(step))),
  ).at(-1)?.context;
}

const EXITS: readonly (readonly [string, readonly Step[], string, boolean, number | undefined])[] = [
  ['nothing before it, exit code 0', [['die', { exitCode: '0' }]], 'completed', true, undefined],
  ['nothing before it, exit code 1', [['die', { exitCode: '1' }]], 'failed', false, undefined],
  ['nothing before it, exit code 137', [['die', { exitCode: '137' }]], 'failed', false, undefined],
  ['nothing before it, exit code 143', [['die', { exitCode: '143' }]], 'failed', false, undefined],
  [
    'docker stop',
    [
      ['kill', { signal: '15' }],
      ['die', { exitCode: '143' }],
    ],
    'stopped',
    true,
    15,
  ],
  [
    'docker stop, with an exit code of its own',
    [
      ['kill', { signal: '15' }],
      ['die', { exitCode: '1' }],
    ],
    'stopped',
    true,
    15,
  ],
  [
    'docker stop that had to kill',
    [
      ['kill', { signal: '15' }],
      ['kill', { signal: '9' }, 10],
      ['die', { exitCode: '137' }, 10],
    ],
    'killed',
    true,
    9,
  ],
  [
    'docker kill',
    [
      ['kill', { signal: '9' }],
      ['die', { exitCode: '137' }],
    ],
    'killed',
    true,
    9,
  ],
  [
    'SIGINT',
    [
      ['kill', { signal: '2' }],
      ['die', { exitCode: '130' }],
    ],
    'stopped',
    true,
    2,
  ],
  [
    'a reload by SIGHUP long before',
    [
      ['kill', { signal: '1' }],
      ['die', { exitCode: '1' }, 5],
    ],
    'failed',
    false,
    undefined,
  ],
  [
    'a SIGHUP that it died of',
    [
      ['kill', { signal: '1' }],
      ['die', { exitCode: '129' }],
    ],
    'stopped',
    true,
    1,
  ],
  [
    'a SIGTERM it shrugged off last week',
    [
      ['kill', { signal: '15' }],
      ['die', { exitCode: '1' }, 604_800],
    ],
    'failed',
    false,
    undefined,
  ],
  [
    'a SIGTERM 600 s before',
    [
      ['kill', { signal: '15' }],
      ['die', { exitCode: '1' }, 600],
    ],
    'stopped',
    true,
    15,
  ],
  [
    'a SIGTERM 601 s before',
    [
      ['kill', { signal: '15' }],
      ['die', { exitCode: '1' }, 601],
    ],
    'failed',
    false,
    undefined,
  ],
  [
    'a SIGTERM in the run before',
    [['kill', { signal: '15' }], ['die', { exitCode: '0' }], ['start'], ['die', { exitCode: '1' }]],
    'failed',
    false,
    undefined,
  ],
  ['an oom', [['oom'], ['die', { exitCode: '137' }]], 'oom_killed', false, undefined],
  ['an oom of another process in it', [['oom'], ['die', { exitCode: '1' }]], 'failed', false, undefined],
  ['an oom in the run before', [['oom'], ['start'], ['die', { exitCode: '137' }]], 'failed', false, undefined],
  [
    'an oom and then docker kill',
    [['oom'], ['kill', { signal: '9' }], ['die', { exitCode: '137' }]],
    'killed',
    true,
    9,
  ],
  [
    'docker stop during which the kernel killed',
    [['kill', { signal: '15' }], ['oom'], ['die', { exitCode: '137' }]],
    'stopped',
    true,
    15,
  ],
  [
    'an oom and then a reload by SIGHUP',
    [['oom'], ['kill', { signal: '1' }], ['die', { exitCode: '137' }]],
    'failed',
    false,
    undefined,
  ],
  [
    'an oom and then a signal that is none',
    [['oom'], ['kill', { signal: 'TERM' }], ['die', { exitCode: '137' }]],
    'failed',
    false,
    undefined,
  ],
  ['an exit code that is none', [['die', { exitCode: 'seven' }]], 'unknown', false, undefined],
  ['no exit code', [['die']], 'unknown', false, undefined],
  [
    'a signal that is none',
    [
      ['kill', { signal: 'TERM' }],
      ['die', { exitCode: '1' }],
    ],
    'failed',
    false,
    undefined,
  ],
  [
    'a label in the place of the exit code',
    [
      ['create', { exitCode: '0' }],
      ['die', { exitCode: '0' }],
    ],
    'unknown',
    false,
    undefined,
  ],
  [
    'a label in the place of the signal',
    [
      ['start', { signal: '15' }],
      ['kill', { signal: '15' }],
      ['die', { exitCode: '1', signal: '15' }],
    ],
    'failed',
    false,
    undefined,
  ],
];

describe('the lifecycle', () => {
  for (const [before, steps, reason, intended, signal] of EXITS) {
    it(`judges a death ${intended ? 'intended' : 'not intended'}, ${reason}: ${before}`, () => {
      assert.deepEqual(lastContext(steps)?.exit, { reason, intended, signal });
    });
  }

  it('takes an action to end at its first colon, as everything else does', () => {
    assert.deepEqual(lastContext([['die: at last', { exitCode: '0' }]]), lastContext([['die:now', { exitCode: '0' }]]));
    assert.equal(lastContext([['die:now', { exitCode: '0' }]])?.exit?.reason, 'completed');
  });

  it('keeps containers apart', () => {
    const lines = [
      lineOf(['kill', { signal: '15' }], { id: 'a', timeNano: `${START}000000000` }),
      lineOf(['die', { exitCode: '1' }], { id: 'b', timeNano: `${START}000000001` }),
    ];
    assert.equal(foldedEvents(new Lifecycle(RECEIVER), lines.map(receivedOf)).at(-1)?.context.exit?.reason, 'failed');
  });

  it('gives exec_die the command of its exec, which it does not say itself', () => {
    const exec = { execID: 'e1' };
    const steps: Step[] = [
      ['exec_create: sh -c ls: x', exec],
      ['exec_start: sh -c ls: x', exec],
      ['exec_die', { ...exec, exitCode: '0' }],
    ];
    assert.equal(lastContext(steps)?.execCommand, 'sh -c ls: x');
    assert.equal(lastContext([...steps, ['exec_die', { ...exec, exitCode: '0' }]])?.execCommand, undefined);
    assert.equal(lastContext([...steps.slice(0, 2), ['exec_die', { execID: 'other' }]])?.execCommand, undefined);
    assert.equal(lastContext([...steps.slice(0, 2), ['exec_detach', exec]])?.execCommand, 'sh -c ls: x');
  });

  it('says which keys of an event are known to be labels', () => {
    const steps: Step[] = [
      ['create', { exitCode: '999', signal: 'x', team: 'a' }],
      ['die', { exitCode: '999', signal: 'x' }],
    ];
    assert.deepEqual(lastContext(steps)?.shadowed, ['exitCode', 'signal']);
    assert.equal(
      lastContext([
        ['create', { team: 'a' }],
        ['die', { exitCode: '3' }],
      ])?.shadowed,
      undefined,
    );
  });

  it('takes a key on an action it does not know for nobody in particular', () => {
    assert.equal(
      lastContext([
        ['teleport', { exitCode: '3' }],
        ['die', { exitCode: '3' }],
      ])?.exit?.reason,
      'failed',
    );
  });

  it('forgets a container that is destroyed', () => {
    assert.equal(
      lastContext([['kill', { signal: '9' }], ['destroy'], ['die', { exitCode: '1' }]])?.exit?.reason,
      'failed',
    );
  });

  it('has no context for what is no container', () => {
    const line = eventLine({ type: 'network', action: 'die', attributes: { exitCode: '1' } });
    assert.deepEqual(foldedEvents(new Lifecycle(RECEIVER), [receivedOf(line)])[0]?.context, {});
  });

  it('remembers the containers that were heard of last, when there are too many', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    const fold = (id: string, ...steps: Step[]) =>
      foldedEvents(
        lifecycle,
        steps.map((step) => receivedOf(lineOf(step, { id }))),
      ).at(-1)?.context;
    fold('old', ['kill', { signal: '9' }]);
    fold('kept', ['kill', { signal: '9' }]);
    for (let count = 0; count < 19_998; count += 1) fold(`c${count}`, ['start']);
    fold('kept', ['top']);
    fold('one too many', ['start']);
    assert.equal(fold('kept', ['die', { exitCode: '1' }])?.exit?.reason, 'killed');
    assert.equal(fold('old', ['die', { exitCode: '1' }])?.exit?.reason, 'failed');
  });

  it('takes the word of a die that the kernel killed, where no label stands in its place', () => {
    const oom = { exitCode: '137', oomKilled: 'true' };
    assert.equal(lastContext([['die', oom]])?.exit?.reason, 'oom_killed');
    assert.equal(lastContext([['die', { ...oom, exitCode: '1' }]])?.exit?.reason, 'failed');
    assert.equal(lastContext([['die', { ...oom, oomKilled: 'false' }]])?.exit?.reason, 'failed');
    assert.equal(
      lastContext([
        ['create', { oomKilled: 'true' }],
        ['die', oom],
      ])?.exit?.reason,
      'failed',
    );
  });

  it('does not take a label for a signal that was sent, though it learns of the label later', () => {
    const steps: Step[] = [
      ['kill', { signal: '9' }],
      ['top', { signal: '9' }],
      ['die', { exitCode: '1', signal: '9' }],
    ];
    assert.equal(lastContext(steps)?.exit?.reason, 'failed');
  });

  it('remembers no exec of which it is not told what it runs', () => {
    assert.equal(
      lastContext([
        ['exec_start', { execID: 'e1' }],
        ['exec_die', { execID: 'e1' }],
      ])?.execCommand,
      undefined,
    );
  });

  describe('of a death that nobody sent', () => {
    const UNSEEN: readonly (readonly [string, readonly Step[], Step, EventContext])[] = [
      ['claims nothing of exit code 0', [], ['die', { exitCode: '0' }], {}],
      ['claims nothing of another exit code', [], ['die', { exitCode: '1' }], {}],
      ['claims nothing of exit code 137', [], ['die', { exitCode: '137' }], {}],
      ['claims nothing where there is no exit code', [], ['die'], {}],
      [
        'takes the word of the engine that the kernel killed',
        [],
        ['die', { exitCode: '137', oomKilled: 'true' }],
        { exit: { reason: 'oom_killed', intended: false, signal: undefined } },
      ],
      ['does not, when it ended otherwise', [], ['die', { exitCode: '0', oomKilled: 'true' }], {}],
      [
        'takes an oom from before the gap for its cause',
        [['oom']],
        ['die', { exitCode: '137' }],
        { exit: { reason: 'oom_killed', intended: false, signal: undefined } },
      ],
      [
        'takes a signal from before the gap for its cause',
        [['kill', { signal: '15' }]],
        ['die', { exitCode: '0' }, 9],
        { exit: { reason: 'stopped', intended: true, signal: 15 } },
      ],
      ['does not, when it was long before', [['kill', { signal: '15' }]], ['die', { exitCode: '0' }, 900], {}],
      [
        'knows its own keys from labels of the same name',
        [['create', { exitCode: '0', oomKilled: 'false' }]],
        ['die', { exitCode: '137', oomKilled: 'true' }],
        { exit: { reason: 'oom_killed', intended: false, signal: undefined } },
      ],
    ];
    for (const [title, before, die, context] of UNSEEN) {
      it(title, () => {
        const lifecycle = new Lifecycle(RECEIVER);
        foldedEvents(
          lifecycle,
          before.map((step) => receivedOf(lineOf(step))),
        );
        const [entry] = foldedEvents(lifecycle, [{ ...receivedOf(lineOf(die)), synthetic: { basis: 'inspect' } }]);
        assert.deepEqual(withoutRun(entry?.context), context);
      });
    }

    it('does not take a signal for its cause where nobody knows when it died', () => {
      const lifecycle = new Lifecycle(RECEIVER);
      foldedEvents(lifecycle, [receivedOf(lineOf(['kill', { signal: '9' }]))]);
      const die = receivedOf(lineOf(['die']));
      const [entry] = foldedEvents(lifecycle, [
        { ...die, event: { ...die.event, time: undefined }, synthetic: { basis: 'list' } },
      ]);
      assert.deepEqual(withoutRun(entry?.context), {});
    });
  });

  it('learns from an event that was worked out which keys are labels', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    foldedEvents(lifecycle, [
      { ...receivedOf(lineOf(['create', { exitCode: '999' }])), synthetic: { basis: 'inspect' } },
    ]);
    const [die] = foldedEvents(lifecycle, [receivedOf(lineOf(['die', { exitCode: '999' }]))]);
    assert.deepEqual(die?.context.shadowed, ['exitCode']);
    assert.equal(die?.context.exit?.reason, 'unknown');
  });

  it('lets an event that another engine reported before change nothing', () => {
    const lifecycle = new Lifecycle(RECEIVER);
    const kill = receivedOf(lineOf(['kill', { signal: '9' }]));
    const [twin] = foldedEvents(lifecycle, [{ ...kill, isTwin: true }]);
    assert.deepEqual(twin, { kind: 'event', ...kill, context: {}, isTwin: true });
    assert.equal(
      foldedEvents(lifecycle, [receivedOf(lineOf(['die', { exitCode: '1' }]))])[0]?.context.exit?.reason,
      'failed',
    );
  });

  it('keeps that an event was worked out', () => {
    const received = { ...receivedOf(eventLine()), synthetic: { basis: 'list' } as const };
    assert.deepEqual(foldedEvents(new Lifecycle(RECEIVER), [received]), [
      { kind: 'event', ...received, context: { run: received.event.time } },
    ]);
  });

  it('keeps all that was received as it was', () => {
    const received = receivedOf(eventLine());
    assert.deepEqual(foldedEvents(new Lifecycle(RECEIVER), [received]), [
      { kind: 'event', ...received, context: { run: received.event.time } },
    ]);
  });
});
