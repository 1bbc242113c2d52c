/**
 * The ways out: for each exporter of each pipeline a lane of its own, so that pipelines may differ in their receivers, views
 * and batches, and none holds up another. What a pipeline makes of an entry is one stage that all its lanes share.
 */
import { type CollectorConfig, laneName, type PipelineConfig } from '../config/collector-config.ts';
import type { ExporterConfig } from '../export/config.ts';
import { createExporter, type ExporterProblem, type ExporterTerminal } from '../export/create-exporter.ts';
import { createLane, type LaneComponent, type LaneParts } from '../export/lane.ts';
import type { Result } from '../model/engine.ts';
import type { Entry } from '../model/entry.ts';
import type { Journal, JournalReader } from '../model/journal.ts';
import type { Mapper } from '../model/log-record.ts';
import type { Mark } from '../model/mark.ts';
import type { SpanMapper } from '../model/span-record.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { PipelineStage, type StageParts } from './pipeline-stage.ts';

export interface LanesSetup {
  readonly config: CollectorConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly terminal: ExporterTerminal;
  readonly recording?: string;
  readonly mark?: Mark;
}

export interface Lane {
  /** In logs and in the journal. */
  readonly name: string;
  readonly component: LaneComponent;
  readonly reader: JournalReader;
  readonly destination: string;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** By the name of their pipeline. */
  readonly stages: ReadonlyMap<string, PipelineStage>;
}

/** @param onOff is told when a lane has gone off */
export async function lanesOf(
  setup: LanesSetup,
  journal: Journal,
  isOwn: StageParts['isOwn'],
  onOff: () => void,
): Promise<Result<Lanes, ExporterProblem>> {
  const lanes: Lane[] = [];
  const stages = new Map<string, PipelineStage>();
  const { telemetry } = setup;
  for (const pipeline of setup.config.pipelines) {
    const onMasked = () => telemetry.count('events_masked', 1, { part: pipeline.name });
    const stage = new PipelineStage(pipeline, { receivers: receiversOf(setup, pipeline), isOwn, onMasked });
    stages.set(pipeline.name, stage);
    for (const config of pipeline.exporters) {
      const ending = await endingOf(pipeline, config, stage, setup);
      if (!ending.ok) return ending;
      const { records, destination } = ending.value;
      const name = laneName(pipeline.name, config.name);
      const reader = journal.reader(name, (entry) => takes(pipeline, entry) && stage.judge(entry) === 'wanted');
      const component = createLane({
        ...setup,
        name,
        reader,
        judge: (entry) => stage.judge(entry),
        records,
        batch: pipeline.batch,
        isImplied: pipeline.isImplied,
        onOff,
      });
      lanes.push({ name, component, reader, destination });
    }
  }
  return { ok: true, value: { lanes, stages } };
}

/** A loss is told to whoever had it. */
function takes({ signal }: PipelineConfig, { kind }: Entry): boolean {
  return kind === 'loss' || (kind === 'span') === (signal === 'traces');
}

/** What is made of entries, and who takes it. */
interface Ending {
  readonly records: LaneParts['records'];
  readonly destination: string;
}

async function endingOf(
  { signal }: PipelineConfig,
  config: ExporterConfig,
  stage: PipelineStage,
  setup: LanesSetup,
): Promise<Result<Ending, ExporterProblem>> {
  if (signal === 'logs') {
    const exporter = await createExporter(config, setup, signal);
    if (!exporter.ok) return exporter;
    const { destination } = exporter.value;
    const map: Mapper = (entry) => stage.map(entry);
    return { ok: true, value: { records: { signal, map, exporter: exporter.value }, destination } };
  }
  const exporter = await createExporter(config, setup, signal);
  if (!exporter.ok) return exporter;
  const { destination } = exporter.value;
  const map: SpanMapper = (entry) => stage.mapSpan(entry);
  return { ok: true, value: { records: { signal, map, exporter: exporter.value }, destination } };
}

/** Undefined where a pipeline has all receivers, so that nobody is asked for each event. */
function receiversOf({ config, recording }: LanesSetup, { receivers }: PipelineConfig): readonly string[] | undefined {
  const hasAll = recording !== undefined || config.receivers.every(({ name }) => receivers.includes(name));
  return hasAll ? undefined : receivers;
}
