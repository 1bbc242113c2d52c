/** What a field says, the attribute of the same meaning says: a rule that is written from a record in the backend works. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { FIELDS } from '../../src/condition/fields.ts';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { REGISTRY } from '../../src/mapping/registry.ts';
import type { EventEntry } from '../../src/model/entry.ts';
import { baseAction } from '../../src/model/event-name.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { entryOf } from '../support/events.ts';
import { readField } from '../support/read-field.ts';

const RECORDINGS = [
  'test/fixtures/recordings/engine-20.10-swarm.ndjson',
  'test/fixtures/recordings/engine-28-swarm.ndjson',
  'recordings/engine-28.ndjson',
];

/** Fields whose attribute has another name. */
const OTHER_NAMES: readonly (readonly [field: string, attribute: string])[] = [
  ['docker.container.id', 'container.id'],
  ['docker.container.name', 'container.name'],
  ['docker.exit.reason', 'docker.container.exit.reason'],
  ['docker.exit.intended', 'docker.container.exit.intended'],
  ['docker.action.base', 'docker.event.action'],
  ['docker.action.original', 'docker.event.original_action'],
  ['docker.scope', 'docker.event.scope'],
  ['docker.type', 'docker.event.type'],
  ['docker.image.digest', 'oci.manifest.digest'],
  ['docker.image.id', 'container.image.id'],
];

/** The same name, and not always the same. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['docker.exec.command', 'the field is without the blank that the engine ends it with'],
  ['docker.event.shadowed', 'the attribute also names keys whose value the engine cannot have written'],
  ['docker.event.synthetic', 'the attribute is there when it is true'],
  ['docker.exec.probe', 'likewise'],
  ['docker.rule.name', 'the field is the names of an event’s rules'],
  ['docker.rule.priority', 'said of alerts'],
  ['docker.rule.tags', 'said of alerts'],
  [
    'docker.signal.number',
    'on die, the attribute is the last signal sent before it, which the field docker.exit.signal is',
  ],
  ['docker.signal.name', 'likewise'],
  ['docker.plugin.id', 'on pull, the attribute is not there'],
  ['docker.exec.id', 'the attribute is an id, or is not there'],
]);

/** Falco's are empty where the attribute is not there. */
const SAME_NAME = FIELDS.all
  .filter(({ name, source }) => source === 'own' && Object.hasOwn(REGISTRY, name) && !DIFFERENT.has(name))
  .map(({ name }): readonly [string, string] => [name, name]);

const map = createMapper(schema.parse({}));

function assertAgree(entry: EventEntry, pairs: readonly (readonly [string, string])[]): void {
  const record = map(entry);
  const { eventName } = record;
  const attributes = { ...record.resource, ...record.attributes };
  for (const [field, attribute] of pairs) {
    const said = readField(entry, field);
    // A scope that the engine left out is an empty text for Falco.
    assert.deepEqual(
      said === '' ? undefined : said,
      attributes[attribute] === '' ? undefined : attributes[attribute],
      `${field} of ${entry.event.type} ${entry.event.action}`,
    );
  }
  assert.equal(readField(entry, 'docker.event.name'), eventName);
  const exitCode = readField(entry, 'docker.exit.code') ?? readField(entry, 'docker.exec.exit_code');
  assert.equal(exitCode, attributes['process.exit.code'], entry.event.action);
  if (baseAction(entry.event.action) !== 'die') {
    assert.equal(readField(entry, 'docker.signal.number'), attributes['docker.signal.number']);
    assert.equal(readField(entry, 'docker.signal.name'), attributes['docker.signal.name']);
  }
}

/** How a run ended is decided on a die only. */
function asDecided(entry: EventEntry): EventEntry {
  if (entry.event.type === 'container' && baseAction(entry.event.action) === 'die') return entry;
  const { exit: _, ...context } = entry.context;
  return { ...entry, context };
}

describe('a field and the attribute of the same meaning', () => {
  it('are more than a few', () => assert.ok(SAME_NAME.length > 40, String(SAME_NAME.length)));

  for (const path of RECORDINGS) {
    it(`say the same of every event of ${path}`, () => {
      const lines = readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8')
        .trimEnd()
        .split('\n');
      for (const line of lines) {
        const entry = entryOf(line);
        assertAgree(entry, [...SAME_NAME, ...OTHER_NAMES]);
        const { attributes } = map(entry);
        const command = attributes['docker.exec.command'];
        assert.equal(
          readField(entry, 'docker.exec.command'),
          typeof command === 'string' ? command.replace(/ $/, '') : undefined,
        );
        assert.equal(readField(entry, 'docker.exec.id'), attributes['docker.exec.id']);
        for (const [name, value] of Object.entries(attributes)) {
          const label = /^(?:container|docker\.image)\.label\.(.*)$/.exec(name)?.[1];
          if (label !== undefined) assert.equal(readField(entry, `docker.label[${label}]`), value, name);
        }
      }
    });
  }

  it('say the same of any container event, spoofed ones among them', () => {
    const ofContainers = anyEntry.filter(({ event }) => event.type === 'container').map(asDecided);
    fc.assert(fc.property(ofContainers, (entry) => assertAgree(entry, [...SAME_NAME, ...OTHER_NAMES])));
  });
});
