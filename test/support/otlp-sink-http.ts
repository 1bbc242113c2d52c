/** OTLP over HTTP/1.1: `POST <any prefix>/v1/logs`, `/v1/traces` or `/v1/metrics` with protobuf or JSON, plain or gzip. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { decodeJson, decodeProtobuf, encodeResponse, SINK_SIGNALS, type SinkSignal } from './otlp-sink-decode.ts';
import type { SinkFault } from './otlp-sink-faults.ts';
import type { SinkStore } from './otlp-sink-store.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** Cuts the connection that came from this port of the client. */
export type Cut = (remotePort: number | undefined, how: 'reset' | 'close') => void;

/** @param signals what it has; the path of another is not there */
export function createHttpSink(
  store: SinkStore,
  cut: Cut,
  tls: TlsOptions | undefined,
  signals: readonly SinkSignal[],
): Server {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(store, cut, { request, response, signals, raw: Buffer.concat(chunks) }));
  };
  return tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signals: readonly SinkSignal[];
  readonly raw: Buffer;
}

function respond(store: SinkStore, cut: Cut, exchange: Exchange): void {
  const { request, response, raw } = exchange;
  const path = request.url ?? '';
  const type = request.headers['content-type']?.split(';')[0] ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const signal = SINK_SIGNALS.find((each) => path.endsWith(`/v1/${each}`));
  if (signal !== undefined && !exchange.signals.includes(signal)) {
    store.away(path);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    return;
  }
  const refused = refusalOf(request.method, type, encoding);
  if (signal === undefined || refused !== undefined) {
    const { status, reason } = refused ?? { status: 404, reason: 'the path does not end in that of a signal' };
    store.refuse(`${request.method} ${path}: ${reason}`);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(reason);
    return;
  }
  const message = encoding === 'gzip' ? gunzipSync(raw) : raw;
  const isJson = type === JSON_TYPE;
  const decoded = isJson ? decodeJson(message.toString('utf8'), signal) : decodeProtobuf(message, signal);
  const verdict = store.receive({ signal, path, headers: headersOf(request), raw, message }, decoded);
  if (typeof verdict === 'object' && 'refused' in verdict) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(verdict.refused);
    return;
  }
  play(verdict, { ...exchange, signal, type }, cut);
}

function refusalOf(method: string | undefined, type: string, encoding: string) {
  if (method !== 'POST') return { status: 405, reason: 'only POST is taken' };
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) return { status: 415, reason: `no OTLP content type: ${type}` };
  if (encoding === 'gzip' || encoding === 'identity') return undefined;
  return { status: 415, reason: `unknown content encoding: ${encoding}` };
}

function play(
  fault: SinkFault,
  { request, response, signal, type }: Exchange & { readonly signal: SinkSignal; readonly type: string },
  cut: Cut,
): void {
  if (fault === 'hang') return;
  if (fault === 'reset' || fault === 'close' || fault === 'lose-answer') {
    cut(request.socket.remotePort, fault === 'reset' ? 'reset' : 'close');
    return;
  }
  if (typeof fault === 'object' && 'status' in fault) {
    response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
    return;
  }
  if (typeof fault === 'object' && 'grpcStatus' in fault)
    throw new Error('a http sink has no gRPC status to answer with');
  const [rejected, message] = fault === 'take' ? [0, ''] : [fault.partialSuccess, fault.message ?? ''];
  const { protobuf, json } = encodeResponse(rejected, message, signal);
  response.writeHead(200, { 'content-type': type }).end(type === JSON_TYPE ? json : protobuf);
}

function headersOf(request: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
