import assert from 'node:assert/strict';
import type { FieldValue } from '../../../src/condition/field.ts';
import { entryOf, eventLine, type LineParts } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const TASK = {
  'com.docker.swarm.node.id': 'n1',
  'com.docker.swarm.service.id': 's1',
  'com.docker.swarm.service.name': 'api',
  'com.docker.swarm.task.id': 't1',
  'com.docker.swarm.task.name': 'api.1.t1',
};

const EXPECTED: readonly (readonly [what: string, line: LineParts, fields: Readonly<Record<string, FieldValue>>])[] = [
  [
    'a container of Compose',
    {
      attributes: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'com.docker.compose.container-number': '2',
        'com.docker.compose.oneoff': 'False',
      },
    },
    {
      'docker.compose.project': 'shop',
      'docker.compose.service': 'web',
      'docker.compose.container_number': 2,
      'docker.compose.oneoff': false,
      'docker.swarm.service.name': undefined,
    },
  ],
  [
    'a container with labels that Compose would not write',
    { attributes: { 'com.docker.compose.container-number': 'two', 'com.docker.compose.oneoff': 'no' } },
    {
      'docker.compose.container_number': undefined,
      'docker.compose.oneoff': undefined,
      'docker.compose.project': undefined,
    },
  ],
  [
    'a container of a swarm task',
    { attributes: TASK },
    {
      'docker.swarm.node.id': 'n1',
      'docker.swarm.service.id': 's1',
      'docker.swarm.service.name': 'api',
      'docker.swarm.task.id': 't1',
      'docker.swarm.task.name': 'api.1.t1',
      'docker.service.name': undefined,
    },
  ],
  [
    'a node that went down',
    {
      type: 'node',
      action: 'update',
      id: 'n1',
      attributes: { name: 'node-1', 'state.old': 'ready', 'state.new': 'down', 'leader.new': 'false', ...TASK },
    },
    {
      'docker.swarm.node.id': 'n1',
      'docker.swarm.service.id': undefined,
      'docker.node.name': 'node-1',
      'docker.node.state.old': 'ready',
      'docker.node.state.new': 'down',
      'docker.node.leader.old': undefined,
      'docker.node.leader.new': false,
      'docker.node.role.new': undefined,
      'docker.service.name': undefined,
    },
  ],
  [
    'a node that was drained, and made a manager',
    {
      type: 'node',
      action: 'update',
      attributes: { 'availability.new': 'drain', 'role.new': 'manager', 'reachability.new': 'reachable' },
    },
    {
      'docker.node.availability.new': 'drain',
      'docker.node.role.new': 'manager',
      'docker.node.reachability.new': 'reachable',
    },
  ],
  [
    'a service that is rolled back',
    {
      type: 'service',
      action: 'update',
      id: 's1',
      attributes: {
        name: 'api',
        'updatestate.new': 'rollback_started',
        'replicas.old': '1',
        'replicas.new': '3',
        'image.new': 'a:2',
        'state.new': 'down',
      },
    },
    {
      'docker.swarm.service.id': 's1',
      'docker.swarm.service.name': 'api',
      'docker.service.name': 'api',
      'docker.service.update_state.new': 'rollback_started',
      'docker.service.update_state.old': undefined,
      'docker.service.replicas.old': 1,
      'docker.service.replicas.new': 3,
      'docker.service.image.new': 'a:2',
      'docker.node.state.new': undefined,
    },
  ],
  [
    'a secret',
    { type: 'secret', action: 'create', id: 'x1', attributes: { name: 'db-password' } },
    { 'docker.secret.id': 'x1', 'docker.secret.name': 'db-password', 'docker.config.name': undefined },
  ],
  [
    'a config',
    { type: 'config', action: 'create', id: 'x1', attributes: { name: 'nginx-conf' } },
    { 'docker.config.id': 'x1', 'docker.config.name': 'nginx-conf', 'docker.secret.id': undefined },
  ],
];

describe('the fields of Compose and Swarm', () => {
  for (const [what, line, fields] of EXPECTED) {
    it(`tell of ${what}`, () => {
      const entry = entryOf(eventLine(line));
      for (const [asked, value] of Object.entries(fields)) assert.deepEqual(readField(entry, asked), value, asked);
    });
  }
});
