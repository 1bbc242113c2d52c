/** A span that is kept, as one line: for a person, or in JSON. */
import type { SpanEntry } from '../model/entry.ts';
import type { LogRecord } from '../model/log-record.ts';
import { toIsoNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';

/** Whose it is, the first that is known. */
const OWNERS = [
  'docker.swarm.service.name',
  'docker.compose.service',
  'container.name',
  'container.image.name',
  'container.id',
];

/**
 * `2026-11-21T12:00:00.000000001Z  container run  web  12.345 s  failed: oom_killed`.
 *
 * @param about the record of the event that ended it, masked
 */
export function spanLine(span: SpanEntry, about: LogRecord): string {
  const owner = OWNERS.map((name) => about.attributes[name]).find((value) => value !== undefined);
  const parts = [toIsoNanos(span.start), nameOf(span), String(owner ?? '-'), `${secondsOf(span).toFixed(3)} s`];
  if (span.failure !== undefined) parts.push(span.failure === 'failed' ? 'failed' : `failed: ${span.failure}`);
  return escapeControls(parts.join('  '));
}

/** The same, with all that is known of the event that ended it. */
export function spanJson(span: SpanEntry, about: LogRecord): string {
  const line = JSON.stringify({
    span: nameOf(span),
    start: toIsoNanos(span.start),
    end: toIsoNanos(span.end),
    failure: span.failure,
    estimated: span.estimated,
    trace_id: about.span?.traceId,
    attributes: about.attributes,
    resource: about.resource,
  });
  return escapeControls(line);
}

function nameOf({ trace, name }: SpanEntry): string {
  return `${trace.of} ${name}`;
}

function secondsOf({ start, end }: SpanEntry): number {
  return end[0] - start[0] + (end[1] - start[1]) / 1e9;
}
