/** From `service.pipelines` to pipelines whose processors and exporters have been found and checked. */
import { type ExporterConfig, SIGNALS, type Signal } from '../export/config.ts';
import type { Attributes } from '../model/log-record.ts';
import { nearest } from '../runtime/nearest.ts';
import { check } from './check.ts';
import { laneName, type MetricsPipelineConfig, type PipelineConfig } from './collector-config.ts';
import type { FileExporters } from './exporters.ts';
import type { Findings } from './layer.ts';
import { isOtlp, type NamedExporter } from './named-exporter.ts';
import { type MapNode, type Node, named, type Place } from './node.ts';
import { problemAt, quoted, shown } from './problem.ts';
import { type ProcessorParts, Processors, type Word } from './processors.ts';
import { PIPELINES } from './schemas.ts';

export interface PipelineParts extends ProcessorParts {
  readonly exporters: FileExporters;
  /** The names of all receivers. */
  readonly receivers: readonly string[];
  /** Replaces the exporters of every pipeline. */
  readonly chosen: readonly NamedExporter[] | undefined;
}

export interface Pipelines {
  readonly pipelines: readonly PipelineConfig[];
  readonly metrics: readonly MetricsPipelineConfig[];
  /** What a person wants on the resource of the first pipeline, or of one if there were any. */
  readonly resourceAttributes: Attributes;
}

/** The exporters of each signal where no file has pipelines for them. */
export type Ways = Readonly<Record<Signal, Way>>;

export interface Way {
  readonly exporters: readonly NamedExporter[];
  readonly isImplied: boolean;
}

/** Pipelines as the file has them. What is wrong is told, and left out. */
export function pipelinesOf(section: MapNode, parts: PipelineParts, findings: Findings): Pipelines {
  const reader = new PipelineReader(parts, findings);
  for (const [name, { place, value }] of section.entries) reader.read(name, place, value);
  return reader.end();
}

/** The pipelines of a file without any, or of no file: at most one for each signal. */
export function usualPipelines({ logs, traces, metrics }: Ways, parts: PipelineParts, findings: Findings): Pipelines {
  const reader = new PipelineReader(parts, findings);
  reader.add('logs', logs);
  reader.add('traces', traces);
  reader.addMetrics(metrics);
  return reader.end();
}

class PipelineReader {
  readonly #parts: PipelineParts;
  readonly #findings: Findings;
  readonly #processors: Processors;
  readonly #pipelines: PipelineConfig[] = [];
  readonly #metrics: MetricsPipelineConfig[] = [];
  /** By the name of a way out, what it is made of. */
  readonly #lanes = new Map<string, string>();

  constructor(parts: PipelineParts, findings: Findings) {
    this.#parts = parts;
    this.#findings = findings;
    this.#processors = new Processors(parts, findings);
  }

  read(name: string, place: Place, value: Node): void {
    const type = name.split('/', 1)[0] ?? '';
    const signal = SIGNALS.find((known) => known === type);
    if (signal === undefined || name.endsWith('/')) {
      const near = nearest(type, SIGNALS);
      const expected = SIGNALS.map((known) => `${known} or ${known}/NAME`).join(', ');
      this.#problem(place, expected, quoted(name), near === type ? undefined : near);
    } else if (value.kind !== 'map') {
      const parts = signal === 'metrics' ? 'exporters' : 'receivers, processors and exporters';
      this.#problem(value.place, `a mapping with ${parts}`, shown(value));
    } else if (signal === 'metrics') {
      this.#readMetrics(name, value);
    } else {
      this.#readPipeline(name, signal, place, value);
    }
  }

  #readPipeline(name: string, signal: 'logs' | 'traces', place: Place, value: MapNode): void {
    const lists = check(value, PIPELINES[signal]);
    if (!lists.ok) this.#findings.problems.push(...lists.problem);
    const receivers = this.#receivers(value);
    const processors = this.#processors.of(wordsOf(value, 'processors'));
    const exporters = this.#exporters(value, signal);
    for (const exporter of exporters) this.#tellTwins(name, exporter.name, place);
    const isImplied = lists.ok && 'optional' in lists.value && lists.value.optional;
    // Those of the command line may be none that speaks of this signal.
    if (exporters.length > 0) this.#pipelines.push({ name, signal, isImplied, receivers, ...processors, exporters });
  }

  /** What a metrics pipeline does not have is what the others do, and so no typing mistake. */
  #readMetrics(name: string, value: MapNode): void {
    const entries = new Map(value.entries);
    for (const key of ['receivers', 'processors']) {
      const entry = entries.get(key);
      if (entry === undefined) continue;
      this.#problem(entry.place, 'exporters alone, since metrics are of all that is read', quoted(key));
      entries.delete(key);
    }
    const lists = check({ ...value, entries }, PIPELINES.metrics);
    if (!lists.ok) this.#findings.problems.push(...lists.problem);
    const exporters = this.#exporters(value, 'metrics');
    const isImplied = lists.ok && lists.value.optional;
    if (exporters.length > 0) this.#metrics.push({ name, isImplied, exporters });
  }

  /** One that nobody wrote. */
  add(signal: 'logs' | 'traces', way: Way): void {
    const { isImplied } = way;
    const exporters = configsOf(way.exporters, signal);
    const { receivers } = this.#parts;
    const rest = { receivers, ...this.#processors.of([]), exporters };
    if (way.exporters.length > 0) this.#pipelines.push({ name: signal, signal, isImplied, ...rest });
  }

  addMetrics({ exporters, isImplied }: Way): void {
    const configs = configsOf(exporters, 'metrics');
    if (exporters.length > 0) this.#metrics.push({ name: 'metrics', isImplied, exporters: configs });
  }

  end(): Pipelines {
    const { receivers, exporters, chosen } = this.#parts;
    const { warnings } = this.#findings;
    const pipelines = this.#pipelines;
    const isRead = (name: string) => pipelines.length === 0 || pipelines.some((one) => one.receivers.includes(name));
    for (const name of receivers) {
      if (!isRead(name)) warnings.push(`receivers.${name} is in no pipeline, and is not read.`);
    }
    const { resource_attributes: resourceAttributes } = pipelines[0]?.mapping ?? this.#processors.usualMapping;
    this.#processors.tellUnused();
    for (const exporter of exporters.values()) {
      if (exporter.isUsed()) continue;
      if (chosen === undefined) warnings.push(`exporters.${exporter.name} is in no pipeline, and gets no records.`);
      // What is wrong with it is told all the same.
      exporter.config('logs');
    }
    this.#tellNothingLeft();
    return { pipelines, metrics: this.#metrics, resourceAttributes };
  }

  /** Where the command line has none but exporters that the file's pipelines cannot use. */
  #tellNothingLeft(): void {
    const { chosen } = this.#parts;
    if (chosen === undefined || chosen.length === 0 || this.#findings.problems.length > 0) return;
    if (this.#pipelines.length > 0 || this.#metrics.length > 0) return;
    const names = chosen.map(({ name }) => quoted(name)).join(', ');
    this.#problem(named('--exporter'), 'an exporter that a pipeline of the file can use', names);
  }

  /** All of them where the pipeline names none. */
  #receivers(pipeline: MapNode): readonly string[] {
    const { receivers: known } = this.#parts;
    const words = pipeline.entries.has('receivers') ? wordsOf(pipeline, 'receivers') : undefined;
    for (const { text, place } of words ?? []) {
      if (known.includes(text)) continue;
      const expected = known.length > 1 ? `one of the receivers ${known.join(', ')}` : known.join();
      this.#problem(place, expected, quoted(text), nearest(text, known));
    }
    return words === undefined ? known : known.filter((name) => words.some(({ text }) => text === name));
  }

  #exporters(pipeline: MapNode, signal: Signal): readonly ExporterConfig[] {
    const { exporters, chosen } = this.#parts;
    const found = wordsOf(pipeline, 'exporters').flatMap((word) => {
      const exporter = exporterOf(word, exporters, this.#findings);
      if (exporter === undefined) return [];
      // Also where the command line has others: what is wrong with it is told.
      const config = exporter.config(signal);
      if (!canSend(exporter, signal)) {
        this.#problem(word.place, 'an OTLP exporter or console, since metrics are sent by no other', quoted(word.text));
      }
      if (chosen === undefined) this.#tellUsualAddress(exporter, signal);
      return config === undefined ? [] : [config];
    });
    return [...new Set(chosen === undefined ? found : configsOf(takersOf(chosen, signal), signal))];
  }

  /** Who has named an address for another signal has probably forgotten that for this one. */
  #tellUsualAddress(exporter: NamedExporter, signal: Signal): void {
    const type = exporter.type(signal);
    if (!isOtlp(type) || exporter.address(signal) !== 'none') return;
    const usual = `http://localhost:${type === 'otlp_grpc' ? 4317 : 4318}`;
    this.#findings.warnings.push(
      `exporters.${exporter.name} has no address for ${signal}, and sends them to ${usual}.`,
    );
  }

  /** The journal keeps a place for each way out, by its name. */
  #tellTwins(pipeline: string, exporter: string, place: Place): void {
    const lane = laneName(pipeline, exporter);
    const other = this.#lanes.get(lane);
    if (other !== undefined) this.#problem(place, `a name that does not make it one with ${other}`, quoted(pipeline));
    this.#lanes.set(lane, `${exporter} in ${pipeline}`);
  }

  #problem(place: Place, expected: string, got: string, near?: string): void {
    this.#findings.problems.push(problemAt(place, expected, got, near));
  }
}

/** The exporter of the file that is called so. */
export function exporterOf(
  { text, place }: Word,
  exporters: FileExporters,
  { problems }: Findings,
): NamedExporter | undefined {
  const exporter = exporters.get(text);
  if (exporter !== undefined) return exporter;
  const known = [...exporters.keys()];
  problems.push(
    known.length === 0
      ? problemAt(place, 'the name of an exporter, defined under exporters', quoted(text))
      : problemAt(place, `one of the exporters ${known.join(', ')}`, quoted(text), nearest(text, known)),
  );
  return undefined;
}

export function wordsOf(mapping: MapNode, key: string): readonly Word[] {
  const value = mapping.entries.get(key)?.value;
  if (value?.kind !== 'list') return [];
  return value.items.map((item) => ({ text: item.kind === 'scalar' ? String(item.value) : '', place: item.place }));
}

function canSend(exporter: NamedExporter, signal: Signal): boolean {
  return signal !== 'metrics' || exporter.type(signal) !== 'file';
}

/** Of exporters that were chosen for everything, those that a pipeline of the file can use. */
function takersOf(chosen: readonly NamedExporter[], signal: Signal): readonly NamedExporter[] {
  return chosen.filter((exporter) => {
    if (!isOtlp(exporter.type(signal))) return canSend(exporter, signal);
    return signal === 'logs' || exporter.address(signal) !== 'none';
  });
}

function configsOf(exporters: readonly NamedExporter[], signal: Signal): readonly ExporterConfig[] {
  return exporters.map((exporter) => exporter.config(signal)).filter((config) => config !== undefined);
}
