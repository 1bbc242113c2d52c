/** OTLP over gRPC: the `Export` of all three services, on plain HTTP/2 so that it shares nothing with a gRPC library. */
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { decodeProtobuf, encodeResponse, type SinkSignal } from './otlp-sink-decode.ts';
import { type SinkFault, statusWithRetryInfo } from './otlp-sink-faults.ts';
import type { Cut } from './otlp-sink-http.ts';
import type { SinkStore } from './otlp-sink-store.ts';

const METHODS: ReadonlyMap<string, SinkSignal> = new Map([
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
]);
const GRPC = { ':status': 200, 'content-type': 'application/grpc' };
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

/** @param signals what it has; the service of another is not implemented */
export function createGrpcSink(
  store: SinkStore,
  cut: Cut,
  tls: TlsOptions | undefined,
  signals: readonly SinkSignal[],
): Http2Server | Http2SecureServer {
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const chunks: Buffer[] = [];
    // A client that cancels a call that hangs is part of many tests.
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => respond(store, cut, { stream, headers, signals, raw: Buffer.concat(chunks) }));
  });
  return server;
}

interface Call {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly signals: readonly SinkSignal[];
  readonly raw: Buffer;
}

function respond(store: SinkStore, cut: Cut, call: Call): void {
  const { stream, headers, raw } = call;
  const path = headers[':path'] ?? '';
  const signal = METHODS.get(path);
  if (signal === undefined || !call.signals.includes(signal)) {
    if (signal === undefined) store.refuse(`${path}: no such method`);
    else store.away(path);
    end(stream, { 'grpc-status': UNIMPLEMENTED, 'grpc-message': 'unknown service' });
    return;
  }
  const message = messageOf(raw, headers['grpc-encoding']);
  if (typeof message === 'string') {
    store.refuse(`${path}: ${message}`);
    end(stream, { 'grpc-status': INVALID_ARGUMENT, 'grpc-message': message });
    return;
  }
  const known = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const verdict = store.receive({ signal, path, headers: known, raw, message }, decodeProtobuf(message, signal));
  if (typeof verdict === 'object' && 'refused' in verdict) {
    end(stream, { 'grpc-status': INVALID_ARGUMENT, 'grpc-message': verdict.refused });
    return;
  }
  play(verdict, { stream, signal }, cut);
}

/** The one length-prefixed message of a unary call, or what is wrong with it. */
function messageOf(raw: Buffer, encoding: string | string[] | undefined): Buffer | string {
  if (raw.length < 5) return 'the call ended before its message';
  const payload = raw.subarray(5);
  if (payload.length !== raw.readUInt32BE(1))
    return `a message of ${raw.readUInt32BE(1)} bytes was promised, ${payload.length} came`;
  if (raw.readUInt8(0) === 0) return payload;
  return encoding === 'gzip' ? gunzipSync(payload) : `unknown grpc-encoding: ${String(encoding)}`;
}

function play(
  fault: SinkFault,
  { stream, signal }: Pick<Call, 'stream'> & { readonly signal: SinkSignal },
  cut: Cut,
): void {
  if (fault === 'hang') return;
  if (fault === 'reset' || fault === 'close' || fault === 'lose-answer') {
    cut(stream.session?.socket.remotePort, fault === 'reset' ? 'reset' : 'close');
    return;
  }
  if (typeof fault === 'object' && 'status' in fault) {
    stream.respond({ ...fault.headers, ':status': fault.status });
    stream.end(fault.body ?? '');
    return;
  }
  if (typeof fault === 'object' && 'grpcStatus' in fault) {
    const { grpcStatus, message = '', retryAfterMs } = fault;
    const details = retryAfterMs === undefined ? undefined : statusWithRetryInfo(grpcStatus, message, retryAfterMs);
    const trailers = { 'grpc-status': grpcStatus, 'grpc-message': encodeURIComponent(message) };
    end(stream, details === undefined ? trailers : { ...trailers, 'grpc-status-details-bin': details });
    return;
  }
  const [rejected, message] = fault === 'take' ? [0, ''] : [fault.partialSuccess, fault.message ?? ''];
  const { protobuf } = encodeResponse(rejected, message, signal);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(protobuf.length, 1);
  stream.respond(GRPC, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([head, protobuf]));
}

/** An answer without a message: headers and trailers in one. */
function end(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  // Another call's fault may have cut the connection that they share.
  if (stream.destroyed) return;
  stream.respond({ ...GRPC, ...trailers }, { endStream: true });
}
