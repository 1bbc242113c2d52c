import assert from 'node:assert/strict';
import type { FieldValue } from '../../../src/condition/field.ts';
import type { EventContext } from '../../../src/model/context.ts';
import type { EventEntry } from '../../../src/model/entry.ts';
import { ownContainerKeys } from '../../../src/model/own-keys.ts';
import { entryOf, eventLine, type LineParts } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const HEX = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';

function event(parts: LineParts, context: EventContext = {}): EventEntry {
  const attributes = { image: 'busybox:local', name: 'web', ...parts.attributes };
  return { ...entryOf(eventLine({ ...parts, attributes })), context };
}

const DIE = event({ action: 'die', id: HEX, attributes: { exitCode: '137', execDuration: '12', tier: 'gold' } });
const EXEC = event({ action: 'exec_create: /usr/bin/mysql -p secret', attributes: { execID: HEX } });

const EXPECTED: readonly (readonly [what: string, entry: EventEntry, fields: Readonly<Record<string, FieldValue>>])[] =
  [
    [
      'a die',
      { ...DIE, context: { exit: { reason: 'killed', intended: true, signal: 9 } } },
      {
        'docker.container.id': HEX,
        'docker.container.name': 'web',
        'docker.container.run_duration_seconds': 12,
        'docker.exit.code': 137,
        'docker.exit.reason': 'killed',
        'docker.exit.intended': true,
        'docker.exit.signal': 9,
        'docker.label[tier]': 'gold',
        'docker.label[exitCode]': undefined,
        'docker.label[name]': undefined,
        'docker.label[image]': undefined,
        'docker.exec.exit_code': undefined,
        'docker.exec.probe': undefined,
        'docker.health.status': undefined,
        'docker.event.shadowed': undefined,
      },
    ],
    [
      'a die of which nothing is known',
      event({ action: 'die' }),
      { 'docker.exit.code': undefined, 'docker.exit.reason': undefined, 'docker.exit.intended': undefined },
    ],
    [
      'a die whose exit code is a label',
      { ...DIE, context: { shadowed: ['exitCode'] } },
      {
        'docker.exit.code': undefined,
        'docker.container.run_duration_seconds': 12,
        'docker.label[exitCode]': '137',
        'docker.attribute[exitCode]': '137',
        'docker.event.shadowed': ['exitCode'],
      },
    ],
    [
      'a die whose exit code the engine cannot have written',
      event({ action: 'die', attributes: { exitCode: '999', execDuration: '1e3' } }),
      { 'docker.exit.code': undefined, 'docker.container.run_duration_seconds': undefined },
    ],
    [
      'a start with labels that are called like what a die says',
      event({ action: 'start', attributes: { exitCode: '1', signal: '9', execID: HEX, oldName: '/x' } }),
      {
        'docker.exit.code': undefined,
        'docker.signal.number': undefined,
        'docker.exec.id': undefined,
        'docker.container.old_name': undefined,
        'docker.label[exitCode]': '1',
      },
    ],
    [
      'a die of Podman',
      event({ action: 'die', attributes: { oomKilled: 'true' } }),
      { 'docker.container.oom_killed': true },
    ],
    [
      'a kill',
      event({ action: 'kill', attributes: { signal: '15' } }),
      { 'docker.signal.number': 15, 'docker.signal.name': 'SIGTERM', 'docker.exit.signal': undefined },
    ],
    [
      'a kill with a signal that has no name',
      event({ action: 'kill', attributes: { signal: '32' } }),
      { 'docker.signal.number': 32, 'docker.signal.name': undefined },
    ],
    [
      'a kill with what is no signal',
      event({ action: 'kill', attributes: { signal: '0' } }),
      { 'docker.signal.number': undefined, 'docker.signal.name': undefined },
    ],
    [
      'an exec',
      EXEC,
      {
        'docker.exec.id': HEX,
        'docker.exec.command': '/usr/bin/mysql -p secret',
        'docker.exec.program': 'mysql',
        'docker.exec.probe': false,
        'docker.action.base': 'exec_create',
      },
    ],
    ['an exec of a health check', { ...EXEC, context: { isProbe: true } }, { 'docker.exec.probe': true }],
    [
      'an exec without arguments, which the engine ends with a blank',
      event({ action: 'exec_start: /bin/true ', attributes: { execType: 'healthcheck' } }),
      { 'docker.exec.command': '/bin/true', 'docker.exec.program': 'true', 'docker.exec.type': 'healthcheck' },
    ],
    [
      'an exec of nothing',
      event({ action: 'exec_start: ' }),
      { 'docker.exec.command': '', 'docker.exec.program': undefined },
    ],
    [
      'the end of an exec whose beginning was seen',
      event({ action: 'exec_die', attributes: { exitCode: '3', execID: HEX } }, { execCommand: 'sh -c date' }),
      {
        'docker.exec.command': 'sh -c date',
        'docker.exec.program': 'sh',
        'docker.exec.exit_code': 3,
        'docker.exit.code': undefined,
      },
    ],
    [
      'the end of an exec whose beginning was not seen',
      event({ action: 'exec_die' }),
      { 'docker.exec.command': undefined, 'docker.exec.program': undefined, 'docker.exec.exit_code': undefined },
    ],
    ['a health status', event({ action: 'health_status: unhealthy' }), { 'docker.health.status': 'unhealthy' }],
    ['a health status that says nothing', event({ action: 'health_status' }), { 'docker.health.status': undefined }],
    [
      'a rename',
      event({ action: 'rename', attributes: { oldName: '/old' } }),
      { 'docker.container.old_name': 'old', 'docker.container.name': 'web' },
    ],
    [
      'a commit',
      event({ action: 'commit', attributes: { imageRef: 'snap:1' } }),
      { 'docker.commit.image.reference': 'snap:1' },
    ],
    [
      'a prune',
      event({ action: 'prune', id: '', attributes: { reclaimed: '7' } }),
      { 'docker.container.id': undefined, 'docker.prune.reclaimed_bytes': 7 },
    ],
    [
      'a network that a container was connected to',
      event({ type: 'network', action: 'connect', id: 'n1', attributes: { container: HEX, exitCode: '3' } }),
      {
        'docker.container.id': HEX,
        'docker.container.name': undefined,
        'docker.label[exitCode]': undefined,
        'docker.exit.code': undefined,
      },
    ],
    [
      'an image, whose labels are labels',
      event({ type: 'image', action: 'tag', attributes: { tier: 'gold', exitCode: '3' } }),
      {
        'docker.label[tier]': 'gold',
        'docker.label[exitCode]': '3',
        'docker.label[name]': undefined,
        'docker.container.id': undefined,
      },
    ],
    [
      'an event of an action that no known engine sends',
      event({ action: 'exec_restored: x', attributes: { execID: HEX } }),
      { 'docker.exec.command': undefined, 'docker.exec.id': undefined, 'docker.label[execID]': HEX },
    ],
  ];

describe('the fields of containers', () => {
  for (const [what, entry, fields] of EXPECTED) {
    for (const [asked, value] of Object.entries(fields)) {
      it(`of ${what}: ${asked} is ${JSON.stringify(value)}`, () => {
        assert.deepEqual(readField(entry, asked), value);
      });
    }
  }

  it('take no own key of the engine for a label, and every other key but image and name', () => {
    for (const action of ['die', 'kill', 'exec_die', 'rename', 'resize', 'commit']) {
      const keys = ['exitCode', 'execDuration', 'signal', 'execID', 'oldName', 'width', 'imageID', 'tier'];
      const entry = event({ action, attributes: Object.fromEntries(keys.map((key) => [key, 'x'])) });
      for (const key of keys) {
        const isOwn = ownContainerKeys(action)?.has(key) === true;
        assert.equal(readField(entry, `docker.label[${key}]`), isOwn ? undefined : 'x', `${action}: ${key}`);
      }
    }
  });
});
