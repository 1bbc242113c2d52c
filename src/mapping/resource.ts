/** The resource: who the engine is, and of spans the service. One object for each, so that exporters can group by it. */
import type { EngineIdentity } from '../model/engine.ts';
import type { Attributes } from '../model/log-record.ts';
import { DEFAULT_SERVICE_NAME, type MappingOptions } from './config.ts';
import { noAttributes, put } from './registry.ts';
import type { ServiceName } from './service.ts';

type ResourceOptions = Pick<MappingOptions, 'service_name' | 'resource_attributes'>;

/** The resource of an engine; of none, for what the collector says by itself. Frozen, because records share it. */
export function resourcesOf(options: ResourceOptions): (engine: EngineIdentity | undefined) => Attributes {
  const ofNone = resourceOf(undefined, options);
  const known = new WeakMap<EngineIdentity, Attributes>();
  return (engine) => {
    if (engine === undefined) return ofNone;
    const before = known.get(engine);
    if (before !== undefined) return before;
    const resource = resourceOf(engine, options);
    known.set(engine, resource);
    return resource;
  };
}

/** Of one engine; services of containers that come and go with names of their own would be too many. */
const OWNED_MAX = 1024;

/** Names are labels, and as long as somebody likes. */
const NAMES_LENGTH_MAX = 512;

/**
 * The resource of an engine's service: the engine's, with the names of the service. The same object for the same service,
 * as long as it is remembered. Frozen.
 *
 * The configured service.name is for what belongs to no service. A resource attribute that a person configured stands, the
 * namespace included.
 */
export function ownedResourcesOf(options: ResourceOptions): (engine: EngineIdentity, name: ServiceName) => Attributes {
  const engineResourceOf = resourcesOf(options);
  const known = new WeakMap<EngineIdentity, Map<string, Attributes>>();
  return (engine, { service, namespace }) => {
    const resource = engineResourceOf(engine);
    if (service === undefined) return resource;
    const services = known.get(engine) ?? new Map<string, Attributes>();
    if (services.size === 0) known.set(engine, services);
    const key = `${service.length} ${service}${namespace ?? ''}`;
    const before = services.get(key);
    if (before !== undefined) return before;
    const owned = ownedBy(resource, service, namespace);
    if (key.length > NAMES_LENGTH_MAX) return owned;
    if (services.size >= OWNED_MAX) services.clear();
    services.set(key, owned);
    return owned;
  };
}

function ownedBy(resource: Attributes, service: string, namespace: string | undefined): Attributes {
  const owned = Object.assign(noAttributes(), resource);
  put(owned, 'service.name', service);
  if (namespace !== undefined && resource['service.namespace'] === undefined)
    put(owned, 'service.namespace', namespace);
  return Object.freeze(owned);
}

/** What a person configured wins over what the engine says. */
function resourceOf(engine: EngineIdentity | undefined, options: ResourceOptions): Attributes {
  const resource = noAttributes();
  if (engine !== undefined) {
    if (engine.hostName !== undefined) put(resource, 'host.name', engine.hostName);
    put(resource, 'container.runtime.name', engine.runtime);
    if (engine.version !== undefined) {
      put(resource, 'container.runtime.version', engine.version);
      put(resource, 'docker.engine.version', engine.version);
    }
    if (engine.id !== undefined) put(resource, 'docker.engine.id', engine.id);
    if (engine.recording !== undefined) put(resource, 'docker.events.recording', engine.recording);
  }
  for (const [name, value] of Object.entries(options.resource_attributes)) resource[name] = value;
  const named = options.service_name !== DEFAULT_SERVICE_NAME || resource['service.name'] === undefined;
  if (named) put(resource, 'service.name', options.service_name);
  return Object.freeze(resource);
}
