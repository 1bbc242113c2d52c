/**
 * Golden traces: the spans that a recording leads to, readable in review. One file holds those of one recording, in the order
 * in which the events told them, `test/golden/traces/<recording>.json`.
 *
 * `UPDATE_GOLDEN=1` rewrites them; the difference is then for a person to judge.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventEntry, SpanEntry } from '../../src/model/entry.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { toDecimalNanos, type UnixNanos } from '../../src/model/time.ts';
import { receivedOf } from './events.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'test', 'golden', 'traces');

export const RECORDINGS: ReadonlyMap<string, string> = new Map([
  ['engine-20.10-swarm', 'test/fixtures/recordings/engine-20.10-swarm.ndjson'],
  ['engine-28-swarm', 'test/fixtures/recordings/engine-28-swarm.ndjson'],
  ['engine-28', 'recordings/engine-28.ndjson'],
]);

/** What the lifecycle makes of a recording. */
export function foldRecording(path: string): readonly (EventEntry | SpanEntry)[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const received = lines.filter((line) => line !== '').map(receivedOf);
  return new Lifecycle('docker_events', { spans: 'all' }).fold(received);
}

/** A span as it stands in a file; times are decimal nanoseconds. */
export interface GoldenSpan {
  readonly name: string;
  /** Where it is, and how long it took, for whoever reads the file. */
  readonly service: string;
  readonly seconds: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly error?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links?: readonly object[] | undefined;
}

export function toGoldenSpan(record: SpanRecord): GoldenSpan {
  const { name, traceId, spanId, parentSpanId, start, end, error, attributes, links, resource } = record;
  const namespace = resource['service.namespace'];
  return {
    name,
    service: `${namespace === undefined ? '' : `${namespace}/`}${resource['service.name']}`,
    seconds: secondsBetween(start, end),
    traceId,
    spanId,
    parentSpanId,
    start: toDecimalNanos(start),
    end: toDecimalNanos(end),
    error,
    attributes: { ...attributes },
    links: links.length === 0 ? undefined : links.map((link) => ({ ...link, attributes: { ...link.attributes } })),
  };
}

function secondsBetween(start: UnixNanos, end: UnixNanos): number {
  return Number((end[0] - start[0] + (end[1] - start[1]) / 1e9).toFixed(6));
}

export function readGoldenTraces(name: string): readonly GoldenSpan[] {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

export function writeGoldenTraces(name: string, spans: readonly GoldenSpan[]): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(spans, null, 2)}\n`);
}
