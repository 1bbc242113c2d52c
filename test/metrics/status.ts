/** A status of a collector in which every number is another one, so that none can be taken for its neighbour. */
import type { CollectorStatus, ExporterState, MetricsState } from '../../src/model/status.ts';

const NOON = 1_795_262_400;

export const LOGS_STATE: ExporterState = {
  name: 'otlp_http',
  signal: 'logs',
  destination: 'http://localhost:4318/v1/logs (OTLP, http/protobuf)',
  state: 'delivering',
  trouble: undefined,
  carriedOver: 5,
  appended: 100,
  exported: 50,
  filtered: 20,
  passedOver: 10,
  rejected: 3,
  dropped: 7,
  waiting: 15,
  inHand: 12,
  inHandMax: 2048,
  lastDelivered: [NOON - 1, 500_000_000],
};

export const TRACES_STATE: ExporterState = {
  ...LOGS_STATE,
  name: 'traces:otlp_http',
  signal: 'traces',
  destination: 'http://localhost:4318/v1/traces (OTLP, http/protobuf)',
  state: 'off',
  trouble: { message: 'The backend takes no traces.', since: [NOON - 30, 0] },
  carriedOver: 0,
  appended: 100,
  exported: 4,
  filtered: 0,
  passedOver: 96,
  rejected: 0,
  dropped: 0,
  waiting: 0,
  inHand: 0,
  lastDelivered: undefined,
};

const METRICS_STATE: MetricsState = {
  name: 'metrics:otlp_http',
  destination: 'http://localhost:4318/v1/metrics (OTLP, http/protobuf)',
  state: 'failing',
  trouble: { message: 'Metrics could not be sent: HTTP 503.', since: [NOON - 20, 0] },
  lastDelivered: [NOON - 80, 0],
};

export const STATUS: CollectorStatus = {
  version: '0.1.0',
  startedAt: [NOON - 90, 0],
  at: [NOON, 250_000_000],
  state: 'running',
  receivers: [
    {
      name: 'docker_events',
      endpoint: 'unix:///var/run/docker.sock',
      isConnected: true,
      since: [NOON - 60, 0],
      trouble: undefined,
      lastEvent: [NOON - 2, 0],
      runningContainers: 3,
    },
    {
      name: 'docker_events/eu',
      endpoint: 'tcp://eu:2376',
      isConnected: false,
      since: [NOON - 50, 0],
      trouble: { message: 'The connection was refused.', since: [NOON - 50, 0] },
      lastEvent: undefined,
      runningContainers: 0,
    },
  ],
  exporters: [LOGS_STATE, TRACES_STATE],
  metrics: [METRICS_STATE],
  storage: { directory: '/var/lib/docker-events-otel', bytes: 8192, maxBytes: 536_870_912, trouble: undefined },
  intake: {
    received: 111,
    synthetic: 2,
    refused: 1,
    deduplicated: 8,
    accepted: 104,
    recovered: 6,
    twins: 4,
    gaps: 9,
  },
};
