/**
 * Puts macros into conditions: as trees, where their names stand.
 *
 * A macro sees those that were defined before it was last changed, a rule all of them. So macros can only name one another
 * in a circle where one was defined anew; that is told.
 *
 * Trees are shared, not copied. Written out they can be larger than any text (a macro that names another twice doubles it),
 * so they are measured as if they were written out, and bounded: each by itself and all together.
 */
import { parseCondition } from '../../condition/parser.ts';
import type { Comparison, Condition, Junction, MacroName, Offset } from '../../condition/tree.ts';
import { appendedTo, type CollectedMacro, type Collection } from './collection.ts';
import type { Lists } from './lists.ts';
import type { Item } from './problem.ts';
import type { Report } from './report.ts';
import { moved, type Texts } from './texts.ts';
import type { Written } from './written.ts';

/** Longest condition once lists have been put in, in characters: a list of some ten thousand images fits. */
const CONDITION_MAX = 1024 * 1024;

/** Comparisons in a tree. The compiler's bound is the same. */
const TREE_MAX = 20_000;
/** Comparisons in all trees together. */
const TREES_MAX = 300_000;
/** Macros within macros. */
const DEPTH_MAX = 200;

/** So much of a circle is shown. */
const SHOWN_MAX = 10;

interface Expanded {
  readonly tree: Condition;
  /** Comparisons, as if it were written out. */
  readonly size: number;
}

/** Stands for what has a problem; never run. It counts, for macros of nothing can be doubled too. */
const NOTHING: Expanded = { tree: { kind: 'and', terms: [] }, size: 1 };

export class Macros {
  readonly #collection: Collection;
  readonly #lists: Lists;
  readonly #texts: Texts;
  readonly #report: Report;
  readonly #expanded = new Map<string, Expanded>();
  readonly #used = new Set<string>();
  /** Names that lead to the macro that is expanded at the moment. */
  readonly #path: string[] = [];
  #left = TREES_MAX;

  /** Those that no rule names are checked too. */
  constructor(collection: Collection, lists: Lists, texts: Texts, report: Report) {
    this.#collection = collection;
    this.#lists = lists;
    this.#texts = texts;
    this.#report = report;
    for (const macro of collection.macros.values()) this.#macro(macro);
  }

  /** Whether a rule or another macro names it. */
  isUsed(name: string): boolean {
    return this.#used.has(name);
  }

  /** A rule's condition with lists and macros put in; undefined where it cannot be read, which is told. */
  put(condition: Written, item: Item): Condition | undefined {
    const parsed = this.#parse(condition, item);
    return parsed && this.#counted(parsed, this.#expand(parsed, Number.POSITIVE_INFINITY)).tree;
  }

  #parse(condition: Written, item: Item): Condition | undefined {
    const put = this.#lists.put(condition);
    if (typeof put === 'string') {
      this.#report.problem(condition.placeAt(0), item, put);
      return undefined;
    }
    const parsed = parseCondition(put.text, CONDITION_MAX);
    if (parsed.ok) return moved(parsed.value, this.#texts.add(put, item));
    this.#report.inText(put, item, parsed.problem);
    return undefined;
  }

  #macro({ name, condition, turns }: CollectedMacro): Expanded {
    const known = this.#expanded.get(name);
    if (known !== undefined) return known;
    const parsed = this.#parse(appendedTo(condition), { kind: 'macro', name });
    this.#path.push(name);
    const expanded = parsed === undefined ? NOTHING : this.#counted(parsed, this.#expand(parsed, turns.last));
    this.#path.pop();
    this.#expanded.set(name, expanded);
    return expanded;
  }

  /** @param before the turn up to which macros are seen */
  #expand(tree: Condition, before: number): Expanded {
    switch (tree.kind) {
      case 'macro':
        return this.#named(tree, before);
      case 'exists':
        return { tree, size: 1 };
      case 'compare':
        return this.#compared(tree);
      case 'not': {
        const { tree: term, size } = this.#expand(tree.term, before);
        return { tree: term.kind === 'not' ? term.term : { kind: 'not', term }, size };
      }
      case 'and':
      case 'or':
        return this.#joined(tree, before);
    }
  }

  /** Terms of the same kind are not nested. */
  #joined(tree: Junction, before: number): Expanded {
    const terms: Condition[] = [];
    let size = 0;
    for (const term of tree.terms) {
      const expanded = this.#expand(term, before);
      size += expanded.size;
      if (size > TREE_MAX) {
        return this.#refuse(
          startOf(tree),
          `Expected at most ${TREE_MAX} comparisons once macros stand for what they mean.`,
        );
      }
      if (expanded.tree.kind === tree.kind) for (const inner of expanded.tree.terms) terms.push(inner);
      else terms.push(expanded.tree);
    }
    return { tree: { kind: tree.kind, terms }, size };
  }

  #compared(tree: Comparison): Expanded {
    if (tree.right.kind !== 'listName') return { tree, size: 1 };
    const { name, at } = tree.right;
    if (this.#collection.isBroken({ kind: 'list', name })) return NOTHING;
    return this.#refuse(at, `There is no list ${name}. One value stands in parentheses.`, name, this.#lists.names);
  }

  #named({ name, at }: MacroName, before: number): Expanded {
    const macro = this.#collection.macros.get(name);
    if (macro === undefined) {
      if (this.#collection.isBroken({ kind: 'macro', name })) return NOTHING;
      return this.#refuse(at, `There is no macro ${name}.`, name, this.#collection.macros.keys());
    }
    this.#used.add(name);
    if (macro.turns.first >= before && !this.#path.includes(name)) {
      const where = `${macro.place.file}:${macro.place.line}`;
      return this.#refuse(
        at,
        `The macro ${name} is defined further down, in ${where}: a macro sees only those before it.`,
      );
    }
    if (this.#path.includes(name)) {
      const circle = [...this.#path.slice(this.#path.indexOf(name)), name].slice(0, SHOWN_MAX).join(' → ');
      return this.#refuse(at, `The macro ${name} names itself: ${circle}.`);
    }
    if (this.#path.length >= DEPTH_MAX) return this.#refuse(at, `Expected macros at most ${DEPTH_MAX} deep, got more.`);
    return this.#macro(macro);
  }

  #counted(parsed: Condition, expanded: Expanded): Expanded {
    this.#left -= expanded.size;
    if (this.#left >= 0) return expanded;
    const message = `Expected at most ${TREES_MAX} comparisons in all conditions together once macros stand for what they mean.`;
    return this.#refuse(startOf(parsed), message);
  }

  #refuse(at: Offset, message: string, name = '', known: Iterable<string> = []): Expanded {
    const near = this.#report.nearest(name, known);
    this.#texts.tell({ message, at, ...(near !== undefined && { near }) }, this.#report);
    return NOTHING;
  }
}

/** Where a condition as it was written begins, parentheses aside. */
function startOf(tree: Condition): Offset {
  switch (tree.kind) {
    case 'macro':
      return tree.at;
    case 'exists':
    case 'compare':
      return tree.left.at;
    case 'not':
      return startOf(tree.term);
    case 'and':
    case 'or': {
      const [first] = tree.terms;
      return first === undefined ? 0 : startOf(first);
    }
  }
}
