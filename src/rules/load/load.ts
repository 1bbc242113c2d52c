/**
 * Loads rules files in Falco's form: several files in their order, several documents in each, all that is wrong told at once.
 *
 *   files ──► YAML ──► items ──► lists, macros, rules by name ──► lists and macros put in ──► checked and compiled
 *
 * - An item is a list, a macro, a rule, or what the file requires of who runs it. Items are taken in order: a later definition
 *   takes the place of an earlier one, `override` (or the older `append: true`) changes one.
 * - Only then conditions are read. Lists are put in as text, macros as trees, exceptions as part of the condition. A rule
 *   sees all macros, a macro those before it, everything sees all lists.
 * - What Falco accepts is accepted and means the same; what is odd is a warning: unknown keys, rules of another source, names
 *   that no condition can name, what nothing names. What differs on purpose: lists are put in at any depth, a list may
 *   stand behind `in` without parentheses, empty items are put in quotes, and `threshold` is a key of our own.
 * - All or nothing: where something is wrong there are no rules, so that whoever has rules running keeps those.
 * - A problem is told where it was written, down to the character: in the macro, the list, the appended part, not in the
 *   condition that they were put into.
 *
 * A file is nobody's friend: its size, depth, aliases, lists and macros are bounded, each by itself and what they unfold into
 * all together. Time grows with the size of the files.
 */
import type { Fields } from '../../condition/field.ts';
import type { Result } from '../../model/engine.ts';
import type { RuleSet } from '../rule-set.ts';
import { Collection } from './collection.ts';
import { compileRules } from './compile.ts';
import { shown } from './item-reader.ts';
import { addItem } from './items.ts';
import type { LoadOptions } from './options.ts';
import type { RuleProblem } from './problem.ts';
import { Report } from './report.ts';
import { readYaml } from './yaml.ts';

export interface LoadedRuleSet {
  readonly ruleSet: RuleSet;
  readonly warnings: readonly RuleProblem[];
}

export interface RulesText {
  /** For messages. */
  readonly path: string;
  readonly text: string;
}

export function loadRules(
  files: readonly RulesText[],
  fields: Fields,
  options: LoadOptions,
): Result<LoadedRuleSet, readonly RuleProblem[]> {
  const report = new Report();
  const collection = new Collection(report);
  for (const { path, text } of files) {
    const { documents, problems, warnings } = readYaml(path, text);
    report.add(problems, warnings);
    for (const document of documents) {
      if (document.kind === 'list') for (const node of document.items) addItem(node, collection, report);
      else report.problem(document.place, undefined, `Expected a list of rules ("- rule: …"), got ${shown(document)}.`);
    }
  }
  const ruleSet = compileRules(collection, fields, options, report);
  const { problems, warnings } = report;
  return problems.length > 0 ? { ok: false, problem: problems } : { ok: true, value: { ruleSet, warnings } };
}
