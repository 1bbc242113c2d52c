/** Collects what is wrong and what is odd in rules files, over all of them. */
import type { ConditionProblem } from '../../condition/tree.ts';
import { nearest } from '../../runtime/nearest.ts';
import type { Item, Place, RuleProblem } from './problem.ts';
import type { Written } from './written.ts';

/** Nobody reads more at once. */
const TOLD_MAX = 200;

const NOWHERE: Place = { file: '', line: 0, column: 0 };

/** Names that are compared at once, and how often: a file may have thousands of them, and thousands of problems. */
const COMPARED_MAX = 500;
const LOOKUPS_MAX = 500;

export class Report {
  readonly #problems = new Map<string, RuleProblem>();
  readonly #warnings = new Map<string, RuleProblem>();
  #count = 0;
  #lookups = 0;

  /** How many problems there have been: whether something added one. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are more problems than are told, so that it is no use to look for others. */
  get isFull(): boolean {
    return this.#problems.size > TOLD_MAX;
  }

  /** Which of `known` was probably meant; nothing any more after so many that nobody reads them. */
  nearest(word: string, known: Iterable<string>): string | undefined {
    this.#lookups += 1;
    if (this.#lookups > LOOKUPS_MAX) return undefined;
    const compared: string[] = [];
    for (const one of known) if (compared.push(one) >= COMPARED_MAX) break;
    return nearest(word, compared);
  }

  /** In the order of the files. */
  get problems(): readonly RuleProblem[] {
    return told(this.#problems);
  }

  get warnings(): readonly RuleProblem[] {
    return told(this.#warnings);
  }

  add(problems: readonly RuleProblem[], warnings: readonly RuleProblem[]): void {
    for (const problem of problems) this.#addProblem(problem);
    for (const warning of warnings) addTo(this.#warnings, warning);
  }

  problem(place: Place, item: Item | undefined, message: string, near?: string): void {
    this.#addProblem(problemAt(place, item, message, near));
  }

  warning(place: Place, item: Item | undefined, message: string, near?: string): void {
    addTo(this.#warnings, problemAt(place, item, message, near));
  }

  /** An oddity of the configuration, which is in no rules file. */
  unplaced(message: string, near?: string): void {
    addTo(this.#warnings, problemAt(NOWHERE, undefined, message, near));
  }

  /** What is wrong in a text, at the place where that part of it was written. */
  inText(written: Written, item: Item, problem: ConditionProblem): void {
    this.#addProblem(inText(written, item, problem));
  }

  /** As {@link inText}, for what is passed over. */
  oddInText(written: Written, item: Item, problem: ConditionProblem): void {
    addTo(this.#warnings, inText(written, item, problem));
  }

  #addProblem(problem: RuleProblem): void {
    this.#count += 1;
    addTo(this.#problems, problem);
  }
}

/** Each once: what is wrong with a macro shows wherever it is named. One more than are told are kept. */
function addTo(all: Map<string, RuleProblem>, problem: RuleProblem): void {
  if (all.size > TOLD_MAX) return;
  const key = JSON.stringify([problem.file, problem.line, problem.column, problem.message]);
  if (!all.has(key)) all.set(key, problem);
}

function told(all: ReadonlyMap<string, RuleProblem>): readonly RuleProblem[] {
  const files = [...new Set([...all.values()].map(({ file }) => file))];
  const sorted = [...all.values()]
    .slice(0, TOLD_MAX)
    .sort(
      (one, other) =>
        files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line || one.column - other.column,
    );
  const [last] = sorted.slice(-1);
  if (last === undefined || all.size <= TOLD_MAX) return sorted;
  const { file, line, column } = last;
  return [...sorted, { file, line, column, message: 'There is more like these, which is told when these are gone.' }];
}

function inText(written: Written, item: Item, { message, at, near }: ConditionProblem): RuleProblem {
  const context = { text: written.text, at: Math.min(at, written.text.length) };
  return { ...problemAt(written.placeAt(at), item, message, near), context };
}

function problemAt({ file, line, column }: Place, item: Item | undefined, message: string, near?: string): RuleProblem {
  return { file, line, column, ...(item && { item }), message, ...(near !== undefined && { near }) };
}
