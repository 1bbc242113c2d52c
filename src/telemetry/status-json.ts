/**
 * A status as JSON, which is what `/status` answers and the command `status` reads (read-status.ts). Names are written as in
 * the configuration, times are RFC 3339 with all nine digits; what is not known is left out.
 */
import type { CollectorStatus, ExporterState, Intake, MetricsState, ReceiverState, Trouble } from '../model/status.ts';
import { toIsoNanos } from '../model/time.ts';
import { imbalances } from './balance.ts';
import { readinessOf } from './readiness.ts';

export function statusJson(status: CollectorStatus): string {
  const { version, state, startedAt, at, intake, receivers, exporters, metrics, storage } = status;
  const { isReady, problems } = readinessOf(status);
  const wrongSums = imbalances(status);
  return JSON.stringify({
    version,
    state,
    started_at: toIsoNanos(startedAt),
    at: toIsoNanos(at),
    ready: isReady,
    problems,
    balanced: wrongSums.length === 0,
    imbalances: wrongSums,
    intake: intakeDocument(intake),
    receivers: receivers.map(receiverDocument),
    exporters: exporters.map(exporterDocument),
    metrics: metrics.map(metricsDocument),
    storage: storage && {
      directory: storage.directory,
      bytes: storage.bytes,
      max_bytes: storage.maxBytes,
      trouble: troubleDocument(storage.trouble),
    },
  });
}

function intakeDocument({ received, synthetic, refused, deduplicated, accepted, recovered, twins, gaps }: Intake) {
  return { received, synthetic, refused, deduplicated, accepted, recovered, twins, gaps };
}

function receiverDocument(receiver: ReceiverState) {
  return {
    name: receiver.name,
    endpoint: receiver.endpoint,
    connected: receiver.isConnected,
    since: toIsoNanos(receiver.since),
    trouble: troubleDocument(receiver.trouble),
    last_event: receiver.lastEvent && toIsoNanos(receiver.lastEvent),
    running_containers: receiver.runningContainers,
  };
}

function exporterDocument(exporter: ExporterState) {
  const { name, signal, destination, state, exported, filtered, rejected, dropped, waiting } = exporter;
  return {
    name,
    signal,
    destination,
    state,
    trouble: troubleDocument(exporter.trouble),
    carried_over: exporter.carriedOver,
    appended: exporter.appended,
    exported,
    filtered,
    passed_over: exporter.passedOver,
    rejected,
    dropped,
    waiting,
    in_hand: exporter.inHand,
    in_hand_max: exporter.inHandMax,
    last_delivered: exporter.lastDelivered && toIsoNanos(exporter.lastDelivered),
  };
}

function metricsDocument({ name, destination, state, trouble, lastDelivered }: MetricsState) {
  return {
    name,
    destination,
    state,
    trouble: troubleDocument(trouble),
    last_delivered: lastDelivered && toIsoNanos(lastDelivered),
  };
}

function troubleDocument(trouble: Trouble | undefined) {
  return trouble && { message: trouble.message, since: toIsoNanos(trouble.since) };
}
