/**
 * The composition root: the only place where stages meet.
 *
 *   engine ─► receiver ─► lifecycle ─► journal ─┬─► lane "logs/otlp_http"   (mapper, batching processor, exporter)
 *   (or a recording)                            ├─► lane "logs/console"
 *                                               └─► …
 *
 * - Started from the sink backwards, so that nobody speaks to a part that is not listening: lanes, journal, receiver.
 * - Stopped from the source forwards: the receiver reads no more, the lanes deliver what waits until the deadline, and the
 *   journal tells what is left.
 * - An exporter stands in each pipeline that names it with a lane of its own, so that pipelines may differ in their views
 *   and batches, and none holds up another.
 * - A recording takes the engine's place and is read once; `finished` then resolves when all of it has been read.
 */
import type { CollectorConfig, PipelineConfig } from './config/collector-config.ts';
import { createEngine } from './engine/engine.ts';
import { createRecording, type Pace } from './engine/recording.ts';
import type { Surroundings } from './engine/surroundings.ts';
import { createExporter, type ExporterTerminal } from './export/create-exporter.ts';
import { createLane } from './export/lane.ts';
import { MemoryJournal } from './journal/memory-journal.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { createMapper } from './mapping/mapper.ts';
import type { Component } from './model/component.ts';
import type { Engine, EngineProblem, Result } from './model/engine.ts';
import type { Entry, GapEntry, Received } from './model/entry.ts';
import type { Journal, JournalReader } from './model/journal.ts';
import type { Telemetry } from './model/telemetry.ts';
import { gapKey } from './receiver/gap.ts';
import { Receiver } from './receiver/receiver.ts';
import { SwarmSeen } from './receiver/swarm-seen.ts';
import { type Clock, sleep } from './runtime/clock.ts';
import type { Random } from './runtime/random.ts';

// What whoever creates a collector hands to it, so that nobody above needs to know the stages.
export { systemSurroundings } from './engine/surroundings.ts';
export { createLog, type Log, type LogDestination } from './telemetry/log.ts';
export { type CollectorTelemetry, createTelemetry } from './telemetry/telemetry.ts';

export interface CollectorSetup {
  readonly config: CollectorConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Where the console exporter writes. */
  readonly terminal: ExporterTerminal;
  readonly surroundings: Surroundings;
  /** Plays this file once, in the place of the engine. */
  readonly recording?: string;
}

export interface RunningCollector extends Component {
  /** Resolves when reading is over: after `stop`, or at the end of a recording, with the problem that ended it if one did. */
  readonly finished: Promise<EngineProblem | undefined>;
  /** Where events come from, for a person. */
  readonly source: string;
  /** Where records go, one line for each exporter, without secrets. */
  readonly destinations: readonly string[];
  /** Tries once to reach the engine, without reading events; resolves with the problem if there is one. */
  tryEngine(signal: AbortSignal): Promise<EngineProblem | undefined>;
}

/** What keeps a collector from being put together: a configuration that cannot work, whatever the world does. */
export interface SetupProblem {
  /** For the person who reads it; without secrets. */
  readonly message: string;
}

/** Puts a collector together. Nothing runs before `start`. */
export async function createCollector(setup: CollectorSetup): Promise<Result<RunningCollector, SetupProblem>> {
  const journal: Journal = new MemoryJournal({ ...setup, options: setup.config.journal });
  const lanes = await lanesOf(setup, journal);
  if (!lanes.ok) return lanes;
  const engine = await engineOf(setup, lanes.value);
  if (!engine.ok) return engine;
  const [read] = setup.config.receivers;
  if (read === undefined) return { ok: false, problem: { message: 'There is no receiver to read events with.' } };
  const lifecycle = new Lifecycle(read.name);
  const receiver = new Receiver({
    ...setup,
    name: read.name,
    engine: engine.value,
    options: read.receiver,
    once: setup.recording !== undefined,
    resume: () => {
      const { lastEvents, state, wasDamaged } = journal.recovered();
      return { lastEvents: lastEvents(read.name), pendingGap: state.get(gapKey(read.name)), wasDamaged };
    },
    inventory: lifecycle.inventory,
    swarm: new SwarmSeen(),
    meet: (identity) => lifecycle.meet(identity),
    deliver: (entries, rows) => journal.append(entries.flatMap(folded(lifecycle)), rows),
  });
  return { ok: true, value: new Collector(engine.value, receiver, journal, lanes.value) };
}

/** An event with its meaning; a gap as it is. */
function folded(lifecycle: Lifecycle): (entry: Received | GapEntry) => readonly Entry[] {
  return (entry) => ('kind' in entry ? [entry] : lifecycle.fold([entry]));
}

async function engineOf(setup: CollectorSetup, lanes: readonly Lane[]): Promise<Result<Engine, SetupProblem>> {
  const { recording } = setup;
  if (recording !== undefined) {
    return { ok: true, value: createRecording(recording, undefined, paceOf(setup, lanes)) };
  }
  const [read] = setup.config.receivers;
  if (read === undefined) return { ok: false, problem: { message: 'There is no receiver to read events with.' } };
  return createEngine({ ...setup, receiver: read.name, options: read.engine });
}

/** How often a recording looks whether it may go on, in milliseconds. */
const PACE_MS = 5;

/** Holds a recording while half a queue or more waits for an exporter. */
function paceOf({ clock, config }: CollectorSetup, lanes: readonly Lane[]): Pace {
  const limit = config.journal.event_queue_size / 2;
  const isAhead = () => lanes.some(({ reader }) => reader.waiting >= limit);
  const wait = async (signal: AbortSignal) => {
    while (isAhead() && !signal.aborted) await sleep(clock, PACE_MS, signal);
  };
  return (signal) => (isAhead() ? wait(signal) : undefined);
}

interface Lane {
  readonly component: Component;
  readonly reader: JournalReader;
  readonly destination: string;
}

async function lanesOf(setup: CollectorSetup, journal: Journal): Promise<Result<readonly Lane[], SetupProblem>> {
  const lanes: Lane[] = [];
  for (const pipeline of setup.config.pipelines) {
    const made = await lanesOfPipeline(setup, journal, pipeline);
    if (!made.ok) return made;
    lanes.push(...made.value);
  }
  return { ok: true, value: lanes };
}

async function lanesOfPipeline(
  setup: CollectorSetup,
  journal: Journal,
  pipeline: PipelineConfig,
): Promise<Result<readonly Lane[], SetupProblem>> {
  const lanes: Lane[] = [];
  for (const config of pipeline.exporters) {
    const exporter = await createExporter(config, setup);
    if (!exporter.ok) return exporter;
    const name = pipeline.name === 'logs' ? config.name : `${pipeline.name}:${config.name}`;
    const reader = journal.reader(name);
    const component = createLane({
      ...setup,
      name,
      reader,
      mapper: createMapper(pipeline.mapping),
      batch: pipeline.batch,
      exporter: exporter.value,
    });
    lanes.push({ component, reader, destination: exporter.value.destination });
  }
  return { ok: true, value: lanes };
}

class Collector implements RunningCollector {
  readonly #engine: Engine;
  readonly #receiver: Receiver;
  readonly #journal: Journal;
  readonly #lanes: readonly Lane[];

  constructor(engine: Engine, receiver: Receiver, journal: Journal, lanes: readonly Lane[]) {
    this.#engine = engine;
    this.#receiver = receiver;
    this.#journal = journal;
    this.#lanes = lanes;
  }

  get finished(): Promise<EngineProblem | undefined> {
    return this.#receiver.finished;
  }

  get source(): string {
    return this.#engine.endpoint;
  }

  get destinations(): readonly string[] {
    return this.#lanes.map(({ destination }) => destination);
  }

  async tryEngine(signal: AbortSignal): Promise<EngineProblem | undefined> {
    const session = await this.#engine.connect(signal);
    return session.ok ? undefined : session.problem;
  }

  async start(): Promise<void> {
    await Promise.all(this.#lanes.map(({ component }) => component.start()));
    await this.#journal.start();
    await this.#receiver.start();
  }

  async stop(deadline: AbortSignal): Promise<void> {
    await this.#receiver.stop();
    await Promise.all(this.#lanes.map(({ component }) => component.stop(deadline)));
    await this.#journal.stop(deadline);
  }
}
