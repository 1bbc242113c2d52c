import assert from 'node:assert/strict';
import { dialectOf } from '../../src/engine/dialects.ts';
import type { DockerEvent } from '../../src/model/docker-event.ts';

function event(type: string, action: string, actorId: string, attributes: Record<string, string> = {}): DockerEvent {
  return {
    type,
    action,
    actorId,
    attributes: new Map(Object.entries(attributes)),
    scope: 'local',
    time: [1_795_247_025, 106_783_969],
    originalAction: undefined,
  };
}

describe('Docker’s dialect', () => {
  const docker = dialectOf('docker');

  it('asks for the whole ring, whatever was seen', () => {
    assert.equal(docker.since(undefined), '0');
    assert.equal(docker.since([1_795_247_025, 1]), '0');
  });

  it('leaves events as they are', () => {
    const die = event('container', 'die', 'c1', { exitCode: '3' });
    assert.equal(docker.normalise(die, {}), die);
  });

  it('is that of every runtime but Podman', () => {
    assert.equal(dialectOf('balena-engine'), docker);
    assert.equal(dialectOf('podman').name, 'podman');
  });
});

describe('Podman’s dialect', () => {
  const podman = dialectOf('podman');

  it('asks from two seconds before the newest event, and for live events when there is none', () => {
    assert.equal(podman.since(undefined), undefined);
    assert.equal(podman.since([1_795_247_025, 6_783_969]), '1795247023.006783969');
    assert.equal(podman.since([1, 5]), '0.000000000');
  });

  const image = { image: 'busybox', name: 'web', podId: '' };
  const kept = { image: 'busybox', name: 'web' };
  type Words = readonly [action: string, actorId: string, attributes: Record<string, string>];
  const TABLE: readonly (readonly [type: string, podman: Words, docker: Words, line?: Record<string, unknown>])[] = [
    ['container', ['remove', 'c1', image], ['destroy', 'c1', kept]],
    [
      'container',
      ['die', 'c1', { ...image, containerExitCode: '3', exitCode: '3' }],
      ['die', 'c1', { ...kept, exitCode: '3' }],
    ],
    ['container', ['died', 'c1', { ...image, containerExitCode: '3' }], ['die', 'c1', { ...kept, exitCode: '3' }]],
    ['container', ['exec', 'c1', image], ['exec_start', 'c1', kept]],
    [
      'container',
      ['exec_died', 'c1', { ...image, containerExitCode: '1' }],
      ['exec_die', 'c1', { ...kept, exitCode: '1' }],
    ],
    ['container', ['health_status', 'c1', image], ['health_status: healthy', 'c1', kept], { HealthStatus: 'healthy' }],
    ['container', ['health_status', 'c1', image], ['health_status', 'c1', kept]],
    ['container', ['start', 'c1', { ...image, podId: 'p1' }], ['start', 'c1', { ...kept, podId: 'p1' }]],
    ['container', ['cleanup', 'c1', image], ['cleanup', 'c1', kept]],
    ['image', ['remove', 'i1', { image: '', name: 'busybox', podId: '' }], ['delete', 'i1', { name: 'busybox' }]],
    ['image', ['loadfromarchive', 'i1', {}], ['load', 'i1', {}]],
    ['volume', ['create', '', { image: '', name: 'data', podId: '' }], ['create', 'data', { name: 'data' }]],
    ['volume', ['remove', '', { name: 'data' }], ['destroy', 'data', { name: 'data' }]],
    [
      'network',
      ['connect', 'c1', { image: '', name: '', podId: '', network: 'front' }],
      ['connect', 'front', { container: 'c1', name: 'front' }],
    ],
    [
      'network',
      ['disconnect', 'c1', { name: 'x', network: 'front' }],
      ['disconnect', 'front', { container: 'c1', name: 'front' }],
    ],
    ['network', ['remove', 'n1', { name: 'front' }], ['destroy', 'n1', { name: 'front' }]],
    ['pod', ['create', 'p1', { name: 'pod', image: '' }], ['create', 'p1', { name: 'pod' }]],
  ];
  for (const [type, [action, actorId, attributes], expected, line] of TABLE) {
    it(`says ${type} ${action} as ${expected[0]}`, () => {
      const said = podman.normalise(event(type, action, actorId, attributes), line ?? {});
      assert.deepEqual([said.action, said.actorId, Object.fromEntries(said.attributes)], expected);
      assert.equal(said.originalAction, said.action === action ? undefined : action);
      assert.deepEqual([said.type, said.scope, said.time], [type, 'local', [1_795_247_025, 106_783_969]]);
    });
  }
});
