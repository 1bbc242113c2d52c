import assert from 'node:assert/strict';
import { createJsonPrinter, createLinePrinter } from '../../../src/export/console/print.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import { Severity } from '../../../src/model/severity.ts';
import { RECORD_TIME } from '../../support/records.ts';

const RECORD: LogRecord = {
  eventName: 'docker.container.die',
  timestamp: RECORD_TIME,
  observedTimestamp: [RECORD_TIME[0] + 1, 5],
  severity: Severity.WARN,
  body: 'Container web died.',
  attributes: { 'container.name': 'web' },
  resource: { 'service.name': 'docker-events' },
};

describe('a record that is only looked at', () => {
  it('is the line that the console exporter writes', () => {
    const print = createLinePrinter({ color: false, timeZone: 'UTC' }, [RECORD_TIME[0] + 60, 0]);
    assert.equal(
      print(RECORD),
      '12:03:14.123  WARN   container die             web                   Container web died.',
    );
  });

  it('has its date where it is looked at on another day', () => {
    const print = createLinePrinter({ color: false, timeZone: 'UTC' }, [RECORD_TIME[0] + 86_400, 0]);
    assert.match(print(RECORD), /^2026-11-21 12:03:14\.123 {2}WARN/);
  });

  it('is the JSON that the console exporter writes, with the time at which it was observed', () => {
    assert.equal(
      createJsonPrinter()(RECORD),
      '{"time":"2026-11-21T12:03:14.123456789Z","observed":"2026-11-21T12:03:15.000000005Z","severity":"WARN",' +
        '"event":"docker.container.die","body":"Container web died.","attributes":{"container.name":"web"},' +
        '"resource":{"service.name":"docker-events"}}',
    );
  });
});
