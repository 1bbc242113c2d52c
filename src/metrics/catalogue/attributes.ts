/** The attributes that series have, and what they mean. A name that log records have, too, means the same there. */

/** OpenTelemetry's word for a value that is not one of those known. */
export const OTHER = '_OTHER';

export interface MetricAttribute {
  readonly meaning: string;
  readonly example: string;
}

const attribute = (meaning: string, example: string): MetricAttribute => ({ meaning, example });

export const METRIC_ATTRIBUTES = {
  'docker.event.type': attribute(
    'What kind of object the event is about; `_OTHER` for a type that is not known.',
    'container',
  ),
  'docker.event.action': attribute(
    'What happened, without a command or a state; `_OTHER` for an action that is not known of this type.',
    'die',
  ),
  'host.name': attribute("The engine's host. Absent where the engine does not say it.", 'node-1'),
  'docker.compose.project': attribute('Compose project of the container.', 'shop'),
  'docker.compose.service': attribute(
    'Compose service of the container; absent on what `docker compose run` makes.',
    'web',
  ),
  'docker.swarm.service.name': attribute('Swarm service of the container.', 'shop_api'),
  'docker.stack.namespace': attribute('Stack of the container.', 'shop'),
  'docker.container.exit.reason': attribute(
    'How the run ended: completed, failed, stopped, killed, oom_killed or unknown.',
    'failed',
  ),
  'docker.health.status': attribute(
    'What the health became: healthy, unhealthy or starting; `_OTHER` for another word.',
    'unhealthy',
  ),
  'otel.metric.overflow': attribute(
    'Only `true`: containers whose project and service are not kept apart any more, all in one.',
    'true',
  ),
  'otel.component.name': attribute(
    'The part of the collector, as in its log: the receiver `docker_events/NAME`, or the exporter in its pipeline, `otlp_http`, `traces:otlp_http`.',
    'otlp_http',
  ),
  'error.type': attribute(
    'Why it failed. Of records and spans: `rejected` by the backend. Of what was dropped: `queue_full`, `storage_full`, `expired`, `journal_lost`, `unreadable` or `undelivered`, and `_OTHER` where it is not known. Of an attempt: the status, `503`, `UNAVAILABLE`, or the code of the error, `ECONNREFUSED`. Absent where nothing failed.',
    'rejected',
  ),
  'docker_events_otel.state': attribute(
    'What state the value is about. The state that holds has 1, all others have 0.',
    'running',
  ),
  'docker_events_otel.exporter.state': attribute(
    '`delivering`, `failing` or `off`. The state that holds has 1, all others have 0.',
    'delivering',
  ),
} as const satisfies Readonly<Record<string, MetricAttribute>>;

export type MetricAttributeName = keyof typeof METRIC_ATTRIBUTES;
