/** What is told about a gap besides the gap: what became of the containers, and how many events are missing. */
import assert from 'node:assert/strict';
import type { InspectedContainer, ListedContainer } from '../../src/model/engine.ts';
import type { Difference, Inventory } from '../../src/model/inventory.ts';
import { eventLine, eventLines } from '../support/events.ts';
import { inspected, listed, problem, ScriptedStream } from '../support/scripted-engine.ts';
import { afterReading, Bench, type BenchParts, settled } from './support.ts';

const OLD = eventLines(600);
const DIED: Difference = {
  event: {
    type: 'container',
    action: 'die',
    actorId: 'c1',
    attributes: new Map([
      ['name', 'web'],
      ['exitCode', '3'],
    ]),
    scope: 'local',
    time: [1_795_262_390, 5],
    originalAction: undefined,
  },
  synthetic: { basis: 'inspect' },
};
const DIED_LINE =
  '{"Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":{"exitCode":"3","name":"web"}},"scope":"local","time":1795262390,"timeNano":1795262390000000005}';

/** Finds the differences that the test gives it. */
class ScriptedInventory implements Inventory {
  isKnown = true;
  found: readonly Difference[] = [];
  inspects: readonly string[] = [];
  readonly learned: (readonly string[])[] = [];
  readonly compared: (readonly (readonly [string, InspectedContainer | undefined])[])[] = [];

  toInspect(): readonly string[] {
    return this.inspects;
  }

  differences(_listed: readonly ListedContainer[], details: ReadonlyMap<string, InspectedContainer | undefined>) {
    this.compared.push([...details]);
    return this.found;
  }

  learn(containers: readonly ListedContainer[]): void {
    this.learned.push(containers.map(({ id }) => id));
    this.isKnown = true;
  }

  unknownProbes(): readonly string[] {
    return [];
  }

  wantsProbe(): boolean {
    return false;
  }

  learnProbe(): void {}
}

/** A receiver whose engine was started anew while nobody read. */
async function afterRestart(inventory: ScriptedInventory, prepare: (bench: Bench) => void = () => {}) {
  return connected({ inventory, resume: afterReading(OLD) }, prepare);
}

async function connected(parts: BenchParts, prepare: (bench: Bench) => void = () => {}) {
  const stream = new ScriptedStream();
  const bench = new Bench([stream], parts);
  prepare(bench);
  await bench.receiver.start();
  await stream.isRead;
  await bench.replayed();
  return { bench, stream };
}

describe('a gap', () => {
  it('is told at once where the containers are as they were', async () => {
    const inventory = new ScriptedInventory();
    const { bench } = await afterRestart(inventory, ({ engine }) => {
      engine.listed = [listed('c1'), listed('c2')];
    });
    assert.deepEqual(bench.gaps[0]?.reconciled, { containers: 2, events: 0 });
    assert.equal(bench.received.length, 0);
    assert.deepEqual(inventory.learned, [['c1', 'c2']]);
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('is told together with what was worked out, in one go, after a grace', async () => {
    const inventory = new ScriptedInventory();
    inventory.found = [DIED];
    inventory.inspects = ['c1'];
    const details = inspected('c1', { state: 'exited', exitCode: 3 });
    const { bench } = await afterRestart(inventory, ({ engine }) => {
      engine.listed = [listed('c1', { state: 'exited' })];
      engine.inspected.set('c1', details);
    });
    await bench.pass(999);
    assert.equal(bench.gaps.length, 0);
    assert.equal(bench.state.size, 1);
    await bench.pass(1);
    assert.deepEqual(bench.deliveries.at(-1), { entries: ['engine_restarted', DIED_LINE], rows: [undefined] });
    assert.deepEqual(bench.gaps[0]?.reconciled, { containers: 1, events: 1 });
    const [event] = bench.received;
    assert.deepEqual([event?.synthetic, event?.event], [{ basis: 'inspect' }, DIED.event]);
    assert.deepEqual(event?.observedAt, bench.gaps[0]?.observedAt);
    assert.deepEqual(inventory.compared[0], [['c1', details]]);
    assert.deepEqual(
      ['gaps', 'events_synthetic', 'events_accepted', 'events_received'].map((counter) => {
        return bench.telemetry.counts.get(counter as 'gaps') ?? 0;
      }),
      [1, 1, 1, 0],
    );
    await bench.receiver.stop();
  });

  it('leaves out what a live event has explained within the grace', async () => {
    const inventory = new ScriptedInventory();
    inventory.found = [DIED];
    const { bench, stream } = await afterRestart(inventory);
    await bench.pass(500);
    stream.send(`${eventLine({ action: 'die' })}\n`);
    inventory.found = [];
    await bench.pass(500);
    assert.deepEqual(bench.gaps[0]?.reconciled, { containers: 0, events: 0 });
    assert.equal(bench.received.length, 1);
    await bench.receiver.stop();
  });

  it('waits for the next stream when this one ends before it is told', async () => {
    const inventory = new ScriptedInventory();
    inventory.found = [DIED];
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([first, second], { inventory, resume: afterReading(OLD) });
    await bench.receiver.start();
    await first.isRead;
    await bench.replayed();
    await bench.pass(500);
    first.end();
    await bench.nextTimer();
    await second.isRead;
    assert.equal(bench.gaps.length, 0);
    second.send(`${eventLine({ action: 'stop' })}\n`);
    await bench.replayed();
    await bench.pass(1000);
    assert.equal(bench.gaps.length, 1);
    assert.equal(bench.gaps[0]?.reconciled?.events, 1);
    await bench.receiver.stop();
  });

  it('is told without a comparison where containers cannot be listed, which is said once', async () => {
    const inventory = new ScriptedInventory();
    const { bench, stream } = await afterRestart(inventory, ({ engine }) => {
      engine.listed = problem('forbidden', 'A proxy refuses /containers/json.');
    });
    stream.send('');
    assert.deepEqual(
      [bench.gaps[0]?.reconciled, bench.gaps[0]?.detail],
      [undefined, 'The engine’s containers could not be listed.'],
    );
    assert.deepEqual(bench.engine.asked, ['list']);
    assert.equal(bench.telemetry.named('receiver.list_refused').length, 1);
    await bench.receiver.stop();
  });

  it('asks for the list again when it failed for another reason', async () => {
    const inventory = new ScriptedInventory();
    const { bench } = await afterRestart(inventory, ({ engine }) => {
      engine.listed = problem('timed_out');
    });
    await bench.pass(1000);
    bench.engine.listed = [listed('c1')];
    await bench.pass(2000);
    assert.deepEqual(bench.engine.asked, ['list', 'list', 'list']);
    assert.equal(bench.gaps[0]?.reconciled?.containers, 1);
    assert.equal(bench.telemetry.named('receiver.list_refused').length, 0);
    await bench.receiver.stop();
  });

  it('asks for no more details once they are refused', async () => {
    const inventory = new ScriptedInventory();
    inventory.inspects = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const { bench } = await afterRestart(inventory, ({ engine }) => {
      engine.inspected.set('c1', problem('forbidden'));
    });
    assert.ok(bench.engine.asked.length < 10, String(bench.engine.asked.length));
    assert.deepEqual(
      inventory.compared[0]?.some(([id]) => id === 'c1'),
      false,
      'absent, not gone',
    );
    await bench.receiver.stop();
  });

  it('asks for the details of two thousand containers at most', async () => {
    const inventory = new ScriptedInventory();
    inventory.inspects = Array.from({ length: 2100 }, (_, index) => `c${index}`);
    const { bench } = await afterRestart(inventory);
    while (bench.gaps.length === 0) await settled();
    assert.equal(bench.engine.asked.length, 2001);
    await bench.receiver.stop();
  });

  describe('with the engine’s own count', () => {
    const STARTED = [1_795_000_000, 0] as const;

    async function cut(between: (bench: Bench, second: ScriptedStream) => void) {
      const [first, second] = [new ScriptedStream(), new ScriptedStream()];
      const bench = new Bench([first, second], { resume: afterReading(OLD) });
      bench.engine.count = { events: 1000, startedAt: STARTED };
      await bench.receiver.start();
      await first.isRead;
      first.send(`${OLD.at(-1)}\n`);
      await bench.replayed();
      first.end();
      await bench.nextTimer();
      await second.isRead;
      between(bench, second);
      await bench.replayed();
      await bench.pass(1000);
      await bench.receiver.stop();
      return bench.gaps;
    }
    const later = (count: number) => eventLines(count, { action: 'die', attributes: { later: 'x' } });

    it('says how many are missing', async () => {
      const gaps = await cut((bench, stream) => {
        bench.engine.count = { events: 1300, startedAt: STARTED };
        stream.send(`${later(256).join('\n')}\n`);
      });
      assert.deepEqual(
        gaps.map(({ reason, atLeast }) => [reason, atLeast]),
        [['ring_overrun', 44]],
      );
    });

    it('says nothing of a number when the engine’s process is another one, and knows that it is', async () => {
      const gaps = await cut((bench, stream) => {
        bench.engine.count = { events: 1300, startedAt: [1_795_262_390, 0] };
        stream.send(`${later(256).join('\n')}\n`);
      });
      assert.deepEqual(
        gaps.map(({ reason, atLeast }) => [reason, atLeast]),
        [['engine_restarted', undefined]],
      );
    });
  });
});

describe('the first start', () => {
  it('learns what is there and makes no events of it', async () => {
    const inventory = new ScriptedInventory();
    inventory.isKnown = false;
    inventory.found = [DIED];
    inventory.inspects = ['c1'];
    const { bench } = await connected({ inventory }, ({ engine }) => {
      engine.listed = [listed('c1'), listed('c2')];
    });
    assert.deepEqual(inventory.learned, [['c1', 'c2']]);
    assert.deepEqual(bench.engine.asked, ['list', 'c1']);
    assert.deepEqual([bench.received, bench.gaps], [[], []]);
    assert.equal(bench.telemetry.named('receiver.inventory').length, 1);
    await bench.receiver.stop();
  });

  it('makes events of it with emit_inventory', async () => {
    const inventory = new ScriptedInventory();
    inventory.isKnown = false;
    inventory.found = [DIED];
    const { bench } = await connected({ inventory, options: { emit_inventory: true } }, ({ engine }) => {
      engine.listed = [listed('c1')];
    });
    assert.deepEqual(bench.raws, [DIED_LINE]);
    assert.equal(bench.telemetry.counted('events_synthetic'), 1);
    assert.deepEqual(inventory.learned, [['c1']]);
    await bench.receiver.stop();
  });

  it('comes about later when the list is refused at first', async () => {
    const inventory = new ScriptedInventory();
    inventory.isKnown = false;
    const [first, second] = [new ScriptedStream(), new ScriptedStream()];
    const bench = new Bench([first, second], { inventory });
    bench.engine.listed = problem('forbidden');
    await bench.receiver.start();
    await first.isRead;
    await bench.replayed();
    assert.deepEqual([inventory.isKnown, bench.telemetry.named('receiver.list_refused').length], [false, 1]);
    bench.engine.listed = [listed('c1')];
    first.end();
    await bench.nextTimer();
    await second.isRead;
    await bench.replayed();
    assert.deepEqual(inventory.learned, [['c1']]);
    await bench.receiver.stop();
  });

  it('lists nothing again once it is known, when a stream goes on where the last one ended', async () => {
    const inventory = new ScriptedInventory();
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { inventory, resume: afterReading(OLD) });
    await bench.receiver.start();
    await stream.isRead;
    stream.send(`${OLD.at(-1)}\n`);
    await bench.replayed();
    await bench.pass(2000);
    assert.deepEqual(bench.engine.asked, []);
    await bench.receiver.stop();
  });
});
