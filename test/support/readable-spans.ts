/** Spans of the SDK, as an exporter is given them. */
import type { SpanContext } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const SPAN_ID = 'b7ad6b7169203331';
const PARENT_ID = '00f067aa0ba902b7';

/** 2026-11-21T12:03:14.123456789Z, and 62.5 seconds later. */
const BEGAN = Date.UTC(2026, 10, 21, 12, 3, 14) / 1000;

export function contextOf(spanId: string): SpanContext {
  return { traceId: TRACE_ID, spanId, traceFlags: 1 };
}

/** Of the run of a container that crashed; `parts` replace whole properties. */
export function readableSpan(parts: Partial<ReadableSpan> = {}): ReadableSpan {
  return {
    name: 'container run',
    kind: 0,
    spanContext: () => contextOf(SPAN_ID),
    parentSpanContext: contextOf(PARENT_ID),
    startTime: [BEGAN, 123_456_789],
    endTime: [BEGAN + 62, 623_456_789],
    duration: [62, 500_000_000],
    status: { code: 2, message: 'exited with 3' },
    attributes: { 'container.name': 'web', 'process.exit.code': 3 },
    links: [],
    events: [],
    ended: true,
    resource: resourceFromAttributes({ 'service.name': 'shop-web' }),
    instrumentationScope: { name: 'docker-events-otel', version: '1.2.3' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...parts,
  };
}
