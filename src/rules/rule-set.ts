/** Rules as they are run: what the loader of rules files makes and the desk decides with. */
import type { FieldValue, Predicate } from '../condition/field.ts';
import { type Entry, RULE_PRIORITIES, type RulePriority } from '../model/entry.ts';

export interface RuleSet {
  /** Those that are asked, in the order of their first definition. */
  readonly rules: readonly CompiledRule[];
  /** Those that are not, for whoever wonders why. */
  readonly skipped: readonly SkippedRule[];
}

export interface CompiledRule {
  readonly name: string;
  readonly description: string;
  readonly priority: RulePriority;
  /** Each once, in the order of the file. */
  readonly tags: readonly string[];
  /** As the file has it, fields not yet filled in. */
  readonly output: string;
  /** {@link output} filled in. Reads the entry unmasked or masked, as it is given. */
  readonly format: (entry: Entry) => string;
  readonly matches: Predicate;
  /** It names `docker.record` or a field of gaps. Other rules are not asked about gaps: all that they can say of one is `not`. */
  readonly asksForGaps: boolean;
  readonly threshold?: RuleThreshold;
  /** Always: rules of other sources are left out. */
  readonly source: 'docker';
  /** Where it was first defined. */
  readonly file: string;
  readonly line: number;
}

/** So many matches within so much time of events with the same values make one alert; and then none for a while. */
export interface RuleThreshold {
  /** At least 1. */
  readonly count: number;
  /** 0 where the count is 1 and nothing was written. */
  readonly withinMs: number;
  /** What has to be the same; empty where all matches are counted together. */
  readonly by: readonly ThresholdKey[];
  /** After an alert, so long no further one for the same values. */
  readonly coolDownMs: number;
}

export interface ThresholdKey {
  /** As written: `docker.label[com.example.tier]`. */
  readonly name: string;
  /** Pure, never throws. */
  read(entry: Entry): FieldValue;
}

export interface SkippedRule {
  readonly name: string;
  readonly reason: SkipReason;
  readonly file: string;
  readonly line: number;
}

/**
 * - `disabled`: by `enabled: false`, or by an override of the configuration.
 * - `source`: it is for another source of events than Docker.
 * - `priority`: it is less severe than asked for.
 * - `unknown_field`: it names a field that is not known here, and says that it may be skipped then.
 */
export type SkipReason = 'disabled' | 'source' | 'priority' | 'unknown_field';

/** In any case, `info` for `informational` too; undefined for what is no priority. */
export function priorityOf(text: string): RulePriority | undefined {
  const folded = text.toLowerCase();
  return RULE_PRIORITIES.find((priority) => priority.toLowerCase() === (folded === 'info' ? 'informational' : folded));
}
