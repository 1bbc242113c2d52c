/** From `service.pipelines` to pipelines whose processors and exporters have been found and checked. */
import type { z } from 'zod';
import type { BatchOptions, ExporterConfig } from '../export/config.ts';
import type { JournalOptions } from '../journal/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import { nearest } from '../runtime/nearest.ts';
import { check, renamed } from './check.ts';
import type { PipelineConfig } from './collector-config.ts';
import type { FileExporters } from './exporters.ts';
import type { Findings, Layer } from './layer.ts';
import { type MapNode, type Node, nothingAt, overlay, type Place } from './node.ts';
import { problemAt, quoted, shown } from './problem.ts';
import { PROCESSOR_TYPES, PROCESSORS, type ProcessorType, pipelineSchema } from './schemas.ts';
import { type Component, componentsOf, typeOf } from './sections.ts';

export interface PipelineParts {
  /** The section `processors`. */
  readonly processors: MapNode;
  readonly exporters: FileExporters;
  /** The names of all receivers. */
  readonly receivers: readonly string[];
  /** Replaces the exporters of every pipeline. */
  readonly chosen: readonly (ExporterConfig | undefined)[] | undefined;
  readonly journal: JournalOptions;
  /** Whether the queue's size was written by somebody, so that a batch above it is a contradiction. */
  readonly isQueueWritten: boolean;
  /** Lie under and over what the file says of mapping and batch. */
  readonly below: Layer;
  readonly above: Layer;
}

/** Pipelines as the file has them. What is wrong is told, and left out. */
export function pipelinesOf(section: MapNode, parts: PipelineParts, findings: Findings): PipelineConfig[] {
  const reader = new PipelineReader(parts, findings);
  const pipelines = [...section.entries].map(([name, { place, value }]) => reader.pipeline(name, place, value));
  reader.tellUnused();
  return pipelines.filter((pipeline) => pipeline !== undefined);
}

/** The one pipeline of a file without any, or of no file. */
export function onlyPipeline(
  exporters: readonly (ExporterConfig | undefined)[],
  parts: PipelineParts,
  findings: Findings,
): PipelineConfig {
  const reader = new PipelineReader(parts, findings);
  const { receivers } = parts;
  const named = { name: 'logs', signal: 'logs', isImplied: false } as const;
  const pipeline = { ...named, receivers, ...reader.processors([]), exporters: present(exporters) };
  reader.uses([...receivers, ...pipeline.exporters.map(({ name }) => name)]);
  reader.tellUnused();
  return pipeline;
}

class PipelineReader {
  readonly #parts: PipelineParts;
  readonly #findings: Findings;
  readonly #processors: ReadonlyMap<string, Component<ProcessorType>>;
  readonly #used = new Set<string>();

  constructor(parts: PipelineParts, findings: Findings) {
    this.#parts = parts;
    this.#findings = findings;
    const components = componentsOf(parts.processors, PROCESSOR_TYPES, {}, findings);
    this.#processors = new Map(components.map((component) => [component.name, component]));
  }

  pipeline(name: string, place: Place, value: Node): PipelineConfig | undefined {
    if (!/^logs(\/.+)?$/.test(name)) {
      this.#problem(place, 'logs or logs/NAME, since events are logs', quoted(name));
      return undefined;
    }
    if (value.kind !== 'map') {
      this.#problem(value.place, 'a mapping with receivers, processors and exporters', shown(value));
      return undefined;
    }
    const lists = check(value, pipelineSchema);
    if (!lists.ok) {
      this.#findings.problems.push(...lists.problem);
      return undefined;
    }
    const receivers = this.#receivers(value);
    const processors = this.processors(this.#words(value, 'processors'));
    return { name, signal: 'logs', isImplied: false, receivers, ...processors, exporters: this.#exporters(value) };
  }

  /** Of each kind the one that a pipeline names, or else the one called as its kind, or else the defaults. */
  processors(words: readonly Word[]): Pick<PipelineConfig, ProcessorType> {
    const named = new Map<ProcessorType, Component<ProcessorType>>();
    for (const { text, place } of words) {
      const component = this.#processors.get(text);
      const type = component?.type ?? typeOf(text, PROCESSOR_TYPES, {});
      if (type === undefined) {
        const known = [...new Set([...this.#processors.keys(), ...PROCESSOR_TYPES])];
        this.#problem(place, `one of ${known.join(', ')}`, quoted(text), nearest(text, known));
      } else if (named.has(type)) {
        this.#problem(place, `one ${type} in a pipeline`, `a second one, ${quoted(text)}`);
      } else {
        named.set(type, component ?? { type, name: text, place, options: nothingAt(place.path) });
      }
    }
    return {
      filter: this.#checked('filter', named.get('filter')).options,
      redact: this.#checked('redact', named.get('redact')).options,
      mapping: this.#checked('mapping', named.get('mapping')).options,
      attributes: this.#checked('attributes', named.get('attributes')).options,
      batch: this.#batch(named.get('batch')),
    };
  }

  /** Components that no list of the file names. */
  uses(names: readonly string[]): void {
    for (const name of names) this.#used.add(name);
  }

  tellUnused(): void {
    for (const name of this.#parts.receivers) {
      if (!this.#used.has(name)) this.#findings.warnings.push(`receivers.${name} is in no pipeline, and is not read.`);
    }
    for (const { name } of this.#processors.values()) {
      if (!this.#used.has(name)) this.#findings.warnings.push(`processors.${name} is in no pipeline.`);
    }
    if (this.#parts.chosen !== undefined) return;
    for (const name of this.#parts.exporters.keys()) {
      if (!this.#used.has(name))
        this.#findings.warnings.push(`exporters.${name} is in no pipeline, and gets no records.`);
    }
  }

  /** What is wrong is told, and the defaults stand in its place. */
  #checked<Type extends ProcessorType>(
    type: Type,
    component: Component<ProcessorType> | undefined,
  ): { readonly node: MapNode; readonly options: z.output<(typeof PROCESSORS)[Type]['schema']> } {
    const { schema, aliases } = PROCESSORS[type];
    const node = this.#options(type, component, aliases);
    const result = check(node, schema);
    if (!result.ok) this.#tell(result.problem);
    return {
      node,
      options: (result.ok ? result.value : schema.parse({})) as z.output<(typeof PROCESSORS)[Type]['schema']>,
    };
  }

  #batch(component: Component<ProcessorType> | undefined): BatchOptions {
    const { node, options: batch } = this.#checked('batch', component);
    const { event_queue_size: queue } = this.#parts.journal;
    if (batch.batch_size <= queue) return batch;
    const written = node.entries.get('batch_size')?.value;
    if (written !== undefined && this.#parts.isQueueWritten) {
      this.#tell([problemAt(written.place, `at most event_queue_size, which is ${queue}`, shown(written))]);
    } else if (written !== undefined) {
      this.#findings.warnings.push(
        `batch_size is ${queue} rather than ${batch.batch_size}: no more can wait in the queue.`,
      );
    }
    return { ...batch, batch_size: queue };
  }

  #options(
    type: ProcessorType,
    component: Component<ProcessorType> | undefined,
    aliases: Readonly<Record<string, string>>,
  ): MapNode {
    const used = component ?? this.#processors.get(type);
    if (used !== undefined) this.#used.add(used.name);
    const problems: ConfigProblem[] = [];
    const options = renamed(used?.options ?? nothingAt(`processors.${type}`), aliases, problems);
    this.#tell(problems);
    if (type !== 'mapping' && type !== 'batch') return options;
    return overlay(this.#parts.above[type], overlay(options, this.#parts.below[type]));
  }

  /** Two pipelines that share a processor would tell its problems twice. */
  #tell(problems: readonly ConfigProblem[]): void {
    const { problems: told } = this.#findings;
    const isTold = (problem: ConfigProblem) =>
      told.some(
        ({ path, line, expected }) => path === problem.path && line === problem.line && expected === problem.expected,
      );
    told.push(...problems.filter((problem) => !isTold(problem)));
  }

  /** All of them where the pipeline names none. */
  #receivers(pipeline: MapNode): readonly string[] {
    const { receivers: known } = this.#parts;
    const named = pipeline.entries.has('receivers') ? this.#words(pipeline, 'receivers') : undefined;
    for (const { text, place } of named ?? []) {
      if (known.includes(text)) continue;
      const expected = known.length > 1 ? `one of the receivers ${known.join(', ')}` : known.join();
      this.#problem(place, expected, quoted(text), nearest(text, known));
    }
    const receivers = named === undefined ? known : known.filter((name) => named.some(({ text }) => text === name));
    this.uses(receivers);
    return receivers;
  }

  #exporters(pipeline: MapNode): readonly ExporterConfig[] {
    const found: (ExporterConfig | undefined)[] = [];
    const { exporters, chosen } = this.#parts;
    for (const { text, place } of this.#words(pipeline, 'exporters')) {
      this.#used.add(text);
      if (exporters.has(text)) {
        found.push(exporters.get(text));
      } else if (exporters.size === 0) {
        this.#problem(place, 'the name of an exporter, defined under exporters', quoted(text));
      } else {
        const known = [...exporters.keys()];
        this.#problem(place, `one of the exporters ${known.join(', ')}`, quoted(text), nearest(text, known));
      }
    }
    return present([...new Set(chosen ?? found)]);
  }

  #words(pipeline: MapNode, key: string): readonly Word[] {
    const value = pipeline.entries.get(key)?.value;
    if (value?.kind !== 'list') return [];
    return value.items.map((item) => ({ text: item.kind === 'scalar' ? String(item.value) : '', place: item.place }));
  }

  #problem(place: Place, expected: string, got: string, near?: string): void {
    this.#findings.problems.push(problemAt(place, expected, got, near));
  }
}

interface Word {
  readonly text: string;
  readonly place: Place;
}

function present(exporters: readonly (ExporterConfig | undefined)[]): readonly ExporterConfig[] {
  return exporters.filter((exporter) => exporter !== undefined);
}
