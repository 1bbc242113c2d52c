import assert from 'node:assert/strict';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import type { SpanEntry } from '../../src/model/entry.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { compareTimes } from '../../src/model/time.ts';
import { isUpdatingGolden } from '../support/golden.ts';
import {
  foldRecording,
  RECORDINGS,
  readGoldenTraces,
  toGoldenSpan,
  writeGoldenTraces,
} from '../support/golden-traces.ts';

const map = createMapper(schema.parse({}));
const mapSpan = createSpanMapper(schema.parse({}));

function spansOf(path: string): readonly SpanRecord[] {
  return foldRecording(path).flatMap((entry) => (entry.kind === 'span' ? [mapSpan(entry)] : []));
}

/** What ended it began something else: a run in which an exec was not seen to end, or a rollout that replaced another. */
function isEndedByNext({ name, about: { event } }: SpanEntry): boolean {
  if (name === 'exec') return event.action !== 'exec_die';
  return name === 'rollout' && event.attributes.get('updatestate.new') === 'updating';
}

describe('the golden traces', () => {
  for (const [name, path] of RECORDINGS) {
    if (isUpdatingGolden) {
      writeGoldenTraces(name, spansOf(path).map(toGoldenSpan));
      continue;
    }

    it(`${name}: every span is exactly so, ids included`, () => {
      const spans = spansOf(path).map(toGoldenSpan);
      assert.deepEqual(JSON.parse(JSON.stringify(spans)), readGoldenTraces(name));
    });

    it(`${name}: a span is told once, below one that is told, and lies within it`, () => {
      const spans = spansOf(path);
      const known = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
      assert.equal(known.size, spans.length);
      for (const span of spans) {
        assert.ok(compareTimes(span.start, span.end) <= 0);
        if (span.parentSpanId === undefined) continue;
        const parent = known.get(`${span.traceId} ${span.parentSpanId}`);
        // What still ran at the end of the recording is told by nobody.
        if (parent === undefined || span.name === 'container create') continue;
        assert.ok(compareTimes(parent.start, span.start) <= 0, span.name);
      }
    });

    it(`${name}: the records of what has a span lead to it`, () => {
      const spans = spansOf(path);
      const known = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
      const told = foldRecording(path);
      let leading = 0;
      for (const [index, entry] of told.entries()) {
        if (entry.kind !== 'event') continue;
        const { span } = map(entry);
        if (span !== undefined && known.has(`${span.traceId} ${span.spanId}`)) leading += 1;
        const next = told[index + 1];
        if (next?.kind !== 'span' || isEndedByNext(next)) continue;
        assert.equal(span?.traceId, mapSpan(next).traceId, `${entry.event.type} ${entry.event.action}`);
      }
      assert.ok(leading > spans.length, 'and more do than end one');
    });
  }
});
