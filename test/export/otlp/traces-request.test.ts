import assert from 'node:assert/strict';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { encodeSpan, tracesRequestParts } from '../../../src/export/otlp/traces-request.ts';
import { anyAttributes, anyText, anyTime } from '../../support/arbitrary-values.ts';
import type { SinkSpan } from '../../support/otlp-sink.ts';
import { decodeJson, decodeProtobuf } from '../../support/otlp-sink-decode.ts';
import { readableSpan } from '../../support/readable-spans.ts';

const resources = [
  resourceFromAttributes({ 'service.name': 'web', 'host.name': 'a' }),
  resourceFromAttributes({ 'service.name': 'other' }, { schemaUrl: 'https://example.com/schema' }),
];
const scopes = [
  { name: 'docker-events-otel', version: '1.2.3' },
  { name: 'bare' },
  { name: 'x', schemaUrl: 'https://example.com/s' },
];

function request(spans: Parameters<typeof tracesRequestParts>[0]): Buffer {
  return Buffer.concat(tracesRequestParts(spans));
}

function decoded(bytes: Uint8Array | undefined): readonly SinkSpan[] {
  const result = decodeProtobuf(Uint8Array.from(bytes ?? []), 'traces');
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return result.spans;
}

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const traceState = fc.constantFrom(undefined, {
  serialize: () => 'a=1',
  get: () => undefined,
  set: () => assert.fail('not written'),
  unset: () => assert.fail('not written'),
});
const context = fc
  .record({
    traceId: hex(32),
    spanId: hex(16),
    traceFlags: fc.constantFrom(0, 1),
    isRemote: fc.constantFrom(undefined, true, false),
    traceState,
  })
  .map(({ isRemote, traceState: state, ...ids }) => ({
    ...ids,
    ...(isRemote === undefined ? {} : { isRemote }),
    ...(state === undefined ? {} : { traceState: state }),
  }));
const count = fc.constantFrom(0, 3, 300);

const span = fc.record({
  name: anyText,
  kind: fc.constantFrom(0, 1, 2, 3, 4),
  own: context,
  parent: fc.option(context, { nil: undefined }),
  startTime: anyTime,
  endTime: anyTime,
  status: fc.constantFrom({ code: 0 }, { code: 1 }, { code: 2 }, { code: 2, message: 'exited with 3' }),
  attributes: anyAttributes,
  links: fc.array(fc.record({ context, attributes: anyAttributes, droppedAttributesCount: count }), { maxLength: 3 }),
  events: fc.array(
    fc.record({ name: anyText, time: anyTime, attributes: anyAttributes, droppedAttributesCount: count }),
    { maxLength: 2 },
  ),
  resource: fc.constantFrom(...resources),
  instrumentationScope: fc.constantFrom(...scopes),
  droppedAttributesCount: count,
  droppedEventsCount: count,
  droppedLinksCount: count,
});

function spanOf({
  own,
  parent,
  ...parts
}: typeof span extends fc.Arbitrary<infer Parts> ? Parts : never): ReadableSpan {
  const { parentSpanContext: _, ...root } = readableSpan(parts as Partial<ReadableSpan>);
  return { ...root, spanContext: () => own, ...(parent === undefined ? {} : { parentSpanContext: parent }) };
}

describe('the OTLP traces request', () => {
  it('says what the serialiser of the SDK says, for any spans', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), (parts) => {
        const spans = parts.map(spanOf);
        const expected = decoded(ProtobufTraceSerializer.serializeRequest(spans));
        assert.deepEqual(decoded(request(spans)), expected);
        assert.equal(expected.length, spans.length);
      }),
      { numRuns: 150 },
    );
  });

  it('says what the serialiser of the SDK says in JSON', () => {
    const spans = [readableSpan(), readableSpan({ status: { code: 0 }, attributes: { tags: ['a', 'b'] } })];
    const json = decodeJson(Buffer.from(JsonTraceSerializer.serializeRequest(spans) ?? []).toString(), 'traces');
    assert.ok(json.ok, json.ok ? '' : json.reason);
    assert.deepEqual(decoded(request(spans)), json.spans);
  });

  it('is the same bytes when its spans were written beforehand, some or all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(span, fc.boolean()), { maxLength: 5 }), (parts) => {
        const spans = parts.map(([each]) => spanOf(each));
        const waiting = spans.map((each, index) => (parts[index]?.[1] ? encodeSpan(each) : each));
        assert.deepEqual(request(waiting), request(spans));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every nanosecond of a 63-bit time', () => {
    fc.assert(
      fc.property(anyTime, anyTime, (startTime, endTime) => {
        const [first] = decoded(request([readableSpan({ startTime, endTime })]));
        const nanos = ([seconds, rest]: readonly [number, number]) =>
          String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
        assert.deepEqual([first?.startTimeUnixNano, first?.endTimeUnixNano], [nanos(startTime), nanos(endTime)]);
      }),
      { numRuns: 200 },
    );
  });

  it('is empty for no spans', () => assert.equal(request([]).length, 0));
});
