import assert from 'node:assert/strict';
import { type MappingOptions, schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { ownedResourcesOf, resourcesOf } from '../../src/mapping/resource.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { spanOf } from '../support/spans.ts';

function resourceOf(options: Partial<MappingOptions>, engine: Partial<typeof IDENTITY> = {}) {
  return { ...resourcesOf(schema.parse(options))({ ...IDENTITY, ...engine }) };
}

describe('the resource', () => {
  it('is the engine', () => {
    assert.deepEqual(resourceOf({}), {
      'host.name': 'host-1',
      'container.runtime.name': 'docker',
      'container.runtime.version': '28.5.2',
      'docker.engine.version': '28.5.2',
      'docker.engine.id': 'engine-1',
      'service.name': 'docker-events',
    });
  });

  it('leaves out what a proxy did not let the collector ask for', () => {
    const unknown = { hostName: undefined, version: undefined, id: undefined };
    assert.deepEqual(resourceOf({}, unknown), { 'container.runtime.name': 'docker', 'service.name': 'docker-events' });
  });

  it('says when a recording is played', () => {
    assert.equal(resourceOf({}, { recording: 'engine-28.ndjson' })['docker.events.recording'], 'engine-28.ndjson');
  });

  it('is one object for each engine, which nobody can change', () => {
    const map = createMapper(schema.parse({}));
    const [first, second] = [map(entryOf(eventLine())), map(entryOf(eventLine({ action: 'die' })))];
    const other = map({ ...entryOf(eventLine()), engine: { ...IDENTITY, id: 'engine-2' } });
    assert.equal(first.resource, second.resource);
    assert.notEqual(first.resource, other.resource);
    assert.ok(Object.isFrozen(first.resource));
  });

  const names: readonly (readonly [Partial<MappingOptions>, string])[] = [
    [{}, 'docker-events'],
    [{ service_name: 'edge' }, 'edge'],
    [{ resource_attributes: { 'service.name': 'other' } }, 'other'],
    [{ service_name: 'edge', resource_attributes: { 'service.name': 'other' } }, 'edge'],
  ];
  for (const [options, name] of names) {
    it(`has the service name ${name} with ${JSON.stringify(options)}`, () => {
      assert.equal(resourceOf(options)['service.name'], name);
    });
  }

  it('takes what a person configured over what the engine says', () => {
    const resource = resourceOf({
      resource_attributes: { 'host.name': 'rack-7', 'deployment.environment.name': 'prod' },
    });
    assert.equal(resource['host.name'], 'rack-7');
    assert.equal(resource['deployment.environment.name'], 'prod');
  });
});

describe('the resource of a span', () => {
  function ownedBy(attributes: Readonly<Record<string, string>>, options: object = {}, parts: object = {}) {
    const about = entryOf(eventLine({ action: 'die', attributes, ...parts }));
    const { resource } = createSpanMapper(schema.parse(options))(spanOf({ about }));
    return [resource['service.name'], resource['service.namespace']];
  }

  const NAMED = { name: 'web-1', image: 'shop:1' };
  const COMPOSE = { ...NAMED, 'com.docker.compose.service': 'web', 'com.docker.compose.project': 'shop' };
  const SWARM = {
    ...COMPOSE,
    'com.docker.swarm.service.name': 'stack_web',
    'com.docker.stack.namespace': 'stack',
  };
  const LABELLED = {
    ...SWARM,
    'resource.opentelemetry.io/service.name': 'checkout',
    'resource.opentelemetry.io/service.namespace': 'payments',
  };

  it('is named by a label for that, else by swarm, else by Compose, else by the container', () => {
    assert.deepEqual(ownedBy(LABELLED), ['checkout', 'payments']);
    assert.deepEqual(ownedBy(SWARM), ['stack_web', 'stack']);
    assert.deepEqual(ownedBy(COMPOSE), ['web', 'shop']);
    assert.deepEqual(ownedBy(NAMED), ['web-1', undefined]);
    assert.deepEqual(ownedBy({ ...NAMED, 'resource.opentelemetry.io/service.name': '' }), ['web-1', undefined]);
    assert.deepEqual(ownedBy({}), ['docker-events', undefined]);
  });

  it('has the configured name for what belongs to no service, and only that', () => {
    for (const options of [{ service_name: 'edge' }, { resource_attributes: { 'service.name': 'edge' } }]) {
      assert.deepEqual(ownedBy(COMPOSE, options), ['web', 'shop']);
      assert.deepEqual(ownedBy({ name: 'busybox' }, options, { type: 'image', action: 'pull' }), ['edge', undefined]);
    }
  });

  it('has the other attributes that a person configured, and the namespace is one of them', () => {
    const resource_attributes = { 'service.namespace': 'prod', 'deployment.environment.name': 'eu' };
    assert.deepEqual(ownedBy(COMPOSE, { resource_attributes }), ['web', 'prod']);
    const { resource } = createSpanMapper(schema.parse({ resource_attributes }))(spanOf());
    assert.equal(resource['deployment.environment.name'], 'eu');
    assert.equal(resource['docker.engine.id'], 'engine-1');
  });

  it('is one object for each engine and service, which nobody can change', () => {
    const ownedResource = ownedResourcesOf(schema.parse({}));
    const web = ownedResource(IDENTITY, { service: 'web', namespace: 'shop' });
    assert.equal(ownedResource(IDENTITY, { service: 'web', namespace: 'shop' }), web);
    assert.ok(Object.isFrozen(web));
    const others = [
      ownedResource({ ...IDENTITY }, { service: 'web', namespace: 'shop' }),
      ownedResource(IDENTITY, { service: 'web', namespace: undefined }),
      ownedResource(IDENTITY, { service: 'websh', namespace: 'op' }),
      ownedResource(IDENTITY, { service: 'api', namespace: 'shop' }),
      ownedResource(IDENTITY, { service: undefined, namespace: 'shop' }),
    ];
    assert.equal(new Set([web, ...others]).size, others.length + 1);
  });

  it('is not remembered where its names are of any length', () => {
    const ownedResource = ownedResourcesOf(schema.parse({}));
    const owner = { service: 'x'.repeat(1000), namespace: undefined };
    assert.notEqual(ownedResource(IDENTITY, owner), ownedResource(IDENTITY, owner));
    assert.deepEqual(ownedResource(IDENTITY, owner), ownedResource(IDENTITY, owner));
  });

  it('is right when more services came by than are remembered', () => {
    const ownedResource = ownedResourcesOf(schema.parse({}));
    const before = { ...ownedResource(IDENTITY, { service: 'web', namespace: undefined }) };
    for (let index = 0; index < 3000; index += 1) {
      assert.equal(ownedResource(IDENTITY, { service: `s${index}`, namespace: 'n' })['service.name'], `s${index}`);
    }
    assert.deepEqual({ ...ownedResource(IDENTITY, { service: 'web', namespace: undefined }) }, before);
  });
});
