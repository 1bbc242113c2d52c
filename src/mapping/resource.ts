/** The resource: who the engine is. One object for each engine, so that exporters can group by it. */
import type { EngineIdentity } from '../model/engine.ts';
import type { Attributes } from '../model/log-record.ts';
import { DEFAULT_SERVICE_NAME, type MappingOptions } from './config.ts';
import { noAttributes, put } from './registry.ts';

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
