/**
 * The texts that conditions were parsed from, side by side: each tree's offsets are moved to where its text begins, so that
 * after macros have been put in an offset still tells which text it is in.
 */
import type { ConditionProblem, Offset } from '../../condition/tree.ts';
import type { Item } from './problem.ts';
import type { Report } from './report.ts';
import type { Written } from './written.ts';

/** Of the first text. An offset before it is in none: the compiler's 0 for what is wrong with a whole condition. */
export const FIRST_OFFSET = 1;

interface Text {
  readonly start: Offset;
  readonly written: Written;
  readonly item: Item;
}

export class Texts {
  readonly #texts: Text[] = [];
  #end = FIRST_OFFSET;

  /** @returns where it begins */
  add(written: Written, item: Item): Offset {
    const start = this.#end;
    this.#texts.push({ start, written, item });
    // Behind its end there is an offset that is its own.
    this.#end += written.text.length + 1;
    return start;
  }

  /** What is wrong at an offset of a moved tree, told where it was written: a macro's in the macro. */
  tell(problem: ConditionProblem, report: Report, isOdd = false): void {
    let [low, high] = [0, this.#texts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#texts[middle]?.start ?? 0) <= problem.at) low = middle;
      else high = middle - 1;
    }
    const text = this.#texts[low];
    if (text === undefined) return;
    const there = { ...problem, at: problem.at - text.start };
    if (isOdd) report.oddInText(text.written, text.item, there);
    else report.inText(text.written, text.item, there);
  }
}

/** Offsets moved by `by`, in a tree or a part of one. */
export function moved<Tree extends object>(tree: Tree, by: Offset): Tree {
  const entries = Object.entries(tree).map(([key, value]: [string, unknown]) => {
    if (key === 'at' && typeof value === 'number') return [key, value + by];
    if (Array.isArray(value)) return [key, value.map((one: object) => moved(one, by))];
    return [key, typeof value === 'object' && value !== null ? moved(value, by) : value];
  });
  return Object.fromEntries(entries) as Tree;
}
