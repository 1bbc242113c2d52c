import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CollectorStatus, ExporterState, MetricsState, ReceiverState, Trouble } from '../../src/model/status.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { readStatus } from '../../src/telemetry/read-status.ts';
import { statusJson } from '../../src/telemetry/status-json.ts';
import { exporterState, metricsState, noon, receiverState, statusOf } from '../support/statuses.ts';

const time: fc.Arbitrary<UnixNanos> = fc.tuple(
  fc.integer({ min: 0, max: 4_000_000_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const plain = <Value>(fields: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }): fc.Arbitrary<Value> =>
  fc.record(fields, { noNullPrototype: true });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const count = fc.maxSafeNat();
const trouble: fc.Arbitrary<Trouble> = plain({ message: fc.string(), since: time });
const receiver: fc.Arbitrary<ReceiverState> = plain({
  name: fc.string(),
  endpoint: fc.string(),
  isConnected: fc.boolean(),
  since: time,
  trouble: maybe(trouble),
  lastEvent: maybe(time),
  runningContainers: count,
});
const sums: fc.Arbitrary<ExporterState> = plain({
  name: fc.string(),
  signal: fc.constantFrom('logs', 'traces'),
  destination: fc.string(),
  state: fc.constantFrom('delivering', 'failing', 'off'),
  trouble: maybe(trouble),
  carriedOver: count,
  appended: count,
  exported: count,
  filtered: count,
  passedOver: count,
  rejected: count,
  dropped: count,
  waiting: count,
  inHand: count,
  lastDelivered: maybe(time),
});
const metrics: fc.Arbitrary<MetricsState> = plain({
  name: fc.string(),
  destination: fc.string(),
  state: fc.constantFrom('delivering', 'failing', 'off'),
  trouble: maybe(trouble),
  lastDelivered: maybe(time),
});
const exporter = fc
  .tuple(sums, maybe(count))
  .map(([state, inHandMax]) => (inHandMax === undefined ? state : { ...state, inHandMax }));
const status: fc.Arbitrary<CollectorStatus> = plain({
  version: fc.string(),
  startedAt: time,
  at: time,
  state: fc.constantFrom('starting', 'running', 'stopping'),
  receivers: fc.array(receiver, { maxLength: 3 }),
  exporters: fc.array(exporter, { maxLength: 3 }),
  metrics: fc.array(metrics, { maxLength: 3 }),
  storage: maybe(plain({ directory: fc.string(), bytes: count, maxBytes: count, trouble: maybe(trouble) })),
  intake: plain({
    received: count,
    synthetic: count,
    refused: count,
    deduplicated: count,
    accepted: count,
    recovered: count,
    twins: count,
    gaps: count,
  }),
});

describe('a status as JSON', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(status, (written) => {
        const read = readStatus(statusJson(written));
        assert.ok(read.ok, read.ok ? '' : read.problem);
        assert.deepEqual(read.value.status, written);
      }),
    );
  });

  it('has names and times that others can read, and says what follows from it', () => {
    const receivers = [receiverState({ isConnected: false, lastEvent: undefined })];
    const exporters = [
      exporterState({
        state: 'failing',
        trouble: { message: 'It is away.', since: noon(-3) },
        inHandMax: 10_240,
      }),
    ];
    const status = statusOf({ receivers, exporters, metrics: [metricsState()], storage: undefined });
    const { intake: _, ...document } = JSON.parse(statusJson(status));
    assert.deepEqual(document, {
      version: '1.2.3',
      state: 'running',
      started_at: '2026-11-21T10:00:00.000000000Z',
      at: '2026-11-21T12:00:00.000000000Z',
      ready: false,
      problems: [
        'Receiver docker_events has not been connected to unix:///var/run/docker.sock since 2026-11-21T11:00:00Z.',
        'Exporter otlp_http has not delivered to http://localhost:4318/v1/logs (OTLP, http/protobuf) since 2026-11-21T11:59:57Z. It is away.',
      ],
      balanced: true,
      imbalances: [],
      receivers: [
        {
          name: 'docker_events',
          endpoint: 'unix:///var/run/docker.sock',
          connected: false,
          since: '2026-11-21T11:00:00.000000000Z',
          running_containers: 4,
        },
      ],
      exporters: [
        {
          name: 'otlp_http',
          signal: 'logs',
          destination: 'http://localhost:4318/v1/logs (OTLP, http/protobuf)',
          state: 'failing',
          trouble: { message: 'It is away.', since: '2026-11-21T11:59:57.000000000Z' },
          carried_over: 10,
          appended: 1200,
          exported: 1100,
          filtered: 90,
          passed_over: 8,
          rejected: 1,
          dropped: 2,
          waiting: 9,
          in_hand: 4,
          in_hand_max: 10240,
          last_delivered: '2026-11-21T11:59:59.000000000Z',
        },
      ],
      metrics: [
        {
          name: 'metrics:otlp_http',
          destination: 'http://localhost:4318/v1/metrics (OTLP, http/protobuf)',
          state: 'delivering',
          last_delivered: '2026-11-21T11:59:20.000000000Z',
        },
      ],
    });
  });

  it('is believed about its readiness, whatever this version would say', () => {
    const written = statusJson(statusOf()).replace('"ready":true,"problems":[]', '"ready":false,"problems":["No."]');
    const read = readStatus(written);
    assert.deepEqual(read.ok && read.value.readiness, { isReady: false, problems: ['No.'] });
  });

  it('is read where a version does not tell where metrics are sent', () => {
    const read = readStatus(change('"metrics":[],', ''));
    assert.deepEqual(read.ok && read.value.status, statusOf());
  });

  const others: readonly (readonly [string, string])[] = [
    ['<html>', 'the answer is no JSON'],
    ['[]', 'the answer is no object'],
    ['{}', 'version in the answer is not text'],
    [change('"state":"running"', '"state":"idle"'), 'state in the answer is not starting or running or stopping'],
    [change('"connected":true', '"connected":1'), "connected in the answer's receivers is not true or false"],
    [change('"exported":1100', '"exported":"many"'), "exported in the answer's exporters is not a number"],
    [change('"at":"2026-11-21', '"at":"2026-13-21'), 'at in the answer is not a time'],
    [change('"received":', '"x":'), "received in the answer's intake is not a number"],
    [change('"started_at":', '"x":'), 'started_at in the answer is not a time'],
    [change('"receivers":[', '"receivers":[null,'), "the answer's receivers is no object"],
    [change('"exporters":[', '"exporters":7,"x":['), 'exporters in the answer is not a list'],
    [change('"storage":{', '"storage":[],"x":{'), "the answer's storage is no object"],
    [change('"problems":[]', '"problems":[1]'), 'problems in the answer is not texts'],
  ];
  for (const [text, problem] of others) {
    it(`is refused: ${problem}`, () => assert.deepEqual(readStatus(text), { ok: false, problem }));
  }
});

function change(from: string, to: string): string {
  const text = statusJson(statusOf());
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}
