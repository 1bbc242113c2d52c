/** Rules, from their files to what can be asked. */
import { FIELDS } from '../condition/fields.ts';
import type { Result } from '../model/engine.ts';
import type { RulesOptions } from '../rules/config.ts';
import { BUNDLED_RULES, readRulesFiles } from '../rules/files.ts';
import { loadRules } from '../rules/load/load.ts';
import { ruleProblemText } from '../rules/load/problem.ts';
import { priorityOf, type RuleSet } from '../rules/rule-set.ts';

export interface LoadedRules {
  readonly ruleSet: RuleSet;
  /** Finished lines. */
  readonly warnings: readonly string[];
  /** What has to be looked at to know whether the rules have changed. */
  readonly watched: readonly string[];
}

const NO_RULES: LoadedRules = { ruleSet: { rules: [], skipped: [] }, warnings: [], watched: [] };

/** The problems are finished lines: all of them, over all files. */
export async function rulesOf(options: RulesOptions): Promise<Result<LoadedRules, readonly string[]>> {
  const { files, watched, problems } = await readRulesFiles(options);
  if (files.length === 0 && problems.length === 0) return { ok: true, value: { ...NO_RULES, watched } };
  const loaded = loadRules(files, FIELDS, {
    minimumPriority: priorityOf(options.minimum_priority) ?? 'Debug',
    trusted: BUNDLED_RULES,
    enable: options.enable,
    disable: options.disable,
  });
  const told = [...problems, ...(loaded.ok ? [] : loaded.problem.map(ruleProblemText))];
  if (!loaded.ok || told.length > 0) return { ok: false, problem: told };
  const { ruleSet, warnings } = loaded.value;
  return { ok: true, value: { ruleSet, warnings: warnings.map(ruleProblemText), watched } };
}
