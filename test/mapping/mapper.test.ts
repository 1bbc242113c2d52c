import assert from 'node:assert/strict';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import type { EventContext } from '../../src/model/context.ts';
import type { LogRecord } from '../../src/model/log-record.ts';
import { entryOf, eventLine, type LineParts } from '../support/events.ts';

const map = createMapper(schema.parse({}));

function record(parts: LineParts, context: EventContext = {}): LogRecord {
  return map({ ...entryOf(eventLine(parts)), context });
}

const EXEC_ID = 'b7e2c94d10f8a365e7b1d0c2f4938a56de01b7c8f9a2346518e0d7c6b5a49382';
const WEB = { image: 'busybox:local', name: 'web' };

describe('the name of a record', () => {
  const names: readonly (readonly [type: string, action: string, eventName: string, baseAction: string])[] = [
    ['container', 'start', 'docker.container.start', 'start'],
    ['container', 'archive-path', 'docker.container.archive_path', 'archive-path'],
    ['container', 'exec_create: /bin/sh -c "a: b"', 'docker.container.exec_create', 'exec_create'],
    ['container', 'health_status: healthy', 'docker.container.health_status', 'health_status'],
    ['container', 'health_status', 'docker.container.health_status', 'health_status'],
    ['container', 'Freeze', 'docker.container.freeze', 'Freeze'],
    ['container', 'thaw: by alice', 'docker.container.thaw', 'thaw'],
    ['container', 'start: twice', 'docker.container.start', 'start'],
    ['cluster volume', 'make/ready', 'docker.cluster_volume.make_ready', 'make/ready'],
    ['container', ': x', 'docker.container.unknown', ''],
    ['Ünit', 'x'.repeat(80), `docker._nit.${'x'.repeat(64)}`, 'x'.repeat(80)],
    ['__proto__', 'constructor', 'docker.__proto__.constructor', 'constructor'],
  ];
  for (const [type, action, eventName, baseAction] of names) {
    it(`is ${eventName.slice(0, 40)} for ${type} ${action.slice(0, 40)}`, () => {
      const { eventName: actual, attributes } = record({ type, action });
      assert.equal(actual, eventName);
      assert.equal(attributes['docker.event.action'], baseAction);
    });
  }

  it('leaves what follows an action that is not known to carry something in an attribute', () => {
    assert.equal(record({ action: 'thaw: by alice' }).attributes['docker.event.action_detail'], 'by alice');
    assert.equal(record({ action: 'start:twice' }).attributes['docker.event.action_detail'], 'twice');
    assert.equal(record({ action: 'health_status: healthy' }).attributes['docker.event.action_detail'], undefined);
  });
});

describe('the times of a record', () => {
  it('are exact', () => {
    const { timestamp, observedTimestamp } = record({ timeNano: '1795238723848939149' });
    assert.deepEqual(timestamp, [1795238723, 848939149]);
    assert.deepEqual(observedTimestamp, [1795262401, 0]);
  });

  it('are not made up where the engine gives none', () => {
    const entry = entryOf('{"Type":"container","Action":"start","Actor":{"ID":"c1"}}');
    assert.equal(map(entry).timestamp, undefined);
  });
});

describe('an event that was worked out after a gap', () => {
  const entry = { ...entryOf(eventLine({ action: 'die', attributes: WEB })), synthetic: { basis: 'list' } as const };

  it('says so in attributes and in its sentence', () => {
    const { attributes, body, eventName } = map(entry);
    assert.equal(eventName, 'docker.container.die');
    assert.equal(
      body,
      'Container web (busybox:local) died with an unknown exit code. This was worked out after a gap.',
    );
    assert.equal(attributes['docker.event.synthetic'], true);
    assert.equal(attributes['docker.event.basis'], 'list');
    assert.equal(map({ ...entry, synthetic: { basis: 'inspect' } }).attributes['docker.event.basis'], 'inspect');
  });

  it('says so in every view, whatever labels it has', () => {
    const line = eventLine({ action: 'die', attributes: { ...WEB, 'docker.event.synthetic': 'no' } });
    for (const view of ['falco', 'logtail']) {
      const { attributes } = createMapper(schema.parse({ views: [view] }))({
        ...entryOf(line),
        synthetic: entry.synthetic,
      });
      assert.equal(attributes['docker.event.synthetic'], true, view);
      assert.equal(attributes['docker.event.basis'], 'list', view);
    }
  });

  it('is told apart from one that the engine sent', () => {
    const { attributes, body } = record({ action: 'die', attributes: WEB });
    assert.equal(attributes['docker.event.synthetic'], undefined);
    assert.equal(attributes['docker.event.basis'], undefined);
    assert.doesNotMatch(body, /worked out/);
  });
});

describe('an exec', () => {
  it('has its command with every blank, also where the event itself does not say it', () => {
    const attributes = { ...WEB, execID: EXEC_ID };
    const created = record({ action: 'exec_create: /bin/true ', attributes });
    assert.equal(created.attributes['docker.exec.command'], '/bin/true ');
    const died = record({ action: 'exec_die', attributes: { ...attributes, exitCode: '0' } }, { execCommand: 'date' });
    assert.equal(died.attributes['docker.exec.command'], 'date');
  });

  it('says that it is a health check, where it is one, and nothing where it is none', () => {
    const exec = { action: 'exec_die', attributes: { ...WEB, execID: EXEC_ID } };
    assert.equal(record(exec, { isProbe: true }).attributes['docker.exec.probe'], true);
    assert.equal('docker.exec.probe' in record(exec).attributes, false);
  });

  it('shows the program alone in its sentence, because passwords stand behind it', () => {
    const { body } = record({ action: 'exec_start: mysql -psecret', attributes: { ...WEB, execID: EXEC_ID } });
    assert.equal(body, 'An exec of mysql in container web (busybox:local) started.');
  });
});

describe('a label with the name of an own key', () => {
  it('is a label where the engine does not write that key', () => {
    const { attributes } = record({ action: 'create', attributes: { ...WEB, exitCode: '0', signal: '9' } });
    assert.equal(attributes['container.label.exitCode'], '0');
    assert.equal(attributes['container.label.signal'], '9');
    assert.equal(attributes['process.exit.code'], undefined);
    assert.equal(attributes['docker.event.shadowed'], undefined);
  });

  const impossible: readonly (readonly [action: string, key: string, values: readonly string[], typed: string])[] = [
    ['die', 'exitCode', ['999', '-1', '', '1.0', '03', ' 3', '0x3', 'none', '256'], 'process.exit.code'],
    ['die', 'execDuration', ['-5', '1.5', '99999999999999999999'], 'docker.container.run_duration_seconds'],
    ['kill', 'signal', ['0', '65', 'SIGTERM', 'none'], 'docker.signal.number'],
    ['exec_die', 'execID', ['', 'x', EXEC_ID.toUpperCase()], 'docker.exec.id'],
    ['rename', 'oldName', ['web', ''], 'docker.container.old_name'],
    ['resize', 'height', ['tall'], 'docker.container.tty.height'],
  ];
  for (const [action, key, values, typed] of impossible) {
    it(`is told where it takes the place of ${key} on ${action} with a value that the engine cannot have written`, () => {
      for (const value of values) {
        const { attributes } = record({ action, attributes: { ...WEB, [key]: value } });
        assert.equal(attributes[typed], undefined, value);
        assert.equal(attributes[`container.label.${key}`], value);
        assert.deepEqual(attributes['docker.event.shadowed'], [key], value);
      }
    });
  }

  it('is told where the container is known to carry it, whatever its value', () => {
    const parts = { action: 'die', attributes: { ...WEB, exitCode: '0', execDuration: '12' } };
    const { attributes, body } = record(parts, { shadowed: ['exitCode'] });
    assert.equal(attributes['process.exit.code'], undefined);
    assert.equal(attributes['container.label.exitCode'], '0');
    assert.equal(attributes['docker.container.run_duration_seconds'], 12);
    assert.deepEqual(attributes['docker.event.shadowed'], ['exitCode']);
    assert.equal(body, 'Container web (busybox:local) died with an unknown exit code after 12 s.');
  });

  it('never takes the place of image and name, which win against labels', () => {
    const { attributes } = record({}, { shadowed: ['image', 'name'] });
    assert.equal(attributes['container.name'], 'web');
    assert.equal(attributes['container.image.name'], 'busybox');
    assert.equal(attributes['docker.event.shadowed'], undefined);
  });

  it('does no harm with a name that objects know', () => {
    const line = eventLine({ attributes: WEB }).replace('"name"', '"__proto__":"p","constructor":"c","name"');
    const { attributes } = map(entryOf(line));
    assert.equal(attributes['container.label.__proto__'], 'p');
    assert.equal(attributes['container.label.constructor'], 'c');
    assert.equal(attributes['toString'], undefined);
  });
});

describe('labels of orchestrators', () => {
  it('are typed where they fit, and labels where they do not', () => {
    const fits = { 'com.docker.compose.container-number': '2', 'com.docker.compose.oneoff': 'True' };
    const typed = record({ attributes: { ...WEB, ...fits } }).attributes;
    assert.equal(typed['docker.compose.container_number'], 2);
    assert.equal(typed['docker.compose.oneoff'], true);
    assert.equal(typed['container.label.com.docker.compose.oneoff'], undefined);
    const doesNotFit = { 'com.docker.compose.container-number': 'two', 'com.docker.compose.oneoff': 'true' };
    const kept = record({ attributes: { ...WEB, ...doesNotFit } }).attributes;
    assert.equal(kept['container.label.com.docker.compose.container-number'], 'two');
    assert.equal(kept['container.label.com.docker.compose.oneoff'], 'true');
    assert.equal(kept['docker.event.shadowed'], undefined);
  });
});

describe('attributes that are not known', () => {
  it('are kept under docker.attribute on types without labels, and so are values that do not fit', () => {
    const attributes = { name: 'n', colour: 'red', 'leader.new': 'perhaps' };
    const { attributes: mapped } = record({ type: 'node', action: 'update', attributes, scope: 'swarm' });
    assert.equal(mapped['docker.attribute.colour'], 'red');
    assert.equal(mapped['docker.attribute.leader.new'], 'perhaps');
    assert.equal(mapped['docker.event.shadowed'], undefined);
  });

  it('are kept as text where a list is not written as the engine writes it', () => {
    const lists: readonly (readonly [text: string, items: readonly string[] | undefined])[] = [
      ['[]', []],
      ['["rack=7","a\\u003cb"]', ['rack=7', 'a<b']],
      ['["a<b"]', undefined],
      ['[ "rack=7" ]', undefined],
      ['[7]', undefined],
      ['["rack', undefined],
      ['', undefined],
      ['null', undefined],
    ];
    for (const [text, items] of lists) {
      const { attributes } = record({ type: 'daemon', action: 'reload', attributes: { labels: text } });
      assert.deepEqual(attributes['docker.daemon.labels'], items, text);
      assert.equal(attributes['docker.attribute.labels'], items === undefined ? text : undefined, text);
    }
  });

  it('are kept on types that are not known, and the sentence still says what happened', () => {
    const { attributes, body } = record({ type: 'pod', action: 'sync', id: 'p1', attributes: { name: 'x' } });
    assert.equal(attributes['docker.attribute.name'], 'x');
    assert.equal(body, 'pod p1: sync.');
  });
});

describe('the end of a run', () => {
  const exits: readonly (readonly [
    exitCode: string,
    reason: 'failed' | 'oom_killed' | 'stopped',
    error: string | undefined,
  ])[] = [
    ['1', 'failed', 'exit_code_1'],
    ['128', 'failed', 'exit_code_128'],
    ['137', 'failed', 'SIGKILL'],
    ['139', 'failed', 'SIGSEGV'],
    ['193', 'failed', 'exit_code_193'],
    ['137', 'oom_killed', 'oom_killed'],
    ['143', 'stopped', undefined],
  ];
  for (const [exitCode, reason, error] of exits) {
    it(`has the error type ${error} when it ${reason} with ${exitCode}`, () => {
      const exit = { reason, intended: reason === 'stopped', signal: reason === 'stopped' ? 15 : undefined };
      const { attributes } = record({ action: 'die', attributes: { ...WEB, exitCode } }, { exit });
      assert.equal(attributes['error.type'], error);
      assert.equal(attributes['docker.container.exit.reason'], reason);
      assert.equal(attributes['docker.container.exit.intended'], reason === 'stopped');
      assert.equal(attributes['docker.signal.name'], reason === 'stopped' ? 'SIGTERM' : undefined);
    });
  }

  it('claims no reason where its past was not judged', () => {
    const { attributes } = record({ action: 'die', attributes: { ...WEB, exitCode: '1' } });
    assert.equal(attributes['docker.container.exit.reason'], undefined);
    assert.equal(attributes['error.type'], undefined);
  });
});

describe('the sentence of a record', () => {
  it('escapes control characters that a stranger wrote', () => {
    const { body } = record({ attributes: { image: 'x', name: 'a\u001b[2Jb\nc\u202e' } });
    assert.equal(body, 'Container a\\u001b[2Jb\\u000ac\\u202e (x) started.');
  });

  it('cuts long names, and never within a character', () => {
    const { body } = record({ attributes: { image: 'x', name: `${'n'.repeat(127)}😀😀` } });
    assert.equal(body, `Container ${'n'.repeat(127)}… (x) started.`);
  });

  it('says the short id of a container without a name', () => {
    assert.equal(record({ id: EXEC_ID, attributes: {} }).body, 'Container b7e2c94d10f8 started.');
  });
});
