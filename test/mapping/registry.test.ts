import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '../../src/mapping/registry/definition.ts';
import { definitionOf, GROUPS, noAttributes, put, REGISTRY, TEMPLATES } from '../../src/mapping/registry.ts';
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

  it('makes a name that is not registered, or a value of another type, a type error', () => {
    const to = noAttributes();
    // @ts-expect-error: no such name
    put(to, 'docker.unheard.of', 'x');
    // @ts-expect-error: an exit code is a number
    put(to, 'process.exit.code', '3');
    put(to, 'process.exit.code', 3);
    assert.equal(to['process.exit.code'], 3);
  });

  it('is passed by only where a name is chosen by a stranger', () => {
    const folder = join(import.meta.dirname, '..', '..', 'src', 'mapping');
    const writers = globSync('**/*.ts', { cwd: folder }).filter((file) =>
      /\b(to|attributes|resource|otel)\[[^\]]+\] = /.test(readFileSync(join(folder, file), 'utf8')),
    );
    assert.deepEqual(writers.sort(), ['labels.ts', 'registry.ts', 'resource.ts', 'views.ts']);
  });

  it('makes attributes that inherit nothing and share nothing', () => {
    const attributes = noAttributes();
    const inherited = '__proto__';
    for (const known of ['toString', 'constructor', inherited, 'hasOwnProperty']) {
      assert.equal(attributes[known], undefined);
    }
    attributes[inherited] = 'a label';
    assert.deepEqual(Object.entries(attributes), [[inherited, 'a label']]);
    assert.equal(noAttributes()[inherited], undefined);
  });
});
