/** Attributes of the records in which the collector tells of what is missing. */
import { own } from './definition.ts';

const LOSSES = 'docker.events.dropped, docker.events.rejected';
const GAPS = 'docker.events.gap';

export const COLLECTOR = {
  'docker.events.loss.reason': own(
    'string',
    'Why they were given up: queue_full (event_queue_size), storage_full (storage.max_size), expired (storage.max_age) or rejected (by the backend).',
    LOSSES,
    'queue_full',
  ),
  'docker.events.loss.count': own(
    'int',
    'How many events, and alerts about them, never reached the exporter.',
    LOSSES,
    12,
  ),
  'docker.events.loss.exporter': own(
    'string',
    'The exporter that never got them, by its name in the configuration.',
    LOSSES,
    'otlp_http',
  ),
  'docker.events.loss.window_start': own(
    'string',
    'Event time of the first event that was lost: RFC 3339, UTC, nine digits.',
    `${LOSSES}, where known`,
    '2026-11-21T07:04:14.123456789Z',
  ),
  'docker.events.loss.window_end': own(
    'string',
    'Event time of the last event that was lost.',
    `${LOSSES}, where known`,
    '2026-11-21T07:04:15.000000001Z',
  ),
  'docker.events.loss.detail': own(
    'string',
    "The backend's reason, in its own words.",
    'docker.events.rejected, where given',
    'entry too far behind',
  ),
  'docker.events.gap.reason': own(
    'string',
    'Why events may be missing: ring_overrun, engine_restarted, engine_replaced, subscriber_dropped, not_known or journal_lost.',
    GAPS,
    'ring_overrun',
  ),
  'docker.events.gap.window_start': own(
    'string',
    'Event time of the last event before the gap: RFC 3339, UTC, nine digits.',
    `${GAPS}, where known`,
    '2026-11-21T07:04:14.123456789Z',
  ),
  'docker.events.gap.window_end': own(
    'string',
    'Event time of the first event after the gap.',
    `${GAPS}, where known`,
    '2026-11-21T07:09:15.000000001Z',
  ),
  'docker.events.gap.lost_at_least': own(
    'int',
    'How many events are missing at least.',
    `${GAPS}, where something tells`,
    1,
  ),
  'docker.events.gap.recovered': own(
    'int',
    "How many events that the stream had left out were read from the engine's memory after all.",
    `${GAPS}, where that was tried`,
    12,
  ),
  'docker.events.gap.containers_compared': own(
    'int',
    'How many containers were compared with those known before.',
    `${GAPS}, where they could be`,
    14,
  ),
  'docker.events.gap.synthetic_events': own(
    'int',
    'How many events were worked out by that; each has docker.event.synthetic.',
    `${GAPS}, where they could be`,
    2,
  ),
  'docker.events.gap.detail': own(
    'string',
    'What else there is to say.',
    `${GAPS}, where there is more`,
    'The receiver asks for some events only, so that it cannot be told whether others are missing.',
  ),
} as const;
