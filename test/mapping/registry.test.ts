import assert from 'node:assert/strict';
import type { Definition } from '../../src/mapping/registry/definition.ts';
import { definitionOf, GROUPS, noAttributes, REGISTRY, TEMPLATES } from '../../src/mapping/registry.ts';
import { hasType } from '../support/attribute-types.ts';

const rows: readonly (readonly [string, Definition])[] = Object.entries(REGISTRY);

describe('the registry', () => {
  it('gives every attribute an example of its own type', () => {
    for (const [name, { type, example }] of rows) assert.ok(hasType(example, type), name);
  });

  it('has each name once', () => {
    const names = Object.values(GROUPS).flatMap((group) => Object.keys(group));
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.sort(), Object.keys(REGISTRY).sort());
  });

  it('keeps its own names under docker, in words of lower case', () => {
    for (const [name, { source }] of rows) {
      if (source === 'own') assert.match(name, /^docker(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+$/);
      if (source === 'semconv') assert.doesNotMatch(name, /^docker\./);
    }
  });

  it('has no name that is the namespace of another, but for one of the Falco view', () => {
    const names = Object.keys(REGISTRY);
    const spaces = names.filter((name) => names.some((other) => other.startsWith(`${name}.`)));
    assert.deepEqual(spaces, ['docker.swarm.task']);
  });

  it('knows a label by the template of its name', () => {
    assert.equal(definitionOf('container.label.a.b'), TEMPLATES['container.label.']);
    assert.equal(definitionOf('docker.event.type'), REGISTRY['docker.event.type']);
    assert.equal(definitionOf('docker.unheard.of'), undefined);
    assert.equal(definitionOf('__proto__'), undefined);
  });

  it('makes attributes without a prototype', () => {
    assert.equal(Object.getPrototypeOf(noAttributes()), null);
  });
});
