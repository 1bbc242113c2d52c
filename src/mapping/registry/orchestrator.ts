/** What orchestrators say of a container by its labels, and what swarm says of itself. */
import { own, semconv } from './definition.ts';

const LABELLED = 'container events, from the label';

export const ORCHESTRATOR = {
  'docker.compose.project': own('string', 'Compose project.', `${LABELLED} com.docker.compose.project`, 'shop'),
  'docker.compose.service': own('string', 'Compose service.', `${LABELLED} com.docker.compose.service`, 'web'),
  'docker.compose.container_number': own(
    'int',
    'Which of the containers of its service.',
    `${LABELLED} com.docker.compose.container-number`,
    1,
  ),
  'docker.compose.oneoff': own(
    'boolean',
    'Whether it was made by `docker compose run`.',
    `${LABELLED} com.docker.compose.oneoff`,
    false,
  ),
  'docker.stack.namespace': own('string', 'Stack.', `${LABELLED} com.docker.stack.namespace`, 'shop'),
  'docker.swarm.node.id': own(
    'string',
    'Swarm node.',
    `${LABELLED} com.docker.swarm.node.id; node events`,
    'pme4h2j0hqhropbdkzopcywig',
  ),
  'docker.swarm.service.id': own(
    'string',
    'Swarm service.',
    `${LABELLED} com.docker.swarm.service.id; service events`,
    '6r9nkhhlpb3u574ixa1ieht1t',
  ),
  'docker.swarm.service.name': own(
    'string',
    'Its name.',
    `${LABELLED} com.docker.swarm.service.name; service events`,
    'api',
  ),
  'docker.swarm.task.id': own(
    'string',
    'Swarm task.',
    `${LABELLED} com.docker.swarm.task.id`,
    'k3vwqkh0b1nfi8mmtjt6jyevc',
  ),
  'docker.swarm.task.name': own(
    'string',
    'Its name: service, slot and id.',
    `${LABELLED} com.docker.swarm.task.name`,
    'api.1.k3vwqkh0b1nfi8mmtjt6jyevc',
  ),
  'k8s.pod.name': semconv('string', 'Kubernetes pod.', `${LABELLED} io.kubernetes.pod.name`, 'web-7d4b9'),
  'k8s.pod.uid': semconv(
    'string',
    'Its UID.',
    `${LABELLED} io.kubernetes.pod.uid`,
    '275ecb36-5aa8-4c2a-9c47-d8bb681b9aff',
  ),
  'k8s.namespace.name': semconv('string', 'Its namespace.', `${LABELLED} io.kubernetes.pod.namespace`, 'default'),
  'k8s.container.name': semconv(
    'string',
    'The container within the pod; POD for its sandbox.',
    `${LABELLED} io.kubernetes.container.name`,
    'web',
  ),
} as const;

const CHANGED = 'node update that changed it';
const SERVICE_CHANGED = 'service update that changed it';

export const SWARM = {
  'docker.node.name': own('string', "The node's host name.", 'node events', 'node-1'),
  'docker.node.availability.old': own('string', 'active, pause or drain, before.', CHANGED, 'active'),
  'docker.node.availability.new': own('string', 'active, pause or drain, now.', CHANGED, 'drain'),
  'docker.node.role.old': own('string', 'worker or manager, before.', CHANGED, 'worker'),
  'docker.node.role.new': own('string', 'worker or manager, now.', CHANGED, 'manager'),
  'docker.node.state.old': own('string', 'unknown, down, ready or disconnected, before.', CHANGED, 'ready'),
  'docker.node.state.new': own('string', 'unknown, down, ready or disconnected, now.', CHANGED, 'down'),
  'docker.node.leader.old': own('boolean', 'Whether it led the managers, before.', CHANGED, true),
  'docker.node.leader.new': own('boolean', 'Whether it leads the managers, now.', CHANGED, false),
  'docker.node.reachability.old': own('string', 'unknown, unreachable or reachable, before.', CHANGED, 'reachable'),
  'docker.node.reachability.new': own('string', 'unknown, unreachable or reachable, now.', CHANGED, 'unreachable'),
  'docker.service.image.old': own('string', 'Image before.', SERVICE_CHANGED, 'busybox:1.36'),
  'docker.service.image.new': own('string', 'Image now.', SERVICE_CHANGED, 'busybox:1.37'),
  'docker.service.replicas.old': own('int', 'Replicas before.', SERVICE_CHANGED, 1),
  'docker.service.replicas.new': own('int', 'Replicas now.', SERVICE_CHANGED, 3),
  'docker.service.update_state.old': own('string', 'State of the roll-out before.', SERVICE_CHANGED, 'updating'),
  'docker.service.update_state.new': own(
    'string',
    'updating, paused, completed, rollback_started, rollback_paused, rollback_completed or unknown.',
    SERVICE_CHANGED,
    'completed',
  ),
  'docker.secret.id': own('string', 'Secret.', 'secret events', 'w15fun0xxzt5lu08mhobrczxe'),
  'docker.secret.name': own('string', 'Its name.', 'secret events', 'db-password'),
  'docker.config.id': own('string', 'Config.', 'config events', 'n04tv0t80nn08oh7p0c42y6nn'),
  'docker.config.name': own('string', 'Its name.', 'config events', 'nginx-conf'),
} as const;
