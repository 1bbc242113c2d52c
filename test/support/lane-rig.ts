/** A lane between a real journal and a real exporter, with time in the hand of the test. */
import type { BuiltExporter } from '../../src/export/exporter.ts';
import { createLane, type LaneParts } from '../../src/export/lane.ts';
import { OtlpGrpcExporter } from '../../src/export/otlp/grpc-exporter.ts';
import { OtlpHttpExporter, protobufEncoding } from '../../src/export/otlp/http-exporter.ts';
import { OtlpJsonExporter } from '../../src/export/otlp/json-exporter.ts';
import { MemoryJournal } from '../../src/journal/memory-journal.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import type { Component } from '../../src/model/component.ts';
import type { Entry } from '../../src/model/entry.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { seededRandom } from './seeded-random.ts';

export interface LaneRig {
  readonly clock: FakeClock;
  readonly telemetry: RecordingTelemetry;
  readonly journal: MemoryJournal;
  readonly lane: Component;
  /** Moves time to the next timer, whatever it is for. */
  nextTimer(): void;
  /** A stop with as much time as it takes, and a check that nothing is left. */
  stop(): Promise<void>;
}

export type RigOptions = Partial<Omit<LaneParts, 'exporter'>> & {
  readonly exporter: BuiltExporter;
  readonly queueSize?: number;
};

export const otelMapper = createMapper({
  views: ['otel'],
  ignore_attributes: false,
  service_name: 'docker-events',
  resource_attributes: {},
});

export async function startLane({ exporter, queueSize = 10_000, ...parts }: RigOptions): Promise<LaneRig> {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const random = seededRandom(7);
  const options = { event_queue_size: queueSize, event_queue_bytes: 2 ** 30 };
  const journal = new MemoryJournal({ options, clock, random, telemetry });
  const lane = createLane({
    name: 'backend',
    reader: journal.reader('backend'),
    mapper: otelMapper,
    batch: { batch_size: 100, flush_interval: 1000, max_in_flight: 4 },
    exporter,
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

export interface WireOptions {
  readonly compression?: 'none' | 'gzip';
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  /** For Retry-After with a date. */
  readonly clock?: FakeClock;
}

/** An OTLP exporter for a sink's endpoint. */
export async function exporterFor(wire: Wire, endpoint: string, options: WireOptions = {}): Promise<BuiltExporter> {
  const { timeoutMs = 10_000, compression = 'none', clock = new FakeClock() } = options;
  const url = new URL(`${endpoint}/v1/logs`);
  const common = {
    headers: new Map(Object.entries(options.headers ?? {})),
    compression,
    userAgent: 'docker-events-otel/1.2.3',
    tls: { ca: options.tls?.ca, cert: options.tls?.cert, key: options.tls?.key },
    clock,
  };
  const make = {
    'http/protobuf': () => OtlpHttpExporter.create({ ...common, url, encoding: protobufEncoding }),
    'http/json': () => OtlpJsonExporter.create({ ...common, url, timeoutMs }),
    grpc: () => OtlpGrpcExporter.create({ ...common, target: url.host, insecure: url.protocol === 'http:' }),
  };
  return { exporter: await make[wire](), timeoutMs, retry: { initialMs: 1000, maxMs: 30_000 } };
}
