/** Statuses for tests: a collector that is well, and what is said to be different. */
import type { CollectorStatus, ExporterState, MetricsState, ReceiverState } from '../../src/model/status.ts';
import type { UnixNanos } from '../../src/model/time.ts';

/** Noon, which the clock of a test shows, and the seconds after it. */
export function noon(seconds = 0): UnixNanos {
  return [1_795_262_400 + seconds, 0];
}

export function receiverState(parts: Partial<ReceiverState> = {}): ReceiverState {
  return {
    name: 'docker_events',
    endpoint: 'unix:///var/run/docker.sock',
    isConnected: true,
    since: noon(-3600),
    trouble: undefined,
    lastEvent: noon(-10),
    runningContainers: 4,
    ...parts,
  };
}

export function exporterState(parts: Partial<ExporterState> = {}): ExporterState {
  return {
    name: 'otlp_http',
    signal: 'logs',
    destination: 'http://localhost:4318/v1/logs (OTLP, http/protobuf)',
    state: 'delivering',
    trouble: undefined,
    carriedOver: 10,
    appended: 1200,
    exported: 1100,
    filtered: 90,
    passedOver: 8,
    rejected: 1,
    dropped: 2,
    waiting: 9,
    inHand: 4,
    lastDelivered: noon(-1),
    ...parts,
  };
}

export function metricsState(parts: Partial<MetricsState> = {}): MetricsState {
  return {
    name: 'metrics:otlp_http',
    destination: 'http://localhost:4318/v1/metrics (OTLP, http/protobuf)',
    state: 'delivering',
    trouble: undefined,
    lastDelivered: noon(-40),
    ...parts,
  };
}

export function statusOf(parts: Partial<CollectorStatus> = {}): CollectorStatus {
  return {
    version: '1.2.3',
    startedAt: noon(-7200),
    at: noon(),
    state: 'running',
    receivers: [receiverState()],
    exporters: [exporterState()],
    metrics: [],
    storage: { directory: '/var/lib/state', bytes: 3 * 1024 ** 2, maxBytes: 1024 ** 3, trouble: undefined },
    intake: {
      received: 1300,
      synthetic: 5,
      refused: 1,
      deduplicated: 104,
      accepted: 1200,
      recovered: 3,
      twins: 0,
      gaps: 1,
    },
    ...parts,
  };
}
