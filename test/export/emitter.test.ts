import assert from 'node:assert/strict';
import { createEmitter } from '../../src/export/emitter.ts';
import type { LogRecordProcessor, ReadableLogRecord } from '../../src/export/otel.ts';
import type { LogRecord } from '../../src/model/log-record.ts';
import { Severity } from '../../src/model/severity.ts';

const RECORD: LogRecord = {
  eventName: 'docker.container.die',
  timestamp: [1_795_262_400, 123_456_789],
  observedTimestamp: [1_795_262_401, 5],
  severity: Severity.WARN,
  body: 'Container web (shop:1) died with exit code 3.',
  attributes: { 'process.exit.code': 3, 'docker.daemon.labels': ['a', 'b'] },
  resource: { 'service.name': 'docker-events', 'docker.list': ['x'] },
};

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

function emitted(...records: readonly LogRecord[]): readonly ReadableLogRecord[] {
  const seen: ReadableLogRecord[] = [];
  const processor: LogRecordProcessor = {
    onEmit: (record) => {
      seen.push(record);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const emit = createEmitter({ processor, version: '1.2.3' });
  for (const record of records) emit(record);
  return seen;
}

describe('the emitter', () => {
  it('gives the SDK all of a record, to the nanosecond', () => {
    const [record] = emitted(RECORD);
    assert.ok(record);
    const { hrTime, hrTimeObserved, severityNumber, severityText, eventName, body, attributes } = record;
    assert.deepEqual(
      { hrTime, hrTimeObserved, severityNumber, severityText, eventName, body, attributes },
      {
        hrTime: RECORD.timestamp,
        hrTimeObserved: RECORD.observedTimestamp,
        severityNumber: 13,
        severityText: 'WARN',
        eventName: RECORD.eventName,
        body: RECORD.body,
        attributes: RECORD.attributes,
      },
    );
    assert.deepEqual(record.resource.attributes, RECORD.resource);
    assert.deepEqual(record.instrumentationScope, {
      name: 'docker-events-otel',
      version: '1.2.3',
      schemaUrl: undefined,
    });
  });

  it('says a time that is not known as 0, and not as the present', () => {
    assert.deepEqual(emitted({ ...RECORD, timestamp: undefined })[0]?.hrTime, [0, 0]);
  });

  it('has a record lead to its span, sampled, and the next one not', () => {
    const spans = emitted({ ...RECORD, span: SPAN }, RECORD, { ...RECORD, span: undefined });
    assert.deepEqual(
      spans.map(({ spanContext }) => spanContext),
      [{ ...SPAN, traceFlags: 1 }, undefined, undefined],
    );
  });

  it('has one resource object for all records of one', () => {
    const [one, two, other] = emitted(
      RECORD,
      { ...RECORD, body: 'x' },
      { ...RECORD, resource: { ...RECORD.resource } },
    );
    assert.equal(one?.resource, two?.resource);
    assert.notEqual(one?.resource, other?.resource);
  });
});
