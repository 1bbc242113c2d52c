import assert from 'node:assert/strict';
import type { DockerEvent } from '../../src/model/docker-event.ts';
import { fromUnixMillis, type UnixNanos } from '../../src/model/time.ts';
import { type Standpoint, Verdict } from '../../src/receiver/verdict.ts';

const OPENED_MS = 1_795_262_400_000;

const AT: Standpoint = {
  ringSize: 256,
  hasMemory: true,
  wasRead: true,
  isSameEngine: true,
  doubtful: new Set(),
  isPartial: false,
  swarmSinceLocal: undefined,
  openedAt: fromUnixMillis(OPENED_MS),
  isClockKnown: true,
};

function eventAt(millis: number | undefined, scope = 'local'): DockerEvent {
  const time: UnixNanos | undefined = millis === undefined ? undefined : fromUnixMillis(OPENED_MS + millis);
  return {
    type: 'container',
    action: 'start',
    actorId: 'c',
    attributes: new Map(),
    scope,
    time,
    originalAction: undefined,
  };
}

/** A verdict on a stream whose events are told of by their time before (-) or after the opening. */
class Trial {
  readonly verdict: Verdict;
  #uids = 0;

  constructor(changes: Partial<Standpoint> = {}) {
    this.verdict = new Verdict({ ...AT, ...changes });
  }

  get outcome() {
    return this.verdict.outcome;
  }

  /** `count` new events of the replay, `everyMs` apart, of which the first is at `fromMs`. */
  news(count: number, fromMs: number, everyMs: number, scope = 'local'): this {
    for (let index = 0; index < count; index += 1) this.#new(eventAt(fromMs + index * everyMs, scope), 1);
    return this;
  }

  /** The same, each of which comes at its time. */
  live(count: number, fromMs: number, everyMs: number): this {
    for (let index = 0; index < count; index += 1) {
      const at = fromMs + index * everyMs;
      this.#new(eventAt(at), at);
    }
    return this;
  }

  #new(event: DockerEvent, elapsedMs: number): void {
    this.#uids += 1;
    this.verdict.event(`new ${this.#uids}`, true, event, elapsedMs);
  }

  known(event = eventAt(-1000), uid = 'known'): this {
    this.verdict.event(uid, false, event, 1);
    return this;
  }

  again(): this {
    this.verdict.event(`new ${this.#uids}`, false, eventAt(-1), 2);
    return this;
  }

  silence(): this {
    this.verdict.silence();
    return this;
  }
}

describe('the verdict on a replay', () => {
  it('is that nothing is missing as soon as an event comes that was read before', () => {
    assert.equal(new Trial().known().outcome, 'no_gap');
    assert.equal(new Trial().news(255, -60_000, 100).known().outcome, 'no_gap');
    assert.equal(new Trial({ isPartial: true }).news(3, -10, 1).known().outcome, 'no_gap');
    assert.equal(new Trial({ ringSize: undefined }).known().outcome, 'no_gap');
  });

  it('is open as long as it cannot be told, and doubtful when something new has come', () => {
    const trial = new Trial();
    assert.deepEqual([trial.outcome, trial.verdict.isDoubtful], [undefined, false]);
    trial.news(200, -3000, 10);
    assert.deepEqual([trial.outcome, trial.verdict.isDoubtful], [undefined, true]);
    assert.deepEqual(trial.verdict.firstNew, fromUnixMillis(OPENED_MS - 3000));
  });

  it('is an overrun when the whole memory is new', () => {
    assert.equal(new Trial().news(256, -2560, 10).outcome, 'ring_overrun');
    assert.equal(new Trial({ isPartial: true }).news(256, -2560, 10).outcome, 'ring_overrun');
  });

  it('is an engine that was started anew when a memory that is not full is new', () => {
    assert.equal(new Trial().news(255, -2560, 10).silence().outcome, 'engine_restarted');
    assert.equal(new Trial().silence().outcome, 'engine_restarted');
  });

  it('is an engine that was started anew on a busy one too, where live events fill up the rest', () => {
    assert.equal(new Trial().news(120, -120, 1).live(136, 1, 1).outcome, 'engine_restarted');
    assert.equal(new Trial().news(230, -230, 1).live(26, 1, 1).outcome, 'engine_restarted');
    assert.equal(new Trial().live(256, 1, 1).outcome, 'engine_restarted');
  });

  it('comes a second after the opening where live events are neither silent nor many', () => {
    const trial = new Trial().news(20, -2000, 100).live(10, 50, 100);
    assert.equal(trial.outcome, undefined);
    assert.equal(trial.live(1, 1050, 1).outcome, 'engine_restarted');
  });

  it('is not hurried by an event from the future among those replayed', () => {
    const trial = new Trial().news(10, -2000, 10);
    trial.verdict.event('future', true, eventAt(3_600_000), 2);
    assert.equal(trial.outcome, undefined);
    assert.equal(trial.known().outcome, 'no_gap');
  });

  it('comes after a minute whatever the times say, and no sooner: a slow way takes half of one for the memory', () => {
    const trial = new Trial().news(10, -3_600_000, 10);
    trial.verdict.event('slow', true, eventAt(-3_500_000), 59_999);
    assert.equal(trial.outcome, undefined);
    trial.verdict.event('late', true, eventAt(-3_400_000), 60_000);
    assert.equal(trial.outcome, 'engine_restarted');
  });

  it('takes for no proof what the stream itself has brought before', () => {
    assert.equal(new Trial().news(3, -300, 100).again().outcome, undefined);
    assert.equal(new Trial().news(3, -300, 100).again().silence().outcome, 'engine_restarted');
  });

  it('counts two events of the memory that are alike as two', () => {
    assert.equal(new Trial().news(255, -2560, 10).again().outcome, 'ring_overrun');
  });

  it('takes an event without a time for no proof', () => {
    assert.equal(new Trial().known(eventAt(undefined)).outcome, undefined);
  });

  it('takes an event of the swarm for a proof only when it is the same manager for certain', () => {
    const swarm = eventAt(-1000, 'swarm');
    assert.equal(new Trial().known(swarm).outcome, 'no_gap');
    assert.equal(new Trial({ isSameEngine: undefined }).known(swarm).outcome, undefined);
    assert.equal(new Trial({ isSameEngine: undefined }).known(swarm).silence().outcome, 'not_known');
  });

  describe('on a manager of a swarm, which tells of the past of the swarm again when it is started anew', () => {
    const swarm = eventAt(-1000, 'swarm');
    /** Two of swarm scope came after the last local event that was read. */
    const trial = () => new Trial({ swarmSinceLocal: 2 });

    it('takes what can have been read after the last local event for a proof, once the replay has nothing older', () => {
      assert.equal(trial().known(swarm, 'a').outcome, undefined);
      assert.equal(trial().known(swarm, 'a').known(swarm, 'b').known(swarm, 'b').silence().outcome, 'no_gap');
      assert.equal(trial().known(swarm, 'a').news(1, -20, 1).outcome, 'no_gap');
      assert.equal(trial().known(swarm, 'a').news(256, -20, 1, 'swarm').outcome, 'no_gap');
    });

    it('takes no more of them for a proof than were read since: the last local event would be there, too', () => {
      const three = () => trial().known(swarm, 'a').known(swarm, 'b').known(swarm, 'c');
      assert.equal(three().silence().outcome, 'engine_restarted');
      assert.equal(three().news(9, -20, 1).silence().outcome, 'engine_restarted');
      assert.equal(three().known().outcome, 'no_gap');
    });

    it('takes none for a proof that stands behind a new local event', () => {
      const behind = () => trial().news(1, -20, 1).known(swarm, 'a');
      assert.equal(behind().outcome, undefined);
      assert.equal(behind().silence().outcome, 'engine_restarted');
      assert.equal(behind().known().outcome, 'no_gap');
    });
  });

  it('does not go by the clock of the swarm', () => {
    assert.equal(new Trial().news(250, -2560, 10).news(6, 3_600_000, 1, 'swarm').outcome, 'ring_overrun');
    assert.deepEqual(
      new Trial().news(1, 9000, 1, 'swarm').news(1, -20, 1).verdict.firstNew,
      fromUnixMillis(OPENED_MS - 20),
    );
    assert.deepEqual(new Trial().news(1, 9000, 1, 'swarm').verdict.firstNew, fromUnixMillis(OPENED_MS + 9000));
    assert.equal(new Trial().news(256, -3000, 10, 'swarm').outcome, 'not_known');
  });

  it('is not known where the clock was set back among the events', () => {
    assert.equal(new Trial().news(100, 60_000, 10).news(155, -3000, 10).news(1, 70_000, 1).outcome, 'not_known');
    assert.equal(new Trial().news(100, 60_000, 10).news(156, -3000, 10).outcome, 'ring_overrun');
  });

  it('is not known where the engine leaves events out and its memory may be full', () => {
    assert.equal(new Trial({ isPartial: true }).news(255, -2560, 10).silence().outcome, 'not_known');
    assert.equal(new Trial({ isPartial: true }).news(120, -120, 1).live(136, 11, 1).outcome, 'not_known');
  });

  it('is not known where the engine keeps a journal that has forgotten', () => {
    assert.equal(new Trial({ ringSize: undefined }).news(300, -3000, 1).silence().outcome, 'not_known');
    assert.equal(new Trial({ ringSize: undefined }).news(4096, -5000, 1).outcome, 'not_known');
  });

  it('is another engine whatever that remembers', () => {
    assert.equal(new Trial({ isSameEngine: false }).news(256, -2560, 10).outcome, 'engine_replaced');
    assert.equal(new Trial({ isSameEngine: false }).silence().outcome, 'engine_replaced');
  });

  it('is none at a first start, but an overrun when a stream was read that brought nothing', () => {
    const first = { hasMemory: false, wasRead: false, isSameEngine: undefined };
    assert.equal(new Trial(first).news(256, -2560, 10).outcome, 'none');
    assert.equal(new Trial(first).news(10, -2560, 10).silence().outcome, 'none');
    assert.equal(new Trial(first).news(10, -2560, 10).verdict.isDoubtful, false);
    assert.equal(new Trial({ ...first, wasRead: true }).silence().outcome, 'none');
    assert.equal(new Trial({ ...first, wasRead: true }).news(256, -2560, 10).outcome, 'ring_overrun');
  });

  describe('where the engine did not tell its clock', () => {
    const unknown = { isClockKnown: false };

    it('goes by ours', () => {
      assert.equal(new Trial(unknown).news(256, -2560, 10).outcome, 'ring_overrun');
      assert.equal(new Trial(unknown).news(120, -120, 1).live(136, 1, 1).outcome, 'engine_restarted');
    });

    it('says nothing when ours is contradicted', () => {
      assert.equal(new Trial(unknown).news(256, 60_000, 10).outcome, 'not_known', 'events from the future');
      const behind = new Trial(unknown);
      for (let index = 0; index < 256; index += 1) {
        const arrivedMs = Math.max(1, index - 100);
        behind.verdict.event(`${index}`, true, eventAt(-60_000 + index), arrivedMs);
      }
      assert.equal(behind.outcome, 'not_known', 'events that came one after the other are no replay');
    });
  });
});
