/**
 * From a file, the environment and the command line to one checked configuration.
 *
 *   file ─► yaml ─► ${env:…} ─► (Logtail's form) ─┐
 *   environment ─► layer below ───────────────────┼─► components ─► checked by each stage's schema ─► CollectorConfig
 *   arguments ─► layer above ─────────────────────┘
 *
 * - Arguments win over the file, the file over the environment, the environment over the defaults.
 * - Everything that is wrong is told at once, where it was written. Nothing is half loaded.
 * - No file is needed. Neither is a pipeline: without one, they are made of the exporters that there are (`ways.ts`).
 * - Nothing here looks at the world: whether an engine or a backend answers is found out later, by those who speak to it.
 *
 * Not supported: several files. What of a configuration can be changed while it runs is the business of who runs it.
 */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { rulesSchema } from '../rules/config.ts';
import type { Machine } from '../runtime/machine.ts';
import { readArguments } from './arguments.ts';
import { check } from './check.ts';
import type { CollectorConfig, ConfigArguments, ReceiverConfig } from './collector-config.ts';
import { type EnvironmentLayer, readEnvironment } from './environment.ts';
import { chosenExporters, fileExporters } from './exporters.ts';
import type { Findings, Layer } from './layer.ts';
import { fromLogtail, isLogtail } from './logtail.ts';
import { type MapNode, nothingAt, overlay } from './node.ts';
import { type PipelineParts, pipelinesOf, usualPipelines } from './pipelines.ts';
import { inOrder } from './problem.ts';
import { receiversOf } from './receivers.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { serviceOf } from './service.ts';
import { storageOf } from './storage.ts';
import { type Environment, substitute } from './substitution.ts';
import { waysOf } from './ways.ts';

export interface ConfigSources {
  readonly file?: { readonly path: string; readonly text: string } | undefined;
  readonly env: Environment;
  readonly args: ConfigArguments;
  /** Says where the journal is kept if nobody else does. Without it nothing is kept then. */
  readonly machine?: Machine | undefined;
}

export interface LoadedConfig {
  readonly config: CollectorConfig;
  /** Finished sentences about what works, but perhaps not as meant. */
  readonly warnings: readonly string[];
}

export async function loadConfig(sources: ConfigSources): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> {
  const findings: Findings = { problems: [], warnings: [] };
  const document = await documentOf(sources, findings);
  if (!document.ok) return document;
  const environment = readEnvironment(sources.env, findings);
  const { isOfLogtail, node } = document.value;
  const config = assemble(sectionsOf(node, findings), isOfLogtail, environment, sources, findings);
  const { problems, warnings } = findings;
  if (problems.length > 0) return { ok: false, problem: inOrder(problems) };
  return { ok: true, value: { config, warnings } };
}

interface FileDocument {
  readonly node: MapNode;
  readonly isOfLogtail: boolean;
}

async function documentOf(
  { file, env }: ConfigSources,
  findings: Findings,
): Promise<Result<FileDocument, readonly ConfigProblem[]>> {
  if (file === undefined) return { ok: true, value: { node: nothingAt(''), isOfLogtail: false } };
  // Most runs have no file, and none should wait for the library that reads one.
  const { readYaml } = await import('./yaml.ts');
  const read = readYaml(file.text);
  if (!read.ok) return read;
  const node = substitute(read.value, env, findings.problems) as MapNode;
  const isOfLogtail = isLogtail(node);
  return { ok: true, value: { node: isOfLogtail ? fromLogtail(node, findings) : node, isOfLogtail } };
}

/** @param isOfLogtail nothing but logs are sent then, whatever is there for the rest */
function assemble(
  sections: Sections,
  isOfLogtail: boolean,
  environment: EnvironmentLayer,
  sources: ConfigSources,
  findings: Findings,
): CollectorConfig {
  const { args } = sources;
  const above = readArguments(args);
  const { receivers, journal, isQueueWritten } = receiversOf(sections.receivers, environment, above, findings);
  const storage = storageOf(sections.storage, { below: environment, above }, sources, findings);
  const exporters = fileExporters(sections.exporters, environment, findings);
  const service = serviceOf(sections.service, { below: environment, above }, exporters, findings);
  const parts: PipelineParts = {
    processors: sections.processors,
    exporters,
    chosen: chosenExporters(args, environment, exporters, findings),
    receivers: receivers.map(({ name }) => name),
    journal,
    isQueueWritten,
    below: environment,
    above,
  };
  const written = sections.service.entries.get('pipelines')?.value;
  const isListening = service.listen !== undefined;
  const isWritten = written?.kind === 'map' && written.entries.size > 0;
  const ways = { ...parts, environment, hasLogsOnly: isOfLogtail, isListening };
  const { pipelines, metrics, resourceAttributes } = isWritten
    ? pipelinesOf(written, parts, findings)
    : usualPipelines(waysOf(ways, findings), parts, findings);
  // Where metrics are all there is, they are of every receiver.
  const isRead = ({ name }: ReceiverConfig) =>
    pipelines.length === 0 || pipelines.some((pipeline) => pipeline.receivers.includes(name));
  const rules = rulesOf(sections.rules, above, findings);
  return {
    ...{ receivers: receivers.filter(isRead), journal, storage, rules, pipelines, metrics },
    service: { ...service, resourceAttributes },
  };
}

function rulesOf(section: MapNode, above: Layer, { problems }: Findings): CollectorConfig['rules'] {
  const result = check(overlay(above.rules, section), rulesSchema);
  if (!result.ok) problems.push(...result.problem);
  return result.ok ? result.value : rulesSchema.parse({});
}
