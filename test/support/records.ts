/** Records of the SDK, as an exporter is given them. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

/** 2026-11-21T12:03:14.123456789Z */
export const RECORD_TIME: readonly [seconds: number, nanos: number] = [
  Date.UTC(2026, 10, 21, 12, 3, 14) / 1000,
  123_456_789,
];

/** A container that died; `parts` replace whole properties. */
export function logRecord(parts: Partial<ReadableLogRecord> = {}): ReadableLogRecord {
  return {
    ...bareRecord(),
    severityNumber: 13,
    severityText: 'WARN',
    eventName: 'docker.container.die',
    body: 'Container web (shop:1) died with exit code 3.',
    attributes: { 'container.name': 'web', 'process.exit.code': 3 },
    ...parts,
  };
}

/** Nothing but what every record has. */
export function bareRecord(): ReadableLogRecord {
  return {
    hrTime: [...RECORD_TIME],
    hrTimeObserved: [RECORD_TIME[0] + 1, 5],
    attributes: {},
    resource: resourceFromAttributes({ 'service.name': 'docker-events' }),
    instrumentationScope: { name: 'docker-events-otel', version: '1.2.3' },
    droppedAttributesCount: 0,
  };
}
