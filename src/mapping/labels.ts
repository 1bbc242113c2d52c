/** Labels of containers and images. Those of orchestrators have attributes of their own; the others keep their key. */
import type { Attributes } from '../model/log-record.ts';
import { remembered } from '../runtime/bounded-cache.ts';
import { integer, type OwnKeys, text, yesNo } from './readers.ts';
import type { TemplatePrefix } from './registry.ts';

const ORCHESTRATOR_LABELS: OwnKeys = new Map([
  ['com.docker.compose.project', text('docker.compose.project')],
  ['com.docker.compose.service', text('docker.compose.service')],
  ['com.docker.compose.container-number', integer('docker.compose.container_number')],
  ['com.docker.compose.oneoff', yesNo('docker.compose.oneoff', 'True', 'False')],
  ['com.docker.stack.namespace', text('docker.stack.namespace')],
  ['com.docker.swarm.node.id', text('docker.swarm.node.id')],
  ['com.docker.swarm.service.id', text('docker.swarm.service.id')],
  ['com.docker.swarm.service.name', text('docker.swarm.service.name')],
  ['com.docker.swarm.task.id', text('docker.swarm.task.id')],
  ['com.docker.swarm.task.name', text('docker.swarm.task.name')],
  ['io.kubernetes.pod.name', text('k8s.pod.name')],
  ['io.kubernetes.pod.namespace', text('k8s.namespace.name')],
  ['io.kubernetes.pod.uid', text('k8s.pod.uid')],
  ['io.kubernetes.container.name', text('k8s.container.name')],
]);

/** Writes under a prefix and a key that a stranger chose. Making the name anew each time would cost more than the write. */
export function templated(prefix: TemplatePrefix): (to: Attributes, key: string, value: string) => void {
  const nameOf = remembered((key) => `${prefix}${key}`);
  return (to, key, value) => {
    to[nameOf(key)] = value;
  };
}

const putContainerLabel = templated('container.label.');

/** A container's label, under its first-class name where an orchestrator's, else as `container.label.<key>`. */
export function putLabel(to: Attributes, key: string, value: string): void {
  const read = ORCHESTRATOR_LABELS.get(key);
  if (read === undefined || !read(to, value)) putContainerLabel(to, key, value);
}
