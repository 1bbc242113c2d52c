/** What the collector's status says, as metrics. */
import type { MetricData, MetricDefinition, MetricPoint } from '../model/metric.ts';
import type { CollectorStatus, ExporterState, StorageState } from '../model/status.ts';
import type { Counted, Measure, Measured } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import { OTHER } from './catalogue/attributes.ts';
import {
  COLLECTOR_METRICS,
  EXPORTER_METRICS,
  HAPPENING_METRICS,
  INTAKE_METRICS,
  RECEIVER_METRICS,
  STORAGE_METRICS,
} from './catalogue/collector.ts';
import { data, point, single } from './data.ts';

const COLLECTOR_STATES: readonly CollectorStatus['state'][] = ['starting', 'running', 'stopping'];
/** Each has a series before the first is dropped for it: what shows up for the first time at 12 is no increase. */
const DROP_REASONS = ['queue_full', 'storage_full', 'expired', 'journal_lost', 'unreadable', 'undelivered'] as const;
const EXPORTER_STATES: readonly ExporterState['state'][] = ['delivering', 'failing', 'off'];

export function statusData(
  status: CollectorStatus,
  measured: readonly Measured[],
  counted: readonly Counted[],
): readonly MetricData[] {
  return [
    data(
      COLLECTOR_METRICS.state,
      COLLECTOR_STATES.map((state) => point({ 'docker_events_otel.state': state }, state === status.state ? 1 : 0)),
    ),
    single(COLLECTOR_METRICS.uptime, Math.max(0, secondsBetween(status.startedAt, status.at))),
    ...intakeData(status),
    ...receiverData(status),
    ...exporterData(status, counted),
    data(EXPORTER_METRICS.duration, distributions('export_duration', measured)),
    data(EXPORTER_METRICS.lag, distributions('export_lag', measured)),
    ...storageData(status.storage),
    ...happeningData(counted),
  ];
}

function intakeData({ intake }: CollectorStatus): readonly MetricData[] {
  return [
    single(INTAKE_METRICS.received, intake.received),
    single(INTAKE_METRICS.synthetic, intake.synthetic),
    single(INTAKE_METRICS.refused, intake.refused),
    single(INTAKE_METRICS.deduplicated, intake.deduplicated),
    single(INTAKE_METRICS.accepted, intake.accepted),
    single(INTAKE_METRICS.recovered, intake.recovered),
    single(INTAKE_METRICS.twins, intake.twins),
    single(INTAKE_METRICS.gaps, intake.gaps),
  ];
}

function receiverData({ receivers }: CollectorStatus): readonly MetricData[] {
  return [
    data(
      RECEIVER_METRICS.connected,
      receivers.map(({ name, isConnected }) => point(part(name), isConnected ? 1 : 0)),
    ),
    data(
      RECEIVER_METRICS.lastEvent,
      receivers.flatMap(({ name, lastEvent }) => timePoint(name, lastEvent)),
    ),
  ];
}

function exporterData({ exporters, metrics }: CollectorStatus, counted: readonly Counted[]): readonly MetricData[] {
  const each = (definition: MetricDefinition, value: (exporter: ExporterState) => number | undefined) =>
    data(
      definition,
      exporters.flatMap((exporter) => optional(exporter.name, value(exporter))),
    );
  const of = (signal: ExporterState['signal']) => exporters.filter((exporter) => exporter.signal === signal);
  return [
    data(EXPORTER_METRICS.state, [...exporters, ...metrics].flatMap(statePoints)),
    each(EXPORTER_METRICS.carriedOver, ({ carriedOver }) => carriedOver),
    each(EXPORTER_METRICS.appended, ({ appended }) => appended),
    data(EXPORTER_METRICS.logsExported, of('logs').flatMap(exportedPoints)),
    data(EXPORTER_METRICS.spansExported, of('traces').flatMap(exportedPoints)),
    each(EXPORTER_METRICS.filtered, ({ filtered }) => filtered),
    each(EXPORTER_METRICS.passedOver, ({ passedOver }) => passedOver),
    data(
      EXPORTER_METRICS.dropped,
      exporters.flatMap((exporter) => droppedPoints(exporter, counted)),
    ),
    each(EXPORTER_METRICS.waiting, ({ waiting }) => waiting),
    data(
      EXPORTER_METRICS.logsInHand,
      of('logs').flatMap(({ name, inHand }) => optional(name, inHand)),
    ),
    data(
      EXPORTER_METRICS.logsCapacity,
      of('logs').flatMap(({ name, inHandMax }) => optional(name, inHandMax)),
    ),
    data(
      EXPORTER_METRICS.spansInHand,
      of('traces').flatMap(({ name, inHand }) => optional(name, inHand)),
    ),
    data(
      EXPORTER_METRICS.spansCapacity,
      of('traces').flatMap(({ name, inHandMax }) => optional(name, inHandMax)),
    ),
    data(
      EXPORTER_METRICS.lastDelivered,
      [...exporters, ...metrics].flatMap(({ name, lastDelivered }) => timePoint(name, lastDelivered)),
    ),
  ];
}

function statePoints({ name, state }: Pick<ExporterState, 'name' | 'state'>): MetricPoint[] {
  return EXPORTER_STATES.map((one) =>
    point({ 'docker_events_otel.exporter.state': one, ...part(name) }, one === state ? 1 : 0),
  );
}

function exportedPoints({ name, exported, rejected }: ExporterState): MetricPoint[] {
  return [point(part(name), exported), point({ ...part(name), 'error.type': 'rejected' }, rejected)];
}

/** The status says how many; telemetry, for which reasons. What no reason is known of has a series of its own. */
function droppedPoints({ name, dropped }: ExporterState, counted: readonly Counted[]): MetricPoint[] {
  const byReason = new Map<string, number>(DROP_REASONS.map((reason) => [reason, 0]));
  let unexplained = dropped;
  for (const { counter, of, count } of counted) {
    if (counter !== 'records_dropped' || of.part !== name || of.reason === undefined) continue;
    const explained = Math.min(count, unexplained);
    byReason.set(of.reason, (byReason.get(of.reason) ?? 0) + explained);
    unexplained -= explained;
  }
  if (unexplained > 0) byReason.set(OTHER, (byReason.get(OTHER) ?? 0) + unexplained);
  return [...byReason].map(([reason, count]) => point({ ...part(name), 'error.type': reason }, count));
}

function storageData(storage: StorageState | undefined): readonly MetricData[] {
  if (storage === undefined) return [];
  return [
    single(STORAGE_METRICS.size, storage.bytes),
    single(STORAGE_METRICS.limit, storage.maxBytes),
    single(STORAGE_METRICS.writable, storage.trouble === undefined ? 1 : 0),
  ];
}

function happeningData(counted: readonly Counted[]): readonly MetricData[] {
  return Object.entries(HAPPENING_METRICS).map(([counter, definition]) =>
    single(
      definition,
      counted.reduce((sum, one) => (one.counter === counter ? sum + one.count : sum), 0),
    ),
  );
}

function distributions(measure: Measure, measured: readonly Measured[]): MetricPoint[] {
  return measured.flatMap(({ measure: what, of, distribution }) => {
    if (what !== measure) return [];
    const attributes = {
      ...(of.part !== undefined && part(of.part)),
      ...(of.reason !== undefined && { 'error.type': of.reason }),
    };
    return [point(attributes, distribution)];
  });
}

function part(name: string): MetricPoint['attributes'] {
  return { 'otel.component.name': name };
}

function optional(name: string, value: number | undefined): MetricPoint[] {
  return value === undefined ? [] : [point(part(name), value)];
}

function timePoint(name: string, time: UnixNanos | undefined): MetricPoint[] {
  return optional(name, time && seconds(time));
}

function seconds([whole, nanos]: UnixNanos): number {
  return whole + nanos / 1e9;
}

/** Without what a difference of two large numbers leaves behind. */
function secondsBetween(from: UnixNanos, to: UnixNanos): number {
  return to[0] - from[0] + (to[1] - from[1]) / 1e9;
}
