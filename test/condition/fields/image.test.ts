import assert from 'node:assert/strict';
import { conditionOf } from '../../../src/condition/condition.ts';
import { entryOf, eventLine } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const DIGEST = 'sha256:3797c3a9bf965a9fb4ad6df8584e8b8649173eda8d97c10196888e1417d7e4e1';

interface Parts {
  readonly name?: string;
  readonly registry?: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly id?: string;
}

const WRITTEN: readonly (readonly [image: string, parts: Parts])[] = [
  ['busybox', { name: 'busybox', registry: 'docker.io', repository: 'busybox' }],
  ['busybox:1.36', { name: 'busybox', registry: 'docker.io', repository: 'busybox', tag: '1.36' }],
  ['grafana/loki', { name: 'grafana/loki', registry: 'docker.io', repository: 'grafana/loki' }],
  ['docker.io/library/busybox', { name: 'docker.io/library/busybox', registry: 'docker.io', repository: 'busybox' }],
  [
    'index.docker.io/library/busybox',
    { name: 'index.docker.io/library/busybox', registry: 'docker.io', repository: 'busybox' },
  ],
  ['library/busybox', { name: 'library/busybox', registry: 'docker.io', repository: 'busybox' }],
  [
    'Registry.Example.com:5000/library/app:1',
    {
      name: 'Registry.Example.com:5000/library/app',
      registry: 'registry.example.com:5000',
      repository: 'library/app',
      tag: '1',
    },
  ],
  ['localhost/app', { name: 'localhost/app', registry: 'localhost', repository: 'app' }],
  [
    `ghcr.io/a/b:2@${DIGEST}`,
    { name: 'ghcr.io/a/b', registry: 'ghcr.io', repository: 'a/b', tag: '2', digest: DIGEST },
  ],
  [DIGEST, { id: DIGEST }],
  ['NOT A NAME', { name: 'NOT A NAME' }],
  ['', {}],
];

function partsOf(entry: Parameters<typeof readField>[0]): Record<string, unknown> {
  const names = ['name', 'registry', 'repository', 'tag', 'digest', 'id'];
  const found = names.map((name) => [name, readField(entry, `docker.image.${name}`)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Whether an image that was pulled by this reference is from outside the list. */
function isOutside(reference: string): boolean {
  const asked = conditionOf(
    'docker.action.base = pull and not docker.image.registry in (docker.io, registry.example.com)',
  );
  assert.ok(asked.ok);
  return asked.value(entryOf(eventLine({ type: 'image', action: 'pull', id: reference, attributes: {} })));
}

describe('the fields of images', () => {
  it('tell what was pulled from outside a list of registries, and what cannot be told from it', () => {
    for (const inside of ['busybox:1.36', 'a/b:1', 'docker.io/a/b', 'Registry.example.com/a:1', `a@${DIGEST}`]) {
      assert.equal(isOutside(inside), false, inside);
    }
    const outside = ['ghcr.io/a/b:1', 'registry.example.com:5000/a', 'docker.io.evil.example/a', 'NOT A NAME', DIGEST];
    for (const image of outside) assert.equal(isOutside(image), true, image);
  });

  for (const [image, parts] of WRITTEN) {
    it(`take "${image}" of a container apart`, () => {
      assert.deepEqual(partsOf(entryOf(eventLine({ attributes: { image, name: 'web' } }))), parts);
    });

    if (image !== '' && image !== DIGEST) {
      it(`take "${image}" that was pulled apart`, () => {
        const line = eventLine({ type: 'image', action: 'pull', id: image, attributes: { name: 'other' } });
        assert.deepEqual(partsOf(entryOf(line)), parts);
      });
    }
  }

  it('have the name and the id of an image that was tagged', () => {
    const line = eventLine({ type: 'image', action: 'tag', id: DIGEST, attributes: { name: 'shop:2' } });
    const parts = { name: 'shop', registry: 'docker.io', repository: 'shop', tag: '2', id: DIGEST };
    assert.deepEqual(partsOf(entryOf(line)), parts);
  });

  it('have the id only of an image that was deleted', () => {
    const line = eventLine({ type: 'image', action: 'delete', id: DIGEST, attributes: { name: DIGEST } });
    assert.deepEqual(partsOf(entryOf(line)), { id: DIGEST });
  });

  it('are missing on other events, whatever attributes they have', () => {
    const line = eventLine({ type: 'network', action: 'create', attributes: { image: 'busybox', name: 'busybox' } });
    assert.deepEqual(partsOf(entryOf(line)), {});
    assert.deepEqual(partsOf(entryOf(eventLine({ attributes: { name: 'web' } }))), {});
  });
});
