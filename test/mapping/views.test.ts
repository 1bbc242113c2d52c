import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MappingOptions, schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import type { LogRecord } from '../../src/model/log-record.ts';
import { entryOf, eventLine } from '../support/events.ts';

interface RawEvent {
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope?: string;
}

/** The 21 fields of Falco's plugin, read from the raw event as its code reads them (or was meant to). */
const FALCO_FIELDS: Readonly<Record<string, (event: RawEvent) => string | undefined>> = {
  'docker.status': (event) => event.status,
  'docker.id': (event) => event.id,
  'docker.from': (event) => event.from,
  'docker.type': (event) => event.Type,
  'docker.action': (event) => event.Action,
  'docker.stack.namespace': (event) => event.Actor.Attributes['com.docker.stack.namespace'],
  'docker.node.id': (event) => event.Actor.Attributes['com.docker.swarm.node.id'],
  'docker.swarm.task': (event) => event.Actor.Attributes['com.docker.swarm.task'],
  'docker.swarm.taskid': (event) => event.Actor.Attributes['com.docker.swarm.task.id'],
  'docker.swarm.taskname': (event) => event.Actor.Attributes['com.docker.swarm.task.name'],
  'docker.swarm.servicename': (event) => event.Actor.Attributes['com.docker.swarm.service.name'],
  'docker.node.statenew': (event) => event.Actor.Attributes['state.new'],
  'docker.node.stateold': (event) => event.Actor.Attributes['state.old'],
  'docker.attributes.container': (event) => event.Actor.Attributes['container'],
  'docker.attributes.image': (event) => event.Actor.Attributes['image'],
  'docker.attributes.name': (event) => event.Actor.Attributes['name'],
  'docker.attributes.type': (event) => event.Actor.Attributes['type'],
  'docker.attributes.exitcode': (event) => event.Actor.Attributes['exitCode'],
  'docker.attributes.signal': (event) => event.Actor.Attributes['signal'],
  'docker.scope': (event) => event.scope,
  'docker.actor.id': (event) => event.Actor.ID,
};

function linesOf(file: string): string[] {
  const path = join(import.meta.dirname, '..', 'fixtures', 'recordings', file);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

const RECORDINGS = ['engine-20.10-swarm.ndjson', 'engine-28-swarm.ndjson'];

function mapped(line: string, options: Partial<MappingOptions>): LogRecord {
  return createMapper(schema.parse(options))(entryOf(line));
}

function keysBesideUid(record: LogRecord): string[] {
  return Object.keys(record.attributes)
    .filter((key) => key !== 'log.record.uid')
    .sort();
}

describe('the falco view', () => {
  it('has 21 fields', () => {
    assert.equal(Object.keys(FALCO_FIELDS).length, 21);
  });

  for (const file of RECORDINGS) {
    for (const views of [['falco'], ['otel', 'falco']] as const) {
      it(`has every field of every event of ${file} as Falco has it (${views.join(' and ')})`, () => {
        const map = createMapper(schema.parse({ views }));
        for (const line of linesOf(file)) {
          const { attributes } = map(entryOf(line));
          const raw: RawEvent = JSON.parse(line);
          for (const [field, read] of Object.entries(FALCO_FIELDS)) {
            // Falco cannot tell an empty field from a missing one.
            assert.equal(attributes[field] ?? '', read(raw) ?? '', `${field} of ${line}`);
          }
        }
      });
    }

    it(`has nothing else for ${file}, alone, than its fields and the uid`, () => {
      const map = createMapper(schema.parse({ views: ['falco'] }));
      for (const line of linesOf(file)) {
        for (const key of keysBesideUid(map(entryOf(line)))) assert.ok(Object.hasOwn(FALCO_FIELDS, key), key);
      }
    });
  }

  it('leaves out what is empty', () => {
    const attributes = { 'com.docker.swarm.task': '', name: 'web' };
    const record = mapped(eventLine({ action: 'prune', id: '', attributes }), { views: ['falco'] });
    assert.deepEqual(keysBesideUid(record), [
      'docker.action',
      'docker.attributes.name',
      'docker.scope',
      'docker.status',
      'docker.type',
    ]);
  });

  it('makes status, id and from where an engine no longer sends them', () => {
    const { attributes } = mapped(eventLine({ action: 'exec_start: /bin/sh', id: 'c9' }), { views: ['falco'] });
    assert.equal(attributes['docker.status'], 'exec_start: /bin/sh');
    assert.equal(attributes['docker.id'], 'c9');
    assert.equal(attributes['docker.from'], 'busybox:local');
  });
});

describe('the logtail view', () => {
  for (const file of RECORDINGS) {
    it(`has the four keys and every attribute of every event of ${file}, byte for byte`, () => {
      const map = createMapper(schema.parse({ views: ['logtail'] }));
      for (const line of linesOf(file)) {
        const record = map(entryOf(line));
        const raw: RawEvent = JSON.parse(line);
        const expected: Record<string, string | undefined> = {
          ...raw.Actor.Attributes,
          _time_nano_: /"timeNano":(\d+)/.exec(line)?.[1],
          _action_: raw.Action,
          _type_: raw.Type,
          _id_: raw.Actor.ID,
        };
        assert.deepEqual(keysBesideUid(record), Object.keys(expected).sort(), line);
        for (const [key, value] of Object.entries(expected)) assert.equal(record.attributes[key], value, key);
      }
    });
  }

  it('leaves the attributes out with ignore_attributes', () => {
    const record = mapped(eventLine(), { views: ['logtail'], ignore_attributes: true });
    assert.deepEqual(keysBesideUid(record), ['_action_', '_id_', '_time_nano_', '_type_']);
  });

  it('keeps its four keys, the uid and the note of it for itself, and tells of labels with such a name', () => {
    const attributes = { _type_: 'spoof', 'log.record.uid': 'spoof', 'docker.event.shadowed': 'spoof', name: 'web' };
    const record = mapped(eventLine({ attributes }), { views: ['logtail'] });
    assert.equal(record.attributes['_type_'], 'container');
    assert.notEqual(record.attributes['log.record.uid'], 'spoof');
    assert.deepEqual(record.attributes['docker.event.shadowed'], ['_type_', 'log.record.uid', 'docker.event.shadowed']);
    assert.equal(record.attributes['name'], 'web');
  });

  it('does not let a label pass for an attribute of the view beside it', () => {
    const attributes = { 'process.exit.code': '0', 'docker.container.exit.reason': 'completed', tier: 'gold' };
    const record = mapped(eventLine({ action: 'die', attributes }), { views: ['otel', 'logtail'] });
    assert.equal(record.attributes['process.exit.code'], undefined);
    assert.equal(record.attributes['docker.container.exit.reason'], undefined);
    assert.equal(record.attributes['container.label.process.exit.code'], '0');
    assert.equal(record.attributes['tier'], 'gold');
    assert.deepEqual(record.attributes['docker.event.shadowed'], ['process.exit.code', 'docker.container.exit.reason']);
  });
});

describe('a record without the default view', () => {
  it('keeps its name, time, severity, sentence and uid', () => {
    const line = eventLine({ action: 'health_status: unhealthy' });
    const [alone, usual] = [mapped(line, { views: ['falco'] }), mapped(line, {})];
    const { attributes, ...rest } = alone;
    const { attributes: usualAttributes, ...usualRest } = usual;
    assert.deepEqual(rest, usualRest);
    assert.equal(attributes['log.record.uid'], usualAttributes['log.record.uid']);
  });
});
