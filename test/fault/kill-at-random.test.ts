/** Ends collectors at moments that nobody chose, from outside, while all is well and while it is not. */
import assert from 'node:assert/strict';
import type { SinkFault } from '../support/otlp-sink.ts';
import { complaints } from './account.ts';
import { spanComplaints } from './spans.ts';
import { IN_FLIGHT, Trial } from './trial.ts';

const SEEDS = [1, 2];
const LIVES = 4;

describe('a collector that is killed again and again', () => {
  let trial: Trial;

  afterEach(() => trial.end());

  /** How many requests it may send before its end. */
  const someRequests = () => Math.floor(trial.random.fraction() * 25);

  for (const seed of SEEDS) {
    it(`loses nothing and repeats only what was on its way (seed ${seed})`, async () => {
      // With a queue this small most of what waits is read back from the disk.
      const receiver = seed % 2 === 0 ? 'event_queue_size: 32' : '';
      trial = await Trial.begin({ seed, receiver });
      for (let life = 0; life < LIVES; life += 1) await trial.live({ afterRequests: someRequests() });
      await trial.liveOn();
      assert.deepEqual(complaints(trial.tally, trial.told), []);
      assert.deepEqual(spanComplaints(trial.spans, trial.told), []);
      assert.deepEqual(trial.tally.added, []);
      assert.deepEqual(trial.tally.repetitions(IN_FLIGHT), []);
      assert.deepEqual(trial.spans.repetitions(IN_FLIGHT), []);
    }).timeout(120_000);
  }

  it('loses nothing while the backend fails in every way, and repeats with the same bytes', async () => {
    const faults: readonly SinkFault[] = [{ status: 503 }, 'reset', 'close', 'lose-answer', 'take', { status: 429 }];
    trial = await Trial.begin({ seed: 11 });
    for (let life = 0; life < LIVES; life += 1) {
      const script = Array.from({ length: 12 }, () => faults[Math.floor(trial.random.fraction() * faults.length)]);
      trial.sink.answerNext(...script.filter((fault) => fault !== undefined));
      await trial.live({ afterRequests: someRequests() });
    }
    await trial.liveOn();
    assert.deepEqual(complaints(trial.tally, trial.told), []);
    assert.deepEqual(spanComplaints(trial.spans, trial.told), []);
    assert.deepEqual(trial.tally.added, []);
  }).timeout(120_000);

  for (const [index, stuckBackend] of (['answers_503', 'is_not_there'] as const).entries()) {
    it(`keeps what one backend does not take, which ${stuckBackend.replaceAll('_', ' ')}, while another takes everything`, async () => {
      trial = await Trial.begin({ seed: 21 + index, stuckBackend, receiver: 'event_queue_size: 64' });
      for (let life = 0; life < LIVES; life += 1) await trial.live({ afterRequests: someRequests() });
      assert.deepEqual([trial.stuckTally.events, trial.stuckSpans.items.length], [0, 0]);
      await trial.liveOn();
      for (const tally of [trial.tally, trial.stuckTally]) {
        assert.deepEqual(complaints(tally, trial.told), []);
        assert.deepEqual(tally.added, []);
        assert.deepEqual(tally.repetitions(IN_FLIGHT), []);
      }
      for (const spans of [trial.spans, trial.stuckSpans]) {
        assert.deepEqual(spanComplaints(spans, trial.told), []);
        assert.deepEqual(spans.repetitions(IN_FLIGHT), []);
      }
    }).timeout(120_000);
  }
});
