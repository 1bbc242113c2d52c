import assert from 'node:assert/strict';
import { type MappingOptions, schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { resourcesOf } from '../../src/mapping/resource.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

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
