/** Rules as the loader leaves them and the desk asks them: checked, compiled, in their order. */
import type { FieldValue, Predicate } from '../condition/field.ts';
import type { Entry, RulePriority } from '../model/entry.ts';

export interface RuleSet {
  /** The enabled rules for Docker events, in the order in which they are asked. No two have the same name. */
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRule {
  readonly name: string;
  readonly description: string;
  readonly priority: RulePriority;
  readonly tags: readonly string[];
  /** As it was written, checked; fields are filled in where the record is made. */
  readonly output: string;
  readonly matches: Predicate;
  readonly threshold?: CompiledThreshold;
}

/** Asks for a number of matches within a time, and then for silence. */
export interface CompiledThreshold {
  /** At least 2. */
  readonly count: number;
  readonly withinMs: number;
  /** Matches are counted apart for each combination of these; for all together where there are none. */
  readonly by: readonly ((entry: Entry) => FieldValue)[];
  /** For so long after it was told, it is not told again for the same key; 0 tells again as soon as there are enough. */
  readonly coolDownMs: number;
}
