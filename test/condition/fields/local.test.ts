import assert from 'node:assert/strict';
import type { FieldValue } from '../../../src/condition/field.ts';
import { entryOf, eventLine, type LineParts } from '../../support/events.ts';
import { readField } from '../../support/read-field.ts';

const EXPECTED: readonly (readonly [what: string, line: LineParts, fields: Readonly<Record<string, FieldValue>>])[] = [
  [
    'a network',
    { type: 'network', action: 'create', id: 'n1', attributes: { name: 'shop_default', type: 'bridge' } },
    {
      'docker.network.id': 'n1',
      'docker.network.name': 'shop_default',
      'docker.network.driver': 'bridge',
      'docker.volume.name': undefined,
      'docker.container.id': undefined,
    },
  ],
  [
    'a volume that a container mounts',
    {
      type: 'volume',
      action: 'mount',
      id: 'shop_data',
      attributes: { driver: 'local', destination: '/data', 'read/write': 'false', container: 'c9', propagation: '' },
    },
    {
      'docker.volume.name': 'shop_data',
      'docker.volume.driver': 'local',
      'docker.volume.destination': '/data',
      'docker.volume.read_write': false,
      'docker.container.id': 'c9',
      'docker.network.name': undefined,
    },
  ],
  [
    'a prune of volumes',
    { type: 'volume', action: 'prune', id: '', attributes: { reclaimed: '52428800' } },
    { 'docker.volume.name': undefined, 'docker.prune.reclaimed_bytes': 52_428_800 },
  ],
  [
    'an image with a label that is called like what a prune says',
    { type: 'image', action: 'tag', attributes: { reclaimed: '7' } },
    { 'docker.prune.reclaimed_bytes': undefined },
  ],
  [
    'a plugin',
    { type: 'plugin', action: 'enable', id: 'p1', attributes: { name: 'vieux/sshfs:latest' } },
    { 'docker.plugin.id': 'p1', 'docker.plugin.name': 'vieux/sshfs:latest', 'docker.daemon.name': undefined },
  ],
  [
    'a daemon that was reloaded',
    {
      type: 'daemon',
      action: 'reload',
      attributes: {
        name: 'node-1',
        debug: 'true',
        'live-restore': 'false',
        'insecure-registries': '["reg:5000","127.0.0.0/8"]',
        'registry-mirrors': '[]',
        'default-runtime': 'runc',
      },
    },
    {
      'docker.daemon.name': 'node-1',
      'docker.daemon.debug': true,
      'docker.daemon.live_restore': false,
      'docker.daemon.insecure_registries': ['reg:5000', '127.0.0.0/8'],
      'docker.daemon.registry_mirrors': [],
      'docker.daemon.default_runtime': 'runc',
    },
  ],
  [
    'a daemon that says what it cannot say',
    {
      type: 'daemon',
      action: 'reload',
      attributes: { debug: 'yes', 'insecure-registries': '[1]', 'registry-mirrors': '[' },
    },
    {
      'docker.daemon.debug': undefined,
      'docker.daemon.insecure_registries': undefined,
      'docker.daemon.registry_mirrors': undefined,
      'docker.daemon.name': undefined,
    },
  ],
];

describe('the fields of networks, volumes, plugins and the daemon', () => {
  for (const [what, line, fields] of EXPECTED) {
    it(`tell of ${what}`, () => {
      const entry = entryOf(eventLine(line));
      for (const [asked, value] of Object.entries(fields)) assert.deepEqual(readField(entry, asked), value, asked);
    });
  }
});
