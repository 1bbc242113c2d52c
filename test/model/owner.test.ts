import assert from 'node:assert/strict';
import { ownerOf } from '../../src/model/owner.ts';

const NOBODY = { composeProject: undefined, composeService: undefined, swarmService: undefined, stack: undefined };
const COMPOSE = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

function of(labels: Readonly<Record<string, string>>) {
  return ownerOf(new Map(Object.entries({ image: 'busybox', name: 'web', ...labels })));
}

describe('ownerOf', () => {
  it('gives a plain container no owner', () => {
    assert.equal(of({}), undefined);
    assert.equal(of({ 'com.docker.compose.project': '' }), undefined);
    assert.equal(of({ 'com.docker.compose.service': 'web' }), undefined);
  });

  it('gives a container of Compose to its project and service', () => {
    assert.deepEqual(of(COMPOSE), { ...NOBODY, composeProject: 'shop', composeService: 'web' });
  });

  it('gives what docker compose run made to the project only', () => {
    assert.deepEqual(of({ ...COMPOSE, 'com.docker.compose.oneoff': 'True' }), { ...NOBODY, composeProject: 'shop' });
    assert.equal(of({ ...COMPOSE, 'com.docker.compose.oneoff': 'False' })?.composeService, 'web');
  });

  it('gives a task of Swarm to its service and stack', () => {
    const labels = { 'com.docker.swarm.service.name': 'shop_api', 'com.docker.stack.namespace': 'shop' };
    assert.deepEqual(of(labels), { ...NOBODY, swarmService: 'shop_api', stack: 'shop' });
  });
});
