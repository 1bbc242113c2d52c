/**
 * Whose a container is: the service by which backends list its traces.
 *
 * As the semantic conventions have it for Kubernetes: what somebody wrote down for this purpose first, then what the
 * orchestrator calls it, then its own name.
 */
import type { DockerEvent } from '../model/docker-event.ts';

export interface ServiceName {
  /** Undefined where it has none, as an image that is pulled. */
  readonly service: string | undefined;
  /** Services of one name in two of these are not the same. */
  readonly namespace: string | undefined;
}

const SERVICE_LABELS: readonly string[] = [
  'resource.opentelemetry.io/service.name',
  'com.docker.swarm.service.name',
  'com.docker.compose.service',
  'name',
];

const NAMESPACE_LABELS: readonly string[] = [
  'resource.opentelemetry.io/service.namespace',
  'com.docker.stack.namespace',
  'com.docker.compose.project',
];

const NOBODY: ServiceName = { service: undefined, namespace: undefined };

export function serviceNameOf({ type, attributes }: DockerEvent): ServiceName {
  if (type === 'container') {
    return { service: firstOf(attributes, SERVICE_LABELS), namespace: firstOf(attributes, NAMESPACE_LABELS) };
  }
  return type === 'service' ? { service: attributes.get('name') || undefined, namespace: undefined } : NOBODY;
}

function firstOf(attributes: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
