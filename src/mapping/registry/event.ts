/** Attributes of every event, of the collector's own records, and of more than one type. */
import { own, semconv } from './definition.ts';

export const EVENT = {
  'log.record.uid': semconv(
    'string',
    'Names the event: 32 hex digits, the same for every retry, replay and collector.',
    'always',
    '8f14e45fceea167a5a36dedd4bea2543',
  ),
  'docker.event.type': own('string', 'What kind of object the event is about.', 'every event', 'container'),
  'docker.event.action': own(
    'string',
    'What happened: the base action, without the suffix of exec and health events.',
    'every event',
    'exec_create',
  ),
  'docker.event.action_detail': own(
    'string',
    'What follows the first colon of an action that is not known to carry something, without one leading space.',
    'actions that no known engine sends',
    'some detail',
  ),
  'docker.event.original_action': own(
    'string',
    "The action before it was translated to Docker's words.",
    'events of engines that speak a dialect (Podman)',
    'died',
  ),
  'docker.event.scope': own('string', 'Where the event is known: local or swarm.', 'where the engine says it', 'local'),
  'docker.event.shadowed': own(
    'string[]',
    "The engine's own keys whose value was written by a container label instead, so that no typed attribute was made of them; and, with the logtail view, attribute keys that could not be written under their name.",
    'when there are any',
    ['exitCode'],
  ),
  'docker.actor.id': own(
    'string',
    'The object the event is about, as the engine names it: an id, a volume name, an image digest or reference.',
    'every event but prune',
    'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960',
  ),
  'docker.prune.reclaimed_bytes': own('int', 'Disk space that a prune gave back, in bytes.', 'prune', 52428800),
  'docker.events.loss.count': own('int', 'How many events never reached the exporter.', 'docker.events.*', 12),
  'docker.events.loss.exporter': own(
    'string',
    'The exporter that never got them, by its name in the configuration.',
    'docker.events.*',
    'otlp_http',
  ),
  'docker.events.loss.window_start': own(
    'string',
    'Event time of the first event that was lost: RFC 3339, UTC, nine digits.',
    'docker.events.*, where known',
    '2026-11-21T07:04:14.123456789Z',
  ),
  'docker.events.loss.window_end': own(
    'string',
    'Event time of the last event that was lost.',
    'docker.events.*, where known',
    '2026-11-21T07:04:15.000000001Z',
  ),
  'docker.events.loss.detail': own(
    'string',
    "The backend's reason, in its own words.",
    'docker.events.rejected, where given',
    'entry too far behind',
  ),
} as const;
