import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ImageReference, parseImageReference } from '../../src/model/image-reference.ts';

function written(reference: ImageReference): string {
  if (reference.kind === 'id') return reference.id;
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  return `${reference.name}${tag}${reference.digest === undefined ? '' : `@${reference.digest}`}`;
}

const HEX = '9f1c0a27d3b84e56f7a1928c3d4e5b60718293a4b5c6d7e8f90123456789abcd';
const DIGEST = `sha256:${HEX}`;

const NAMES: readonly (readonly [
  text: string,
  name: string,
  domain?: string | undefined,
  tag?: string | undefined,
  digest?: string,
])[] = [
  ['busybox', 'busybox'],
  ['busybox:1.36', 'busybox', undefined, '1.36'],
  ['library/busybox', 'library/busybox'],
  ['docker.io/library/busybox:latest', 'docker.io/library/busybox', 'docker.io', 'latest'],
  ['localhost/web', 'localhost/web', 'localhost'],
  ['localhost:5000/web', 'localhost:5000/web', 'localhost:5000'],
  ['reg:5000/shop/web:1.4.2', 'reg:5000/shop/web', 'reg:5000', '1.4.2'],
  ['registry.example:5000/a/b/c', 'registry.example:5000/a/b/c', 'registry.example:5000'],
  ['[2001:db8::1]:5000/web:v1', '[2001:db8::1]:5000/web', '[2001:db8::1]:5000', 'v1'],
  ['REGISTRY/web', 'REGISTRY/web', 'REGISTRY'],
  [
    'ghcr.io/open-telemetry/opentelemetry-collector_releases/x.y__z:0.140.0-rc.1_a',
    'ghcr.io/open-telemetry/opentelemetry-collector_releases/x.y__z',
    'ghcr.io',
    '0.140.0-rc.1_a',
  ],
  [`alpine@${DIGEST}`, 'alpine', undefined, undefined, DIGEST],
  [`shop/web:1.4.2@${DIGEST}`, 'shop/web', undefined, '1.4.2', DIGEST],
  [`reg:5000/web@${DIGEST}`, 'reg:5000/web', 'reg:5000', undefined, DIGEST],
  // A short id cannot be told from a name, and neither can the engine tell it by its looks.
  ['3797c3a9bf96', '3797c3a9bf96'],
  ['sha256:3797', 'sha256', undefined, '3797'],
  ['123:5000', '123', undefined, '5000'],
];

const NO_REFERENCES: readonly string[] = [
  '',
  ':tag',
  'Busybox',
  'library/Busybox',
  'web:',
  'web@',
  'web:-x',
  `web:${'t'.repeat(129)}`,
  'web:a:b',
  'web@sha256:abc',
  `@${DIGEST}`,
  `web@${DIGEST}@${DIGEST}`,
  'a//b',
  '/web',
  'web/',
  'a..b',
  'a___b',
  '-web',
  'web-',
  'host_name.example/Web',
  'we b',
  'web\n',
  'a'.repeat(256),
  `${HEX}/`,
];

describe('parseImageReference', () => {
  for (const [text, name, domain, tag, digest] of NAMES) {
    it(`reads ${text}`, () => {
      const path = domain === undefined ? name : name.slice(domain.length + 1);
      assert.deepEqual(parseImageReference(text), { kind: 'name', name, domain, path, tag, digest });
    });
  }

  it('takes 64 hex digits for an id, with the algorithm or without', () => {
    assert.deepEqual(parseImageReference(HEX), { kind: 'id', id: HEX });
    assert.deepEqual(parseImageReference(DIGEST), { kind: 'id', id: DIGEST });
  });

  for (const text of NO_REFERENCES) {
    it(`refuses ${JSON.stringify(text.length > 60 ? `${text.slice(0, 20)}… (${text.length})` : text)}`, () => {
      assert.equal(parseImageReference(text), undefined);
    });
  }

  it('gives back what was written, whatever the reference', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
    const domain = fc.stringMatching(/^[a-zA-Z0-9]{1,8}(\.[a-z0-9]{1,4})?(:[0-9]{1,5})?\/$/);
    const tag = fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
    const digest = fc.stringMatching(/^@sha(256|512):[0-9a-f]{64}$/);
    const maybe = (part: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), part);
    const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('/'));
    fc.assert(
      fc.property(maybe(domain), path, maybe(tag), maybe(digest), (...parts) => {
        const parsed = parseImageReference(parts.join(''));
        assert.ok(parsed !== undefined, parts.join(''));
        assert.equal(written(parsed), parts.join(''));
        if (parsed.kind === 'name') assert.equal(parsed.tag, parts[2] === '' ? undefined : parts[2].slice(1));
      }),
    );
  });

  it('gives back whatever else it takes, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9:@/._-]{0,40}$/)), (text) => {
        const parsed = parseImageReference(text);
        if (parsed !== undefined) assert.equal(written(parsed), text);
      }),
    );
  });
});
