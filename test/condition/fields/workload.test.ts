import assert from 'node:assert/strict';
import { FIELDS } from '../../../src/condition/fields.ts';
import { entryOf, eventLine, type LineParts } from '../../support/events.ts';

function workloadOf(parts: LineParts): unknown {
  return FIELDS.named('docker.workload')?.read(entryOf(eventLine(parts)), undefined);
}

const COMPOSE = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

describe('what a container is one of', () => {
  const cases: readonly (readonly [title: string, attributes: Record<string, string>, workload: string | undefined])[] =
    [
      ['a container that is nobody else’s is itself', { name: 'job', image: 'x' }, 'job'],
      ['a container of Compose is its service', { name: 'shop-web-1', ...COMPOSE }, 'shop/web'],
      [
        'a service of Compose without a project stands alone',
        { name: 'a', 'com.docker.compose.service': 'web' },
        'web',
      ],
      [
        'a try of Compose is itself',
        { name: 'shop-web-run-1', ...COMPOSE, 'com.docker.compose.oneoff': 'True' },
        'shop-web-run-1',
      ],
      [
        'a replica of Compose is not a try',
        { name: 'x', ...COMPOSE, 'com.docker.compose.oneoff': 'False' },
        'shop/web',
      ],
      [
        'a task of Swarm is its service',
        { name: 'api.1.k3v', 'com.docker.swarm.service.name': 'api', ...COMPOSE },
        'api',
      ],
      ['what has no name is nothing', {}, undefined],
    ];
  for (const [title, attributes, workload] of cases) {
    it(title, () => assert.equal(workloadOf({ attributes }), workload));
  }

  it('is asked of containers only', () => {
    assert.equal(workloadOf({ type: 'network', attributes: { name: 'shop_default' } }), undefined);
  });
});
