/** Finds the fields and transformers that a condition or an output names, and checks how they are used. */
import { nearest } from '../runtime/nearest.ts';
import type { Field, Fields, FieldValue } from './field.ts';
import { type Reading, type Source, shown } from './source.ts';
import { type TransformerName, transformed } from './transformers.ts';
import {
  type Argument,
  type ArgumentList,
  type ConditionProblem,
  type FieldName,
  type Operand,
  TRANSFORMERS,
  type Transformed,
} from './tree.ts';

/** Nobody reads more of them at once, and each costs time to be found the nearest known word. */
export const PROBLEMS_MAX = 100;

export class SourceCompiler {
  readonly #fields: Fields;
  readonly #problems: ConditionProblem[];

  /** What is wrong is added to `problems`, until there are enough of them. */
  constructor(fields: Fields, problems: ConditionProblem[]) {
    this.#fields = fields;
    this.#problems = problems;
  }

  /** Undefined when there is something wrong with it. */
  source(operand: Operand | Argument): Source | undefined {
    if (this.#problems.length >= PROBLEMS_MAX) return undefined;
    switch (operand.kind) {
      case 'field':
        return this.#field(operand);
      case 'transformed':
        return this.#transformed(operand);
      case 'text': {
        const { value } = operand;
        return { type: 'text', read: () => value, name: shown(value) };
      }
      case 'arguments':
        return this.#list(operand);
    }
  }

  #field({ name, argument, at }: FieldName): Source | undefined {
    const field = this.#fields.named(name);
    if (field === undefined) {
      const near = nearest(
        name,
        this.#fields.all.map((known) => known.name),
      );
      return this.#refused({ message: `There is no field ${name}.`, at, ...(near === undefined ? {} : { near }) });
    }
    const message = argumentProblem(field, argument);
    if (message !== undefined) return this.#refused({ message, at });
    return { type: field.type, read: readingOf(field, argument), name };
  }

  #transformed({ by, of, argument, at }: Transformed): Source | undefined {
    const sources = of.map((one) => this.source(one)).filter((source) => source !== undefined);
    const name = TRANSFORMERS.find((known) => known === by);
    if (name === undefined) {
      const near = nearest(by, TRANSFORMERS);
      const message = `There is no transformer ${by}, only ${TRANSFORMERS.join(', ')}.`;
      return this.#refused({ message, at, ...(near === undefined ? {} : { near }) });
    }
    return sources.length === of.length ? this.#made(name, sources, argument, at) : undefined;
  }

  #made(by: TransformerName, of: readonly Source[], argument: string | undefined, at: number): Source | undefined {
    const made = transformed(by, of, argument);
    if (!made.ok) return this.#refused({ message: made.problem, at });
    return { ...made.value, name: `${by}(${of.map(({ name }) => name).join(', ')})` };
  }

  /** A list of values, lists among them one after the other. One that is missing makes the list missing. */
  #list({ items }: ArgumentList): Source | undefined {
    const sources = items.map((item) => this.source(item)).filter((source) => source !== undefined);
    if (sources.length < items.length) return undefined;
    const reads = sources.map(({ read }) => read);
    return {
      type: 'texts',
      name: `(${sources.map(({ name }) => name).join(', ')})`,
      read: (entry) => {
        const values = reads.map((read) => read(entry)).filter((value) => value !== undefined);
        return values.length === reads.length ? values.flatMap(textsOf) : undefined;
      },
    };
  }

  #refused(problem: ConditionProblem): undefined {
    this.#problems.push(problem);
    return undefined;
  }
}

function argumentProblem({ name, argument }: Field, given: string | undefined): string | undefined {
  if (argument === 'none' && given !== undefined) return `${name} takes nothing in brackets behind it.`;
  if (argument === 'needed' && given === undefined) return `${name} needs a key in brackets behind it: ${name}[KEY].`;
  return undefined;
}

/**
 * Without an argument the field's own function, because one call less counts here. A list with nothing in it is missing, as
 * is what an entry does not have.
 */
function readingOf({ type, read }: Field, argument: string | undefined): Reading {
  if (type === 'texts') {
    return (entry) => {
      const value = read(entry, argument);
      return typeof value === 'object' && value.length > 0 ? value : undefined;
    };
  }
  return argument === undefined ? read : (entry) => read(entry, argument);
}

function textsOf(value: NonNullable<FieldValue>): readonly string[] {
  return typeof value === 'object' ? value : [String(value)];
}
