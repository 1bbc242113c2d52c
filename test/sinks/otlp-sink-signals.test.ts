/** The sinks are held to OTLP's traces and metrics by the SDK's own serialisers, which know nothing of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Client, credentials } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type OtlpSink, type SinkSignal, startOtlpSink } from '../support/otlp-sink.ts';

const TRACE = '0123456789abcdef0123456789abcdef';
const resource = resourceFromAttributes({ 'service.name': 'web' });
const instrumentationScope = { name: 'docker-events-otel', version: '0.1.0' };
const around = { resource: new Map([['service.name', 'web']]), scope: { ...instrumentationScope } };

const SPAN: ReadableSpan = {
  name: 'container run',
  kind: SpanKind.INTERNAL,
  spanContext: () => ({ traceId: TRACE, spanId: '00000000000000aa', traceFlags: 1 }),
  parentSpanContext: { traceId: TRACE, spanId: '00000000000000bb', traceFlags: 1, isRemote: false },
  startTime: [1_795_262_400, 1],
  endTime: [1_795_262_460, 123_456_789],
  status: { code: SpanStatusCode.ERROR, message: 'it crashed' },
  attributes: { 'process.exit.code': 3 },
  links: [{ context: { traceId: TRACE, spanId: '00000000000000cc', traceFlags: 1 }, attributes: { why: 'x' } }],
  events: [],
  duration: [60, 123_456_788],
  ended: true,
  resource,
  instrumentationScope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
};

const read = {
  traceId: TRACE,
  spanId: '00000000000000aa',
  parentSpanId: '00000000000000bb',
  traceState: '',
  flags: 0x101,
  name: 'container run',
  kind: 1,
  startTimeUnixNano: '1795262400000000001',
  endTimeUnixNano: '1795262460123456789',
  attributes: new Map([['process.exit.code', 3n]]),
  droppedAttributesCount: 0,
  events: 0,
  links: [{ traceId: TRACE, spanId: '00000000000000cc', flags: 0x101, attributes: new Map([['why', 'x']]) }],
  status: { code: 2, message: 'it crashed' },
  ...around,
};

const points = { startTime: [1, 0], endTime: [2, 5], attributes: { type: 'container' } } as const;
const METRICS: ResourceMetrics = {
  resource,
  scopeMetrics: [
    {
      scope: instrumentationScope,
      metrics: [
        {
          descriptor: { name: 'docker.events', description: 'Events.', unit: '{event}', valueType: 0 },
          dataPointType: DataPointType.SUM,
          aggregationTemporality: AggregationTemporality.CUMULATIVE,
          isMonotonic: true,
          dataPoints: [{ ...points, startTime: [1, 0], endTime: [2, 5], value: 7 }],
        },
        {
          descriptor: { name: 'docker.run.duration', description: '', unit: 's', valueType: 1 },
          dataPointType: DataPointType.HISTOGRAM,
          aggregationTemporality: AggregationTemporality.CUMULATIVE,
          dataPoints: [
            {
              ...points,
              startTime: [1, 0],
              endTime: [2, 5],
              value: { buckets: { boundaries: [1, 10], counts: [1, 0, 2] }, sum: 60.5, count: 3 },
            },
          ],
        },
      ],
    },
  ],
};

const point = {
  attributes: new Map([['type', 'container']]),
  startTimeUnixNano: '1000000000',
  timeUnixNano: '2000000005',
};
const readMetrics = [
  {
    name: 'docker.events',
    description: 'Events.',
    unit: '{event}',
    kind: 'sum',
    temporality: 2,
    isMonotonic: true,
    points: [{ ...point, value: 7n, count: undefined, sum: undefined, bounds: [], bucketCounts: [] }],
    ...around,
  },
  {
    name: 'docker.run.duration',
    description: '',
    unit: 's',
    kind: 'histogram',
    temporality: 2,
    isMonotonic: false,
    points: [{ ...point, value: undefined, count: 3n, sum: 60.5, bounds: [1, 10], bucketCounts: [1n, 0n, 2n] }],
    ...around,
  },
];

type Encoding = 'protobuf' | 'json';

const BODIES: Readonly<Record<'traces' | 'metrics', Readonly<Record<Encoding, () => Uint8Array | undefined>>>> = {
  traces: {
    protobuf: () => ProtobufTraceSerializer.serializeRequest([SPAN]),
    json: () => JsonTraceSerializer.serializeRequest([SPAN]),
  },
  metrics: {
    protobuf: () => ProtobufMetricsSerializer.serializeRequest(METRICS),
    json: () => JsonMetricsSerializer.serializeRequest(METRICS),
  },
};

function bodyOf(signal: 'traces' | 'metrics', encoding: Encoding): Buffer {
  return Buffer.from(BODIES[signal][encoding]() ?? []);
}

async function post(sink: OtlpSink, signal: SinkSignal, encoding: Encoding, body: Uint8Array) {
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const sent = request(`${sink.endpoint}/v1/${signal}`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': type, 'content-encoding': 'gzip' },
  });
  sent.end(gzipSync(body));
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() };
}

/** The answer, or the gRPC status. */
function call(sink: OtlpSink, path: string, body: Buffer): Promise<Buffer | number> {
  const client = new Client(new URL(sink.endpoint).host, credentials.createInsecure());
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, body, (error, answer) => {
      client.close();
      resolve(error === null ? (answer ?? Buffer.alloc(0)) : error.code);
    });
  });
}

const METHOD = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const;

function assertRead(sink: OtlpSink, signal: 'traces' | 'metrics'): void {
  assert.deepEqual(sink.violations, []);
  assert.deepEqual(sink.records, []);
  assert.deepEqual(sink.spans, signal === 'traces' ? [read] : []);
  assert.deepEqual(sink.metrics, signal === 'metrics' ? readMetrics : []);
}

describe('an OTLP sink for traces and metrics', () => {
  for (const signal of ['traces', 'metrics'] as const) {
    for (const encoding of ['protobuf', 'json'] as const) {
      it(`reads every field of ${signal} over http/${encoding} with gzip`, async () => {
        const sink = await startOtlpSink({ kind: 'http' });
        assert.equal((await post(sink, signal, encoding, bodyOf(signal, encoding))).status, 200);
        assertRead(sink, signal);
        await sink.stop();
      });
    }

    it(`reads every field of ${signal} over gRPC`, async () => {
      const sink = await startOtlpSink({ kind: 'grpc' });
      assert.deepEqual(await call(sink, METHOD[signal], bodyOf(signal, 'protobuf')), Buffer.alloc(0));
      assertRead(sink, signal);
      await sink.stop();
    });

    it(`has no ${signal} where it was started without them, and does not take the question for a fault`, async () => {
      const http = await startOtlpSink({ kind: 'http', signals: ['logs'] });
      const grpc = await startOtlpSink({ kind: 'grpc', signals: ['logs'] });
      const body = bodyOf(signal, 'protobuf');
      assert.equal((await post(http, signal, 'protobuf', body)).status, 404);
      assert.equal(await call(grpc, METHOD[signal], body), 12);
      for (const sink of [http, grpc]) {
        assert.deepEqual([sink.notThere.length, sink.violations, sink.requests], [1, [], []]);
        await sink.stop();
      }
    });
  }

  it('says in the words of the signal how much it rejected', async () => {
    const faults = [{ partialSuccess: 1, message: 'too old' }];
    const http = await startOtlpSink({ kind: 'http', faults });
    const grpc = await startOtlpSink({ kind: 'grpc', faults });
    const { body } = await post(http, 'traces', 'json', bodyOf('traces', 'json'));
    assert.equal(body, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}');
    const answer = await call(grpc, METHOD.traces, bodyOf('traces', 'protobuf'));
    assert.ok(answer instanceof Buffer);
    assert.deepEqual(ProtobufTraceSerializer.deserializeResponse(answer).partialSuccess, {
      rejectedSpans: 1,
      errorMessage: 'too old',
    });
    for (const sink of [http, grpc]) {
      assert.deepEqual(sink.spans, []);
      await sink.stop();
    }
  });

  it('refuses an id that is not written in hex', async () => {
    const sink = await startOtlpSink({ kind: 'http' });
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'AQIDBAUGBwgJCgsMDQ4PEA==' }] }] }],
    });
    const answer = await post(sink, 'traces', 'json', Buffer.from(body));
    assert.equal(answer.status, 400);
    assert.match(answer.body, /traceId is no id in hex/);
    await sink.stop();
  });
});
