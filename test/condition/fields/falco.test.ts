import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FALCO } from '../../../src/condition/fields/falco.ts';
import { schema } from '../../../src/mapping/config.ts';
import { createMapper } from '../../../src/mapping/mapper.ts';
import { entryOf, eventLine } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const RECORDINGS = [
  'test/fixtures/recordings/engine-20.10-swarm.ndjson',
  'test/fixtures/recordings/engine-28-swarm.ndjson',
  'recordings/engine-28.ndjson',
];

const MISSING_NOT_EMPTY = ['docker.attributes.exitcode', 'docker.attributes.signal'];

function linesOf(path: string): string[] {
  return readFileSync(join(import.meta.dirname, '..', '..', '..', path), 'utf8')
    .trimEnd()
    .split('\n');
}

describe("Falco's fields", () => {
  it('are the 21 names of the plugin, all of them texts', () => {
    assert.equal(FALCO.fields.length, 21);
    for (const { type, source, argument } of FALCO.fields) {
      assert.deepEqual([type, source, argument], ['text', 'falco', 'none']);
    }
  });

  for (const path of RECORDINGS) {
    it(`say of every event of ${path} what the falco view says`, () => {
      const map = createMapper(schema.parse({ views: ['falco'] }));
      for (const line of linesOf(path)) {
        const entry = entryOf(line);
        const { attributes } = map(entry);
        for (const { name } of FALCO.fields) {
          const found = readField(entry, name);
          assert.equal(found ?? '', attributes[name] ?? '', `${name} of ${line}`);
          if (MISSING_NOT_EMPTY.includes(name)) assert.notEqual(found, '', `${name} of ${line}`);
          else assert.equal(typeof found, 'string', `${name} of ${line}`);
        }
      }
    });

    it(`say of every event of ${path} what the engine says at the top, where it says it`, () => {
      for (const line of linesOf(path)) {
        const raw: Readonly<Record<string, unknown>> = JSON.parse(line);
        for (const key of ['status', 'id', 'from']) {
          if (raw[key] !== undefined)
            assert.equal(readField(entryOf(line), `docker.${key}`), raw[key], `${key} of ${line}`);
        }
      }
    });
  }

  it('make status, id and from where an engine no longer sends them', () => {
    const exec = entryOf(eventLine({ action: 'exec_start: /bin/sh', id: 'c9' }));
    assert.deepEqual(
      ['docker.status', 'docker.id', 'docker.from'].map((name) => readField(exec, name)),
      ['exec_start: /bin/sh', 'c9', 'busybox:local'],
    );
    const image = entryOf(eventLine({ type: 'image', action: 'pull', id: 'a:1', attributes: { image: 'label' } }));
    assert.deepEqual(
      ['docker.status', 'docker.id', 'docker.from'].map((name) => readField(image, name)),
      ['pull', 'a:1', ''],
    );
  });

  it('have no status, id and from on events of other types', () => {
    const network = entryOf(eventLine({ type: 'network', action: 'create', attributes: { image: 'label' } }));
    for (const name of ['docker.status', 'docker.id', 'docker.from']) assert.equal(readField(network, name), '');
  });

  it('take a label for what the engine says, as Falco does', () => {
    const line = eventLine({ action: 'die', attributes: { exitCode: '999', name: 'web', image: 'a' } });
    const entry = { ...entryOf(line), context: { shadowed: ['exitCode'] } };
    assert.equal(readField(entry, 'docker.attributes.exitcode'), '999');
  });
});
