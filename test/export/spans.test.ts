import assert from 'node:assert/strict';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import type { Exporter } from '../../src/export/exporter.ts';
import type { ReadableSpan } from '../../src/export/otel.ts';
import { createSpanReader } from '../../src/export/spans.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { SPAN_ID, TRACE_ID } from '../support/readable-spans.ts';

const PARENT = '00f067aa0ba902b7';

function recordOf(parts: Partial<SpanRecord> = {}): SpanRecord {
  return {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    parentSpanId: PARENT,
    name: 'container exec',
    start: [1_795_262_400, 999_999_999],
    end: [1_795_262_402, 1],
    error: undefined,
    attributes: { 'container.name': 'web', 'container.image.tags': ['a', 'b'] },
    links: [],
    resource: { 'service.name': 'shop-web' },
    ...parts,
  };
}

const read = createSpanReader('1.2.3');

describe('a span of the SDK', () => {
  it('has the ids, the times to the nanosecond and the attributes of the record', () => {
    const span = read(recordOf());
    assert.deepEqual(span.spanContext(), { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
    assert.deepEqual(span.parentSpanContext, { traceId: TRACE_ID, spanId: PARENT, traceFlags: 1 });
    assert.deepEqual(
      [span.startTime, span.endTime],
      [
        [1_795_262_400, 999_999_999],
        [1_795_262_402, 1],
      ],
    );
    assert.deepEqual(span.duration, [1, 2]);
    assert.deepEqual(span.attributes, { 'container.name': 'web', 'container.image.tags': ['a', 'b'] });
    assert.deepEqual(span.instrumentationScope, { name: 'docker-events-otel', version: '1.2.3' });
    assert.deepEqual([span.kind, span.ended], [0, true]);
  });

  it('has no parent where it is the root of its trace', () => {
    assert.equal('parentSpanContext' in read(recordOf({ parentSpanId: undefined })), false);
  });

  it('has the status ERROR exactly where something failed', () => {
    assert.deepEqual(read(recordOf({ error: 'exited with 3' })).status, { code: 2, message: 'exited with 3' });
    assert.deepEqual(read(recordOf()).status, { code: 0 });
  });

  it('leads to the spans that it is linked with', () => {
    const link = {
      traceId: 'f'.repeat(32),
      spanId: 'e'.repeat(16),
      attributes: { 'docker.span.link': 'previous_run' },
    };
    assert.deepEqual(read(recordOf({ links: [link] })).links, [
      {
        context: { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 1 },
        attributes: { 'docker.span.link': 'previous_run' },
      },
    ]);
  });

  it('has one resource for all spans of a service, by which requests are grouped', () => {
    const resource = { 'service.name': 'shop-web' };
    const [first, second, other] = [recordOf({ resource }), recordOf({ resource }), recordOf()].map(read);
    assert.equal(first?.resource, second?.resource);
    assert.notEqual(first?.resource, other?.resource);
    assert.deepEqual(first?.resource.attributes, { 'service.name': 'shop-web' });
  });

  it('is taken by an exporter of the SDK as it is', async () => {
    const memory = new InMemorySpanExporter();
    const exporter: Exporter<ReadableSpan> = memory;
    const span = read(recordOf());
    const code = await new Promise((resolve) => exporter.export([span], (result) => resolve(result.code)));
    assert.equal(code, 0);
    assert.deepEqual(memory.getFinishedSpans(), [span]);
  });
});
