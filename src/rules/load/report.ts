/** Collects what is wrong and what is odd in rules files, over all of them. */
import type { ConditionProblem } from '../../condition/tree.ts';
import type { Item, Place, RuleProblem } from './problem.ts';
import type { Written } from './written.ts';

/** Nobody reads more at once. */
const TOLD_MAX = 200;

const NOWHERE: Place = { file: '', line: 0, column: 0 };

export class Report {
  readonly #problems: RuleProblem[] = [];
  readonly #warnings: RuleProblem[] = [];

  get isClean(): boolean {
    return this.#problems.length === 0;
  }

  /** How many problems there have been: whether something added one. */
  get count(): number {
    return this.#problems.length;
  }

  get problems(): readonly RuleProblem[] {
    return told(this.#problems);
  }

  get warnings(): readonly RuleProblem[] {
    return told(this.#warnings);
  }

  add(problems: readonly RuleProblem[], warnings: readonly RuleProblem[]): void {
    for (const problem of problems) this.#problems.push(problem);
    for (const warning of warnings) this.#warnings.push(warning);
  }

  problem(place: Place, item: Item | undefined, message: string, near?: string): void {
    this.#problems.push(problemAt(place, item, message, near));
  }

  warning(place: Place, item: Item | undefined, message: string, near?: string): void {
    this.#warnings.push(problemAt(place, item, message, near));
  }

  /** An oddity of the configuration, which is in no rules file. */
  unplaced(message: string, near?: string): void {
    this.#warnings.push(problemAt(NOWHERE, undefined, message, near));
  }

  /** What is wrong in a text, at the place where that part of it was written. */
  inText(written: Written, item: Item, { message, at, near }: ConditionProblem): void {
    this.#problems.push({
      ...problemAt(written.placeAt(at), item, message, near),
      context: { text: written.text, at: Math.min(at, written.text.length) },
    });
  }

  /** As {@link inText}, for what is passed over. */
  oddInText(written: Written, item: Item, { message, at, near }: ConditionProblem): void {
    this.#warnings.push({
      ...problemAt(written.placeAt(at), item, message, near),
      context: { text: written.text, at: Math.min(at, written.text.length) },
    });
  }
}

function problemAt({ file, line, column }: Place, item: Item | undefined, message: string, near?: string): RuleProblem {
  return { file, line, column, ...(item && { item }), message, ...(near !== undefined && { near }) };
}

/** Each once; the last of too many says how many there are. Files stay in their order. */
function told(all: readonly RuleProblem[]): readonly RuleProblem[] {
  const first = new Map<string, RuleProblem>();
  for (const one of all) {
    const key = JSON.stringify([one.file, one.line, one.column, one.message]);
    if (!first.has(key)) first.set(key, one);
  }
  const files = [...new Set([...first.values()].map(({ file }) => file))];
  const sorted = [...first.values()].sort(
    (one, other) =>
      files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line || one.column - other.column,
  );
  const [last] = sorted.slice(TOLD_MAX);
  if (last === undefined) return sorted;
  const { file, line, column } = last;
  return [
    ...sorted.slice(0, TOLD_MAX),
    { file, line, column, message: `And ${sorted.length - TOLD_MAX} more like these.` },
  ];
}
