/** Attributes of the compatible views. A view repeats what the engine said in the words of another tool, unchecked. */
import { falco, logtail } from './definition.ts';

const OF_CONTAINER = 'container events';
const OF_CONTAINER_AND_IMAGE = 'container and image events';
const OF_TASK = 'container events of swarm tasks';

/** The `docker.*` fields of Falco's docker plugin that no attribute of ours has under the same name and meaning. */
export const FALCO = {
  'docker.status': falco('string', 'The whole action, as `status` had it.', OF_CONTAINER_AND_IMAGE, 'start'),
  'docker.id': falco('string', 'Actor.ID, as `id` had it.', OF_CONTAINER_AND_IMAGE, 'c53eae5612ea'),
  'docker.from': falco('string', 'The image, as `from` had it.', OF_CONTAINER, 'busybox:1.36'),
  'docker.type': falco('string', 'Type.', 'every event', 'container'),
  'docker.action': falco('string', 'The whole action, not split.', 'every event', 'exec_create: /bin/sh -c date'),
  'docker.scope': falco('string', 'scope.', 'where the engine says it', 'local'),
  'docker.node.id': falco('string', 'Label com.docker.swarm.node.id.', OF_TASK, 'pme4h2j0hqhropbdkzopcywig'),
  'docker.node.statenew': falco('string', 'state.new.', 'node update', 'down'),
  'docker.node.stateold': falco('string', 'state.old.', 'node update', 'ready'),
  'docker.swarm.task': falco('string', 'Label com.docker.swarm.task; normally empty, and absent then.', OF_TASK, ''),
  'docker.swarm.taskid': falco('string', 'Label com.docker.swarm.task.id.', OF_TASK, 'k3vwqkh0b1nfi8mmtjt6jyevc'),
  'docker.swarm.taskname': falco('string', 'Label com.docker.swarm.task.name.', OF_TASK, 'api.1.k3vwqkh0b1nf'),
  'docker.swarm.servicename': falco('string', 'Label com.docker.swarm.service.name.', OF_TASK, 'api'),
  'docker.attributes.container': falco('string', 'container.', 'network and volume events', 'c53eae5612ea'),
  'docker.attributes.image': falco('string', 'image.', OF_CONTAINER, 'busybox:1.36'),
  'docker.attributes.name': falco('string', 'name.', 'all but prune and volume events', 'shop-web-1'),
  'docker.attributes.type': falco('string', 'type.', 'network events', 'bridge'),
  'docker.attributes.exitcode': falco('string', 'exitCode.', 'container die, exec_die', '3'),
  'docker.attributes.signal': falco('string', 'signal.', 'container kill', '15'),
} as const;

export const LOGTAIL = {
  _time_nano_: logtail('string', 'The time in nanoseconds, all digits.', 'where known', '1795238723848939149'),
  _action_: logtail('string', 'The whole action, not split.', 'every event', 'start'),
  _type_: logtail('string', 'Type.', 'every event', 'container'),
  _id_: logtail('string', 'Actor.ID; empty on prune.', 'every event', 'c53eae5612ea'),
} as const;
