/**
 * How fast each step is, and all of them together: `npm run bench`.
 *
 * Each step alone is timed in this process, several rounds after one to warm up; the median is printed. End to end, the
 * built collector reads from a source and delivers to a sink that run in one other process (peer.ts), over a unix socket
 * and OTLP http/protobuf on loopback, with a journal of its own, traces and metrics on, and without rules, which are a step.
 * Times are of this machine and this moment: compare them with each other, and with another run beside it, not with another
 * machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmitter } from '../../src/export/emitter.ts';
import type { LogRecordProcessor, ReadableLogRecord } from '../../src/export/otel.ts';
import { logsRequestParts } from '../../src/export/otlp/logs-request.ts';
import { releaseItems } from '../../src/export/otlp/request.ts';
import { encodeSpan, tracesRequestParts } from '../../src/export/otlp/traces-request.ts';
import { createSpanReader } from '../../src/export/spans.ts';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { schema as mappingSchema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { decodeFrame } from '../../src/receiver/decode.ts';
import { Framer } from '../../src/receiver/framer.ts';
import { uidOf } from '../../src/receiver/identity.ts';
import { receivedOf } from '../support/events.ts';
import { foldedEvents } from '../support/folding.ts';
import { conditionSteps } from './conditions.ts';
import { ruleSteps } from './rules.ts';
import { workload } from './workload.ts';

const EVENTS = 50_000;
const ROUNDS = 7;
const BATCH = 2048;
const ROOT = join(import.meta.dirname, '../..');

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Times `run` over all events; `bytes` is what one round gives out. */
function step(name: string, run: () => number | undefined): void {
  const rounds: number[] = [];
  let bytes: number | undefined;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = performance.now();
    bytes = run();
    if (round > 0) rounds.push((performance.now() - started) / EVENTS);
  }
  const millis = median(rounds);
  const size = bytes === undefined ? '' : `${(bytes / EVENTS).toFixed(0)} bytes/event`;
  print(name, `${(1 / millis).toFixed(0)}k events/s`, `${(millis * 1000).toFixed(2)} µs/event`, size);
}

function print(...cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(20))).join('')}\n`);
}

function stages(): void {
  const lines = workload(EVENTS);
  const stream = Buffer.from(`${lines.join('\n')}\n`);
  const received = lines.map(receivedOf);
  const entries = foldedEvents(new Lifecycle('docker_events'), received);
  const mapper = createMapper(mappingSchema.parse({}));
  const mapped = entries.map(mapper);
  const kept: ReadableLogRecord[] = [];
  const keeping: LogRecordProcessor = {
    onEmit: (record) => kept.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const emit = createEmitter({ processor: keeping, version: '0.0.0' });

  step('frame', () => {
    const framer = new Framer(1 << 24, { frame: () => {}, tooLong: () => {} });
    for (let at = 0; at < stream.length; at += 65_536) framer.push(stream.subarray(at, at + 65_536));
    return stream.length;
  });
  step('decode', () => {
    for (const line of lines) decodeFrame(line);
    return undefined;
  });
  step('identify', () => {
    for (const { event } of received) uidOf(event);
    return undefined;
  });
  step('judge (lifecycle)', () => {
    new Lifecycle('docker_events').fold(received);
    return undefined;
  });
  for (const [name, run] of [...conditionSteps(entries), ...ruleSteps(entries)]) step(name, run);
  const metrics = new EventMetrics({ known: CATALOGUE });
  step('count (metrics)', () => {
    metrics.note(entries);
    return undefined;
  });
  step('map', () => {
    for (const entry of entries) mapper(entry);
    return undefined;
  });
  step('emit (SDK)', () => {
    kept.length = 0;
    for (const record of mapped) emit(record);
    return undefined;
  });
  step('encode protobuf', () => {
    let bytes = 0;
    for (let at = 0; at < kept.length; at += BATCH) {
      for (const part of logsRequestParts(kept.slice(at, at + BATCH))) bytes += part.length;
    }
    return bytes;
  });
  const spans = new Lifecycle('docker_events').fold(received).filter((entry) => entry.kind === 'span');
  const spanMapper = createSpanMapper(mappingSchema.parse({}));
  const spansOf = createSpanReader('0.0.0');
  const share = (spans.length / EVENTS).toFixed(2);
  step(`spans, ${share} an event`, () => {
    const encoded = spans.map((entry) => encodeSpan(spansOf(spanMapper(entry))));
    const bytes = tracesRequestParts(encoded).reduce((sum, part) => sum + part.length, 0);
    releaseItems(encoded);
    return bytes;
  });
}

interface PeerResult {
  readonly events: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly spans: number;
}

/** Starts source and sink, then the collector between them; resolves with what the sink saw. */
async function endToEnd(events: number): Promise<void> {
  const cli = join(ROOT, 'dist/cli.js');
  if (!existsSync(cli)) throw new Error('dist/cli.js is not there: run `npm run build` first');
  const peer = spawn(process.execPath, [join(import.meta.dirname, 'peer.ts'), String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [ready] = await once(peer.stdout, 'data');
  const { socket, port } = JSON.parse(String(ready));
  const env = {
    ...process.env,
    DOCKER_HOST: `unix://${socket}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  };
  const folder = await mkdtemp(join(tmpdir(), 'bench-storage-'));
  const config = join(folder, 'config.yaml');
  // An alert is one record more, and the sink counts records.
  await writeFile(config, 'rules: {bundled: false}\n');
  const args = [cli, 'run', '--log-level', 'error', '--storage', join(folder, 'journal'), '--config', config];
  const collector = spawn(process.execPath, args, { env, stdio: 'inherit' });
  const [done] = await once(peer.stdout, 'data');
  const result: PeerResult = JSON.parse(String(done));
  const status = readFileSync(`/proc/${collector.pid}/status`, 'utf8');
  const peakMiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  collector.kill('SIGTERM');
  peer.kill('SIGTERM');
  await Promise.all([once(collector, 'exit'), once(peer, 'exit')]);
  await rm(folder, { recursive: true });
  const rate = result.events / result.seconds;
  print(
    'end to end',
    `${(rate / 1000).toFixed(0)}k events/s`,
    `${(1e6 / rate).toFixed(2)} µs/event`,
    `${(result.bytes / result.events).toFixed(0)} bytes/event`,
    `${result.spans} spans`,
  );
  print('peak memory', `${peakMiB.toFixed(0)} MiB`);
}

stages();
await endToEnd(300_000);
