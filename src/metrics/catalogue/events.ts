/**
 * What is counted of the engine's events.
 *
 * Names follow OpenTelemetry's conventions: namespaces in the singular, counters of discrete things in the plural, no unit
 * and no `total` in a name. A container is told by its owner, that is by its Compose project and service or its Swarm
 * service; a plain container has none, because names and ids have no bound.
 */
import type { MetricAttributeName } from './attributes.ts';
import { counter, histogram, updown } from './define.ts';

const HOST = ['host.name'] as const satisfies readonly MetricAttributeName[];

/** Of all that is counted by owner. */
export const OWNER = [
  ...HOST,
  'docker.compose.project',
  'docker.compose.service',
  'docker.swarm.service.name',
  'docker.stack.namespace',
  'otel.metric.overflow',
] as const satisfies readonly MetricAttributeName[];

export const EVENT_METRICS = {
  events: counter(
    'docker.events',
    '{event}',
    'Events of the engine, those of health checks included. What another engine of the swarm had reported before is counted once.',
    ['docker.event.type', 'docker.event.action', ...HOST],
  ),
  pulls: counter('docker.image.pulls', '{pull}', 'Images pulled.', HOST),
  starts: counter('docker.container.starts', '{start}', 'Runs of containers that began, restarts included.', OWNER),
  restarts: counter(
    'docker.container.restarts',
    '{restart}',
    'Runs that began in a container that had run before, by a restart policy or by hand.',
    OWNER,
  ),
  deaths: counter('docker.container.deaths', '{death}', 'Runs of containers that ended, by how.', [
    'docker.container.exit.reason',
    ...OWNER,
  ]),
  oomKills: counter(
    'docker.container.oom_kills',
    '{kill}',
    'Times the kernel killed a process in a container for want of memory, whether or not the container died of it.',
    OWNER,
  ),
  healthChanges: counter('docker.container.health_changes', '{change}', 'Changes of health, by what it became.', [
    'docker.health.status',
    ...OWNER,
  ]),
  execs: counter(
    'docker.container.execs',
    '{exec}',
    'Commands started in running containers with exec. Health checks are left out.',
    OWNER,
  ),
  runDuration: histogram(
    'docker.container.run.duration',
    's',
    'How long the runs lasted that ended, where their beginning is known.',
    OWNER,
  ),
  running: updown('docker.container.running', '{container}', 'Containers that run now, as far as is known.', OWNER),
};
