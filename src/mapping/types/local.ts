/** Events of networks, volumes, plugins, the build cache and the daemon. No labels are merged into these. */
import type { ActionOf } from '../catalogue.ts';
import { templated } from '../labels.ts';
import { id, integer, list, NO_KEYS, type OwnKeys, text, yesNo } from '../readers.ts';
import { put } from '../registry.ts';
import {
  type ActionMapping,
  actionInWords,
  bytes,
  type Facts,
  shortId,
  shown,
  type TypeMapping,
} from './type-mapping.ts';

/** Where everything goes that has no attribute of its own. */
export const putUnknown = templated('docker.attribute.');

const CONTAINER: OwnKeys = new Map([['container', id('container.id')]]);

/** A prune event of any type, such as `Unused volumes`. */
function pruned(what: string): ActionMapping {
  return {
    own: new Map([['reclaimed', integer('docker.prune.reclaimed_bytes')]]),
    says: ({ attributes }) => `${what} pruned: ${bytes(attributes['docker.prune.reclaimed_bytes'])} given back.`,
  };
}

function containerOf({ event }: Facts): string {
  return shortId(event.attributes.get('container') ?? '');
}

/** The name that the engine gives beside the id, else the id. */
export function nameOrId({ event }: Facts): string {
  const name = event.attributes.get('name');
  return name === undefined || name === '' ? shortId(event.actorId) : shown(name);
}

function network(predicate: string): ActionMapping {
  return { says: (facts) => `Network ${nameOrId(facts)} was ${predicate}.` };
}

const NETWORK_ACTIONS: Readonly<Record<ActionOf<'network'>, ActionMapping>> = {
  create: network('created'),
  destroy: network('removed'),
  remove: network('removed'),
  update: network('updated'),
  connect: {
    own: CONTAINER,
    says: (facts) => `Container ${containerOf(facts)} was connected to network ${nameOrId(facts)}.`,
  },
  disconnect: {
    own: CONTAINER,
    says: (facts) => `Container ${containerOf(facts)} was disconnected from network ${nameOrId(facts)}.`,
  },
  prune: pruned('Unused networks were'),
};

export const NETWORK_MAPPING: TypeMapping = {
  own: new Map([
    ['name', text('docker.network.name')],
    ['type', text('docker.network.driver')],
  ]),
  actions: new Map(Object.entries(NETWORK_ACTIONS)),
  actor: (to, actorId) => put(to, 'docker.network.id', actorId),
  other: putUnknown,
  labelled: false,
  says: (facts) => `Network ${nameOrId(facts)}: ${actionInWords(facts.event)}.`,
};

function volumeName({ event }: Facts): string {
  return shortId(event.actorId);
}

const VOLUME_ACTIONS: Readonly<Record<ActionOf<'volume'>, ActionMapping>> = {
  create: { says: (facts) => `Volume ${volumeName(facts)} was created.` },
  destroy: { says: (facts) => `Volume ${volumeName(facts)} was removed, with what was in it.` },
  mount: {
    own: new Map([
      ...CONTAINER,
      ['destination', text('docker.volume.destination')],
      ['read/write', yesNo('docker.volume.read_write')],
      ['propagation', text('docker.volume.propagation')],
    ]),
    says: (facts) => {
      const { 'docker.volume.destination': destination, 'docker.volume.read_write': writable } = facts.attributes;
      const where = typeof destination === 'string' ? ` at ${shown(destination)}` : '';
      const how = writable === undefined ? '' : writable ? ', to read and write' : ', to read only';
      return `Volume ${volumeName(facts)} was mounted in container ${containerOf(facts)}${where}${how}.`;
    },
  },
  unmount: {
    own: CONTAINER,
    says: (facts) => `Volume ${volumeName(facts)} was unmounted from container ${containerOf(facts)}.`,
  },
  prune: pruned('Unused volumes were'),
};

export const VOLUME_MAPPING: TypeMapping = {
  own: new Map([['driver', text('docker.volume.driver')]]),
  actions: new Map(Object.entries(VOLUME_ACTIONS)),
  actor: (to, actorId) => put(to, 'docker.volume.name', actorId),
  other: putUnknown,
  labelled: false,
  says: (facts) => `Volume ${volumeName(facts)}: ${actionInWords(facts.event)}.`,
};

function plugin(predicate: string): ActionMapping {
  return { says: (facts) => `Plugin ${nameOrId(facts)} was ${predicate}.` };
}

const PLUGIN_ACTIONS: Readonly<Record<ActionOf<'plugin'>, ActionMapping>> = {
  pull: plugin('pulled'),
  create: plugin('created'),
  enable: plugin('enabled'),
  disable: plugin('disabled'),
  remove: plugin('removed'),
};

export const PLUGIN_MAPPING: TypeMapping = {
  own: new Map([['name', text('docker.plugin.name')]]),
  actions: new Map(Object.entries(PLUGIN_ACTIONS)),
  actor(to, actorId, action) {
    // A pull names the plugin by its reference, which is no id.
    if (action !== 'pull') put(to, 'docker.plugin.id', actorId);
  },
  other: putUnknown,
  labelled: false,
  says: (facts) => `Plugin ${nameOrId(facts)}: ${actionInWords(facts.event)}.`,
};

const BUILDER_ACTIONS: Readonly<Record<ActionOf<'builder'>, ActionMapping>> = { prune: pruned('The build cache was') };

export const BUILDER_MAPPING: TypeMapping = {
  own: NO_KEYS,
  actions: new Map(Object.entries(BUILDER_ACTIONS)),
  actor: () => undefined,
  other: putUnknown,
  labelled: false,
  says: (facts) => `Builder: ${actionInWords(facts.event)}.`,
};

const DAEMON_ACTIONS: Readonly<Record<ActionOf<'daemon'>, ActionMapping>> = {
  reload: {
    own: new Map([
      ['debug', yesNo('docker.daemon.debug')],
      ['live-restore', yesNo('docker.daemon.live_restore')],
      ['max-concurrent-downloads', integer('docker.daemon.max_concurrent_downloads')],
      ['max-concurrent-uploads', integer('docker.daemon.max_concurrent_uploads')],
      ['max-download-attempts', integer('docker.daemon.max_download_attempts')],
      ['shutdown-timeout', integer('docker.daemon.shutdown_timeout_seconds')],
      ['default-stop-timeout', integer('docker.daemon.default_stop_timeout_seconds')],
      ['labels', list('docker.daemon.labels')],
      ['insecure-registries', list('docker.daemon.insecure_registries')],
      ['registry-mirrors', list('docker.daemon.registry_mirrors')],
      ['allow-nondistributable-artifacts', list('docker.daemon.allow_nondistributable_artifacts')],
      ['features', text('docker.daemon.features')],
      ['runtimes', text('docker.daemon.runtimes')],
      ['default-runtime', text('docker.daemon.default_runtime')],
      ['default-shm-size', integer('docker.daemon.default_shm_size_bytes')],
      ['default-ipc-mode', text('docker.daemon.default_ipc_mode')],
      ['default-cgroupns-mode', text('docker.daemon.default_cgroupns_mode')],
      ['cluster-store', text('docker.daemon.cluster_store')],
      ['cluster-store-opts', text('docker.daemon.cluster_store_opts')],
      ['cluster-advertise', text('docker.daemon.cluster_advertise')],
      ['nri-opts', text('docker.daemon.nri_opts')],
    ]),
    says: (facts) => `The engine on ${nameOrId(facts)} reloaded its configuration.`,
  },
};

export const DAEMON_MAPPING: TypeMapping = {
  own: new Map([['name', text('docker.daemon.name')]]),
  actions: new Map(Object.entries(DAEMON_ACTIONS)),
  actor: (to, actorId) => put(to, 'docker.daemon.id', actorId),
  other: putUnknown,
  labelled: false,
  says: (facts) => `The engine on ${nameOrId(facts)}: ${actionInWords(facts.event)}.`,
};
