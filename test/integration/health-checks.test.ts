/** The execs of health checks are told apart from those of people, and a process finds the container that it runs in. */
import assert from 'node:assert/strict';
import { schema as engineSchema } from '../../src/engine/config.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { systemSurroundings } from '../../src/engine/surroundings.ts';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { Engine } from '../../src/model/engine.ts';
import type { EventEntry, GapEntry, Received } from '../../src/model/entry.ts';
import type { Telemetry } from '../../src/model/telemetry.ts';
import { schema } from '../../src/receiver/config.ts';
import { Receiver } from '../../src/receiver/receiver.ts';
import { SwarmSeen } from '../../src/receiver/swarm-seen.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { ownContainerId } from '../../src/runtime/own-container.ts';
import { valueIn } from '../support/engine-under-test.ts';
import { foldedEvents } from '../support/folding.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { soon } from '../support/soon.ts';
import { findEngines } from './engine.ts';
import { Scene } from './scene.ts';
import { remove, runContainer, type World } from './world.ts';

const engines = findEngines(process.env);
if (engines.kind === 'missing') throw new Error(`there is no engine to test against: ${engines.why}`);

const EVERY = 1_000_000_000;
const SHELL = { Test: ['CMD-SHELL', 'test -n "hunter2" && test -e /data'], Interval: EVERY };
const PROGRAM = { Test: ['CMD', 'true'], Interval: EVERY };

/** A receiver and its fold, without what comes behind them. */
class Watch {
  readonly entries: EventEntry[] = [];
  readonly lifecycle: Lifecycle;
  readonly #receiver: Receiver;
  #waiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];

  private constructor(engine: Engine, options: object, lifecycle: Lifecycle, telemetry: Telemetry) {
    this.lifecycle = lifecycle;
    this.#receiver = new Receiver({
      name: 'docker_events',
      engine,
      options: schema.parse(options),
      once: false,
      resume: () => ({ lastEvents: [], pendingGap: undefined, wasDamaged: false }),
      inventory: lifecycle.inventory,
      swarm: new SwarmSeen(),
      meet: (identity) => lifecycle.meet(identity),
      deliver: (entries) => this.#take(foldedEvents(lifecycle, entries.filter(isReceived))),
      clock: systemClock,
      random: seededRandom(1),
      telemetry,
    });
  }

  static async open(host: string, options: object = {}, lifecycle = new Lifecycle('docker_events')): Promise<Watch> {
    const telemetry = new RecordingTelemetry();
    const receiver = 'docker_events';
    const parts = { receiver, clock: systemClock, telemetry, surroundings: systemSurroundings };
    const engine = valueIn(await createEngine({ ...parts, options: engineSchema.parse({ host }) }));
    const watch = new Watch(engine, options, lifecycle, telemetry);
    await watch.#receiver.start();
    return watch;
  }

  #take(entries: readonly EventEntry[]): void {
    this.entries.push(...entries);
    const [there, waiting] = [this.#waiting.filter(({ isThere }) => isThere()), this.#waiting];
    this.#waiting = waiting.filter((wait) => !there.includes(wait));
    for (const { resolve } of there) resolve();
  }

  /** The execs of this container: of each what it is taken for, by the actions of its events. */
  execsOf(name: string): readonly { readonly actions: readonly string[]; readonly isProbe: readonly boolean[] }[] {
    const own = this.entries.filter(({ event }) => event.attributes.get('name') === name);
    const execs = own.filter(({ event }) => event.action.startsWith('exec_'));
    return [...Map.groupBy(execs, ({ event }) => event.attributes.get('execID')).values()].map((events) => ({
      actions: events.map(({ event }) => event.action.replace(/: .*/s, '')),
      isProbe: events.map(({ context }) => context.isProbe === true),
    }));
  }

  /** Resolves when so many whole execs of this container were recognised as health checks. */
  async probed(name: string, count: number): Promise<void> {
    const isThere = () => this.execsOf(name).filter(isWholeProbe).length >= count;
    if (isThere()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ isThere, resolve });
    await soon(promise, () => `the execs of ${name} are ${JSON.stringify(this.execsOf(name))}`);
  }

  async stop(): Promise<void> {
    await this.#receiver.stop();
  }
}

function isReceived(entry: Received | GapEntry): entry is Received {
  return !('kind' in entry);
}

const WHOLE = ['exec_create', 'exec_start', 'exec_die'];

function isWholeProbe({ actions, isProbe }: ReturnType<Watch['execsOf']>[number]): boolean {
  return actions.join() === WHOLE.join() && isProbe.every(Boolean);
}

async function runExec({ api }: World, name: string, command: readonly string[]): Promise<void> {
  const { text } = await api.call('POST', `/containers/${name}/exec`, { body: { Cmd: command } });
  await api.call('POST', `/exec/${text('Id')}/start`, { body: { Detach: false, Tty: false } });
}

// Podman's execs have neither command nor id: nothing there is to be recognised.
for (const source of engines.sources) {
  if (!('dockerd' in source)) continue;
  describe(`${source.name}: an exec`, () => execTests(() => Scene.open(source)));
  describe(`${source.name}: a container`, () => ownTests(() => Scene.open(source)));
}

function execTests(open: () => Promise<Scene>): void {
  let scene: Scene;

  before(async () => {
    scene = await open();
  });
  afterEach(() => scene.tidy());
  after(() => scene.close());

  const watch = async (...parts: Parameters<typeof Watch.open>) => {
    const watching = await Watch.open(...parts);
    scene.endLater(() => watching.stop());
    return watching;
  };

  it('of a health check is recognised from its first event to its last, and one of a person is none', async () => {
    const { world } = scene;
    const { host } = world.engine;
    const first = await watch(host);
    await runContainer(world, 'db', { health: SHELL });
    await runContainer(world, 'web', { health: PROGRAM });
    scene.endLater(async () => {
      for (const name of ['db', 'web']) await remove(world, name);
    });
    await first.probed('db', 1);
    await runExec(world, 'db', ['sh', '-c', 'true']);
    await runExec(world, 'web', ['true', 'x']);
    await first.probed('db', 2);
    await first.probed('web', 2);
    for (const name of ['db', 'web']) {
      const others = first.execsOf(name).filter(({ isProbe }) => !isProbe.every(Boolean));
      assert.deepEqual(others, [{ actions: WHOLE, isProbe: [false, false, false] }], name);
    }

    // Known to the next process by its rows, which hold no word of the command.
    const rows = new Map([...first.lifecycle.changedRows()].map(([key, row]) => [key, row ?? '']));
    assert.doesNotMatch([...rows.values()].join(), /hunter2/);
    const restored = new Lifecycle('docker_events');
    restored.restore(rows, []);
    const second = await watch(host, { inspect_health_checks: false }, restored);
    await second.probed('db', 1);

    // Learned by the next one from what runs already.
    const third = await watch(host);
    await third.probed('db', 1);
    await third.probed('web', 1);
  });
}

function ownTests(open: () => Promise<Scene>): void {
  let scene: Scene;

  before(async () => {
    scene = await open();
  });
  after(() => scene.close());

  /** What the kernel tells in this container. */
  async function idIn(name: string): Promise<string | undefined> {
    return ownContainerId(async (path) => {
      const { api } = scene.world;
      const { text } = await api.call('POST', `/containers/${name}/exec`, {
        body: { Cmd: ['cat', path], AttachStdout: true, Tty: true },
      });
      const { body } = await api.call('POST', `/exec/${text('Id')}/start`, { body: { Detach: false, Tty: true } });
      return body.toString().replaceAll('\r\n', '\n');
    });
  }

  it('knows its own id', async () => {
    const { world } = scene;
    await runContainer(world, 'self');
    const { Id } = (await world.api.call('GET', '/containers/self/json')).json();
    assert.equal(await idIn('self'), Id);
    await remove(world, 'self');
  });
}
