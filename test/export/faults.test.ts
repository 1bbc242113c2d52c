/** What a backend and a network can do to a batch, in rows; over every wire the same is asked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { BuiltExporter } from '../../src/export/exporter.ts';
import type { Entry } from '../../src/model/entry.ts';
import { entryOf, eventLines } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  append,
  assertSameBytes,
  exporterFor,
  kindOf,
  type LaneRig,
  startLane,
  WIRES,
  type Wire,
} from '../support/lane-rig.ts';
import { certificatePath, type OtlpSink, type SinkFault, serverTls, startOtlpSink } from '../support/otlp-sink.ts';

const entries = (count: number) => eventLines(count).map(entryOf);

let sink: OtlpSink;
let rig: LaneRig | undefined;

async function start(wire: Wire, options: Parameters<typeof exporterFor>[2] = {}): Promise<LaneRig> {
  const exporter: BuiltExporter = await exporterFor(wire, sink.endpoint, options);
  rig = await startLane({ exporter });
  return rig;
}

function send(entries: readonly Entry[]): void {
  if (rig !== undefined) append(rig, entries);
}

async function cleanUp(): Promise<void> {
  await rig?.lane.stop(AbortSignal.abort());
  rig = undefined;
  await sink.stop();
}

const HTTP_RETRIED = [408, 425, 429, 500, 501, 502, 503, 504, 507, 599];
const HTTP_MISCONFIGURED = [301, 302, 307, 401, 402, 403, 404, 405, 407, 415, 421, 451];
const GRPC_RETRIED = [1, 2, 4, 8, 10, 13, 14, 15];
const GRPC_MISCONFIGURED = [5, 7, 9, 12, 16];

interface Row {
  readonly wire: Wire;
  readonly what: string;
  readonly fault: SinkFault;
}

const status =
  (wire: Wire) =>
  (code: number): Row => ({ wire, what: `HTTP ${code}`, fault: { status: code } });
const grpc = (code: number): Row => ({ wire: 'grpc', what: `gRPC ${code}`, fault: { grpcStatus: code } });

const RETRIED: readonly Row[] = [
  ...HTTP_RETRIED.map(status('http/protobuf')),
  ...HTTP_RETRIED.map(status('http/json')),
  ...GRPC_RETRIED.map(grpc),
  ...WIRES.flatMap((wire): Row[] => [
    { wire, what: 'a reset', fault: 'reset' },
    { wire, what: 'a close before an answer', fault: 'close' },
  ]),
];

const MISCONFIGURED: readonly Row[] = [
  ...HTTP_MISCONFIGURED.map(status('http/protobuf')),
  ...HTTP_MISCONFIGURED.map(status('http/json')),
  ...GRPC_MISCONFIGURED.map(grpc),
];

describe('a fault that may pass', () => {
  afterEach(cleanUp);
  for (const { wire, what, fault } of RETRIED) {
    it(`${what} over ${wire}: the same bytes are sent again, nothing is lost or doubled`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [fault, fault] });
      const { clock, telemetry, nextTimer } = await start(wire);
      send(entries(100));
      await telemetry.reported('export.retrying');
      assert.ok((clock.nextDelayMs ?? 0) <= 1000);
      nextTimer();
      await telemetry.reported('export.still_retrying');
      nextTimer();
      await telemetry.reported('export.recovered');
      assert.equal(sink.records.length, 100);
      assert.equal(sink.requests.length, 3);
      assertSameBytes(sink);
      assert.equal(telemetry.counted('export_retries'), 2);
      assert.equal(telemetry.counted('records_exported'), 100);
    });
  }
});

describe('a fault of the configuration', () => {
  afterEach(cleanUp);
  for (const { wire, what, fault } of MISCONFIGURED) {
    it(`${what} over ${wire}: the records are kept, tried again after 30 s, and somebody is told`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [fault] });
      const { clock, telemetry, nextTimer } = await start(wire);
      send(entries(100));
      const happening = await telemetry.reported('export.misconfigured');
      assert.equal(happening.level, 'error');
      assert.match(
        happening.message,
        /^The backend does not accept exporter backend: .*\. Check .*; the records wait meanwhile\. Next try in 30 s\.$/,
      );
      assert.equal(clock.nextDelayMs, 30_000);
      nextTimer();
      await telemetry.reported('export.recovered');
      assert.equal(sink.records.length, 100);
      assertSameBytes(sink);
    });
  }
});

const SPLIT: readonly Row[] = [
  ...[400, 413, 422].map(status('http/protobuf')),
  ...[400, 413, 422].map(status('http/json')),
  ...[3, 6, 11].map(grpc),
  {
    wire: 'grpc',
    what: 'gRPC 8 for size',
    fault: { grpcStatus: 8, message: 'grpc: received message larger than max (5000000 vs. 4194304)' },
  },
];

describe('a batch that is not taken as it is', () => {
  afterEach(cleanUp);
  for (const { wire, what, fault } of SPLIT) {
    it(`${what} over ${wire}: goes in halves`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [fault] });
      const { telemetry } = await start(wire);
      send(entries(100));
      await sink.waitForRecords(100);
      assert.deepEqual(
        sink.requests.map(({ records }) => records.length),
        [100, 50, 50],
      );
      assert.deepEqual(telemetry.named('export.refused'), []);
    });
  }

  for (const wire of WIRES) {
    it(`over ${wire}: a single poisonous record is found, told, and costs no other`, async () => {
      const refusal: SinkFault =
        wire === 'grpc' ? { grpcStatus: 3, message: 'bad label' } : { status: 400, body: 'bad label' };
      sink = await startOtlpSink({ kind: kindOf(wire) });
      // Record 42 of 100: which requests hold it is known beforehand, because halves go one after the other.
      const script: SinkFault[] = [];
      const plan = (from: number, count: number) => {
        const isPoisoned = from <= 42 && 42 < from + count;
        script.push(isPoisoned ? refusal : 'take');
        if (!isPoisoned || count === 1) return;
        plan(from, count >> 1);
        plan(from + (count >> 1), count - (count >> 1));
      };
      plan(0, 100);
      sink.answerNext(...script);
      const { telemetry } = await start(wire);
      const all = entries(100);
      send(all);
      await rig?.stop();
      const told = sink.records.filter(({ eventName }) => eventName !== 'docker.container.start');
      assert.equal(sink.records.length, 99 + 1);
      assert.equal(told.length, 1);
      assert.equal(telemetry.counted('records_exported'), 99);
      assert.equal(telemetry.counted('records_rejected'), 1);
      const [happening] = telemetry.named('export.refused');
      assert.match(
        happening?.message ?? '',
        /^The backend of exporter backend refused 1 record for good: .*: bad label\. A record tells so\./,
      );
      const missing = all[42]?.uid;
      assert.ok(!sink.records.some(({ attributes }) => attributes.get('log.record.uid') === missing));
    });

    it(`over ${wire}: what tells of a loss and is refused itself is not told again`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      sink.answerAlways(wire === 'grpc' ? { grpcStatus: 3 } : { status: 400 });
      const { telemetry } = await start(wire);
      send(entries(3));
      await rig?.stop();
      assert.equal(sink.records.length, 0);
      assert.equal(telemetry.counted('records_rejected'), 3);
      assert.deepEqual(
        telemetry.named('export.refused').map(({ fields }) => fields?.['count']),
        [3, 1],
      );
      assert.deepEqual(
        telemetry
          .named('export.refused')
          .map(({ message }) => /A record tells so|stands in this log/.exec(message)?.[0]),
        ['A record tells so', 'stands in this log'],
      );
    });

    it(`over ${wire}: a partial success is not sent again; what was rejected is counted and told`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [{ partialSuccess: 7, message: 'too old' }] });
      const { telemetry } = await start(wire);
      send(entries(100));
      await rig?.stop();
      const [happening] = telemetry.named('export.partly_rejected');
      assert.equal(
        happening?.message,
        'The backend of exporter backend rejected 7 of 100 records, without telling which: too old. A record tells so.',
      );
      assert.equal(telemetry.counted('records_exported'), 93);
      assert.equal(telemetry.counted('records_rejected'), 7);
      assert.equal(sink.requests.length, 2);
      assert.equal(sink.records.length, 94);
    });

    it(`over ${wire}: a warning with nothing rejected is told, and no more`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: [{ partialSuccess: 0, message: 'deprecated' }] });
      const { telemetry } = await start(wire);
      send(entries(5));
      await rig?.stop();
      assert.equal(telemetry.named('export.backend_warned').length, 1);
      assert.equal(telemetry.counted('records_exported'), 5);
    });
  }
});

describe('the wire', () => {
  afterEach(cleanUp);
  for (const wire of WIRES) {
    it(`${wire}: an attempt ends at its deadline, and its records are sent again`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire), faults: ['hang'] });
      const { clock, telemetry } = await start(wire, { timeoutMs: 5000 });
      send(entries(100));
      await sink.waitForRequests(1);
      clock.advance(5000);
      await telemetry.reported('export.retrying');
      clock.advance(1000);
      await telemetry.reported('export.recovered');
      assert.equal(sink.records.length, 100);
      assertSameBytes(sink);
    });

    it(`${wire}: a backend that is away and comes back gets everything once`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      await sink.refuse();
      const { clock, telemetry, nextTimer } = await start(wire);
      const all = entries(450);
      send(all.slice(0, 100));
      await telemetry.reported('export.retrying');
      send(all.slice(100));
      nextTimer();
      await telemetry.reported('export.still_retrying');
      await sink.listenAgain();
      clock.advance(2000);
      await telemetry.reported('export.recovered');
      await rig?.stop();
      const uids = sink.records.map(({ attributes }) => attributes.get('log.record.uid'));
      assert.deepEqual(uids.sort(), all.map(({ uid }) => uid).sort());
    });

    it(`${wire}: compresses with gzip`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      await start(wire, { compression: 'gzip' });
      send(entries(100));
      await rig?.stop();
      const [request] = sink.requests;
      assert.equal(request?.headers.get(wire === 'grpc' ? 'grpc-encoding' : 'content-encoding'), 'gzip');
      assert.ok((request?.raw.length ?? 0) < (request?.message.length ?? 0) / 4);
      assert.equal(sink.records.length, 100);
    });

    it(`${wire}: sends the headers of the configuration, a name of its own, and nothing out of the environment`, async () => {
      sink = await startOtlpSink({ kind: kindOf(wire) });
      const before = process.env['OTEL_EXPORTER_OTLP_HEADERS'];
      process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-from-environment=1';
      try {
        await start(wire, { headers: { 'x-api-key': 'k' } });
        send(entries(1));
        await rig?.stop();
      } finally {
        if (before === undefined) delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
        else process.env['OTEL_EXPORTER_OTLP_HEADERS'] = before;
      }
      const headers = sink.requests[0]?.headers;
      assert.equal(headers?.get('x-api-key'), 'k');
      assert.match(headers?.get('user-agent') ?? '', /^docker-events-otel\/1\.2\.3/);
      assert.equal(headers?.has('x-from-environment'), false);
    });

    it(`${wire}: shows its certificate where the backend asks for one, and checks the backend's`, async () => {
      const read = (name: string) => readFileSync(certificatePath(name));
      sink = await startOtlpSink({ kind: kindOf(wire), tls: serverTls({ clients: true }) });
      const tls = { ca: read('ca.pem'), cert: read('client.pem'), key: read('client.key') };
      await start(wire, { tls });
      send(entries(5));
      await rig?.stop();
      assert.equal(sink.records.length, 5);
      const { telemetry } = await start(wire);
      send(entries(100));
      await telemetry.reported('export.retrying');
      assert.equal(sink.records.length, 5);
    });
  }
});

describe('Retry-After', () => {
  afterEach(cleanUp);
  const clock = new FakeClock();
  const inSeconds = (seconds: number) => new Date(clock.now()[0] * 1000 + seconds * 1000).toUTCString();
  const rows: readonly (readonly [header: string, atLeast: number, atMost: number])[] = [
    ['7', 7000, 7000],
    ['600', 600_000, 600_000],
    ['0', 500, 1000],
    [inSeconds(45), 45_000, 45_000],
    [inSeconds(-45), 500, 1000],
    ['soon', 500, 1000],
    ['-3', 500, 1000],
    ['999999999', 3_600_000, 3_600_000],
  ];
  for (const wire of ['http/protobuf', 'http/json'] as const) {
    for (const [header, atLeast, atMost] of rows) {
      it(`${header} over ${wire}: the next try is not before that`, async () => {
        sink = await startOtlpSink({ kind: 'http', faults: [{ status: 503, headers: { 'retry-after': header } }] });
        const { telemetry, clock: time } = await start(wire, { clock });
        send(entries(100));
        await telemetry.reported('export.retrying');
        const delay = time.nextDelayMs ?? 0;
        assert.ok(delay >= atLeast && delay <= atMost, `${delay}`);
      });
    }
  }

  it('of gRPC, RetryInfo: the next try is not before that', async () => {
    sink = await startOtlpSink({ kind: 'grpc', faults: [{ grpcStatus: 8, message: 'busy', retryAfterMs: 12_500 }] });
    const { telemetry, clock: time } = await start('grpc');
    send(entries(100));
    await telemetry.reported('export.retrying');
    assert.equal(time.nextDelayMs, 12_500);
  });
});
