import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { definitionOf } from '../../src/mapping/registry.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { hasType } from '../support/attribute-types.ts';
import { engineAttributesOf } from '../support/engine-attributes.ts';

const RUNS = { numRuns: 1500 };

const map = createMapper(schema.parse({}));
const mapAllViews = createMapper(schema.parse({ views: ['otel', 'falco', 'logtail'] }));

function sorted(pairs: Iterable<readonly [string, string]>): (readonly [string, string])[] {
  return [...pairs].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

describe('every record', () => {
  it('has registered attributes only, of the type that the registry promises', () => {
    const mapOtelAndFalco = createMapper(schema.parse({ views: ['otel', 'falco'] }));
    fc.assert(
      fc.property(anyEntry, (entry) => {
        for (const [name, value] of Object.entries(mapOtelAndFalco(entry).attributes)) {
          const definition = definitionOf(name);
          assert.ok(definition !== undefined, `${name} is not registered`);
          assert.ok(hasType(value, definition.type), `${name} is ${JSON.stringify(value)}, not ${definition.type}`);
        }
      }),
      RUNS,
    );
  });

  it('loses nothing of what the engine said', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const back = engineAttributesOf(map(entry).attributes);
        assert.deepEqual(sorted(back), sorted(entry.event.attributes));
      }),
      RUNS,
    );
  });

  it('has a name that is one of few, and a bounded sentence without control characters', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const { eventName, body } = map(entry);
        assert.match(eventName, /^docker\.[a-z0-9_]{1,64}\.[a-z0-9_]{1,64}$/);
        assert.doesNotMatch(body, /\p{Cc}/u);
        assert.ok(body.length > 0 && body.length <= 1025);
      }),
      RUNS,
    );
  });

  it('is the same each time, whatever was mapped between', () => {
    fc.assert(
      fc.property(anyEntry, anyEntry, (entry, other) => {
        const { resource, attributes, ...rest } = mapAllViews(entry);
        const copy = structuredClone({ ...rest, attributes: Object.entries(attributes) });
        mapAllViews(other);
        const again = mapAllViews(entry);
        assert.equal(again.resource, resource);
        const { resource: _, ...all } = { ...again, attributes: Object.entries(again.attributes) };
        assert.deepEqual(all, copy);
      }),
      RUNS,
    );
  });

  it('says the same in the default view, whatever views are beside it', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const [alone, together] = [map(entry).attributes, mapAllViews(entry).attributes];
        for (const [name, value] of Object.entries(alone)) {
          if (name !== 'docker.event.shadowed') assert.deepEqual(together[name], value, name);
        }
      }),
      RUNS,
    );
  });
});
