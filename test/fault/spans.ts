/** Holds the spans that came against what a collector that nobody disturbs makes of the same events. */
import { isDeepStrictEqual } from 'node:util';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { schema } from '../../src/mapping/config.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { toDecimalNanos } from '../../src/model/time.ts';
import { receivedOf } from '../support/events.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import type { SpanTally } from '../support/span-tally.ts';
import type { Told } from './stories.ts';

/** Every span that is missing, is not as it should be, or that nobody expects, a sentence each. */
export function spanComplaints(tally: SpanTally, told: readonly Told[]): readonly string[] {
  const left = new Map(tally.items.map((span) => [`${span.traceId}/${span.spanId}`, span]));
  const found = expectedSpans(told).flatMap((expected) => {
    const id = `${expected.traceId}/${expected.spanId}`;
    const span = left.get(id);
    left.delete(id);
    if (span === undefined) return [`lost: ${id} ${expected.name} of ${expected.attributes['container.name']}`];
    const [wanted, came] = [plainOf(expected), plainOfSink(span)];
    return isDeepStrictEqual(wanted, came)
      ? []
      : [`${id} is ${JSON.stringify(came)} and not ${JSON.stringify(wanted)}`];
  });
  const strangers = [...left.values()].map(
    ({ name, attributes }) => `nobody told ${name} of ${attributes.get('container.name')}`,
  );
  return [...found, ...strangers, ...tally.changes()];
}

function expectedSpans(told: readonly Told[]): readonly SpanRecord[] {
  const map = createSpanMapper(schema.parse({}));
  const entries = new Lifecycle('docker_events').fold(told.map(({ line }) => receivedOf(line)));
  return entries.flatMap((entry) => (entry.kind === 'span' ? [map(entry)] : []));
}

function plainOf({ name, parentSpanId = '', start, end, error = '', links, attributes, resource }: SpanRecord) {
  return {
    name,
    parentSpanId,
    start: toDecimalNanos(start),
    end: toDecimalNanos(end),
    error,
    links: links.map(({ traceId, spanId }) => `${traceId}/${spanId}`),
    attributes: Object.entries(attributes)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    service: resource['service.name'],
  };
}

function plainOfSink(span: SinkSpan): ReturnType<typeof plainOf> {
  const { name, parentSpanId, startTimeUnixNano, endTimeUnixNano, status, links, attributes, resource } = span;
  return {
    name,
    parentSpanId,
    start: startTimeUnixNano,
    end: endTimeUnixNano,
    error: status.message,
    links: links.map(({ traceId, spanId }) => `${traceId}/${spanId}`),
    attributes: [...attributes].map(([key, value]) => `${key}=${value}`).sort(),
    service: String(resource.get('service.name')),
  };
}
