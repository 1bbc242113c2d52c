import assert from 'node:assert/strict';
import { metricsResource } from '../../src/metrics/resource.ts';

const HERE = { version: '1.2.3', hostName: 'node-1' };

describe('metricsResource', () => {
  it('names the collector, and tells it from others that send to the same backend', () => {
    assert.deepEqual(metricsResource(HERE, {}), {
      'service.name': 'docker-events-otel',
      'service.version': '1.2.3',
      'service.instance.id': 'node-1',
    });
  });

  it('lets a person have it otherwise', () => {
    const configured = { 'service.name': 'events', 'service.instance.id': 'a', 'deployment.environment.name': 'test' };
    assert.deepEqual(metricsResource(HERE, configured), { ...configured, 'service.version': '1.2.3' });
  });
});
