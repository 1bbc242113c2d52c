/**
 * Makes a condition's tree into a function of an entry.
 *
 * Everything is checked here, once, and all that is wrong is told together: names of fields and transformers, what stands in
 * brackets behind them, whether there is such an operator for the type of value, whether a number is a number and an
 * expression can be compiled. What comes out is closures that cannot fail; it looks nothing up and parses nothing.
 *
 * A value that an entry does not have makes each comparison with it false, so `not a = b` is true of it and `a != b` is not.
 * Terms are asked in the order in which they are written, and no further than is needed.
 *
 * Macros and lists by their names are unknown here: whoever has some puts in what they stand for. So a tree can be larger
 * than any text, one part of it standing in many places; it is measured as it would be written out.
 */
import type { Result } from '../model/engine.ts';
import { comparedWithConstants, comparedWithValue, complaintOf, takesList } from './compare.ts';
import type { Fields, Predicate } from './field.ts';
import type { Reading, Source } from './source.ts';
import { PROBLEMS_MAX, SourceCompiler } from './source-compiler.ts';
import type { Comparison, Condition, ConditionProblem, List, Operand, Text } from './tree.ts';

/** Most terms within one another, and most comparisons at all, once macros stand for what they mean. */
export const DEPTH_MAX = 1000;
export const COMPARISONS_MAX = 20_000;

export function compileCondition(tree: Condition, fields: Fields): Result<Predicate, readonly ConditionProblem[]> {
  const compiler = new Compiler(fields);
  const predicate = compiler.condition(tree, 0);
  return compiler.problems.length === 0 ? { ok: true, value: predicate } : { ok: false, problem: compiler.told() };
}

/** What a field or a transformer gives for an entry: undefined where it is missing. */
export function compileOperand(operand: Operand, fields: Fields): Result<Reading, readonly ConditionProblem[]> {
  const problems: ConditionProblem[] = [];
  const source = new SourceCompiler(fields, problems).source(operand);
  return source === undefined ? { ok: false, problem: problems } : { ok: true, value: source.read };
}

/** Stands for what has a problem. Is never asked. */
const NEVER: Predicate = () => false;

class Compiler {
  readonly problems: ConditionProblem[] = [];
  readonly #sources: SourceCompiler;
  /** What stands in many places is made once: an expression takes a while. */
  readonly #made = new Map<Comparison, Predicate>();
  #comparisons = 0;
  #isTooLarge = false;

  constructor(fields: Fields) {
    this.#sources = new SourceCompiler(fields, this.problems);
  }

  /** In the order of the text, and what is wrong with a macro's text once, wherever the macro stands. */
  told(): readonly ConditionProblem[] {
    const first = new Map(this.problems.map((problem) => [`${problem.at} ${problem.message}`, problem]));
    return [...first.values()].sort((one, other) => one.at - other.at).slice(0, PROBLEMS_MAX);
  }

  condition(tree: Condition, depth: number): Predicate {
    if (this.#isTooLarge || this.problems.length >= PROBLEMS_MAX) return NEVER;
    if (depth > DEPTH_MAX) return this.#tooLarge(`The condition nests more than ${DEPTH_MAX} deep.`);
    switch (tree.kind) {
      case 'and':
        return all(tree.terms.map((term) => this.condition(term, depth + 1)));
      case 'or':
        return any(tree.terms.map((term) => this.condition(term, depth + 1)));
      case 'not':
        return not(this.condition(tree.term, depth + 1));
      case 'macro':
        return this.#refused({ message: `There is no macro ${tree.name}.`, at: tree.at });
      case 'exists':
        return this.#counted() ? exists(this.#sources.source(tree.left)) : NEVER;
      case 'compare':
        return this.#counted() ? this.#once(tree) : NEVER;
    }
  }

  #counted(): boolean {
    this.#comparisons += 1;
    if (this.#comparisons <= COMPARISONS_MAX) return true;
    this.#tooLarge(`The condition has more than ${COMPARISONS_MAX} comparisons.`);
    return false;
  }

  #tooLarge(message: string): Predicate {
    this.#isTooLarge = true;
    this.problems.push({ message, at: 0 });
    return NEVER;
  }

  #refused(...problems: readonly ConditionProblem[]): Predicate {
    this.problems.push(...problems);
    return NEVER;
  }

  #once(comparison: Comparison): Predicate {
    const made = this.#made.get(comparison) ?? this.#comparison(comparison);
    this.#made.set(comparison, made);
    return made;
  }

  #comparison(comparison: Comparison): Predicate {
    const left = this.#sources.source(comparison.left);
    const complaint = left === undefined ? undefined : complaintOf(left, comparison);
    if (complaint !== undefined) this.#refused(complaint);
    const right = this.#right(comparison);
    if (left === undefined || right === undefined || complaint !== undefined) return NEVER;
    const compared = isConstants(right)
      ? comparedWithConstants(left, comparison, right)
      : comparedWithValue(left, comparison, right);
    return compared.ok ? compared.value : this.#refused(...compared.problem);
  }

  /** Constants, or a value of the entry; undefined when there is something wrong with it. */
  #right(comparison: Comparison): readonly Text[] | Source | undefined {
    const { right } = comparison;
    switch (right.kind) {
      case 'text':
      case 'list':
        return this.#constants(comparison, right);
      case 'listName':
        this.#refused({ message: `There is no list ${right.name}.`, at: right.at });
        return undefined;
      case 'val':
        return this.#sources.source(right.field);
      case 'transformed':
        return this.#sources.source(right);
    }
  }

  #constants(comparison: Comparison, right: Text | List): readonly Text[] | undefined {
    const { operator, modifier } = comparison;
    if (right.kind === 'list') {
      if (takesList(comparison)) return right.items;
      const message = `${operator} takes one value, not a list: one of oneof, anyof and allof before the list says what is meant.`;
      this.#refused({ message, at: right.at });
      return undefined;
    }
    if (!takesList(comparison)) return [right];
    this.#refused({ message: `${modifier ?? operator} takes a list in parentheses.`, at: right.at });
    return undefined;
  }
}

function isConstants(right: readonly Text[] | Source): right is readonly Text[] {
  return Array.isArray(right);
}

function all(terms: readonly Predicate[]): Predicate {
  const [first = NEVER, second = first, third] = terms;
  if (terms.length === 2) return (entry) => first(entry) && second(entry);
  if (terms.length === 3 && third !== undefined) return (entry) => first(entry) && second(entry) && third(entry);
  return (entry) => {
    for (const term of terms) if (!term(entry)) return false;
    return true;
  };
}

function any(terms: readonly Predicate[]): Predicate {
  const [first = NEVER, second = first, third] = terms;
  if (terms.length === 2) return (entry) => first(entry) || second(entry);
  if (terms.length === 3 && third !== undefined) return (entry) => first(entry) || second(entry) || third(entry);
  return (entry) => {
    for (const term of terms) if (term(entry)) return true;
    return false;
  };
}

function not(term: Predicate): Predicate {
  return (entry) => !term(entry);
}

function exists(source: Source | undefined): Predicate {
  if (source === undefined) return NEVER;
  const { read } = source;
  return (entry) => read(entry) !== undefined;
}
