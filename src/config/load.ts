/**
 * From a file, the environment and the command line to one checked configuration.
 *
 *   file ─► yaml ─► ${env:…} ─► (Logtail's form) ─┐
 *   environment ─► layer below ───────────────────┼─► components ─► checked by each stage's schema ─► CollectorConfig
 *   arguments ─► layer above ─────────────────────┘
 *
 * - Arguments win over the file, the file over the environment, the environment over the defaults.
 * - Everything that is wrong is told at once, where it was written. Nothing is half loaded.
 * - No file is needed. Neither is a pipeline: without one, one is made with every exporter of the file; without those,
 *   OTLP where the environment names an endpoint, else the console.
 * - Nothing here looks at the world: whether an engine or a backend answers is found out later, by those who speak to it.
 *
 * Not supported: several receivers (one engine each), several files, and changing a configuration while it runs.
 */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { durationText } from '../runtime/fields.ts';
import { readArguments } from './arguments.ts';
import { check, renamed } from './check.ts';
import type { CollectorConfig, ConfigArguments } from './collector-config.ts';
import { type EnvironmentLayer, readEnvironment } from './environment.ts';
import { chosenExporters, defaultExporters, fileExporters } from './exporters.ts';
import type { Findings, Layer } from './layer.ts';
import { fromLogtail, isLogtail } from './logtail.ts';
import { type MapNode, nothingAt, overlay } from './node.ts';
import { onlyPipeline, type PipelineParts, pipelinesOf } from './pipelines.ts';
import { inOrder, problemAt, shown } from './problem.ts';
import { RECEIVER, receiverAliases, receiverSchema, serviceSchema } from './schemas.ts';
import { componentsOf, type Sections, sectionsOf } from './sections.ts';
import { type Environment, substitute } from './substitution.ts';

export interface ConfigSources {
  readonly file?: { readonly path: string; readonly text: string } | undefined;
  readonly env: Environment;
  readonly args: ConfigArguments;
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
  const config = assemble(sectionsOf(document.value, findings), environment, sources.args, findings);
  const { problems, warnings } = findings;
  if (problems.length > 0) return { ok: false, problem: inOrder(problems) };
  return { ok: true, value: { config, warnings } };
}

async function documentOf(
  { file, env }: ConfigSources,
  findings: Findings,
): Promise<Result<MapNode, readonly ConfigProblem[]>> {
  if (file === undefined) return { ok: true, value: nothingAt('') };
  // Most runs have no file, and none should wait for the library that reads one.
  const { readYaml } = await import('./yaml.ts');
  const read = readYaml(file.text);
  if (!read.ok) return read;
  const document = substitute(read.value, env, findings.problems) as MapNode;
  return { ok: true, value: isLogtail(document) ? fromLogtail(document, findings) : document };
}

function assemble(
  sections: Sections,
  environment: EnvironmentLayer,
  args: ConfigArguments,
  findings: Findings,
): CollectorConfig {
  const above = readArguments(args);
  const receiver = receiverOf(sections.receivers, environment, above, findings);
  const service = serviceOf(sections.service, environment, above, findings);
  const exporters = fileExporters(sections.exporters, environment, findings);
  const parts: PipelineParts = {
    processors: sections.processors,
    exporters,
    chosen: chosenExporters(args, environment, exporters, findings),
    journal: receiver.options,
    isQueueWritten: receiver.isQueueWritten,
    below: environment,
    above,
  };
  const written = sections.service.entries.get('pipelines')?.value;
  const pipelines =
    written?.kind === 'map' && written.entries.size > 0
      ? pipelinesOf(written, parts, findings)
      : [onlyPipeline(parts.chosen ?? everyExporter(exporters, args, environment, findings), parts, findings)];
  const receivers = [{ name: RECEIVER, engine: receiver.options, receiver: receiver.options }];
  return { receivers, journal: receiver.options, storage: undefined, pipelines, service };
}

function everyExporter(
  exporters: ReturnType<typeof fileExporters>,
  args: ConfigArguments,
  environment: EnvironmentLayer,
  findings: Findings,
) {
  return exporters.size > 0 ? [...exporters.values()] : defaultExporters(args, environment, findings);
}

function receiverOf(section: MapNode, below: Layer, above: Layer, findings: Findings) {
  const [component, second] = componentsOf(section, [RECEIVER], {}, findings);
  if (second !== undefined) {
    const expected = `one ${RECEIVER}: a collector reads one engine, and others beside it read further ones`;
    findings.problems.push(problemAt(second.place, expected, 'a second one'));
  }
  const options = component?.options ?? nothingAt(`receivers.${RECEIVER}`);
  const written = renamed(options, receiverAliases, findings.problems);
  const node = withoutOtherEngine(overlay(above.receiver, overlay(written, below.receiver)), above.receiver);
  const result = check(node, receiverSchema);
  findings.problems.push(...(result.ok ? [] : result.problem), ...contradictions(node, result));
  return {
    options: result.ok ? result.value : receiverSchema.parse({}),
    isQueueWritten: node.entries.has('event_queue_size'),
  };
}

/** What is right by itself and cannot be meant together. */
function contradictions(node: MapNode, checked: ReturnType<typeof check<typeof receiverSchema>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const context = node.entries.get('context')?.value;
  if (context !== undefined && node.entries.has('host')) {
    problems.push(problemAt(context.place, 'host or context, since each names an engine', 'both'));
  }
  const initial = node.entries.get('reconnect_initial');
  if (initial !== undefined && checked.ok && checked.value.reconnect_initial > checked.value.reconnect_max) {
    const expected = `at most reconnect_max, which is ${durationText(checked.value.reconnect_max)}`;
    problems.push(problemAt(initial.value.place, expected, shown(initial.value)));
  }
  return problems;
}

/** An engine that is named on the command line replaces the file's, by whichever of the two ways each was named. */
function withoutOtherEngine(node: MapNode, args: MapNode): MapNode {
  const entries = new Map(node.entries);
  if (args.entries.has('host') && !args.entries.has('context')) entries.delete('context');
  if (args.entries.has('context') && !args.entries.has('host')) entries.delete('host');
  return { ...node, entries };
}

function serviceOf(section: MapNode, below: Layer, above: Layer, findings: Findings): CollectorConfig['service'] {
  const result = check(overlay(above.service, overlay(section, below.service)), serviceSchema);
  if (!result.ok) findings.problems.push(...result.problem);
  const { shutdown_timeout: shutdownTimeoutMs, telemetry } = result.ok ? result.value : serviceSchema.parse({});
  return { shutdownTimeoutMs, log: telemetry.logs };
}
