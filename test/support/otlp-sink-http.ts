/** OTLP over HTTP/1.1: `POST <any prefix>/v1/logs` with protobuf or JSON, plain or gzip. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { type DecodedRequest, decodeJson, decodeProtobuf, encodeResponse } from './otlp-sink-decode.ts';
import type { SinkFault } from './otlp-sink-faults.ts';
import type { SinkStore } from './otlp-sink-store.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** Cuts the connection that came from this port of the client. */
export type Cut = (remotePort: number | undefined, how: 'reset' | 'close') => void;

export function createHttpSink(store: SinkStore, cut: Cut, tls: TlsOptions | undefined): Server {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(store, cut, { request, response, raw: Buffer.concat(chunks) }));
  };
  return tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly raw: Buffer;
}

function respond(store: SinkStore, cut: Cut, exchange: Exchange): void {
  const { request, response, raw } = exchange;
  const path = request.url ?? '';
  const type = request.headers['content-type']?.split(';')[0] ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const refused = refusalOf(path, request.method, type, encoding);
  if (refused !== undefined) {
    store.refuse(`${request.method} ${path}: ${refused.reason}`);
    response.writeHead(refused.status, { 'content-type': 'text/plain' }).end(refused.reason);
    return;
  }
  const message = encoding === 'gzip' ? gunzipSync(raw) : raw;
  const decoded: DecodedRequest = type === JSON_TYPE ? decodeJson(message.toString('utf8')) : decodeProtobuf(message);
  const verdict = store.receive({ path, headers: headersOf(request), raw, message }, decoded);
  if (typeof verdict === 'object' && 'refused' in verdict) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(verdict.refused);
    return;
  }
  play(verdict, type, exchange, cut);
}

function refusalOf(path: string, method: string | undefined, type: string, encoding: string) {
  if (!path.endsWith('/v1/logs')) return { status: 404, reason: 'the path does not end in /v1/logs' };
  if (method !== 'POST') return { status: 405, reason: 'only POST is taken' };
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) return { status: 415, reason: `no OTLP content type: ${type}` };
  if (encoding === 'gzip' || encoding === 'identity') return undefined;
  return { status: 415, reason: `unknown content encoding: ${encoding}` };
}

function play(fault: SinkFault, type: string, { request, response }: Exchange, cut: Cut): void {
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
  const { protobuf, json } = encodeResponse(rejected, message);
  response.writeHead(200, { 'content-type': type }).end(type === JSON_TYPE ? json : protobuf);
}

function headersOf(request: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
