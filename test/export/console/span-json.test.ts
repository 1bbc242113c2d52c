import assert from 'node:assert/strict';
import { formatSpanJson } from '../../../src/export/console/span-json.ts';
import { contextOf, readableSpan, SPAN_ID, TRACE_ID } from '../../support/readable-spans.ts';

describe('a span as JSON', () => {
  it('says all of it in one line, with every digit of its times', () => {
    const links = [{ context: contextOf('e'.repeat(16)), attributes: { 'docker.span.link': 'previous_run' } }];
    const line = formatSpanJson(readableSpan({ links }));
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(JSON.parse(line), {
      time: '2026-11-21T12:03:14.123456789Z',
      end: '2026-11-21T12:04:16.623456789Z',
      duration: 62.5,
      span: 'container run',
      error: 'exited with 3',
      trace_id: TRACE_ID,
      span_id: SPAN_ID,
      parent_span_id: '00f067aa0ba902b7',
      links: [{ trace_id: TRACE_ID, span_id: 'e'.repeat(16), attributes: { 'docker.span.link': 'previous_run' } }],
      attributes: { 'container.name': 'web', 'process.exit.code': 3 },
      resource: { 'service.name': 'shop-web' },
    });
  });

  it('leaves out what there is not', () => {
    const { parentSpanContext: _, ...root } = readableSpan({ status: { code: 0 } });
    const keys = Object.keys(JSON.parse(formatSpanJson(root)));
    assert.ok(!keys.includes('parent_span_id') && !keys.includes('error'), keys.join());
  });

  it('says what a terminal would obey as text', () => {
    const line = formatSpanJson(readableSpan({ attributes: { 'container.name': 'a\u009b31m' } }));
    assert.ok(line.includes('\\u009b31m'), line);
  });
});
