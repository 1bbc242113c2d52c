/**
 * What stands on both sides of the collector in the benchmark: an engine that sends so many events as fast as they are
 * read, on a unix socket, and a sink that counts the records of OTLP http/protobuf requests, and the spans apart. Prints one
 * JSON line when both listen, and one when every record has arrived.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workload } from './workload.ts';

const events = Number(process.argv[2]);
const CHUNK = 500;

async function stream(response: ServerResponse): Promise<void> {
  for (let sent = 0; sent < events; sent += CHUNK) {
    const lines = workload(Math.min(CHUNK, events - sent), sent + 1, sent);
    if (!response.write(`${lines.join('\n')}\n`)) await once(response, 'drain');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const socket = join(folder, 'docker.sock');
let started = 0;
const engine = createServer((request, response) => {
  const path = (request.url ?? '').replace(/^\/v[\d.]+/, '');
  if (path.startsWith('/events')) {
    started = performance.now();
    response.writeHead(200, { 'content-type': 'application/json' });
    void stream(response);
    return;
  }
  const version = { Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24' };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(path === '/version' ? version : { ID: 'bench', Name: 'bench' }));
});

let bytes = 0;
let counted = 0;
let spans = 0;
const sink = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  response.end();
  if (request.url !== '/v1/logs') {
    if (request.url === '/v1/traces') spans += itemsIn(body);
    return;
  }
  bytes += body.length;
  counted += itemsIn(body);
  if (counted < events) return;
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${JSON.stringify({ events: counted, seconds, bytes, spans })}\n`);
});

/**
 * Counts without decoding what is inside, so that the sink costs little: resource_logs (1) → scope_logs (2) → log_records (2),
 * or the same of spans.
 */
function itemsIn(body: Buffer): number {
  let count = 0;
  const walk = (start: number, end: number, depth: number) => {
    for (let at = start; at < end; ) {
      const field = (body[at] ?? 0) >> 3;
      let length = 0;
      let factor = 1;
      let byte = 0x80;
      for (at += 1; byte >= 0x80; at += 1, factor *= 128) {
        byte = body[at] ?? 0;
        length += (byte & 0x7f) * factor;
      }
      if (depth === 2 && field === 2) count += 1;
      else if ((depth === 0 && field === 1) || (depth === 1 && field === 2)) walk(at, at + length, depth + 1);
      at += length;
    }
  };
  walk(0, body.length, 0);
  return count;
}

engine.listen(socket);
sink.listen(0, '127.0.0.1');
await Promise.all([once(engine, 'listening'), once(sink, 'listening')]);
const address = sink.address();
process.stdout.write(`${JSON.stringify({ socket, port: typeof address === 'object' ? address?.port : 0 })}\n`);
process.on('SIGTERM', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
