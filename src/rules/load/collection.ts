/**
 * Lists, macros and rules by name, as the items of all files define and change them one after the other.
 *
 * A later definition takes the place of an earlier one, and keeps its turn. What an item with a problem would have defined
 * is remembered, so that what follows from the one problem is not told as others.
 */
import type { RulePriority } from '../../model/entry.ts';
import type { ExceptionItem, ListItem, MacroItem, RuleItem, RuleParts, ThresholdItem } from './definitions.ts';
import { type Item, type Place, quoted } from './problem.ts';
import type { Report } from './report.ts';
import { Written } from './written.ts';

/** Falco's, for rules that name no source. */
const DEFAULT_SOURCE = 'syscall';

export const EXCEPTIONS_MAX = 1000;

/** In the order of items: what was defined before something was last changed can be named there. */
interface Turns {
  readonly first: number;
  last: number;
}

export interface CollectedList {
  readonly name: string;
  readonly place: Place;
  readonly items: Written[];
}

export interface CollectedMacro {
  readonly name: string;
  readonly place: Place;
  readonly condition: Written[];
  readonly turns: Turns;
}

export interface CollectedRule {
  readonly name: string;
  /** Where it was first defined. */
  readonly place: Place;
  readonly source: string;
  condition: Written[];
  output: Written[];
  description: Written[];
  priority: RulePriority;
  tags: Set<string>;
  exceptions: CollectedException[];
  isEnabled: boolean;
  mayBeSkipped: boolean;
  threshold: ThresholdItem | undefined;
}

/** Its fields are known. */
export interface CollectedException extends ExceptionItem {
  readonly fields: Written | readonly Written[];
  readonly values: ExceptionItem['values'][number][];
}

export class Collection {
  readonly lists = new Map<string, CollectedList>();
  readonly macros = new Map<string, CollectedMacro>();
  readonly rules = new Map<string, CollectedRule>();
  readonly #report: Report;
  readonly #broken = new Set<string>();
  #turn = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Something of that name would be here, but for a problem that has been told. */
  isBroken({ kind, name }: Item): boolean {
    return this.#broken.has(`${kind} ${name}`);
  }

  addBroken({ kind, name }: Item): void {
    this.#broken.add(`${kind} ${name}`);
  }

  addList({ name, place, isAppended, items }: ListItem): void {
    const before = this.lists.get(name);
    if (!isAppended) this.lists.set(name, { name, place: before?.place ?? place, items: [...items] });
    else if (before !== undefined) for (const item of items) before.items.push(item);
    else this.#refuseMissing({ kind: 'list', name }, place, this.lists);
  }

  addMacro({ name, place, isAppended, condition }: MacroItem): void {
    const before = this.macros.get(name);
    const turn = this.#turn++;
    if (!isAppended) {
      const turns = { first: before?.turns.first ?? turn, last: turn };
      this.macros.set(name, { name, place: before?.place ?? place, condition: [condition], turns });
    } else if (before !== undefined) {
      before.condition.push(condition);
      before.turns.last = turn;
    } else this.#refuseMissing({ kind: 'macro', name }, place, this.macros);
  }

  addRule(item: RuleItem): void {
    const { name, place, change } = item;
    const before = this.rules.get(name);
    const source = change.kind === 'define' ? (item.source ?? DEFAULT_SOURCE) : item.source;
    if (before !== undefined && source !== undefined && before.source !== source) {
      const hint = item.source === undefined ? ` A rule without source is for ${DEFAULT_SOURCE}.` : '';
      const message = `The rule is for ${quoted(source)} here and for ${quoted(before.source)} in ${whereOf(before.place)}.${hint}`;
      this.#refuse({ kind: 'rule', name }, place, message);
      return;
    }
    if (change.kind === 'define') {
      const { parts } = change;
      this.rules.set(name, {
        name,
        place: before?.place ?? place,
        source: source ?? DEFAULT_SOURCE,
        condition: [parts.condition],
        output: [parts.output],
        description: [parts.description],
        priority: parts.priority,
        tags: new Set(parts.tags),
        exceptions: defined(parts.exceptions),
        isEnabled: parts.isEnabled ?? true,
        mayBeSkipped: parts.mayBeSkipped ?? false,
        threshold: parts.threshold,
      });
    } else if (before === undefined) this.#refuseMissing({ kind: 'rule', name }, place, this.rules);
    else if (change.kind === 'enable') before.isEnabled = change.isEnabled;
    else {
      if (change.appended !== undefined) this.#append(before, change.appended);
      if (change.replaced !== undefined) replace(before, change.replaced);
    }
  }

  #append(rule: CollectedRule, { condition, output, description, tags, exceptions }: RuleParts): void {
    if (condition !== undefined) rule.condition.push(condition);
    if (output !== undefined) rule.output.push(output);
    if (description !== undefined) rule.description.push(description);
    for (const tag of tags ?? []) rule.tags.add(tag);
    for (const exception of exceptions ?? []) this.#except(rule, exception);
  }

  #except(rule: CollectedRule, exception: ExceptionItem): void {
    const item: Item = { kind: 'rule', name: rule.name };
    const { name, place, fields, comps, values } = exception;
    const before = rule.exceptions.find((one) => one.name === name);
    if (before === undefined) {
      // The one that is meant may be what was wrong.
      if (fields === undefined && this.isBroken(item)) return;
      if (rule.exceptions.length >= EXCEPTIONS_MAX) {
        this.#refuse(item, place, `Expected at most ${EXCEPTIONS_MAX} exceptions of a rule, got more.`);
      } else if (fields === undefined) {
        const near = this.#report.nearest(
          name,
          rule.exceptions.map((one) => one.name),
        );
        const message = `Expected fields: the rule has no exception ${quoted(name)} yet.`;
        this.#refuse(item, place, message, near);
      } else if (values.length === 0) {
        this.#refuse(item, place, `Expected values of the exception ${quoted(name)}, which is a new one.`);
      } else rule.exceptions.push({ ...exception, fields, values: [...values] });
    } else if (fields !== undefined || comps !== undefined) {
      const message = `Expected values alone: the exception ${quoted(name)} is in ${whereOf(before.place)} already.`;
      this.#refuse(item, place, message);
    } else for (const value of values) before.values.push(value);
  }

  #refuse(item: Item, place: Place, message: string, near?: string): void {
    this.#report.problem(place, item, message, near);
    this.addBroken(item);
  }

  #refuseMissing(item: Item, place: Place, known: ReadonlyMap<string, unknown>): void {
    if (this.isBroken(item)) return;
    const message = `Expected a ${item.kind} of that name further up, or in a file before this one: there is none to change.`;
    this.#refuse(item, place, message, this.#report.nearest(item.name, known.keys()));
  }
}

function replace(rule: CollectedRule, parts: RuleParts): void {
  if (parts.condition !== undefined) rule.condition = [parts.condition];
  if (parts.output !== undefined) rule.output = [parts.output];
  if (parts.description !== undefined) rule.description = [parts.description];
  if (parts.tags !== undefined) rule.tags = new Set(parts.tags);
  if (parts.exceptions !== undefined) rule.exceptions = defined(parts.exceptions);
  rule.priority = parts.priority ?? rule.priority;
  rule.isEnabled = parts.isEnabled ?? rule.isEnabled;
  rule.mayBeSkipped = parts.mayBeSkipped ?? rule.mayBeSkipped;
  rule.threshold = parts.threshold ?? rule.threshold;
}

/** Their fields have been asked for where they were read. */
function defined(exceptions: readonly ExceptionItem[] | undefined): CollectedException[] {
  return (exceptions ?? []).flatMap((one) =>
    one.fields === undefined ? [] : [{ ...one, fields: one.fields, values: [...one.values] }],
  );
}

function whereOf({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** What was appended stands behind a blank. */
export function appendedTo(pieces: readonly Written[]): Written {
  const [first, ...others] = pieces;
  if (first === undefined || others.length === 0) return first ?? Written.joined([]);
  return Written.joined([first, ...others.flatMap((piece) => [Written.beside(' ', piece), piece])]);
}
