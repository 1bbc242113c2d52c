/**
 * The ways out: for each exporter of each pipeline a lane of its own, so that pipelines may differ in their receivers, views
 * and batches, and none holds up another. What a pipeline makes of an entry is one stage that all its lanes share.
 */
import { type CollectorConfig, laneName, type PipelineConfig } from '../config/collector-config.ts';
import { createExporter, type ExporterTerminal } from '../export/create-exporter.ts';
import { createLane } from '../export/lane.ts';
import type { Component } from '../model/component.ts';
import type { Result } from '../model/engine.ts';
import type { Journal, JournalReader } from '../model/journal.ts';
import type { Mark } from '../model/mark.ts';
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
  readonly component: Component;
  readonly reader: JournalReader;
  readonly destination: string;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** By the name of their pipeline. */
  readonly stages: ReadonlyMap<string, PipelineStage>;
}

export async function lanesOf(
  setup: LanesSetup,
  journal: Journal,
  isOwn: StageParts['isOwn'],
): Promise<Result<Lanes, { readonly message: string }>> {
  const lanes: Lane[] = [];
  const stages = new Map<string, PipelineStage>();
  for (const pipeline of setup.config.pipelines.filter(({ signal }) => signal === 'logs')) {
    const { telemetry } = setup;
    const stage = new PipelineStage(pipeline, { receivers: receiversOf(setup, pipeline), isOwn, telemetry });
    stages.set(pipeline.name, stage);
    for (const config of pipeline.exporters) {
      const exporter = await createExporter(config, setup);
      if (!exporter.ok) return exporter;
      const name = laneName(pipeline.name, config.name);
      const reader = journal.reader(name);
      const component = createLane({
        ...setup,
        name,
        reader,
        judge: (entry) => (stage.wants(entry) ? 'wanted' : 'passed_over'),
        records: { signal: 'logs', map: (entry) => stage.map(entry), exporter: exporter.value },
        batch: pipeline.batch,
      });
      lanes.push({ component, reader, destination: exporter.value.destination });
    }
  }
  return { ok: true, value: { lanes, stages } };
}

/** Undefined where a pipeline has all receivers, so that nobody is asked for each event. */
function receiversOf({ config, recording }: LanesSetup, { receivers }: PipelineConfig): readonly string[] | undefined {
  const hasAll = recording !== undefined || config.receivers.every(({ name }) => receivers.includes(name));
  return hasAll ? undefined : receivers;
}
