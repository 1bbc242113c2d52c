/** Rules files as text, loaded with all fields. */
import assert from 'node:assert/strict';
import { FIELDS } from '../../src/condition/fields.ts';
import type { EventEntry } from '../../src/model/entry.ts';
import { type LoadedRuleSet, loadRules } from '../../src/rules/load/load.ts';
import { ruleProblemText } from '../../src/rules/load/problem.ts';
import type { CompiledRule } from '../../src/rules/rule-set.ts';
import { entryOf, eventLine } from './events.ts';

type Loaded = ReturnType<typeof loadRules>;

/** Files named a.yaml, b.yaml and so on. */
export function load(...texts: readonly string[]): Loaded {
  const files = texts.map((text, index) => ({ path: `${String.fromCharCode(97 + index)}.yaml`, text }));
  return loadRules(files, FIELDS, { minimumPriority: 'Debug' });
}

export function loaded(result: Loaded): LoadedRuleSet {
  assert.ok(result.ok, result.ok ? '' : result.problem.map(ruleProblemText).join('\n'));
  return result.value;
}

/** The rule that is loaded last. */
export function lastRule(...texts: readonly string[]): CompiledRule {
  const rule = loaded(load(...texts)).ruleSet.rules.at(-1);
  assert.ok(rule !== undefined);
  return rule;
}

/** As lines; none where the files are accepted. */
export function problemsOf(...texts: readonly string[]): readonly string[] {
  const result = load(...texts);
  return result.ok ? [] : result.problem.map(ruleProblemText);
}

export function warningsOf(...texts: readonly string[]): readonly string[] {
  return loaded(load(...texts)).warnings.map(ruleProblemText);
}

/** A rule in six lines, its condition in the third; one more with `more`. */
export function RULE(name: string, condition: string, more?: string): string {
  const lines = [
    `rule: ${name}`,
    'desc: d',
    `condition: ${condition}`,
    'output: "o"',
    'priority: notice',
    'source: docker',
  ];
  return `- ${[...lines, ...(more === undefined ? [] : [more])].join('\n  ')}\n`;
}

export function named(rules: readonly CompiledRule[]): readonly string[] {
  return rules.map(({ name }) => name);
}

/** An event of a container. */
export function eventEntry(action: string, attributes: Readonly<Record<string, string>> = {}): EventEntry {
  return entryOf(eventLine({ action, attributes }));
}
