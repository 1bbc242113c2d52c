import assert from 'node:assert/strict';
import type { LeftOut } from '../../src/export/in-hand.ts';
import { LeftOuts } from '../../src/export/left-out.ts';
import { entryOf, eventLine, eventLines } from '../support/events.ts';
import { append, spanExporterFor, startTracesLane } from '../support/lane-rig.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { spanOf } from '../support/spans.ts';

describe('what a lane leaves out', () => {
  let acknowledged: number[];
  let leftOuts: LeftOuts;

  beforeEach(() => {
    acknowledged = [];
    leftOuts = new LeftOuts(({ position }) => acknowledged.push(position));
  });

  const at = (position: number): LeftOut => ({ position, kind: 'event', verdict: 'passed_over' });

  it('is acknowledged at once where nothing is in hand', () => {
    leftOuts.add(at(0), true);
    assert.deepEqual(acknowledged, [0]);
    assert.equal(leftOuts.take(), undefined);
  });

  it('is acknowledged together with the record that comes after it', () => {
    leftOuts.add(at(1), false);
    leftOuts.add(at(2), false);
    const taken = leftOuts.take();
    assert.deepEqual(acknowledged, []);
    leftOuts.settle(taken);
    assert.deepEqual(acknowledged, [1, 2]);
  });

  it('does not wait where a long stretch is without a record', () => {
    for (let position = 0; position < 100; position += 1) leftOuts.add(at(position), false);
    assert.equal(acknowledged.length, 64);
    leftOuts.flush();
    assert.deepEqual(
      acknowledged,
      Array.from({ length: 100 }, (_, position) => position),
    );
  });

  it('stays between records as long as these are in hand, and is done with when the last of them is', async () => {
    const sink = await startOtlpSink({ kind: 'http' });
    const rig = await startTracesLane({ exporter: await spanExporterFor('http/protobuf', sink.endpoint) });
    const events = eventLines(6).map(entryOf);
    const span = spanOf({ about: entryOf(eventLine({ action: 'die', attributes: { exitCode: '0' } })) });
    append(rig, [...events.slice(0, 2), span, ...events.slice(2, 4), span, ...events.slice(4)]);
    const { passedOver, inHand } = rig.lane.state();
    assert.deepEqual({ passedOver, inHand }, { passedOver: 2, inHand: 2 });
    await rig.stop();
    assert.equal(rig.lane.state().passedOver, 6);
    assert.equal(rig.lane.state().exported, 2);
    assert.equal(rig.journal.reader('backend').tally.waiting, 0);
    await sink.stop();
  });

  it('is not lost with the records that it waits for', async () => {
    const sink = await startOtlpSink({ kind: 'http' });
    sink.answerAlways({ status: 503 });
    const rig = await startTracesLane({ exporter: await spanExporterFor('http/protobuf', sink.endpoint) });
    const events = eventLines(6).map(entryOf);
    const span = spanOf({ about: entryOf(eventLine({ action: 'die', attributes: { exitCode: '0' } })) });
    append(rig, [...events.slice(0, 2), span, ...events.slice(2, 4), span, ...events.slice(4)]);
    await rig.lane.stop(AbortSignal.abort());
    await rig.journal.stop();
    assert.equal(rig.lane.state().passedOver, 6);
    assert.equal(rig.journal.reader('backend').tally.dropped, 2);
    await rig.stop();
    await sink.stop();
  });
});
