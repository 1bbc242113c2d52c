/** The sinks are held to OTLP by the SDK's own exporters, which know nothing of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { ExportResult } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { certificatePath, type OtlpSink, serverTls, startOtlpSink } from '../support/otlp-sink.ts';

const TIME: [number, number] = [1_795_262_400, 123_456_789];

/** Emits one record with a value of each kind through an exporter; resolves with what the exporter said. */
async function exportOne(exporter: LogRecordExporter): Promise<ExportResult> {
  const answered = Promise.withResolvers<ExportResult>();
  const heard: LogRecordExporter = {
    export: (records, done) =>
      exporter.export(records, (result) => {
        answered.resolve(result);
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'host.name': 'node-1' }),
    processors: [new SimpleLogRecordProcessor({ exporter: heard })],
  });
  provider.getLogger('docker-events-otel', '0.1.0').emit({
    eventName: 'docker.container.die',
    timestamp: TIME,
    observedTimestamp: [TIME[0] + 1, 0],
    severityNumber: 17,
    severityText: 'ERROR',
    body: 'Container web died.',
    attributes: {
      'process.exit.code': 137,
      ratio: 0.5,
      intended: false,
      tags: ['a', 'b'],
      none: [],
      'container.name': 'wéb',
    },
  });
  const result = await answered.promise;
  await provider.shutdown();
  return result;
}

function assertWhole(sink: OtlpSink): void {
  assert.deepEqual(sink.violations, []);
  assert.equal(sink.records.length, 1);
  assert.deepEqual(sink.records[0], {
    timeUnixNano: '1795262400123456789',
    observedTimeUnixNano: '1795262401000000000',
    severityNumber: 17,
    severityText: 'ERROR',
    eventName: 'docker.container.die',
    body: 'Container web died.',
    attributes: new Map<string, unknown>([
      ['process.exit.code', 137n],
      ['ratio', 0.5],
      ['intended', false],
      ['tags', ['a', 'b']],
      ['none', []],
      ['container.name', 'wéb'],
    ]),
    droppedAttributesCount: 0,
    traceId: '',
    spanId: '',
    flags: 0,
    resource: new Map([['host.name', 'node-1']]),
    scope: { name: 'docker-events-otel', version: '0.1.0' },
  });
}

function url(sink: OtlpSink, prefix = ''): string {
  return `${sink.endpoint}${prefix}/v1/logs`;
}

const gzip = CompressionAlgorithm.GZIP;

describe('an OTLP sink', () => {
  const ways: readonly (readonly [string, 'http' | 'grpc', (sink: OtlpSink) => LogRecordExporter])[] = [
    ['http/protobuf', 'http', (sink) => new ProtoExporter({ url: url(sink) })],
    ['http/protobuf with gzip', 'http', (sink) => new ProtoExporter({ url: url(sink), compression: gzip })],
    ['http/json', 'http', (sink) => new JsonExporter({ url: url(sink) })],
    [
      'http/json with gzip behind a prefix',
      'http',
      (sink) => new JsonExporter({ url: url(sink, '/otlp/a'), compression: gzip }),
    ],
    ['grpc', 'grpc', (sink) => new GrpcExporter({ url: sink.endpoint })],
    ['grpc with gzip', 'grpc', (sink) => new GrpcExporter({ url: sink.endpoint, compression: gzip })],
  ];
  for (const [name, kind, exporterOf] of ways) {
    it(`reads every field of a record over ${name}`, async () => {
      const sink = await startOtlpSink({ kind });
      const result = await exportOne(exporterOf(sink));
      assert.equal(result.code, 0, String(result.error));
      assertWhole(sink);
      await sink.stop();
    });
  }

  it('asks clients for their certificate over http and grpc', async () => {
    const read = (name: string) => readFileSync(certificatePath(name));
    const [ca, key, cert] = [read('ca.pem'), read('client.key'), read('client.pem')];
    const http = await startOtlpSink({ kind: 'http', tls: serverTls({ clients: true }) });
    const grpc = await startOtlpSink({ kind: 'grpc', tls: serverTls({ clients: true }) });

    const known = await exportOne(new ProtoExporter({ url: url(http), httpAgentOptions: { ca, key, cert } }));
    const unknown = await exportOne(
      new ProtoExporter({ url: url(http), httpAgentOptions: { ca }, timeoutMillis: 200 }),
    );
    const called = await exportOne(
      new GrpcExporter({
        url: grpc.endpoint.replace('127.0.0.1', 'localhost'),
        credentials: credentials.createSsl(ca, key, cert),
      }),
    );

    assert.deepEqual([known.code, unknown.code, called.code], [0, 1, 0]);
    assertWhole(http);
    assertWhole(grpc);
    await Promise.all([http.stop(), grpc.stop()]);
  });

  it('answers as its script says, and keeps nothing of what it refused', async () => {
    const sink = await startOtlpSink({ kind: 'http', faults: [{ status: 400, body: 'no' }, 'close', 'reset'] });
    assert.equal((await post(sink, '{}')).status, 400);
    await assert.rejects(post(sink, '{}'), { code: 'ECONNRESET' });
    await assert.rejects(post(sink, '{}'), { code: 'ECONNRESET' });
    sink.answerAlways({ status: 503, headers: { 'retry-after': '7' } });
    assert.equal((await post(sink, '{}')).retryAfter, '7');
    sink.answerAlways('take');
    assert.equal((await post(sink, '{}')).status, 200);
    assert.equal(sink.requests.length, 5);
    assert.equal(sink.records.length, 0);
    await sink.stop();
  });

  it('keeps the records when it loses its own answer, and all but the rejected on partial success', async () => {
    const body = JSON.stringify({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'a' }, { eventName: 'b' }] }] }],
    });
    const sink = await startOtlpSink({
      kind: 'http',
      faults: ['lose-answer', { partialSuccess: 1, message: 'too old' }],
    });
    await assert.rejects(post(sink, body), { code: 'ECONNRESET' });
    assert.equal(sink.records.length, 2);
    const answer = await post(sink, body);
    assert.equal(answer.body, '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}');
    assert.deepEqual(
      sink.records.map(({ eventName }) => eventName),
      ['a', 'b', 'a'],
    );
    await sink.stop();
  });

  it('gives a gRPC status with RetryInfo as the official client reads it', async () => {
    const faults = [{ grpcStatus: 8, message: 'full', retryAfterMs: 7500 }];
    const sink = await startOtlpSink({ kind: 'grpc', faults });
    const result = await exportOne(new GrpcExporter({ url: sink.endpoint }));
    const { error } = result;
    assert.ok(error !== undefined && 'metadata' in error && error.metadata instanceof Metadata);
    assert.equal('code' in error && error.code, 8);
    const details = error.metadata.get('grpc-status-details-bin')[0];
    const expected =
      '\x08\x08\x12\x04full\x1a\x36\x0a\x28type.googleapis.com/google.rpc.RetryInfo\x12\x0a\x0a\x08\x08\x07\x10\x80\xca\xb5\xee\x01';
    assert.equal(details?.toString('latin1'), expected);
    await sink.stop();
  });

  const strangers: readonly (readonly [string, string, RegExp])[] = [
    [
      'a field that OTLP does not have',
      '{"resourceLogs":[{"scope_logs":[]}]}',
      /OTLP has no field resourceLogs\.0\.scope_logs/,
    ],
    [
      'a time that is a JSON number',
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1795262400123456789}]}]}]}',
      /not written as a string/,
    ],
    ['something that is no JSON', 'no', /JSON/],
  ];
  for (const [what, body, expected] of strangers) {
    it(`refuses ${what}`, async () => {
      const sink = await startOtlpSink({ kind: 'http' });
      const answer = await post(sink, body);
      assert.equal(answer.status, 400);
      assert.match(answer.body, expected);
      assert.equal(sink.violations.length, 1);
      await sink.stop();
    });
  }

  it('refuses connections while it is away, and is back on the same port', async () => {
    const sink = await startOtlpSink({ kind: 'http' });
    await sink.refuse();
    await assert.rejects(post(sink, '{}'), { code: 'ECONNREFUSED' });
    await sink.listenAgain();
    assert.equal((await post(sink, '{}')).status, 200);
    await sink.stop();
    await sink.stop();
  });
});

/** One JSON request, gzipped, on a connection of its own. */
async function post(sink: OtlpSink, body: string) {
  const sent = request(url(sink), {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  });
  sent.end(gzipSync(body));
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = await response.toArray();
  return {
    status: response.statusCode,
    retryAfter: response.headers['retry-after'],
    body: Buffer.concat(chunks).toString(),
  };
}
