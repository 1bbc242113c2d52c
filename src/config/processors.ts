/** The processors of a configuration, found by the pipelines that use them, and checked. */
import type { z } from 'zod';
import type { BatchOptions } from '../export/config.ts';
import type { JournalOptions } from '../journal/config.ts';
import type { MappingOptions } from '../mapping/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import { nearest } from '../runtime/nearest.ts';
import { check, renamed } from './check.ts';
import type { PipelineConfig } from './collector-config.ts';
import type { Findings, Layer } from './layer.ts';
import { type MapNode, nothingAt, overlay, type Place } from './node.ts';
import { problemAt, quoted, shown } from './problem.ts';
import { PROCESSOR_TYPES, PROCESSORS, type ProcessorType } from './schemas.ts';
import { type Component, componentsOf, typeOf } from './sections.ts';

export interface ProcessorParts {
  /** The section `processors`. */
  readonly processors: MapNode;
  readonly journal: JournalOptions;
  /** Whether the queue's size was written by somebody, so that a batch above it is a contradiction. */
  readonly isQueueWritten: boolean;
  /** Lie under and over what the file says of mapping and batch. */
  readonly below: Layer;
  readonly above: Layer;
}

/** A name that a list of the file has in it. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

type Options<Type extends ProcessorType> = z.output<(typeof PROCESSORS)[Type]['schema']>;

export class Processors {
  readonly #parts: ProcessorParts;
  readonly #findings: Findings;
  readonly #components: ReadonlyMap<string, Component<ProcessorType>>;
  readonly #used = new Set<string>();
  /** By name: pipelines that share a processor share its options, and what is to be told of it is told once. */
  readonly #made: { readonly [Type in ProcessorType]: Map<string | undefined, Options<Type>> } = {
    filter: new Map(),
    redact: new Map(),
    mapping: new Map(),
    attributes: new Map(),
    batch: new Map(),
  };

  constructor(parts: ProcessorParts, findings: Findings) {
    this.#parts = parts;
    this.#findings = findings;
    const components = componentsOf(parts.processors, PROCESSOR_TYPES, {}, findings);
    this.#components = new Map(components.map((component) => [component.name, component]));
  }

  /** Of each kind the one that a pipeline names, or else the one called as its kind, or else the defaults. */
  of(words: readonly Word[]): Pick<PipelineConfig, ProcessorType> {
    const named = new Map<ProcessorType, Component<ProcessorType> | undefined>();
    for (const { text, place } of words) {
      const component = this.#components.get(text);
      const type = component?.type ?? typeOf(text, PROCESSOR_TYPES, {});
      if (type === undefined) {
        const known = [...new Set([...this.#components.keys(), ...PROCESSOR_TYPES])];
        this.#tell([problemAt(place, `one of ${known.join(', ')}`, quoted(text), nearest(text, known))]);
      } else if (named.has(type)) {
        this.#tell([problemAt(place, `one ${type} in a pipeline`, `a second one, ${quoted(text)}`)]);
      } else {
        named.set(type, component);
      }
    }
    const one = <Type extends ProcessorType>(type: Type) => this.#one(type, named.get(type));
    return {
      filter: one('filter'),
      redact: one('redact'),
      mapping: one('mapping'),
      attributes: one('attributes'),
      batch: one('batch'),
    };
  }

  /** The mapping that a pipeline has which names none. */
  get usualMapping(): MappingOptions {
    return this.#one('mapping', undefined);
  }

  tellUnused(): void {
    for (const name of this.#components.keys()) {
      if (!this.#used.has(name)) this.#findings.warnings.push(`processors.${name} is in no pipeline.`);
    }
  }

  #one<Type extends ProcessorType>(type: Type, named: Component<ProcessorType> | undefined): Options<Type> {
    const component = named ?? this.#components.get(type);
    if (component !== undefined) this.#used.add(component.name);
    const known = this.#made[type].get(component?.name);
    if (known !== undefined) return known;
    const node = this.#options(type, component);
    const made = this.#checked(type, node);
    const options = type === 'batch' ? (this.#fitting(made as BatchOptions, node) as Options<Type>) : made;
    this.#made[type].set(component?.name, options);
    return options;
  }

  #options(type: ProcessorType, component: Component<ProcessorType> | undefined): MapNode {
    const problems: ConfigProblem[] = [];
    const written = component?.options ?? nothingAt(`processors.${type}`);
    const options = renamed(written, PROCESSORS[type].aliases, problems);
    this.#tell(problems);
    if (type !== 'mapping' && type !== 'batch') return options;
    return overlay(this.#parts.above[type], overlay(options, this.#parts.below[type]));
  }

  /** What is wrong is told, and the defaults stand in its place. */
  #checked<Type extends ProcessorType>(type: Type, node: MapNode): Options<Type> {
    const { schema } = PROCESSORS[type];
    const result = check(node, schema);
    if (!result.ok) this.#tell(result.problem);
    return (result.ok ? result.value : schema.parse({})) as Options<Type>;
  }

  /** A batch is never larger than the queue that it is taken from. */
  #fitting(batch: BatchOptions, node: MapNode): BatchOptions {
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

  /** What the environment and the command line say is laid over or under each processor, and would be told for each. */
  #tell(problems: readonly ConfigProblem[]): void {
    const { problems: told } = this.#findings;
    const isTold = (problem: ConfigProblem) =>
      told.some(
        ({ path, line, expected }) => path === problem.path && line === problem.line && expected === problem.expected,
      );
    told.push(...problems.filter((problem) => !isTold(problem)));
  }
}
