import assert from 'node:assert/strict';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { encodeRecord, logsRequestParts } from '../../../src/export/otlp/logs-request.ts';
import { anyAttributes, anyText, anyTime } from '../../support/arbitrary-values.ts';
import { decodeProtobuf, type SinkRecord } from '../../support/otlp-sink-decode.ts';

const resources = [
  resourceFromAttributes({ 'service.name': 'docker-events', 'host.name': 'a' }),
  resourceFromAttributes({ 'service.name': 'other' }, { schemaUrl: 'https://example.com/schema' }),
];
const scopes = [
  { name: 'docker-events-otel', version: '1.2.3' },
  { name: 'bare' },
  { name: 'x', schemaUrl: 'https://example.com/s' },
];

function recordOf(parts: Partial<ReadableLogRecord>): ReadableLogRecord {
  return {
    hrTime: [1_795_262_400, 1],
    hrTimeObserved: [1_795_262_401, 2],
    resource: resources[0] ?? resourceFromAttributes({}),
    instrumentationScope: scopes[0] ?? { name: '' },
    attributes: {},
    droppedAttributesCount: 0,
    ...parts,
  };
}

function encodeLogsRequest(records: Parameters<typeof logsRequestParts>[0]): Buffer {
  return Buffer.concat(logsRequestParts(records));
}

function decoded(bytes: Uint8Array | undefined): readonly SinkRecord[] {
  const result = decodeProtobuf(Uint8Array.from(bytes ?? []));
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return result.records;
}

const span = fc.constantFrom(undefined, {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
});

const record = fc.record({
  hrTime: anyTime,
  hrTimeObserved: anyTime,
  severityNumber: fc.constantFrom(undefined, 1, 9, 24),
  severityText: fc.constantFrom(undefined, 'INFO'),
  body: fc.option(anyText, { nil: undefined }),
  eventName: fc.constantFrom(undefined, 'docker.container.die'),
  attributes: anyAttributes,
  droppedAttributesCount: fc.constantFrom(0, 3, 300),
  resource: fc.constantFrom(...resources),
  instrumentationScope: fc.constantFrom(...scopes),
  spanContext: span,
});

describe('the OTLP logs request', () => {
  it('says what the serialiser of the SDK says, for any records', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (parts) => {
        const records = parts.map((part) =>
          recordOf(Object.fromEntries(Object.entries(part).filter(([, held]) => held !== undefined))),
        );
        const expected = decoded(ProtobufLogsSerializer.serializeRequest(records));
        assert.deepEqual(decoded(encodeLogsRequest(records)), expected);
        assert.equal(expected.length, records.length);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same bytes when its records were written beforehand, some or all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(record, fc.boolean()), { maxLength: 6 }), (parts) => {
        const records = parts.map(([part]) => recordOf(part as Partial<ReadableLogRecord>));
        const waiting = records.map((each, index) => (parts[index]?.[1] ? encodeRecord(each) : each));
        assert.deepEqual(encodeLogsRequest(waiting), encodeLogsRequest(records));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a record that was written beforehand, however many are written after it', () => {
    const bodies = Array.from({ length: 600 }, (_, index) => `${index} ${'x'.repeat(index % 7 === 0 ? 5000 : 500)}`);
    const waiting = [...bodies, 'y'.repeat(400_000)].map((body) => encodeRecord(recordOf({ body })));
    assert.deepEqual(
      decoded(encodeLogsRequest(waiting)).map(({ body }) => body),
      [...bodies, 'y'.repeat(400_000)],
    );
  });

  it('leaves nothing of a record that cannot be written in the next one', () => {
    const impossible = recordOf({ body: 'left', hrTimeObserved: [-1, 0] });
    const next = recordOf({ body: 'next' });
    const alone = encodeLogsRequest([next]);
    assert.throws(() => encodeRecord(impossible), RangeError);
    assert.deepEqual(encodeLogsRequest([encodeRecord(next)]), alone);
    const resource = {
      ...next.resource,
      attributes: {
        x: [1, 2],
        get y(): string {
          throw new TypeError('a resource');
        },
      },
    };
    assert.throws(() => encodeLogsRequest([{ ...next, resource }]), TypeError);
    assert.deepEqual(encodeLogsRequest([next]), alone);
  });

  it('keeps every nanosecond of a 63-bit time', () => {
    fc.assert(
      fc.property(anyTime, (hrTime) => {
        const [first] = decoded(encodeLogsRequest([recordOf({ hrTime })]));
        assert.equal(first?.timeUnixNano, String(BigInt(hrTime[0]) * 1_000_000_000n + BigInt(hrTime[1])));
      }),
      { numRuns: 1000 },
    );
  });

  it('is empty for no records', () => assert.equal(encodeLogsRequest([]).length, 0));

  it('does not change when the next request is written', () => {
    const first = encodeLogsRequest([recordOf({ body: 'first' })]);
    const copy = Buffer.from(first);
    encodeLogsRequest([recordOf({ body: 'second' })]);
    assert.deepEqual(first, copy);
  });

  it('holds a batch larger than its first buffer', () => {
    const records = Array.from({ length: 500 }, (_, index) => recordOf({ body: `${index} ${'x'.repeat(1000)}` }));
    assert.deepEqual(
      decoded(encodeLogsRequest(records)).map(({ body }) => String(body).split(' ')[0]),
      records.map((_, index) => String(index)),
    );
  });
});
