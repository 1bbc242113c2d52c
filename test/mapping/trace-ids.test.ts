import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { notZero, ROOTS, rootIdsOf, spanIdsOf } from '../../src/mapping/trace-ids.ts';
import type { SpanName, TraceKey } from '../../src/model/entry.ts';

const KEY: TraceKey = { of: 'container', id: 'c1', start: [1_795_262_400, 1] };
/** As sha256sum has it of the texts that are written down at the head of the source. */
const TRACE_ID = '5aadaa7c29d3821da2dd1ec72d98d647';

const key: fc.Arbitrary<TraceKey> = fc.record({
  of: fc.constantFrom('container', 'image', 'service'),
  id: fc.oneof(fc.constantFrom('c1', 'c2', '"', '","', 'c1","1'), fc.string({ unit: 'binary', maxLength: 6 })),
  start: fc.tuple(fc.constantFrom(0, 1_795_262_400), fc.constantFrom(0, 999_999_999)),
});
const name: fc.Arbitrary<SpanName> = fc.constantFrom('run', 'create', 'exec', 'stop', 'pause', 'pull', 'rollout');
const own = fc.constantFrom(undefined, '', 'null', 'e1', '"]', 'c1');

/** As the head of the source has it, and without a memory. */
function asWritten({ of, id, start: [seconds, nanos] }: TraceKey, what: SpanName, which: string | undefined) {
  const digest = (parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
  const traceId = digest(['docker-events-otel/trace', of, id, String(nanoseconds)]).slice(0, 32);
  return { traceId, spanId: digest(['docker-events-otel/span', traceId, what, which ?? null]).slice(0, 16) };
}

describe('the ids of traces and spans', () => {
  it('are made of the text that is written down', () => {
    assert.equal(rootIdsOf(KEY).traceId, TRACE_ID);
    assert.equal(spanIdsOf(KEY, 'run').spanId, '69626a6f2a5aecd8');
    assert.deepEqual(spanIdsOf(KEY, 'exec', 'e1'), { traceId: TRACE_ID, spanId: '9dbcd2e9d2a12cef' });
  });

  it('are the same whatever was asked for between', () => {
    const asked = fc.tuple(key, name, own);
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 30 }), (questions) => {
        for (const [of, what, which] of questions) {
          const { traceId, spanId } = spanIdsOf({ ...of }, what, which);
          assert.deepEqual({ traceId, spanId }, asWritten(of, what, which));
          assert.equal(rootIdsOf(of).traceId, traceId);
          assert.match(traceId, /^[0-9a-f]{32}$/);
          assert.match(spanId, /^[0-9a-f]{16}$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are remembered for the events of a run, and those of an exec', () => {
    assert.equal(rootIdsOf(KEY), rootIdsOf({ ...KEY, start: [...KEY.start] }));
    assert.equal(spanIdsOf(KEY, 'exec', 'e1'), spanIdsOf({ ...KEY }, 'exec', 'e1'));
    const before = rootIdsOf(KEY);
    const next = rootIdsOf({ ...KEY, start: [1_795_262_500, 1] });
    assert.notEqual(next.traceId, before.traceId);
    assert.deepEqual(rootIdsOf(KEY), before);
    assert.ok(Object.isFrozen(before));
  });

  it('are not remembered where they are asked for by a text of any length', () => {
    const long = 'x'.repeat(1000);
    assert.notEqual(rootIdsOf({ ...KEY, id: long }), rootIdsOf({ ...KEY, id: long }));
    assert.notEqual(spanIdsOf(KEY, 'exec', long), spanIdsOf(KEY, 'exec', long));
    assert.deepEqual(spanIdsOf(KEY, 'exec', long), spanIdsOf(KEY, 'exec', long));
  });

  it('stay right when more are asked for than are remembered', () => {
    const first = [rootIdsOf(KEY), spanIdsOf(KEY, 'exec', 'e1')];
    for (let index = 0; index < 10_000; index += 1) spanIdsOf({ ...KEY, id: String(index) }, 'exec', `e${index}`);
    const again = [rootIdsOf(KEY), spanIdsOf(KEY, 'exec', 'e1')];
    assert.deepEqual(again, first);
    for (const [index, ids] of again.entries()) assert.notEqual(ids, first[index], 'nothing is remembered for ever');
  });

  it('tell an exec from another of the same id in another run', () => {
    const other: TraceKey = { ...KEY, start: [1_795_262_401, 1] };
    assert.notEqual(spanIdsOf(KEY, 'exec', 'e1').spanId, spanIdsOf(other, 'exec', 'e1').spanId);
    assert.notEqual(spanIdsOf(KEY, 'exec', 'e1').spanId, spanIdsOf(KEY, 'exec', 'e2').spanId);
    assert.notEqual(spanIdsOf(KEY, 'exec', 'e1').spanId, spanIdsOf(KEY, 'pause', 'e1').spanId);
  });

  it('have one root for each kind of trace', () => {
    for (const kind of ['container', 'image', 'service'] as const) {
      const trace = { ...KEY, of: kind };
      assert.equal(rootIdsOf(trace).spanId, spanIdsOf(trace, ROOTS[kind]).spanId);
    }
  });

  it('are never all zeros, which would be no id', () => {
    assert.equal(notZero('0000'), '0001');
    assert.equal(notZero('0010'), '0010');
  });
});
