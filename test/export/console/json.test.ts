import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatJson } from '../../../src/export/console/json.ts';
import { bareRecord, logRecord } from '../../support/records.ts';

describe('a record as a JSON line', () => {
  it('is all of it, with times to the nanosecond', () => {
    assert.equal(
      formatJson(logRecord()),
      '{"time":"2026-11-21T12:03:14.123456789Z","observed":"2026-11-21T12:03:15.000000005Z","severity":"WARN",' +
        '"event":"docker.container.die","body":"Container web (shop:1) died with exit code 3.",' +
        '"attributes":{"container.name":"web","process.exit.code":3},"resource":{"service.name":"docker-events"}}',
    );
  });

  it('says which span it belongs to', () => {
    const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    assert.equal(
      formatJson({ ...bareRecord(), hrTime: [0, 0], spanContext }),
      '{"observed":"2026-11-21T12:03:15.000000005Z","trace_id":"0af7651916cd43dd8448eb211c80319c",' +
        '"span_id":"b7ad6b7169203331","attributes":{},"resource":{"service.name":"docker-events"}}',
    );
  });

  it('leaves out what is not known', () => {
    assert.equal(
      formatJson({ ...bareRecord(), hrTime: [0, 0] }),
      '{"observed":"2026-11-21T12:03:15.000000005Z","attributes":{},"resource":{"service.name":"docker-events"}}',
    );
  });

  it('writes what a terminal would obey as escapes', () => {
    const line = formatJson(logRecord({ body: 'a\n\u001b\u009b31m\u202e\u2028b' }));
    assert.ok(line.includes('"body":"a\\n\\u001b\\u009b31m\\u202e\\u2028b"'), line);
  });

  it('is one line that reads as what was in the record', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.dictionary(text, text), (body, attributes) => {
        const line = formatJson(logRecord({ body, attributes }));
        assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        const read: unknown = JSON.parse(line);
        assert.ok(typeof read === 'object' && read !== null && 'body' in read && 'attributes' in read);
        assert.equal(read.body, body);
        assert.deepEqual(Object.entries(read.attributes ?? {}), Object.entries(attributes));
      }),
    );
  });
});
