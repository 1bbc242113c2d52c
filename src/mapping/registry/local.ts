/** Attributes of network, volume, plugin and daemon events. */
import { own } from './definition.ts';

const RELOAD = 'daemon reload';

export const LOCAL = {
  'docker.network.id': own('string', 'Network.', 'network events but prune', 'd56db528a519539ce03fcbb701d889c8'),
  'docker.network.name': own('string', 'Its name.', 'network events but prune', 'shop_default'),
  'docker.network.driver': own('string', 'Its driver.', 'network events of scope local', 'bridge'),
  'docker.volume.name': own('string', 'Volume.', 'volume events but prune', 'shop_data'),
  'docker.volume.driver': own('string', 'Its driver.', 'volume events but prune', 'local'),
  'docker.volume.destination': own('string', 'Where in the container it is mounted.', 'volume mount', '/data'),
  'docker.volume.read_write': own('boolean', 'Whether the container may write to it.', 'volume mount', true),
  'docker.volume.propagation': own('string', 'Mount propagation; often empty.', 'volume mount', 'rprivate'),
  'docker.plugin.id': own('string', 'Plugin.', 'plugin events but pull', '9c1e0b3f2a4d5c6e7f8091a2b3c4d5e6'),
  'docker.plugin.name': own('string', 'Its name, as the user typed it.', 'plugin events', 'vieux/sshfs:latest'),
} as const;

export const DAEMON = {
  'docker.daemon.id': own('string', 'Engine.', RELOAD, '74VX:B242:BPRW:QV3C:OV74:UHPI:66LF:HAQO:KYR3:TQHB:A2PB:3T4U'),
  'docker.daemon.name': own('string', "The engine's host name.", RELOAD, 'node-1'),
  'docker.daemon.debug': own('boolean', 'Whether it logs debug messages.', RELOAD, false),
  'docker.daemon.live_restore': own('boolean', 'Whether containers outlive it.', RELOAD, true),
  'docker.daemon.max_concurrent_downloads': own('int', 'Layers pulled at a time.', RELOAD, 3),
  'docker.daemon.max_concurrent_uploads': own('int', 'Layers pushed at a time.', RELOAD, 5),
  'docker.daemon.max_download_attempts': own('int', 'Tries for each layer.', RELOAD, 5),
  'docker.daemon.shutdown_timeout_seconds': own('int', 'How long its shutdown may take, in seconds.', RELOAD, 15),
  'docker.daemon.default_stop_timeout_seconds': own(
    'int',
    'How long a container may take to stop before it is killed, in seconds.',
    'daemon reload of newer engines',
    10,
  ),
  'docker.daemon.labels': own('string[]', "The engine's labels.", RELOAD, ['rack=7']),
  'docker.daemon.insecure_registries': own('string[]', 'Registries spoken to without TLS.', RELOAD, ['reg:5000']),
  'docker.daemon.registry_mirrors': own('string[]', 'Mirrors of Docker Hub.', RELOAD, ['https://mirror.example']),
  'docker.daemon.allow_nondistributable_artifacts': own(
    'string[]',
    'Registries that take foreign layers.',
    'daemon reload of older engines',
    [],
  ),
  'docker.daemon.features': own('string', 'Features, as Go prints them.', RELOAD, 'map[buildkit:true]'),
  'docker.daemon.runtimes': own('string', 'Runtimes, as Go prints them.', RELOAD, 'runc:runc'),
  'docker.daemon.default_runtime': own('string', 'The runtime of containers that name none.', RELOAD, 'runc'),
  'docker.daemon.default_shm_size_bytes': own('int', 'Size of /dev/shm, in bytes.', RELOAD, 67108864),
  'docker.daemon.default_ipc_mode': own('string', 'IPC mode of containers that name none.', RELOAD, 'private'),
  'docker.daemon.default_cgroupns_mode': own('string', 'Cgroup namespace mode, likewise.', RELOAD, 'private'),
  'docker.daemon.cluster_store': own('string', 'Classic cluster store.', 'daemon reload of Engine 20.10', ''),
  'docker.daemon.cluster_store_opts': own('string', 'Its options.', 'daemon reload of Engine 20.10', '{}'),
  'docker.daemon.cluster_advertise': own('string', 'Address advertised in it.', 'daemon reload of Engine 20.10', ''),
  'docker.daemon.nri_opts': own('string', 'NRI options.', 'daemon reload of newer engines', '{}'),
} as const;
