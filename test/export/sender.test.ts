import assert from 'node:assert/strict';
import { type AttemptOutcome, DELIVERED, type Exporter, resultOf } from '../../src/export/exporter.ts';
import type { ExportResult, ReadableLogRecord } from '../../src/export/otel.ts';
import { RetryingSender } from '../../src/export/sender.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';

const BUSY: AttemptOutcome = { kind: 'retry', detail: 'busy', retryAfterMs: undefined };
const BAD_TOKEN: AttemptOutcome = {
  kind: 'misconfigured',
  detail: 'HTTP 401',
  advice: 'Check the token',
  retryAfterMs: undefined,
};
const RECORD: ReadableLogRecord = {
  hrTime: [1, 0],
  hrTimeObserved: [1, 0],
  resource: { attributes: {}, merge: () => RECORD.resource, getRawAttributes: () => [] },
  instrumentationScope: { name: 'test' },
  attributes: {},
  droppedAttributesCount: 0,
};
const batchOf = (count: number): ReadableLogRecord[] => new Array(count).fill(RECORD);

class HeldExporter implements Exporter {
  readonly tries: {
    readonly count: number;
    readonly done: (result: ExportResult) => void;
    readonly signal: AbortSignal;
  }[] = [];

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void, signal: AbortSignal): void {
    this.tries.push({ count: records.length, done, signal });
  }

  answer(index: number, outcome: AttemptOutcome): void {
    this.tries[index]?.done(resultOf(outcome));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function setUp() {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const exporter = new HeldExporter();
  const sender = new RetryingSender({
    name: 'backend',
    exporter,
    timeoutMs: 10_000,
    retry: { initialMs: 1000, maxMs: 8000 },
    clock,
    random: seededRandom(1),
    telemetry,
  });
  const settled: string[] = [];
  const send = (name: string, count: number) => {
    sender.send(batchOf(count), (offset, settledCount, { kind }) =>
      settled.push(`${name} ${offset}+${settledCount} ${kind}`),
    );
  };
  return { clock, telemetry, exporter, sender, settled, send };
}

describe('the sender', () => {
  it('lets one batch probe for all while the backend struggles, then all go', () => {
    const { clock, exporter, settled, send } = setUp();
    send('a', 1);
    send('b', 2);
    exporter.answer(0, BUSY);
    exporter.answer(1, BUSY);
    send('c', 3);
    assert.equal(exporter.tries.length, 2);
    clock.advance(1000);
    assert.deepEqual(
      exporter.tries.map(({ count }) => count),
      [1, 2, 1],
    );
    exporter.answer(2, DELIVERED);
    assert.deepEqual(
      exporter.tries.map(({ count }) => count),
      [1, 2, 1, 2, 3],
    );
    exporter.answer(4, DELIVERED);
    exporter.answer(3, DELIVERED);
    assert.deepEqual(settled, ['a 0+1 delivered', 'c 0+3 delivered', 'b 0+2 delivered']);
    assert.equal(clock.pending, 0);
  });

  it('waits longer each time up to the longest wait, and begins anew after a success', () => {
    const { clock, exporter, send, telemetry } = setUp();
    send('a', 1);
    const waits: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      exporter.answer(index, BUSY);
      waits.push(clock.nextDelayMs ?? 0);
      clock.advance(clock.nextDelayMs ?? 0);
    }
    for (const [index, bound] of [1000, 2000, 4000, 8000, 8000, 8000].entries()) {
      const wait = waits[index] ?? 0;
      assert.ok(wait >= bound / 2 && wait <= bound, `${waits}`);
    }
    exporter.answer(6, DELIVERED);
    const [recovered] = telemetry.named('export.recovered');
    assert.match(recovered?.message ?? '', /^Exporter backend delivers again, after 6 failed tries in [\d.]+ s\.$/);
    send('b', 1);
    exporter.answer(7, BUSY);
    assert.ok((clock.nextDelayMs ?? 0) <= 1000);
  });

  it('lengthens the wait when another batch in flight is told a longer one', () => {
    const { clock, exporter, send } = setUp();
    send('a', 1);
    send('b', 1);
    exporter.answer(0, BUSY);
    exporter.answer(1, { kind: 'retry', detail: 'busy', retryAfterMs: 60_000 });
    assert.equal(clock.nextDelayMs, 60_000);
  });

  it('tells a trouble once, and again when it changes or lasts', () => {
    const { clock, exporter, send, telemetry } = setUp();
    send('a', 1);
    for (let index = 0; index < 10; index += 1) {
      exporter.answer(index, BUSY);
      clock.advance(clock.nextDelayMs ?? 0);
    }
    assert.equal(telemetry.named('export.retrying').length, 2);
    assert.equal(telemetry.named('export.still_retrying').length, 8);
    exporter.answer(10, BAD_TOKEN);
    const [happening] = telemetry.named('export.misconfigured');
    assert.equal(
      happening?.message,
      'The backend does not accept exporter backend: HTTP 401. Check the token; the records wait meanwhile. Next try in 30 s.',
    );
    assert.equal(telemetry.counted('export_retries'), 11);
  });

  it('aborts an attempt at its deadline, and takes what is said in the moment after', () => {
    const { clock, exporter, settled, send } = setUp();
    send('a', 1);
    clock.advance(10_000);
    assert.equal(exporter.tries[0]?.signal.aborted, true);
    exporter.answer(0, DELIVERED);
    assert.deepEqual(settled, ['a 0+1 delivered']);
  });

  it('counts an exporter that never answers as failed, and does not hear it later', () => {
    const { clock, exporter, settled, send, telemetry } = setUp();
    send('a', 1);
    clock.advance(11_000);
    assert.match(telemetry.named('export.retrying')[0]?.message ?? '', /there was no answer within 10 s/);
    exporter.answer(0, DELIVERED);
    assert.deepEqual(settled, []);
    clock.advance(1000);
    exporter.answer(1, DELIVERED);
    assert.deepEqual(settled, ['a 0+1 delivered']);
  });

  it('settles refused neighbours together, and what lies between apart', () => {
    const { exporter, settled, send } = setUp();
    send('a', 4);
    const bad: AttemptOutcome = { kind: 'split', detail: 'bad' };
    exporter.answer(0, bad);
    exporter.answer(1, bad);
    exporter.answer(2, bad);
    exporter.answer(3, bad);
    exporter.answer(4, bad);
    exporter.answer(5, DELIVERED);
    exporter.answer(6, bad);
    assert.deepEqual(
      exporter.tries.map(({ count }) => count),
      [4, 2, 1, 1, 2, 1, 1],
    );
    assert.deepEqual(settled, ['a 0+2 refused', 'a 2+1 delivered', 'a 3+1 refused']);
  });

  it('finds the record that an exporter throws on', () => {
    const { exporter, sender, telemetry } = setUp();
    const poison = { ...RECORD, body: 'poison' };
    exporter.export = (records, done) => {
      if (records.includes(poison)) throw new Error('cannot encode');
      done({ code: 0 });
    };
    const settled: string[] = [];
    sender.send([RECORD, poison, RECORD, RECORD], (offset, count, { kind }) =>
      settled.push(`${offset}+${count} ${kind}`),
    );
    assert.deepEqual(settled, ['0+1 delivered', '1+1 refused', '2+2 delivered']);
    assert.equal(telemetry.named('export.exporter_threw').length, 3);
  });

  for (const [what, answerAtOnce] of [
    ['answers at once', (done: (result: ExportResult) => void) => done(resultOf({ kind: 'split', detail: 'bad' }))],
    ['throws', () => assert.fail('cannot encode')],
  ] as const) {
    it(`settles a large batch of which no record is taken, through an exporter that ${what}`, () => {
      const { exporter, settled, send } = setUp();
      exporter.export = (_, done) => answerAtOnce(done);
      send('a', 8192);
      assert.deepEqual(settled, ['a 0+8192 refused']);
    });
  }

  it('holds the others back at once when the first of them fails at once', () => {
    const { clock, exporter, settled, send } = setUp();
    const answers = [BUSY, DELIVERED, BUSY, DELIVERED];
    let tries = 0;
    exporter.export = (_, done) => done(resultOf(answers[tries++] ?? DELIVERED));
    for (const name of ['a', 'b', 'c']) send(name, 1);
    assert.equal(tries, 1);
    clock.advance(1000);
    assert.deepEqual([tries, settled], [3, ['a 0+1 delivered']]);
    clock.advance(1000);
    assert.deepEqual(settled, ['a 0+1 delivered', 'b 0+1 delivered', 'c 0+1 delivered']);
    assert.equal(clock.pending, 0);
  });

  it('is silent after a close', () => {
    const { clock, exporter, sender, settled, send } = setUp();
    send('a', 1);
    send('b', 1);
    exporter.answer(0, BUSY);
    sender.close();
    assert.equal(exporter.tries[1]?.signal.aborted, true);
    exporter.answer(1, DELIVERED);
    send('c', 1);
    clock.advance(60_000);
    assert.equal(exporter.tries.length, 2);
    assert.deepEqual(settled, []);
    assert.equal(clock.pending, 0);
  });
});
