/** Who is asked how its health is checked, when, and how often. */
import assert from 'node:assert/strict';
import type { EngineProblem, EngineSession, InspectedContainer, Result } from '../../src/model/engine.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { Probes } from '../../src/receiver/probes.ts';
import { eventLine, receivedOf } from '../support/events.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { DOCKER, IDENTITY, inspected, listed, problem, ScriptedStream } from '../support/scripted-engine.ts';
import { Bench, type BenchParts, NO_CONTAINERS, settled } from './support.ts';

type Answer = Result<InspectedContainer | undefined, EngineProblem>;

/** Knows no probe but those that it was told. */
class AskingInventory implements Inventory {
  readonly isKnown: boolean = true;
  readonly toInspect: Inventory['toInspect'] = NO_CONTAINERS.toInspect;
  readonly differences = NO_CONTAINERS.differences;
  readonly learn = NO_CONTAINERS.learn;
  readonly learned = new Map<string, string | undefined>();
  running: readonly string[] = [];

  unknownProbes(): readonly string[] {
    return this.running.filter((id) => this.wantsProbe(id));
  }

  wantsProbe(id: string): boolean {
    return !this.learned.has(id);
  }

  learnProbe(id: string, probe: string | undefined): void {
    this.learned.set(id, probe);
  }
}

/** Probes in a session whose answers the test gives, one by one. */
class Rig {
  readonly inventory = new AskingInventory();
  readonly telemetry = new RecordingTelemetry();
  readonly probes = new Probes(this.inventory, this.telemetry);
  readonly asked: { readonly id: string; readonly answer: PromiseWithResolvers<Answer> }[] = [];
  #ended = new AbortController();
  #run = Promise.resolve();

  get ids(): readonly string[] {
    return this.asked.map(({ id }) => id);
  }

  begin(parts: Partial<EngineSession> = {}): void {
    this.#ended = new AbortController();
    const refused = async () => ({ ok: false, problem: problem('forbidden') }) as const;
    const session: EngineSession = {
      identity: IDENTITY,
      dialect: DOCKER,
      isFiltered: false,
      hidesEvents: false,
      clockOffsetMs: 0,
      events: refused,
      containers: refused,
      published: async () => undefined,
      ping: refused,
      inspect: (id) => {
        const answer = Promise.withResolvers<Answer>();
        this.asked.push({ id, answer });
        return answer.promise;
      },
      ...parts,
    };
    this.#run = this.probes.run(session, this.#ended.signal);
  }

  async end(): Promise<void> {
    this.#ended.abort();
    for (const { answer } of this.asked) answer.resolve({ ok: false, problem: problem('timed_out') });
    await this.#run;
  }

  async hears(action: string, ...ids: readonly string[]): Promise<void> {
    this.probes.heard(ids.map((id) => receivedOf(eventLine({ action, id }))));
    await settled();
  }

  async answers(index: number, answer: InspectedContainer | EngineProblem | undefined): Promise<void> {
    const isProblem = answer !== undefined && 'code' in answer;
    this.asked[index]?.answer.resolve(isProblem ? { ok: false, problem: answer } : { ok: true, value: answer });
    await settled();
  }
}

describe('how a container is checked', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
    rig.begin();
  });

  afterEach(() => rig.end());

  it('is asked for when it starts, once for its life', async () => {
    await rig.hears('start', 'c1');
    await rig.answers(0, inspected('c1', { probe: '/probe ' }));
    await rig.hears('start', 'c1');
    await rig.hears('exec_create: /probe ', 'c1');
    assert.deepEqual([rig.ids, [...rig.inventory.learned]], [['c1'], [['c1', '/probe ']]]);
  });

  it('is remembered where nothing checks it', async () => {
    await rig.hears('start', 'c1');
    await rig.answers(0, inspected('c1'));
    await rig.hears('start', 'c1');
    assert.deepEqual([rig.ids, [...rig.inventory.learned]], [['c1'], [['c1', undefined]]]);
  });

  it('is asked for when an exec begins in it, and with no other event', async () => {
    await rig.hears('die', 'c1');
    await rig.hears('exec_die', 'c1');
    await rig.hears('exec_start: /probe ', 'c1');
    assert.deepEqual(rig.ids, []);
    await rig.hears('exec_create: /probe ', 'c1');
    assert.deepEqual(rig.ids, ['c1']);
  });

  it('is asked for where it runs and that is not known', async () => {
    rig.inventory.running = ['c1', 'c2'];
    rig.inventory.learned.set('c1', undefined);
    rig.probes.askForRunning();
    await settled();
    assert.deepEqual(rig.ids, ['c2']);
  });

  it('is asked for of two at a time, in their order', async () => {
    await rig.hears('start', 'c1', 'c2', 'c3', 'c4', 'c2');
    assert.deepEqual(rig.ids, ['c1', 'c2']);
    await rig.answers(1, inspected('c2'));
    assert.deepEqual(rig.ids, ['c1', 'c2', 'c3']);
    await rig.answers(0, inspected('c1'));
    await rig.answers(2, inspected('c3'));
    await rig.answers(3, inspected('c4'));
    assert.deepEqual(rig.ids, ['c1', 'c2', 'c3', 'c4']);
  });

  it('is not asked for of one that was learned of in another way while it waited', async () => {
    await rig.hears('start', 'c1', 'c2', 'c3');
    rig.inventory.learned.set('c3', undefined);
    await rig.answers(0, inspected('c1'));
    assert.deepEqual(rig.ids, ['c1', 'c2']);
  });

  it('is asked for of no more than 512 that wait', async () => {
    await rig.hears('start', ...Array.from({ length: 600 }, (_, index) => `c${index}`));
    for (let index = 0; index < rig.asked.length; index += 1) await rig.answers(index, inspected(rig.ids[index] ?? ''));
    assert.equal(rig.ids.length, 512);
    await rig.hears('exec_create: ls', 'c599');
    assert.equal(rig.ids.at(-1), 'c599');
  });

  it('is not asked for again where that failed, until it starts anew', async () => {
    await rig.hears('start', 'c1', 'c2');
    await rig.answers(0, problem('timed_out'));
    await rig.answers(1, undefined);
    await rig.hears('exec_create: ls', 'c1', 'c2');
    assert.deepEqual(rig.ids, ['c1', 'c2']);
    await rig.hears('start', 'c1');
    assert.deepEqual(rig.ids, ['c1', 'c2', 'c1']);
    assert.deepEqual([...rig.inventory.learned, ...rig.telemetry.happenings], []);
  });

  it('is asked for no more where that is refused, which is told once', async () => {
    await rig.hears('start', 'c1', 'c2', 'c3');
    await rig.answers(0, problem('forbidden', 'A proxy refuses it.'));
    await rig.answers(1, problem('forbidden', 'A proxy refuses it.'));
    await rig.hears('start', 'c4');
    assert.deepEqual(rig.ids, ['c1', 'c2']);
    const [told, ...more] = rig.telemetry.happenings;
    assert.deepEqual([told?.name, told?.level, more.length], ['receiver.probes_refused', 'warn', 0]);
    assert.match(told?.message ?? '', /A proxy refuses it\. Allow GET \/containers\/ID\/json .* inspect_health_checks/);
  });

  it('is asked for again in the next session, which tells no second time that it is refused', async () => {
    await rig.hears('start', 'c1');
    await rig.answers(0, problem('forbidden'));
    await rig.end();
    rig.begin();
    await rig.hears('exec_create: ls', 'c1');
    assert.deepEqual(rig.ids, ['c1', 'c1']);
    await rig.answers(1, problem('forbidden'));
    assert.equal(rig.telemetry.happenings.length, 1);
  });

  it('is not asked for between two sessions, and what waited is not asked for in the next', async () => {
    await rig.hears('start', 'c1', 'c2', 'c3');
    await rig.end();
    await rig.hears('start', 'c4');
    rig.begin();
    await settled();
    assert.deepEqual(rig.ids, ['c1', 'c2']);
    assert.deepEqual(rig.telemetry.happenings, []);
  });

  it('is not asked for of Podman, whose execs have no command', async () => {
    await rig.end();
    rig.begin({ dialect: { ...DOCKER, name: 'podman' } });
    await rig.hears('start', 'c1');
    assert.deepEqual(rig.ids, []);
  });
});

describe('a receiver', () => {
  async function connected(parts: BenchParts, inventory = new AskingInventory()) {
    const stream = new ScriptedStream();
    const bench = new Bench([stream], { inventory, ...parts });
    bench.engine.inspected.set('c1', inspected('c1', { probe: '/probe ' }));
    await bench.receiver.start();
    await stream.isRead;
    return { bench, stream, inventory };
  }

  it('asks how a container is checked as soon as it starts', async () => {
    const { bench, stream, inventory } = await connected({});
    stream.send(`${eventLine({ action: 'start' })}\n`);
    await settled();
    assert.deepEqual([...inventory.learned], [['c1', '/probe ']]);
    await bench.receiver.stop();
    assert.equal(bench.clock.pending, 0);
  });

  it('asks how those are checked that run already, once the replay is over', async () => {
    const inventory = new AskingInventory();
    inventory.running = ['c1'];
    const { bench } = await connected({}, inventory);
    await settled();
    assert.deepEqual(bench.engine.asked, []);
    await bench.replayed();
    assert.deepEqual([...inventory.learned], [['c1', '/probe ']]);
    await bench.receiver.stop();
  });

  it('takes over what it was told when it asked for all containers, and asks for no more', async () => {
    class FirstStart extends AskingInventory {
      override readonly isKnown = false;
      override readonly toInspect = () => ['c1', 'c2'];
    }
    const inventory = new FirstStart();
    inventory.running = ['c1'];
    const { bench } = await connected({}, inventory);
    bench.engine.listed = [listed('c1')];
    await bench.replayed();
    assert.deepEqual([bench.engine.asked, [...inventory.learned]], [['list', 'c1', 'c2'], [['c1', '/probe ']]]);
    await bench.receiver.stop();

    const other = new FirstStart();
    const without = await connected({ options: { inspect_health_checks: false } }, other);
    without.bench.engine.listed = [listed('c1')];
    await without.bench.replayed();
    assert.deepEqual([without.bench.engine.asked.length, other.learned.size], [3, 0]);
    await without.bench.receiver.stop();
  });

  it('delivers while an answer is awaited, and ends though none has come', async () => {
    const { bench, stream } = await connected({});
    bench.engine.hangsOnInspect = true;
    stream.send(`${eventLine({ action: 'start' })}\n`);
    await settled();
    stream.send(`${eventLine({ action: 'die' })}\n`);
    assert.deepEqual([bench.raws.length, bench.engine.asked], [2, ['c1']]);
    await bench.receiver.stop();
  });

  for (const [what, parts] of [
    ['when inspect_health_checks is off', { options: { inspect_health_checks: false } }],
    ['of a recording', { once: true }],
  ] as const) {
    it(`asks nobody ${what}`, async () => {
      const { bench, stream, inventory } = await connected(parts);
      inventory.running = ['c1'];
      stream.send(`${eventLine({ action: 'start' })}\n`);
      await bench.replayed();
      assert.deepEqual(bench.engine.asked, []);
      stream.end();
      await bench.receiver.stop();
    });
  }
});
