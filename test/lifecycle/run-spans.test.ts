import assert from 'node:assert/strict';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { Received } from '../../src/model/entry.ts';
import { inspectedContainer } from '../support/containers.ts';
import { foldedEvents, foldedSpans } from '../support/folding.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { at, type Step, sent, spanLine, spansOf, workedOut } from '../support/told-spans.ts';

const EXEC = { execID: 'e1' };
const PROBE = { execID: 'e1', execType: 'healthcheck' };
const PROBE2 = { ...PROBE, execID: 'e2' };

/** A title, what happens, and the spans of it. */
type Case = readonly [title: string, steps: readonly (Step | Received)[], spans: readonly string[]];

function isReceived(step: Step | Received): step is Received {
  return 'event' in step;
}

function check(cases: readonly Case[], options = {}): void {
  for (const [title, steps, spans] of cases) {
    it(title, () => {
      const events = steps.map((step) => (isReceived(step) ? step : sent(step)));
      assert.deepEqual(spansOf(events, options), spans);
    });
  }
}

describe('the span of a run', () => {
  check([
    [
      'is from start to die',
      [
        [1, 'start'],
        [8, 'die', { exitCode: '0' }],
      ],
      ['run 1-8'],
    ],
    [
      'fails with a crash',
      [
        [1, 'start'],
        [8, 'die', { exitCode: '1' }],
      ],
      ['run 1-8 failed'],
    ],
    [
      'fails for want of memory',
      [
        [1, 'start'],
        [7, 'oom'],
        [8, 'die', { exitCode: '137' }],
      ],
      ['run 1-8 oom_killed'],
    ],
    [
      'does not fail when somebody asked for its end',
      [
        [1, 'start'],
        [7, 'kill', { signal: '9' }],
        [8, 'die', { exitCode: '137' }],
      ],
      ['stop 7-8', 'run 1-8'],
    ],
    [
      'does not fail where nobody knows',
      [
        [1, 'start'],
        [8, 'die'],
      ],
      ['run 1-8'],
    ],
    [
      'leads to the run before',
      [
        [1, 'start'],
        [2, 'die', { exitCode: '1' }],
        [3, 'start'],
        [4, 'die', { exitCode: '0' }],
      ],
      ['run 1-2 failed', 'run 3-4 previous_run 1'],
    ],
    [
      'is told once, whatever dies again',
      [
        [1, 'start'],
        [8, 'die'],
        [7, 'die'],
        [9, 'destroy'],
      ],
      ['run 1-8'],
    ],
    [
      'ends with the next start where no die was seen',
      [
        [1, 'start'],
        [5, 'start'],
      ],
      ['run 1-5 estimated end'],
    ],
    [
      'ends when the container is removed, at the latest',
      [
        [1, 'start'],
        [5, 'destroy'],
      ],
      ['run 1-5 estimated end'],
    ],
    [
      'is not told again by a die after that',
      [
        [1, 'start'],
        [5, 'destroy'],
        [4, 'die'],
      ],
      ['run 1-5 estimated end'],
    ],
    [
      'ends before another that was seen to begin, when its die is read late',
      [
        [1, 'start'],
        [5, 'start'],
        [4, 'die'],
        [9, 'die'],
      ],
      ['run 1-5 estimated end', 'run 5-9 previous_run 1'],
    ],
    [
      'is told as a whole when all of it is read late',
      [
        [5, 'start'],
        [1, 'start'],
        [3, 'die', { exitCode: '2' }],
        [9, 'die'],
      ],
      ['run 1-3 failed', 'run 5-9 previous_run 1'],
    ],
    [
      'that is read late and has no die ends with the next one',
      [
        [5, 'start'],
        [1, 'start'],
        [9, 'die'],
      ],
      ['run 5-9 previous_run 1', 'run 1-5 estimated end'],
    ],
    [
      'that is read late and has no die has ended when the container is removed',
      [
        [5, 'start'],
        [9, 'die'],
        [1, 'start'],
        [12, 'destroy'],
      ],
      ['run 5-9', 'run 1-5 estimated end'],
    ],
    [
      'is taken for a part of the one before, where its start is read after its end',
      [
        [1, 'start'],
        [9, 'die'],
        [5, 'start'],
        [12, 'destroy'],
      ],
      ['run 1-9'],
    ],
    [
      'is not taken for a later one whose start was not seen',
      [
        [5, 'start'],
        [6, 'die'],
        [8, 'die'],
        [2, 'start'],
        [3, 'die'],
      ],
      ['run 5-6', 'run 8-8 estimated start previous_run 5', 'run 2-3'],
    ],
    [
      'is not told again when its die is read after it was worked out',
      [[1, 'start'], workedOut([7, 'die', { exitCode: '0' }], true), [7.5, 'die']],
      ['run 1-7'],
    ],
    ['begins with its end where nothing else is known', [[8, 'die']], ['run 8-8 estimated start']],
    [
      'begins as long before its end as the engine says',
      [[8.5, 'die', { execDuration: '3', exitCode: '1' }]],
      ['run 5.5-8.5 estimated start failed'],
    ],
    [
      'begins at the latest with what was done to it, where its start was not seen',
      [
        [2, 'exec_start: a', EXEC],
        [4, 'pause'],
        [6, 'kill', { signal: '15' }],
        [9, 'die', { exitCode: '143' }],
      ],
      ['pause 4-9', 'stop 6-9', 'run 2-9 estimated start'],
    ],
    [
      'begins within the second that the engine leaves out of how long it took',
      [
        [5.2, 'kill', { signal: '9' }],
        [8.5, 'die', { execDuration: '3', exitCode: '137' }],
      ],
      ['stop 5.2-8.5', 'run 5.2-8.5 estimated start'],
    ],
    [
      'does not begin with what was done to another one before',
      [
        [3, 'kill', { signal: '1' }],
        [8.5, 'die', { execDuration: '3', exitCode: '1' }],
        [9, 'kill', { signal: '1' }],
        [11, 'die', { exitCode: '1' }],
      ],
      ['run 5.5-8.5 estimated start failed', 'run 9-11 estimated start failed previous_run 5.5'],
    ],
    [
      'does not believe a label for how long it took',
      [
        [1, 'create', { execDuration: '3' }],
        [8, 'die', { execDuration: '3' }],
      ],
      ['run 8-8 estimated start'],
    ],
    [
      'is another one when there is a second die without a start',
      [
        [1, 'start'],
        [3, 'die'],
        [9, 'die', { execDuration: '2' }],
      ],
      ['run 1-3', 'run 7-9 estimated start previous_run 1'],
    ],
    [
      'is not told again by a start that is read late',
      [
        [8, 'die'],
        [5, 'start'],
        [9, 'destroy'],
      ],
      ['run 8-8 estimated start'],
    ],
    [
      'never ends before it starts',
      [[5, 'start'], workedOut([4, 'die', { exitCode: '0' }], true)],
      ['run 5-5 estimated end'],
    ],
    [
      'ends when its end was noticed, where nobody knows more',
      [[1, 'start'], workedOut([7, 'die'], false)],
      ['run 1-8 estimated end'],
    ],
    [
      'begins when that was noticed, where nobody knows more',
      [workedOut([1, 'start'], false), [9, 'die']],
      ['run 2-9 estimated start'],
    ],
    [
      'begins with its event when that is read after all',
      [workedOut([5, 'start'], false), [4, 'start'], [9, 'die']],
      ['run 4-9'],
    ],
    ['is none where neither it nor its end is known', [[1, 'top'], workedOut([2, 'die'], false)], []],
  ]);

  it('is told with the event that ended it', () => {
    const events = (
      [
        [1, 'start'],
        [8, 'die'],
      ] as const
    ).map((step) => sent(step));
    const [, about, span] = new Lifecycle('docker_events').fold(events);
    assert.deepEqual(span, {
      kind: 'span',
      uid: events[1]?.uid,
      name: 'run',
      trace: { of: 'container', id: 'c1', start: at(1) },
      own: undefined,
      start: at(1),
      end: at(8),
      estimated: undefined,
      failure: undefined,
      links: [],
      about,
      observedAt: at(9),
      engine: IDENTITY,
    });
  });

  it('begins as the engine says, where the container ran before anybody looked', () => {
    const lifecycle = new Lifecycle('docker_events');
    const now = inspectedContainer({ id: 'c1', startedAt: at(2) });
    lifecycle.inventory.learn([now], new Map([['c1', now]]));
    assert.deepEqual(foldedSpans(lifecycle, [sent([8, 'die'])]).map(spanLine), ['run 2-8']);
  });

  it('begins with its event, where that comes a little after the engine was asked', () => {
    const lifecycle = new Lifecycle('docker_events');
    const now = inspectedContainer({ id: 'c1', startedAt: at(2) });
    lifecycle.inventory.learn([now], new Map([['c1', now]]));
    assert.deepEqual(foldedSpans(lifecycle, [sent([3, 'start']), sent([8, 'die'])]).map(spanLine), ['run 3-8']);
  });

  it('is none where none are asked for, and can be asked for later', () => {
    const before = new Lifecycle('docker_events', { spans: 'none' });
    const [start, die] = [sent([1, 'start']), sent([8, 'die'])];
    assert.deepEqual(foldedSpans(before, [sent([0, 'start']), sent([0.5, 'die']), start]), []);
    const rows = new Map<string, string>();
    for (const [key, row] of before.changedRows()) if (row !== undefined) rows.set(key, row);
    const after = new Lifecycle('docker_events');
    after.restore(rows, []);
    assert.deepEqual(foldedSpans(after, [die]).map(spanLine), ['run 1-8 previous_run 0']);
  });
});

describe('the spans within a run', () => {
  const start: Step = [1, 'start'];
  const died: Step = [9, 'die', { exitCode: '0' }];
  check([
    ['are its making, before the first start', [[0, 'create'], start, died, [11, 'start']], ['create 0-1', 'run 1-9']],
    [
      'are each exec, by its id',
      [start, [2, 'exec_start: a', EXEC], [3, 'exec_start: b', { execID: 'e2' }], [4, 'exec_die', EXEC]],
      ['exec e1 2-4'],
    ],
    [
      'are an exec that failed',
      [start, [2, 'exec_start: a', EXEC], [4, 'exec_die', { ...EXEC, exitCode: '3' }]],
      ['exec e1 2-4 exit_code'],
    ],
    ['are an exec whose beginning was not seen', [start, [4, 'exec_die', EXEC]], ['exec e1 4-4 estimated start']],
    [
      'are no exec of a run that is not known',
      [
        [2, 'exec_start: a', EXEC],
        [4, 'exec_die', EXEC],
      ],
      [],
    ],
    ['are no exec without an id', [start, [2, 'exec_start'], [4, 'exec_die']], []],
    ['are no health check', [start, [2, 'exec_start: a', PROBE], [4, 'exec_die', PROBE]], []],
    [
      'are an exec that ends a little after its run',
      [start, [2, 'exec_start: a', EXEC], died, [9.5, 'exec_die', EXEC], [12, 'destroy']],
      ['run 1-9', 'exec e1 2-9.5'],
    ],
    [
      'are an exec of which nothing more was told than its beginning: it could not be started',
      [start, [2, 'exec_start: a', EXEC], died, [12, 'start'], [9.5, 'exec_die', EXEC]],
      ['run 1-9', 'exec e1 2-2 estimated end not_started'],
    ],
    [
      'are an exec that was being started when its run ended',
      [start, [8.5, 'exec_start: a', EXEC], died, [12, 'start']],
      ['run 1-9', 'exec e1 8.5-9 estimated end'],
    ],
    [
      'end with the container at the latest, the run last',
      [start, [2, 'exec_start: a', EXEC], [3, 'pause'], [5, 'destroy'], [4, 'exec_die', EXEC]],
      ['exec e1 2-5 estimated end', 'pause 3-5 estimated end', 'run 1-5 estimated end'],
    ],
    [
      'are its pauses',
      [start, [2, 'pause'], [3, 'unpause'], [4, 'pause'], died],
      ['pause 2-3', 'pause 4-9', 'run 1-9'],
    ],
    ['are no pause whose beginning was not seen', [start, [3, 'unpause'], died], ['run 1-9']],
    [
      'are its stopping, from the first signal on',
      [start, [2, 'kill', { signal: '15' }], [8, 'kill', { signal: '9' }], [9, 'die', { exitCode: '137' }]],
      ['stop 2-9', 'run 1-9'],
    ],
    [
      'are not a signal that asked for nothing',
      [start, [2, 'kill', { signal: '1' }], [8, 'kill', { signal: '15' }], [9, 'die', { exitCode: '143' }]],
      ['stop 8-9', 'run 1-9'],
    ],
    [
      'are such a signal where the run died of it',
      [start, [2, 'kill', { signal: '15' }], [8, 'kill', { signal: '1' }], [9, 'die', { exitCode: '129' }]],
      ['stop 8-9', 'run 1-9'],
    ],
    [
      'begin with the last request, where one was shrugged off ten minutes before',
      [start, [2, 'kill', { signal: '15' }], [603, 'kill', { signal: '15' }], [609, 'die', { exitCode: '143' }]],
      ['stop 603-609', 'run 1-609'],
    ],
    [
      'are no stopping by a signal to the run before that is read late',
      [
        [5, 'start'],
        [2, 'kill', { signal: '15' }],
        [9, 'die', { exitCode: '143' }],
      ],
      ['run 5-9'],
    ],
    [
      'are no pause of the run before that is read late',
      [
        [5, 'start'],
        [2, 'pause'],
        [9, 'die'],
      ],
      ['run 5-9'],
    ],
    ['are no pause that seems to end before it began', [start, [5, 'pause'], [3, 'unpause'], died], ['run 1-9']],
    [
      'are an exec whose making is read late',
      [start, [3, 'exec_start: a', EXEC], [2, 'exec_create: a', EXEC], [4, 'exec_die', EXEC]],
      ['exec e1 3-4'],
    ],
    [
      'are no stopping of a crash',
      [start, [2, 'kill', { signal: '1' }], [9, 'die', { exitCode: '1' }]],
      ['run 1-9 failed'],
    ],
  ]);

  describe('with health checks', () => {
    check([['are execs, too', [start, [2, 'exec_start: a', PROBE], [4, 'exec_die', PROBE]], ['exec e1 2-4']]], {
      spans: 'all',
    });
  });

  it('say of an exec that ended with its container what it was, since the event is of the container', () => {
    const steps: Step[] = [[0, 'create'], start, [2, 'exec_start: ls -l', EXEC], [3, 'exec_start: a', PROBE2], died];
    const events = [...steps, [12, 'destroy'] as const].map((step) => sent(step));
    const spans = foldedSpans(new Lifecycle('docker_events', { spans: 'all' }), events);
    assert.deepEqual(
      spans.flatMap(({ exec }) => exec ?? []),
      [
        { id: 'e1', command: 'ls -l', isProbe: false },
        { id: 'e2', command: 'a', isProbe: true },
      ],
    );
  });

  it('are an exec that is not claimed to have failed where its end may have been missed', () => {
    const lifecycle = new Lifecycle('docker_events');
    const begun: Step[] = [start, [2, 'exec_start: a', EXEC]];
    const afterwards: Step[] = [[7, 'exec_start: b', { execID: 'e2' }], died, [12, 'destroy']];
    assert.deepEqual(
      foldedSpans(
        lifecycle,
        begun.map((step) => sent(step)),
      ),
      [],
    );
    lifecycle.noteGap();
    const after = new Lifecycle('docker_events');
    after.restore(
      new Map([...lifecycle.changedRows()].flatMap(([key, row]) => (row === undefined ? [] : [[key, row]]))),
      [],
    );
    for (const each of [lifecycle, after]) {
      const spans = foldedSpans(
        each,
        afterwards.map((step) => sent(step)),
      );
      assert.deepEqual(spans.map(spanLine), [
        'run 1-9',
        'exec e1 2-9 estimated end',
        'exec e2 7-7 estimated end not_started',
      ]);
    }
  });

  it('are those of an exec that outlasts a hundred health checks that cannot be started', () => {
    const checks = Array.from({ length: 100 }, (_, index): Step => {
      return [3 + index / 100, 'exec_start: curl', { execID: `p${index}`, execType: 'healthcheck' }];
    });
    const steps: Step[] = [[0, 'create'], start, [2, 'exec_start: a', EXEC], ...checks, [5, 'exec_die', EXEC]];
    assert.deepEqual(spansOf(steps.map((step) => sent(step))), ['create 0-1', 'exec e1 2-5']);
  });

  it('tell pauses of one run apart by when they began', () => {
    const steps: Step[] = [start, [2, 'pause'], [3, 'unpause']];
    const [pause] = foldedSpans(
      new Lifecycle('docker_events'),
      steps.map((step) => sent(step)),
    );
    assert.equal(pause?.own, '1795262402.000000000');
    assert.deepEqual(pause?.trace.start, at(1));
  });
});

describe('the run of an event', () => {
  function runsOf(steps: readonly Step[]): (number | undefined)[] {
    const entries = foldedEvents(
      new Lifecycle('docker_events'),
      steps.map((step) => sent(step)),
    );
    return entries.map(({ context: { run } }) => run && run[0] - at(0)[0]);
  }

  it('is none before the first start, and after an end the one that ended', () => {
    const steps: Step[] = [
      [0, 'create'],
      [1, 'start'],
      [2, 'top'],
      [3, 'die'],
      [4, 'stop'],
      [5, 'start'],
      [6, 'destroy'],
    ];
    assert.deepEqual(runsOf(steps), [undefined, 1, 1, 1, 1, 5, 5]);
  });

  it('is that of its time, when it is read late', () => {
    const steps: Step[] = [
      [1, 'start'],
      [3, 'die'],
      [5, 'start'],
      [2, 'exec_die', EXEC],
      [4, 'stop'],
      [0, 'attach'],
    ];
    assert.deepEqual(runsOf(steps), [1, 1, 5, 1, 1, undefined]);
  });

  it('is still known when the container was just removed', () => {
    assert.deepEqual(
      runsOf([
        [1, 'start'],
        [3, 'destroy'],
        [2, 'die'],
      ]),
      [1, 1, 1],
    );
  });

  it('is one object for all events of which nothing else is to be said', () => {
    const steps: Step[] = [
      [1, 'start'],
      [2, 'top'],
      [3, 'attach'],
    ];
    const [, top, attach] = foldedEvents(
      new Lifecycle('docker_events'),
      steps.map((step) => sent(step)),
    );
    assert.equal(top?.context, attach?.context);
  });
});

describe('an open run', () => {
  it('is told as forgotten when more containers are heard of than are remembered', () => {
    const forgotten: string[] = [];
    const lifecycle = new Lifecycle('docker_events', { onForgotten: (what) => forgotten.push(what) });
    const [start, create] = [sent([1, 'start']), sent([1, 'create'])];
    const of = (received: Received, id: string) => ({ ...received, event: { ...received.event, actorId: id } });
    lifecycle.fold(Array.from({ length: 10 }, (_, index) => of(start, `runs${index}`)));
    lifecycle.fold(Array.from({ length: 20_000 }, (_, index) => of(create, `c${index}`)));
    assert.deepEqual(forgotten, []);
    lifecycle.fold(Array.from({ length: 20_000 }, (_, index) => of(start, `c${index}`)));
    assert.equal(forgotten.length, 10);
  });

  it('is told as forgotten when another engine answers', () => {
    const forgotten: string[] = [];
    const lifecycle = new Lifecycle('docker_events', { onForgotten: (what) => forgotten.push(what) });
    lifecycle.fold([sent([1, 'start']), sent([1, 'create'], 'c2')]);
    lifecycle.meet({ ...IDENTITY, id: 'another' });
    assert.deepEqual(forgotten, ['run']);
  });
});

describe('the pull of an image', () => {
  it('is a trace of its own that takes no time', () => {
    const pull = sent([3, 'pull'], 'alpine:3.20');
    const [span] = foldedSpans(new Lifecycle('docker_events'), [{ ...pull, event: { ...pull.event, type: 'image' } }]);
    assert.deepEqual(span?.trace, { of: 'image', id: 'alpine:3.20', start: at(3) });
    assert.equal(span && spanLine(span), 'pull 3-3');
  });
});
