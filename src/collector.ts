/**
 * The composition root: the only place where stages meet.
 *
 *   engine ─► receiver ─► lifecycle ─┐                     ┌─► lane "otlp_http"   (stage of its pipeline, batches, exporter)
 *   engine ─► receiver ─► lifecycle ─┴► rules ─► journal ─┼─► lane "console"
 *   (or a recording)                 └─► metrics           └─► lane "traces:otlp_http" …
 *
 * - Started from the sink backwards, so that nobody speaks to a part that is not listening: the journal finds what an earlier
 *   process left, the lanes take it up, the folds go on from it, and then the receivers read.
 * - Stopped from the source forwards: the receivers read no more, the lanes deliver what they have until the deadline, and
 *   the journal keeps or tells what is left.
 * - What a receiver hands over goes through its fold and the rules into one append, together with the state that it led to.
 * - Rules, and what a pipeline makes of an entry, can be replaced while it runs; everything else needs a restart.
 * - A recording takes the place of the engines and is read once, without storage; `finished` then resolves when all of it
 *   has been read.
 */
import { needsRestart } from './collector/changes.ts';
import { folded, together } from './collector/folded.ts';
import { type Lane, lanesOf } from './collector/lanes.ts';
import { Meter } from './collector/meter.ts';
import { metricsTargetsOf } from './collector/metrics-targets.ts';
import type { PipelineStage } from './collector/pipeline-stage.ts';
import { type LoadedRules, rulesOf } from './collector/rules.ts';
import type { CollectorSetup, Reloaded, RunningCollector, SetupProblem } from './collector/running-collector.ts';
import { endpointsOf, enginesOf, recordingOf, type Source } from './collector/sources.ts';
import { spansWanted } from './collector/spans-wanted.ts';
import { statusOf, type Watch } from './collector/status.ts';
import type { CollectorConfig } from './config/collector-config.ts';
import { dialectOf } from './engine/dialects.ts';
import { createMetricsSender, type MetricsSenderComponent, type MetricsTarget } from './export/metrics-sender.ts';
import { VERSION } from './export/version.ts';
import { createJournal, type Revive } from './journal/create-journal.ts';
import { openLook as openJournalLook } from './journal/look.ts';
import { forgotten } from './lifecycle/happenings.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { metricsResource } from './metrics/resource.ts';
import type { EngineProblem, Result } from './model/engine.ts';
import type { EventEntry, GapEntry, Received } from './model/entry.ts';
import type { Journal, Recovered, StateRows } from './model/journal.ts';
import type { JournalLook } from './model/journal-look.ts';
import type { CollectorStatus } from './model/status.ts';
import type { UnixNanos } from './model/time.ts';
import { isAboutContainer } from './processing/own-container.ts';
import { decodeFrame } from './receiver/decode.ts';
import { gapKey } from './receiver/gap.ts';
import { uidOf } from './receiver/identity.ts';
import { Receiver } from './receiver/receiver.ts';
import { SwarmSeen } from './receiver/swarm-seen.ts';
import type { RulesOptions } from './rules/config.ts';
import { RuleDesk } from './rules/desk.ts';
import { rulesWarning } from './rules/happenings.ts';
import { ownContainerId } from './runtime/own-container.ts';

// What whoever creates a collector hands to it, so that nobody above needs to know the stages.
export { mapperOf, spanMapperOf } from './collector/pipeline-stage.ts';
export { type RehearsalReport, rehearse } from './collector/rehearsal.ts';
export { rulesOf } from './collector/rules.ts';
export type { CollectorSetup, Reloaded, RunningCollector, SetupProblem } from './collector/running-collector.ts';
export { systemSurroundings } from './engine/surroundings.ts';
export { hasColors } from './export/console/console-exporter.ts';
export {
  createJsonPrinter,
  createLinePrinter,
  createSpanJsonPrinter,
  createSpanLinePrinter,
} from './export/console/print.ts';
export { openDesk } from './journal/desk.ts';
export { createLog, type Log, type LogDestination } from './telemetry/log.ts';
export { type CollectorTelemetry, createTelemetry } from './telemetry/telemetry.ts';

/** Puts a collector together. Nothing runs, and nothing is opened, before `start`. */
export async function createCollector(setup: CollectorSetup): Promise<Result<RunningCollector, SetupProblem>> {
  const { config, recording } = setup;
  const engines = recording === undefined ? await enginesOf(setup) : ({ ok: true, value: [] } as const);
  if (!engines.ok) return engines;
  const journal = createJournal({
    ...setup,
    options: config.journal,
    storage: recording === undefined ? config.storage : undefined,
    revive,
    holder: `docker-events-otel ${VERSION} (process ${process.pid}), which reads ${endpointsOf(engines.value)}`,
  });
  const rules = await rulesOf(config.rules);
  if (!rules.ok) return { ok: false, problem: { message: rules.problem.join('\n') } };
  const ownId = await ownContainerId(async (path) => String(await setup.surroundings.read(path)));
  const isOwn = ownId === undefined ? () => false : isAboutContainer(ownId);
  let collector: Collector | undefined;
  const ways = await lanesOf(setup, journal, isOwn, () => collector?.laneWentOff());
  if (!ways.ok) return ways;
  const metrics = await metricsTargetsOf(config, setup);
  if (!metrics.ok) return metrics;
  const sources = recording === undefined ? engines.value : recordingOf(setup, recording, ways.value.lanes);
  const parts = { sources, journal, rules: rules.value, isOwn, metrics: metrics.value, ...ways.value };
  collector = new Collector(setup, parts);
  return { ok: true, value: collector };
}

/** What the journal kept, as the receiver read it. */
const revive: Revive = (raw, engine) => {
  const decoded = decodeFrame(raw);
  if (!decoded.ok) return undefined;
  return { event: dialectOf(engine.runtime).normalise(decoded.event, decoded.line), uid: uidOf(decoded.event) };
};

/** A look at what a collector keeps in this folder, also while it runs. The problem is a sentence for a person. */
export function openLook(directory: string): Result<JournalLook, string> {
  return openJournalLook(directory, revive);
}

/** Lanes that take longer for their stop probably wait for a backend. */
const EARLY_REPORT_MS = 1000;

interface Parts {
  readonly sources: readonly Source[];
  readonly journal: Journal;
  readonly lanes: readonly Lane[];
  readonly stages: ReadonlyMap<string, PipelineStage>;
  readonly metrics: readonly MetricsTarget[];
  readonly rules: LoadedRules;
  readonly isOwn: (entry: EventEntry) => boolean;
}

class Collector implements RunningCollector {
  readonly #setup: CollectorSetup;
  readonly #sources: readonly Source[];
  readonly #journal: Journal;
  readonly #lanes: readonly Lane[];
  readonly #stages: ReadonlyMap<string, PipelineStage>;
  readonly #desk: RuleDesk;
  readonly #meter: Meter;
  readonly #metrics: readonly MetricsTarget[];
  readonly #metricsSender: MetricsSenderComponent;
  readonly #startedAt: UnixNanos;
  readonly #finished = Promise.withResolvers<EngineProblem | undefined>();
  #state: CollectorStatus['state'] = 'starting';
  #rules: LoadedRules;
  /** How they are asked, as it was said last. */
  #asking: RulesOptions;
  #watches: readonly Watch[] = [];
  /** As they run, with their filters of now. */
  #pipelines: CollectorConfig['pipelines'];

  constructor(setup: CollectorSetup, { sources, journal, lanes, stages, metrics, rules, isOwn }: Parts) {
    this.#setup = setup;
    this.#pipelines = setup.config.pipelines;
    this.#sources = sources;
    this.#journal = journal;
    this.#lanes = lanes;
    this.#stages = stages;
    this.#rules = rules;
    this.#asking = setup.config.rules;
    this.#desk = new RuleDesk({
      ruleSet: rules.ruleSet,
      matching: setup.config.rules.matching,
      isLeftOut: (entry) => {
        const { health_checks, own_container } = this.#asking;
        if (health_checks === 'skip' && entry.context.isProbe === true) return true;
        return own_container === 'skip' && isOwn(entry);
      },
      telemetry: setup.telemetry,
    });
    this.#startedAt = setup.clock.now();
    const { hostName } = setup.surroundings;
    this.#meter = new Meter({
      telemetry: setup.telemetry,
      resource: metricsResource({ version: VERSION, hostName }, setup.config.service.resourceAttributes),
      status: () => this.status(),
      watches: () => this.#watches,
    });
    this.#metrics = metrics;
    this.#metricsSender = createMetricsSender({
      ...setup,
      targets: metrics,
      intervalMs: setup.config.service.metricsIntervalMs,
      collect: () => this.#meter.report(),
    });
    for (const warning of rules.warnings) setup.telemetry.report(rulesWarning(warning));
  }

  get finished(): Promise<EngineProblem | undefined> {
    return this.#finished.promise;
  }

  get source(): string {
    return endpointsOf(this.#sources);
  }

  get destinations(): readonly string[] {
    const ways = [...this.#lanes, ...this.#metrics];
    // Over gRPC all signals go to one address.
    return [...new Set(ways.map(({ destination }) => destination))];
  }

  get rulesWarnings(): readonly string[] {
    return this.#rules.warnings;
  }

  get watchedFiles(): readonly string[] {
    return this.#rules.watched;
  }

  status(): CollectorStatus {
    const { clock, telemetry } = this.#setup;
    const metrics = this.#metricsSender.states();
    const parts = { watches: this.#watches, lanes: this.#lanes, metrics, journal: this.#journal, telemetry };
    return statusOf({ ...parts, startedAt: this.#startedAt, at: clock.now(), state: this.#state });
  }

  metricsText(): Promise<string> {
    return this.#meter.text();
  }

  laneWentOff(): void {
    this.#chooseSpans();
  }

  /** Spans that nobody takes are not made. */
  #chooseSpans(): void {
    const states = this.#lanes.map(({ component }) => component.state());
    const isTaken = states.some(({ signal, state }) => signal === 'traces' && state !== 'off');
    for (const { receiver, lifecycle } of this.#watches) {
      lifecycle.makeSpans(isTaken ? spansWanted(this.#pipelines, receiver.state().name) : 'none');
    }
  }

  async reload(config: CollectorConfig): Promise<Result<Reloaded, readonly string[]>> {
    const rules = await rulesOf(config.rules);
    if (!rules.ok) return rules;
    const isRestartNeeded = needsRestart(this.#setup.config, config);
    this.#rules = rules.value;
    this.#asking = config.rules;
    this.#desk.replace(rules.value.ruleSet, config.rules.matching);
    for (const pipeline of config.pipelines) this.#stages.get(pipeline.name)?.replace(pipeline);
    this.#pipelines = this.#pipelines.map((running) => {
      const { filter } = config.pipelines.find(({ name }) => name === running.name) ?? running;
      return { ...running, filter };
    });
    this.#chooseSpans();
    for (const warning of rules.value.warnings) this.#setup.telemetry.report(rulesWarning(warning));
    return { ok: true, value: { rules: rules.value.ruleSet.rules.length, isRestartNeeded } };
  }

  async tryEngine(signal: AbortSignal): Promise<EngineProblem | undefined> {
    const sessions = await Promise.all(this.#sources.map(({ engine }) => engine.connect(signal)));
    const problems = sessions.flatMap((session) => (session.ok ? [] : [session.problem]));
    return problems.length < sessions.length ? undefined : problems[0];
  }

  async start(): Promise<void> {
    await this.#journal.start();
    const recovered = this.#journal.recovered();
    this.#desk.restore(recovered.state);
    this.#watches = this.#resume(recovered);
    await Promise.all(this.#lanes.map(({ component }) => component.start()));
    await Promise.all(this.#watches.map(({ receiver }) => receiver.start()));
    await this.#metricsSender.start();
    this.#state = 'running';
    Promise.all(this.#watches.map(({ receiver }) => receiver.finished)).then(
      (problems) => this.#finished.resolve(problems.find((problem) => problem !== undefined)),
      this.#finished.reject,
    );
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#state = 'stopping';
    await Promise.all(this.#watches.map(({ receiver }) => receiver.stop()));
    this.#finished.resolve(undefined);
    // All that happened is counted by now, and a lane whose backend hangs may leave no time for the last report.
    const early = this.#setup.clock.after(EARLY_REPORT_MS, () => this.#metricsSender.sendNow());
    await Promise.all(this.#lanes.map(({ component }) => component.stop(deadline)));
    early.cancel();
    this.#saveFold();
    await this.#journal.stop(deadline);
    await this.#metricsSender.stop(deadline);
  }

  /** Goes on from where an earlier process was ended. */
  #resume(recovered: Recovered): readonly Watch[] {
    const unfolded = Map.groupBy(recovered.unfolded, ({ engine }) => engine.receiver);
    const pipelines = this.#pipelines;
    const { telemetry } = this.#setup;
    const swarm = new SwarmSeen((by, name) =>
      pipelines.every(({ receivers }) => receivers.includes(by) || !receivers.includes(name)),
    );
    return this.#sources.map(({ config, engine }) => {
      const { name } = config;
      const lifecycle = new Lifecycle(name, {
        onLearned: () => this.#saveFold(),
        spans: spansWanted(pipelines, name),
        onForgotten: (what) => telemetry.report(forgotten(name, what)),
      });
      lifecycle.restore(recovered.fold, unfolded.get(name) ?? []);
      const lastEvents = recovered.lastEvents(name);
      swarm.recover(lastEvents);
      const receiver = new Receiver({
        ...this.#setup,
        name,
        engine,
        options: config.receiver,
        once: this.#setup.recording !== undefined,
        resume: () => ({
          lastEvents,
          pendingGap: recovered.state.get(gapKey(name)),
          wasDamaged: recovered.wasDamaged,
        }),
        inventory: lifecycle.inventory,
        swarm,
        meet: (identity) => lifecycle.meet(identity),
        deliver: (entries, rows) => this.#append(lifecycle, entries, rows),
      });
      return { receiver, lifecycle };
    });
  }

  #append(lifecycle: Lifecycle, delivered: readonly (Received | GapEntry)[], rows: StateRows | undefined): void {
    const decided = this.#desk.decide(folded(lifecycle, delivered));
    this.#journal.append(decided.entries, together(rows, decided.rows));
    this.#meter.note(decided.entries);
    const spans = decided.entries.reduce((count, { kind }) => (kind === 'span' ? count + 1 : count), 0);
    if (spans > 0) this.#setup.telemetry.count('spans_accepted', spans);
    // What a gap changes in the fold can be made of no event again.
    if (this.#journal.wantsFold || delivered.some((entry) => 'kind' in entry)) this.#saveFold();
  }

  #saveFold(): void {
    const rows = this.#watches.map(({ lifecycle }) => lifecycle.changedRows());
    this.#journal.saveFold(new Map(rows.flatMap((changed) => [...changed])));
  }
}
