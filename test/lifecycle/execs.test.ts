/** Which execs are recognised as the health check of their container. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { listedContainer } from '../support/containers.ts';
import { eventLine, receivedOf } from '../support/events.ts';
import { foldedEvents, withoutRun } from '../support/folding.ts';

const PROBE = '/bin/sh -c test -n "$ROOT_PW" && mysqladmin -phunter2 ping';
const NAMES = { image: 'mariadb:11', name: 'db' };

type Attributes = Readonly<Record<string, string>>;

function fold(lifecycle: Lifecycle, action: string, attributes: Attributes = {}, id = 'c1') {
  const received = receivedOf(eventLine({ action, id, attributes: { ...attributes, ...NAMES } }));
  return withoutRun(foldedEvents(lifecycle, [received])[0]?.context);
}

function isProbe(lifecycle: Lifecycle, action: string, attributes: Attributes = {}, id = 'c1'): boolean {
  return fold(lifecycle, action, attributes, id)?.isProbe ?? false;
}

/** Whether each of the events of one exec is taken for a health check. */
function execIsProbe(lifecycle: Lifecycle, command: string, more: Attributes = {}, execID = 'e1'): readonly boolean[] {
  const exec = { ...more, execID };
  return [
    isProbe(lifecycle, `exec_create: ${command}`, exec),
    isProbe(lifecycle, `exec_start: ${command}`, exec),
    isProbe(lifecycle, 'exec_detach', exec),
    isProbe(lifecycle, 'exec_die', { ...exec, exitCode: '0' }),
  ];
}

const ALL = [true, true, true, true];
const NONE = [false, false, false, false];

/** A container that was started, and is checked so. */
function started(probe: string | undefined, labels: Attributes = {}): Lifecycle {
  const lifecycle = new Lifecycle('docker_events');
  fold(lifecycle, 'start', labels);
  lifecycle.inventory.learnProbe('c1', probe);
  return lifecycle;
}

describe('an exec', () => {
  it('is a health check when its command is the one that checks the container, from its beginning to its end', () => {
    const lifecycle = started(PROBE);
    assert.deepEqual(execIsProbe(lifecycle, PROBE), ALL);
    assert.deepEqual(execIsProbe(lifecycle, PROBE, {}, 'e2'), ALL);
  });

  it('keeps its command when it is a health check', () => {
    const lifecycle = started(PROBE);
    fold(lifecycle, `exec_create: ${PROBE}`, { execID: 'e1' });
    assert.deepEqual(fold(lifecycle, 'exec_die', { execID: 'e1' }), { execCommand: PROBE, isProbe: true });
  });

  for (const [what, command] of [
    ['begins like the check', `${PROBE}; rm -rf /`],
    ['ends like the check', `env ${PROBE}`],
    ['is the beginning of the check', PROBE.slice(0, -1)],
    ['is written with other blanks', PROBE.replace(' ', '  ')],
    ['says nothing', ''],
  ] as const) {
    it(`is none when its command ${what}`, () => {
      assert.deepEqual(execIsProbe(started(PROBE), command), NONE);
    });
  }

  it('is none in a container that is not checked, and as long as that is not known', () => {
    assert.deepEqual(execIsProbe(started(undefined), ''), NONE);
    const lifecycle = new Lifecycle('docker_events');
    assert.deepEqual(execIsProbe(lifecycle, PROBE), NONE);
    lifecycle.inventory.learnProbe('c1', PROBE);
    assert.deepEqual(execIsProbe(lifecycle, PROBE), ALL);
  });

  it('is none in another container than the one that is checked so', () => {
    const lifecycle = started(PROBE);
    fold(lifecycle, 'start', {}, 'c2');
    assert.equal(isProbe(lifecycle, `exec_create: ${PROBE}`, { execID: 'e1' }, 'c2'), false);
  });

  it('is judged once: its end is told where its beginning was', () => {
    const lifecycle = new Lifecycle('docker_events');
    assert.equal(isProbe(lifecycle, `exec_create: ${PROBE}`, { execID: 'e1' }), false);
    lifecycle.inventory.learnProbe('c1', PROBE);
    assert.equal(isProbe(lifecycle, `exec_start: ${PROBE}`, { execID: 'e1' }), false);
    assert.equal(isProbe(lifecycle, 'exec_die', { execID: 'e1' }), false);
  });

  it('is none at its end when its beginning was not seen, or was of a run before', () => {
    const lifecycle = started(PROBE);
    assert.equal(isProbe(lifecycle, 'exec_die', { execID: 'e0' }), false);
    fold(lifecycle, `exec_create: ${PROBE}`, { execID: 'e1' });
    fold(lifecycle, 'start');
    assert.equal(isProbe(lifecycle, 'exec_die', { execID: 'e1' }), false);
  });

  it('is none when nothing tells its command, as with Podman', () => {
    const lifecycle = started(PROBE);
    assert.equal(isProbe(lifecycle, 'exec_start'), false);
    assert.equal(isProbe(lifecycle, 'exec_die'), false);
  });

  it('is recognised to its end by a command that is too long to be remembered', () => {
    const long = `/bin/sh -c ${'x'.repeat(100_000)}`;
    const lifecycle = started(long);
    assert.deepEqual(execIsProbe(lifecycle, long), ALL);
    fold(lifecycle, `exec_create: ${long}`, { execID: 'e2' });
    assert.deepEqual(fold(lifecycle, 'exec_die', { execID: 'e2' }), { isProbe: true });
    assert.deepEqual(execIsProbe(lifecycle, `${long}x`), NONE);
  });

  it('is forgotten when too many others have begun since', () => {
    const lifecycle = started(PROBE);
    for (let index = 0; index < 33; index += 1) fold(lifecycle, 'exec_create: ls', { execID: `e${index}` });
    assert.deepEqual(fold(lifecycle, 'exec_die', { execID: 'e0' }), {});
    assert.deepEqual(fold(lifecycle, 'exec_die', { execID: 'e1' }), { execCommand: 'ls' });
  });

  it('is forgotten as a health check when a few others have begun since, and pushes out nothing else', () => {
    const lifecycle = started(PROBE);
    fold(lifecycle, 'exec_create: ls', { execID: 'mine' });
    for (let index = 0; index < 40; index += 1) {
      assert.equal(isProbe(lifecycle, `exec_create: ${PROBE}`, { execID: `e${index}` }), true);
    }
    assert.equal(isProbe(lifecycle, 'exec_die', { execID: 'e35' }), false);
    assert.equal(isProbe(lifecycle, 'exec_die', { execID: 'e36' }), true);
    assert.deepEqual(fold(lifecycle, 'exec_die', { execID: 'mine' }), { execCommand: 'ls' });
  });

  it('is recognised by its command also where a label takes the place of its id, but for its end', () => {
    const lifecycle = started(PROBE, { execID: 'a label' });
    assert.deepEqual(execIsProbe(lifecycle, PROBE), [true, true, false, false]);
  });
});

describe('an exec of which the engine says what it is for', () => {
  it('is what the engine says, whatever its command is', () => {
    assert.deepEqual(execIsProbe(started(undefined), 'id', { execType: 'healthcheck' }), ALL);
    assert.deepEqual(execIsProbe(started(PROBE), PROBE, { execType: 'exec' }), NONE);
  });

  it('is what the engine says when only its end was seen', () => {
    assert.equal(isProbe(started(undefined), 'exec_die', { execID: 'e0', execType: 'healthcheck' }), true);
    assert.equal(isProbe(started(undefined), 'exec_die', { execID: 'e0', execType: 'exec' }), false);
  });

  it('is not believed where a label speaks in its place', () => {
    const labels = { execType: 'healthcheck' };
    assert.deepEqual(execIsProbe(started(undefined, labels), 'id', labels), NONE);
    assert.deepEqual(execIsProbe(started(PROBE, labels), PROBE, labels), ALL);
    const listed = new Lifecycle('docker_events');
    listed.inventory.learn([listedContainer({ id: 'c1', labels: new Map(Object.entries(labels)) })], new Map());
    assert.deepEqual(execIsProbe(listed, 'id', labels), NONE);
  });

  it('is not believed where the labels of its container are not known', () => {
    const lifecycle = new Lifecycle('docker_events');
    assert.deepEqual(execIsProbe(lifecycle, 'id', { execType: 'healthcheck' }), NONE);
    lifecycle.inventory.learn([listedContainer({ id: 'c1' })], new Map());
    assert.deepEqual(execIsProbe(lifecycle, 'id', { execType: 'healthcheck' }, 'e2'), ALL);
  });
});

describe('any exec', () => {
  it('is a health check only if it has its very command', () => {
    const words = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(words, words, (probe, command) => {
        assert.deepEqual(execIsProbe(started(probe), command), command === probe ? ALL : NONE);
        assert.deepEqual(execIsProbe(started(probe), probe), ALL);
      }),
    );
  });
});
