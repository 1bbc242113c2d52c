/** Attributes that only spans have, and links between them. */
import { own } from './definition.ts';

export const SPAN = {
  'docker.span.estimated': own(
    'string',
    "What of its times is no event's, but the best that is known: start, end or both.",
    'spans whose beginning or end was not seen',
    'start',
  ),
  'docker.span.event_uid': own(
    'string',
    'The log.record.uid of the event that ended it.',
    'every span',
    '8f14e45fceea167a5a36dedd4bea2543',
  ),
  'docker.span.link': own(
    'string',
    'On a link: why. `previous_run`: to the run before of the same container. `rollout`: to the update of its service that was under way when this run ended.',
    'every link',
    'previous_run',
  ),
} as const;
