import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchingLogRecordProcessor, type BatchingOptions } from '../../src/export/batch-processor.ts';
import { DELIVERED, type Settled, type Waiting } from '../../src/export/exporter.ts';
import { LoggerProvider } from '../../src/export/otel.ts';
import { encodeRecord } from '../../src/export/otlp/logs-request.ts';
import type { BatchSender, Settle } from '../../src/export/sender.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { logRecord } from '../support/records.ts';

const REFUSED: Settled = { kind: 'refused', detail: 'no' };

/** Keeps what it is given until the test settles it. */
class HeldSender implements BatchSender {
  readonly sent: { readonly records: Waiting[]; readonly settle: Settle }[] = [];
  isClosed = false;

  send(records: Waiting[], settle: Settle): void {
    this.sent.push({ records, settle });
  }

  hurry(): void {}

  close(): void {
    this.isClosed = true;
  }

  get sizes(): number[] {
    return this.sent.map(({ records }) => records.length);
  }

  settle(batch: number, outcome: Settled = DELIVERED): void {
    const held = this.sent[batch];
    assert.ok(held, `no batch ${batch}`);
    held.settle(0, held.records.length, outcome);
  }
}

function setUp(options: Partial<BatchingOptions> = {}) {
  const clock = new FakeClock();
  const sender = new HeldSender();
  const settled: string[] = [];
  const dropped: string[] = [];
  const processor = new BatchingLogRecordProcessor({
    sender,
    clock,
    maxQueueSize: 100,
    maxBatchSize: 10,
    maxInFlight: 2,
    onSettled: (first, count, { kind }) => settled.push(`${first}+${count} ${kind}`),
    onDropped: (first, count, reason) => dropped.push(`${first}+${count} ${reason}`),
    ...options,
  });
  const logger = new LoggerProvider({ processors: [processor] }).getLogger('test');
  const emit = (count: number, severityNumber = 9) => {
    for (let index = 0; index < count; index += 1) logger.emit({ severityNumber, body: String(processor.next) });
  };
  return { clock, sender, settled, dropped, processor, emit };
}

function bodyOf(record: Waiting | undefined): unknown {
  return record !== undefined && 'body' in record ? record.body : undefined;
}

describe('the batching processor', () => {
  it('sends a full batch in the same turn, and as many at a time as may be in flight', () => {
    const { sender, emit, settled } = setUp();
    emit(35);
    assert.deepEqual(sender.sizes, [10, 10]);
    sender.settle(1);
    assert.deepEqual(sender.sizes, [10, 10, 10]);
    assert.deepEqual(settled, ['10+10 delivered']);
  });

  it('sends what there is when the oldest record has waited for the interval', () => {
    const { sender, emit, clock } = setUp();
    emit(3);
    clock.advance(999);
    assert.deepEqual(sender.sizes, []);
    emit(1);
    clock.advance(1);
    assert.deepEqual(sender.sizes, [4]);
    assert.equal(clock.pending, 0);
  });

  it('sends errors that follow one another four times a second, and not each by itself', async () => {
    const { clock, sender, emit } = setUp({ maxInFlight: 10, flushIntervalMs: 1000 });
    emit(1, 17);
    await Promise.resolve();
    assert.deepEqual(sender.sizes, [1]);
    for (let turn = 0; turn < 4; turn += 1) {
      clock.advance(50);
      emit(1, 17);
      await Promise.resolve();
    }
    assert.deepEqual(sender.sizes, [1]);
    clock.advance(50);
    assert.deepEqual(sender.sizes, [1, 4]);
    clock.advance(250);
    emit(1, 21);
    await Promise.resolve();
    assert.deepEqual(sender.sizes, [1, 4, 1]);
  });

  it('does not hasten once more for what has gone meanwhile', async () => {
    const { clock, sender, emit, processor } = setUp({ maxInFlight: 10, flushIntervalMs: 100 });
    emit(1, 17);
    await Promise.resolve();
    emit(1, 17);
    clock.advance(100);
    assert.deepEqual(sender.sizes, [1, 1]);
    emit(1);
    clock.advance(99);
    assert.deepEqual(sender.sizes, [1, 1]);
    sender.settle(0);
    sender.settle(1);
    await processor.shutdown({ timeoutMillis: 0 });
    assert.equal(clock.pending, 0);
  });

  it('sends records of severity ERROR at the end of the turn, all of that turn together', async () => {
    const { sender, emit } = setUp();
    emit(2);
    emit(1, 17);
    emit(1, 21);
    assert.deepEqual(sender.sizes, []);
    await Promise.resolve();
    assert.deepEqual(sender.sizes, [4]);
  });

  it('sends the rest of a flush as soon as there is a place in flight', async () => {
    const { sender, emit, processor } = setUp({ maxInFlight: 1 });
    emit(15);
    processor.flush();
    assert.deepEqual(sender.sizes, [10]);
    sender.settle(0);
    assert.deepEqual(sender.sizes, [10, 5]);
  });

  it('sends what came while all places were taken when its interval is over, though nothing comes after it', () => {
    const { sender, emit, clock } = setUp({ maxBatchSize: 2, maxInFlight: 1, flushIntervalMs: 1000 });
    emit(3);
    clock.advance(1000);
    emit(1);
    emit(1);
    for (const batch of [0, 1]) sender.settle(batch);
    assert.deepEqual(sender.sizes, [2, 2]);
    clock.advance(1000);
    assert.deepEqual(sender.sizes, [2, 2, 1]);
    sender.settle(2);
    assert.equal(clock.pending, 0);
  });

  it('makes no request larger than a gRPC server takes, and counts what it has in hand', () => {
    const { sender, emit, processor } = setUp({
      maxInFlight: 9,
      prepare: (record) =>
        encodeRecord(logRecord({ body: 'x'.repeat(record.severityNumber === 1 ? 5_000_000 : 1_000_000) })),
    });
    emit(10);
    assert.deepEqual(sender.sizes, [3]);
    processor.flush();
    assert.deepEqual(sender.sizes, [3, 3, 3, 1]);
    assert.equal(Math.round(processor.unsettledBytes / 1e6), 10);
    for (const batch of sender.sent.keys()) sender.settle(batch);
    assert.equal(processor.unsettledBytes, 0);
    emit(1, 1);
    processor.flush();
    assert.deepEqual(sender.sizes.slice(4), [1], 'one that is larger goes by itself');
  });

  it('does not let a record wait that it is told is urgent, however low its severity', async () => {
    const { sender, processor, emit } = setUp({ isUrgent: ({ eventName }) => eventName === 'now' });
    const logger = new LoggerProvider({ processors: [processor] }).getLogger('test');
    logger.emit({ eventName: 'later', severityNumber: 5 });
    await Promise.resolve();
    assert.deepEqual(sender.sizes, []);
    logger.emit({ eventName: 'now', severityNumber: 5 });
    emit(1);
    assert.deepEqual(sender.sizes, []);
    await Promise.resolve();
    assert.deepEqual(sender.sizes, [3]);
  });

  it('drops the oldest unsent record when the queue is full, and tells its number', () => {
    const { emit, dropped, sender, processor } = setUp({ maxQueueSize: 20 });
    emit(20 + 20);
    assert.deepEqual(dropped, []);
    emit(2);
    assert.deepEqual(dropped, ['20+1 queue_full', '21+1 queue_full']);
    sender.settle(0);
    const [first] = sender.sent[2]?.records ?? [];
    assert.equal(bodyOf(first), '22');
    assert.equal(processor.unsettled, 30);
  });

  it('never makes a batch larger than the queue', () => {
    const { emit, sender, dropped } = setUp({ maxQueueSize: 5, maxBatchSize: 50 });
    emit(5);
    assert.deepEqual(sender.sizes, [5]);
    assert.deepEqual(dropped, []);
  });

  it('forceFlush resolves when all that was emitted before is settled, and not before', async () => {
    const { emit, sender, processor, clock } = setUp();
    emit(12);
    let isFlushed = false;
    const flushed = processor.forceFlush().then(() => {
      isFlushed = true;
    });
    emit(3);
    sender.settle(1);
    await Promise.resolve();
    assert.equal(isFlushed, false);
    sender.settle(0, REFUSED);
    await flushed;
    assert.equal(processor.unsettled, 3);
    clock.advance(1000);
    assert.deepEqual(sender.sizes, [10, 2, 3]);
  });

  it('two forceFlush at a time both wait', async () => {
    const { emit, sender, processor } = setUp();
    emit(4);
    const both = Promise.all([processor.forceFlush(), processor.forceFlush()]);
    sender.settle(0);
    await both;
    assert.equal(processor.unsettled, 0);
  });

  it('forceFlush says at its timeout how many records are not delivered', async () => {
    const { emit, sender, processor, clock } = setUp();
    emit(12);
    const flushed = processor.forceFlush({ timeoutMillis: 500 });
    sender.settle(1);
    clock.advance(500);
    await assert.rejects(flushed, {
      message: '10 of 12 records were not delivered within 500 ms; they are still being sent',
    });
  });

  it('shutdown sends what waits for its batch to fill up', async () => {
    const { emit, sender, processor, settled } = setUp();
    emit(3);
    const down = processor.shutdown();
    assert.deepEqual(sender.sizes, [3]);
    sender.settle(0);
    await down;
    assert.deepEqual(settled, ['0+3 delivered']);
  });

  it('shutdown waits, then gives up what is left and tells it; what is emitted afterwards is told as well', async () => {
    const { emit, sender, processor, clock, dropped } = setUp();
    emit(25);
    const down = processor.shutdown({ timeoutMillis: 500 });
    assert.equal(down, processor.shutdown());
    sender.settle(0);
    clock.advance(500);
    await down;
    assert.equal(sender.isClosed, true);
    assert.deepEqual(dropped, ['10+10 shutdown', '20+5 shutdown']);
    emit(1);
    assert.deepEqual(dropped.at(-1), '25+1 shutdown');
    assert.equal(processor.unsettled, 0);
    assert.equal(clock.pending, 0);
    sender.settle(1);
    assert.equal(dropped.length, 3);
  });

  it('settles or drops every record exactly once, whatever the sizes and whatever the order', () => {
    const sizes = fc.record({
      maxQueueSize: fc.integer({ min: 1, max: 30 }),
      maxBatchSize: fc.integer({ min: 1, max: 40 }),
      maxInFlight: fc.integer({ min: 1, max: 4 }),
    });
    const step = fc.oneof(
      fc.record({ emit: fc.integer({ min: 1, max: 25 }) }),
      fc.record({ settle: fc.nat(), parts: fc.integer({ min: 1, max: 3 }), refuse: fc.boolean() }),
      fc.record({ advance: fc.integer({ min: 0, max: 1500 }) }),
    );
    fc.assert(
      fc.property(sizes, fc.array(step, { maxLength: 60 }), (options, steps) => {
        const ended = new Map<number, number>();
        const end = (first: number, count: number) => {
          for (let number = first; number < first + count; number += 1) ended.set(number, (ended.get(number) ?? 0) + 1);
        };
        const { emit, sender, clock, processor } = setUp({ ...options, onSettled: end, onDropped: end });
        const done = new Set<number>();
        const settle = (choice: number, parts: number, outcome: Settled) => {
          const left = sender.sent.map((_, index) => index).filter((index) => !done.has(index));
          const batch = left[choice % Math.max(1, left.length)];
          const held = batch === undefined ? undefined : sender.sent[batch];
          if (batch === undefined || held === undefined) return false;
          done.add(batch);
          const size = held.records.length;
          const part = Math.ceil(size / parts);
          for (let offset = 0; offset < size; offset += part)
            held.settle(offset, Math.min(part, size - offset), outcome);
          return true;
        };
        for (const each of steps) {
          if ('emit' in each) emit(each.emit);
          else if ('advance' in each) clock.advance(each.advance);
          else settle(each.settle, each.parts, each.refuse ? REFUSED : DELIVERED);
          assert.ok(sender.sent.length - done.size <= options.maxInFlight);
        }
        processor.flush();
        while (settle(0, 1, DELIVERED));
        assert.equal(processor.unsettled, 0);
        const bodies = sender.sent.flatMap(({ records }) => records.map((record) => Number(bodyOf(record))));
        assert.deepEqual(
          bodies,
          [...bodies].sort((a, b) => a - b),
        );
        for (let number = 0; number < processor.next; number += 1)
          assert.equal(ended.get(number), 1, `record ${number}`);
        assert.equal(ended.size, processor.next);
        assert.equal(clock.pending, 0);
      }),
    );
  });

  it('that is abandoned drops all it has, takes nothing more and sends nothing', async () => {
    const { clock, dropped, emit, processor, sender } = setUp();
    emit(25);
    processor.abandon();
    emit(1);
    assert.deepEqual(sender.sizes, [10, 10]);
    assert.deepEqual(dropped, ['0+10 shutdown', '10+10 shutdown', '20+5 shutdown', '25+1 shutdown']);
    assert.deepEqual([sender.isClosed, processor.unsettled, clock.pending], [true, 0, 0]);
    await processor.shutdown();
    assert.equal(dropped.length, 4);
  });
});
