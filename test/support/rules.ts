/** Compiled rules without a file, with defaults for everything. */
import type { Predicate } from '../../src/condition/field.ts';
import type { RulePriority } from '../../src/model/entry.ts';
import type { CompiledRule, RuleSet, RuleThreshold } from '../../src/rules/rule-set.ts';

export interface RuleParts {
  readonly name?: string;
  readonly priority?: RulePriority;
  readonly matches?: Predicate;
  readonly asksForGaps?: boolean;
  readonly threshold?: Partial<RuleThreshold>;
}

export function ruleOf({
  name = 'Any',
  priority = 'Notice',
  matches = () => true,
  asksForGaps = false,
  threshold,
}: RuleParts): CompiledRule {
  return {
    name,
    description: `What ${name} is for.`,
    priority,
    tags: ['test'],
    output: `${name} (name=%docker.container.name)`,
    format: () => '',
    matches,
    asksForGaps,
    source: 'docker',
    file: 'test.yaml',
    line: 1,
    ...(threshold === undefined
      ? undefined
      : { threshold: { count: 3, withinMs: 600_000, by: [], coolDownMs: 0, ...threshold } }),
  };
}

export function ruleSetOf(...rules: readonly CompiledRule[]): RuleSet {
  return { rules, skipped: [] };
}

/** The key of a threshold: an attribute of the engine. */
export function byAttribute(name: string): RuleThreshold['by'][number] {
  return { name, read: (entry) => (entry.kind === 'event' ? entry.event.attributes.get(name) : undefined) };
}
