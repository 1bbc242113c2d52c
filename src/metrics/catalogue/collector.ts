/**
 * What the collector counts of itself. All of it but the durations and the counts of rare happenings is read off the status,
 * so that `status`, `/readyz` and the metrics cannot disagree.
 *
 * Where OpenTelemetry's SDK conventions have a metric that means the same, it is that one (`otel.sdk.*`); the others stand
 * under `docker_events_otel`. Exporters are told by `otel.component.name` alone: it begins with their type.
 */
import { counter, gauge, histogram, updown } from './define.ts';

const COMPONENT = ['otel.component.name'] as const;
const FAILURE = ['otel.component.name', 'error.type'] as const;

export const COLLECTOR_METRICS = {
  state: updown(
    'docker_events_otel.state',
    '{collector}',
    'What the collector does: `starting`, `running` or `stopping`.',
    ['docker_events_otel.state'],
  ),
  uptime: gauge('process.uptime', 's', 'How long ago the process began.'),
};

/** `received + synthetic = refused + deduplicated + accepted`. */
export const INTAKE_METRICS = {
  received: counter('docker_events_otel.events.received', '{event}', 'Objects read from event streams.'),
  synthetic: counter(
    'docker_events_otel.events.synthetic',
    '{event}',
    'Events worked out after a gap. Accepted, though never received.',
  ),
  refused: counter('docker_events_otel.events.refused', '{event}', 'Of those received, what is no event.'),
  deduplicated: counter(
    'docker_events_otel.events.deduplicated',
    '{event}',
    'Of those received, what a replay repeated.',
  ),
  accepted: counter('docker_events_otel.events.accepted', '{event}', 'Events handed to the journal.'),
  recovered: counter(
    'docker_events_otel.events.recovered',
    '{event}',
    "Of those accepted, what the stream had left out and was read from the engine's memory.",
  ),
  twins: counter(
    'docker_events_otel.events.twins',
    '{event}',
    'Of those accepted, what another engine of the swarm had reported before; delivered to nobody.',
  ),
  gaps: counter('docker_events_otel.gaps', '{gap}', 'Gaps told: events of an engine may be missing there.'),
};

export const RECEIVER_METRICS = {
  connected: updown(
    'docker_events_otel.receiver.connected',
    '{connection}',
    '1 while the engine is connected, else 0.',
    COMPONENT,
  ),
  lastEvent: gauge(
    'docker_events_otel.receiver.last_event.timestamp',
    's',
    "When the last event happened, by the engine's clock, in seconds since 1970. Absent before the first one.",
    COMPONENT,
  ),
};

/**
 * By the exporter in its pipeline. `carried_over + appended = exported + filtered + passed_over + rejected + dropped +
 * waiting`.
 */
export const EXPORTER_METRICS = {
  state: updown('docker_events_otel.exporter.state', '{exporter}', 'How the exporter is, those of metrics included.', [
    'docker_events_otel.exporter.state',
    ...COMPONENT,
  ]),
  carriedOver: updown(
    'docker_events_otel.exporter.carried_over',
    '{entry}',
    'Entries of the journal that an earlier process had left for it. Falls where some turn out not to be there.',
    COMPONENT,
  ),
  appended: counter(
    'docker_events_otel.exporter.appended',
    '{entry}',
    'Entries that came into the journal since: events, gaps, alerts and spans.',
    COMPONENT,
  ),
  logsExported: counter(
    'otel.sdk.exporter.log.exported',
    '{log_record}',
    'Log records whose export is over: taken by the backend, or, with error.type `rejected`, refused for good.',
    FAILURE,
  ),
  spansExported: counter(
    'otel.sdk.exporter.span.exported',
    '{span}',
    'Spans whose export is over: taken by the backend, or, with error.type `rejected`, refused for good.',
    FAILURE,
  ),
  filtered: counter(
    'docker_events_otel.exporter.filtered',
    '{entry}',
    "Entries that its pipeline's filter left out.",
    COMPONENT,
  ),
  passedOver: counter(
    'docker_events_otel.exporter.passed_over',
    '{entry}',
    'Entries that are not for it: of another signal, or of a receiver that its pipeline does not have.',
    COMPONENT,
  ),
  dropped: counter(
    'docker_events_otel.exporter.dropped',
    '{entry}',
    'Entries given up because more waited than there is room for, or for longer than allowed, or that were lost with the storage or with the process.',
    FAILURE,
  ),
  waiting: updown(
    'docker_events_otel.exporter.waiting',
    '{entry}',
    'Entries that wait in the journal or are on their way: neither taken nor given up.',
    COMPONENT,
  ),
  logsInHand: updown(
    'otel.sdk.processor.log.queue.size',
    '{log_record}',
    'Of those that wait, log records in memory: in a batch, or on their way.',
    COMPONENT,
  ),
  logsCapacity: updown(
    'otel.sdk.processor.log.queue.capacity',
    '{log_record}',
    'How many log records may be in memory: those of a batch, and of as many as may be on their way.',
    COMPONENT,
  ),
  spansInHand: updown(
    'otel.sdk.processor.span.queue.size',
    '{span}',
    'Of those that wait, spans in memory: in a batch, or on their way.',
    COMPONENT,
  ),
  spansCapacity: updown(
    'otel.sdk.processor.span.queue.capacity',
    '{span}',
    'How many spans may be in memory: those of a batch, and of as many as may be on their way.',
    COMPONENT,
  ),
  lastDelivered: gauge(
    'docker_events_otel.exporter.last_delivered.timestamp',
    's',
    'When the backend last took something, in seconds since 1970. Absent before that.',
    COMPONENT,
  ),
  duration: histogram(
    'otel.sdk.exporter.operation.duration',
    's',
    'How long attempts of an export took; error.type is set on those that failed.',
    FAILURE,
  ),
  lag: histogram(
    'docker_events_otel.exporter.lag',
    's',
    "From the time of an event, by the engine's clock, to its acknowledgement.",
    COMPONENT,
  ),
};

/** Absent where nothing is kept on disk. */
export const STORAGE_METRICS = {
  size: updown('docker_events_otel.storage.size', 'By', 'What the journal takes on disk.'),
  limit: updown('docker_events_otel.storage.limit', 'By', 'What it may take: storage.max_size.'),
  writable: updown(
    'docker_events_otel.storage.writable',
    '{storage}',
    '0 while the journal cannot be written and entries wait in memory, else 1.',
  ),
};

/** What the status does not have, counted over all parts. */
export const HAPPENING_METRICS = {
  events_masked: counter(
    'docker_events_otel.events.masked',
    '{event}',
    'Of the events that pipelines for logs made records of, those in which something was masked, once for each pipeline and exporter.',
  ),
  alerts: counter('docker_events_otel.alerts.told', '{alert}', 'Matches of rules that were told.'),
  alerts_cooled_down: counter(
    'docker_events_otel.alerts.cooled_down',
    '{alert}',
    'Matches of rules that were not told, because the same had been told a moment before.',
  ),
  spans_accepted: counter('docker_events_otel.spans.accepted', '{span}', 'Spans handed to the journal.'),
  spans_forgotten: counter(
    'docker_events_otel.spans.forgotten',
    '{span}',
    'Runs and rollouts that were forgotten while they were open: more were open than are remembered, or another engine answers there now.',
  ),
  export_retries: counter(
    'docker_events_otel.exporter.retries',
    '{attempt}',
    'Attempts of an export that are made again.',
  ),
  engine_connects: counter(
    'docker_events_otel.receiver.connects',
    '{connection}',
    'Connections to engines that were made.',
  ),
  engine_disconnects: counter(
    'docker_events_otel.receiver.disconnects',
    '{connection}',
    'Connections to engines that ended.',
  ),
};
