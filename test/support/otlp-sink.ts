/**
 * A backend that speaks OTLP, for tests; shares no code with what it tests.
 *
 *     const sink = await startOtlpSink({ kind: 'http' });         // or 'grpc'
 *     sink.endpoint                                               // 'http://127.0.0.1:40123': what an exporter is given
 *     await sink.waitForRecords(3);
 *     sink.records[0].timeUnixNano                                // '1795262400000000001'; integers elsewhere are bigint
 *     sink.requests[0].headers.get('content-encoding')            // 'gzip'; .raw is the body as it came, .message the OTLP message
 *
 *     sink.answerNext({ status: 503, headers: { 'retry-after': '7' } }, 'reset', 'take');   // one for each request
 *     sink.answerNext({ grpcStatus: 8, retryAfterMs: 7000 });     // gRPC, with RetryInfo
 *     sink.answerAlways({ status: 401 });                         // when the script is at its end; 'take' to be well again
 *     await sink.refuse(); await sink.listenAgain();              // a backend that is away, and back on the same port
 *
 *     const tls = serverTls({ clients: true });                   // its own certificate; clients: asks for theirs (mTLS)
 *     const sink = await startOtlpSink({ kind: 'grpc', tls });    // 'https://127.0.0.1:40123'
 *
 *     sink.spans[0].startTimeUnixNano; sink.metrics[0].points     // what came to /v1/traces and /v1/metrics, or over their gRPC
 *     await startOtlpSink({ kind: 'http', signals: ['traces'] });  // has nothing else: 404, or UNIMPLEMENTED
 *
 *     assert.deepEqual(sink.violations, []);                      // requests that are not OTLP
 *     await sink.stop();                                          // safe twice
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { SINK_SIGNALS, type SinkRecord, type SinkSignal } from './otlp-sink-decode.ts';
import type { SinkFault } from './otlp-sink-faults.ts';
import { createGrpcSink } from './otlp-sink-grpc.ts';
import { type Cut, createHttpSink } from './otlp-sink-http.ts';
import type { SinkMetric } from './otlp-sink-metrics.ts';
import type { SinkSpan } from './otlp-sink-spans.ts';
import { type SinkRequest, SinkStore } from './otlp-sink-store.ts';

export type { SinkRecord, SinkSignal, SinkValue } from './otlp-sink-decode.ts';
export type { SinkFault } from './otlp-sink-faults.ts';
export type { SinkMetric, SinkPoint } from './otlp-sink-metrics.ts';
export type { SinkLink, SinkSpan } from './otlp-sink-spans.ts';
export type { SinkRequest } from './otlp-sink-store.ts';

export interface OtlpSinkOptions {
  readonly kind: 'http' | 'grpc';
  readonly tls?: TlsOptions;
  /** One for each request, in order; afterwards every request is taken. */
  readonly faults?: readonly SinkFault[];
  /** What it has; all three where it is not given. */
  readonly signals?: readonly SinkSignal[];
}

export interface OtlpSink {
  /** Without a path. */
  readonly endpoint: string;
  /** All that were kept, in the order in which they came. */
  readonly records: readonly SinkRecord[];
  readonly spans: readonly SinkSpan[];
  /** As they came: one that is sent each minute stands here once a minute. */
  readonly metrics: readonly SinkMetric[];
  readonly requests: readonly SinkRequest[];
  /** Requests that break the protocol, in words. */
  readonly violations: readonly string[];
  /** The paths of requests for a signal that it does not have. */
  readonly notThere: readonly string[];
  /** How many connections are open now. */
  readonly connections: number;
  answerNext(...faults: SinkFault[]): void;
  answerAlways(fault: SinkFault): void;
  waitForRecords(count: number): Promise<void>;
  waitForSpans(count: number): Promise<void>;
  waitForRequests(count: number): Promise<void>;
  /** Resolves when the condition holds; looked at after every request. */
  waitUntil(
    condition: (sink: Pick<OtlpSink, 'records' | 'spans' | 'metrics' | 'requests' | 'notThere'>) => boolean,
  ): Promise<void>;
  /** Stops listening and cuts everything. */
  refuse(): Promise<void>;
  listenAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOtlpSink({
  kind,
  tls,
  faults = [],
  signals = SINK_SIGNALS,
}: OtlpSinkOptions): Promise<OtlpSink> {
  const store = new SinkStore(faults);
  const sockets = new Set<Socket>();
  const cut: Cut = (remotePort, how) => {
    const socket = [...sockets].find((candidate) => candidate.remotePort === remotePort);
    if (how === 'reset') socket?.resetAndDestroy();
    else socket?.destroy();
  };
  const create = kind === 'http' ? createHttpSink : createGrpcSink;
  const server = create(store, cut, tls, signals);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A client that goes away in the middle is part of many tests.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  let port = 0;
  const listenAgain = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };
  const refuse = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listenAgain();
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    records: store.records,
    spans: store.spans,
    metrics: store.metrics,
    requests: store.requests,
    violations: store.violations,
    notThere: store.notThere,
    get connections() {
      return sockets.size;
    },
    answerNext: (...next) => store.answerNext(next),
    answerAlways: (fault) => store.answerAlways(fault),
    waitForRecords: (count) => store.waitUntil(() => store.records.length >= count),
    waitForSpans: (count) => store.waitUntil(() => store.spans.length >= count),
    waitForRequests: (count) => store.waitUntil(() => store.requests.length >= count),
    waitUntil: (condition) => store.waitUntil(() => condition(store)),
    refuse,
    listenAgain,
    stop: refuse,
  };
}

const CERTIFICATES = join(import.meta.dirname, '../fixtures/tls');

/** The path of a file among the test certificates. */
export function certificatePath(name: string): string {
  return join(CERTIFICATES, name);
}

/** A server for 127.0.0.1 that the test authority vouches for; with `clients` it asks for a certificate of theirs. */
export function serverTls({ clients = false }: { readonly clients?: boolean } = {}): TlsOptions {
  const read = (name: string) => readFileSync(certificatePath(name));
  const own = { cert: read('server.pem'), key: read('server.key') };
  return clients ? { ...own, ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true } : own;
}
