/** A lane between a real journal and a real exporter, with time in the hand of the test. */
import assert from 'node:assert/strict';
import type { BuiltExporter } from '../../src/export/exporter.ts';
import { createLane, type LaneComponent, type LaneParts } from '../../src/export/lane.ts';
import type { ReadableSpan } from '../../src/export/otel.ts';
import { protobufLogs, protobufTraces } from '../../src/export/otlp/encoding.ts';
import { OtlpGrpcExporter } from '../../src/export/otlp/grpc-exporter.ts';
import { OtlpHttpExporter } from '../../src/export/otlp/http-exporter.ts';
import { OtlpJsonExporter } from '../../src/export/otlp/json-exporter.ts';
import { jsonTraces } from '../../src/export/otlp/json-traces.ts';
import { MemoryJournal } from '../../src/journal/memory-journal.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import type { Entry } from '../../src/model/entry.ts';
import type { Mapper } from '../../src/model/log-record.ts';
import type { SpanMapper } from '../../src/model/span-record.ts';
import { FakeClock } from './fake-clock.ts';
import type { OtlpSink } from './otlp-sink.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { seededRandom } from './seeded-random.ts';

export interface LaneRig {
  readonly clock: FakeClock;
  readonly telemetry: RecordingTelemetry;
  readonly journal: MemoryJournal;
  readonly lane: LaneComponent;
  /** Moves time to the next timer, whatever it is for. */
  nextTimer(): void;
  /** A stop with as much time as it takes, and a check that nothing is left. */
  stop(): Promise<void>;
}

type CommonOptions = Partial<Omit<LaneParts, 'records'>> & { readonly queueSize?: number };
export type RigOptions = CommonOptions & { readonly exporter: BuiltExporter; readonly mapper?: Mapper };
export type TracesRigOptions = CommonOptions & {
  readonly exporter: BuiltExporter<ReadableSpan>;
  readonly mapper?: SpanMapper;
};

const MAPPING = {
  views: ['otel'],
  ignore_attributes: false,
  service_name: 'docker-events',
  resource_attributes: {},
} satisfies Parameters<typeof createMapper>[0];

export const otelMapper = createMapper(MAPPING);
export const spanMapper = createSpanMapper(MAPPING);

export function startLane({ exporter, mapper = otelMapper, ...parts }: RigOptions): Promise<LaneRig> {
  return start({ signal: 'logs', map: mapper, exporter }, parts);
}

export function startTracesLane({ exporter, mapper = spanMapper, ...parts }: TracesRigOptions): Promise<LaneRig> {
  return start({ signal: 'traces', map: mapper, exporter }, parts);
}

async function start(records: LaneParts['records'], { queueSize = 10_000, ...parts }: CommonOptions): Promise<LaneRig> {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const random = seededRandom(7);
  const options = { event_queue_size: queueSize, event_queue_bytes: 2 ** 30 };
  const journal = new MemoryJournal({ options, clock, random, telemetry });
  const lane = createLane({
    name: 'backend',
    reader: journal.reader('backend'),
    records,
    batch: { batch_size: 100, flush_interval: 1000, max_in_flight: 4 },
    version: '1.2.3',
    clock,
    random,
    telemetry,
    ...parts,
  });
  await lane.start();
  return {
    clock,
    telemetry,
    journal,
    lane,
    nextTimer: () => clock.advance(clock.nextDelayMs ?? 0),
    stop: () => lane.stop(new AbortController().signal),
  };
}

/** Appends as the receiver does: all of one reading of the socket together. */
export function append(rig: LaneRig, entries: readonly Entry[]): void {
  rig.journal.append(entries);
}

export type Wire = 'http/protobuf' | 'http/json' | 'grpc';
export const WIRES: readonly Wire[] = ['http/protobuf', 'http/json', 'grpc'];

/** The sink that understands it. */
export function kindOf(wire: Wire): 'grpc' | 'http' {
  return wire === 'grpc' ? 'grpc' : 'http';
}

/** What was sent was sent again, and nothing else. */
export function assertSameBytes({ requests: [first, ...further] }: Pick<OtlpSink, 'requests'>): void {
  assert.ok(first && further.length > 0, 'there was one try only');
  for (const request of further) assert.deepEqual(request.message, first.message);
}

export interface WireOptions {
  readonly compression?: 'none' | 'gzip';
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  /** For Retry-After with a date. */
  readonly clock?: FakeClock;
}

/** An OTLP exporter of log records for a sink's endpoint. */
export async function exporterFor(wire: Wire, endpoint: string, options: WireOptions = {}): Promise<BuiltExporter> {
  const { timeoutMs = 10_000 } = options;
  const { url, target, insecure, ...common } = partsOf(endpoint, 'logs', options);
  const make = {
    'http/protobuf': () => OtlpHttpExporter.create({ ...common, url, encoding: protobufLogs }),
    'http/json': () => OtlpJsonExporter.create({ ...common, url, timeoutMs }),
    grpc: () => OtlpGrpcExporter.create({ ...common, target, insecure, signal: 'logs', encoding: protobufLogs }),
  };
  return { exporter: await make[wire](), timeoutMs, retry: { initialMs: 1000, maxMs: 30_000 } };
}

/** An OTLP exporter of spans for a sink's endpoint. */
export async function spanExporterFor(
  wire: Wire,
  endpoint: string,
  options: WireOptions = {},
): Promise<BuiltExporter<ReadableSpan>> {
  const { timeoutMs = 10_000 } = options;
  const { url, target, insecure, ...common } = partsOf(endpoint, 'traces', options);
  const make = {
    'http/protobuf': () => OtlpHttpExporter.create({ ...common, url, encoding: protobufTraces }),
    'http/json': () => OtlpHttpExporter.create({ ...common, url, encoding: jsonTraces }),
    grpc: () => OtlpGrpcExporter.create({ ...common, target, insecure, signal: 'traces', encoding: protobufTraces }),
  };
  return { exporter: await make[wire](), timeoutMs, retry: { initialMs: 1000, maxMs: 30_000 } };
}

function partsOf(endpoint: string, signal: 'logs' | 'traces', options: WireOptions) {
  const { compression = 'none', clock = new FakeClock() } = options;
  const url = new URL(`${endpoint}/v1/${signal}`);
  return {
    url,
    target: url.host,
    insecure: url.protocol === 'http:',
    headers: new Map(Object.entries(options.headers ?? {})),
    compression,
    userAgent: 'docker-events-otel/1.2.3',
    tls: { ca: options.tls?.ca, cert: options.tls?.cert, key: options.tls?.key },
    clock,
  };
}
