/** Attributes of every event, and of more than one type. */
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
  'docker.event.synthetic': own(
    'boolean',
    'True: the engine never sent this event. It was worked out after a gap; what is not known is left out, its time included.',
    'events worked out after a gap, in every view',
    true,
  ),
  'docker.event.basis': own(
    'string',
    'What such an event rests on. `inspect`: the details of the container. `list`: only that it is there, or is not there any more.',
    'with docker.event.synthetic',
    'inspect',
  ),
  'docker.actor.id': own(
    'string',
    'The object the event is about, as the engine names it: an id, a volume name, an image digest or reference.',
    'every event but prune',
    'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960',
  ),
  'docker.prune.reclaimed_bytes': own('int', 'Disk space that a prune gave back, in bytes.', 'prune', 52428800),
} as const;
