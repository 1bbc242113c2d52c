/** What the rules tell of themselves. */
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';

/** A fault of this program; told once for each rule. */
export function ruleFailed(rule: string, error: unknown): Happening {
  const said = error instanceof Error ? error.message : String(error);
  return {
    name: 'rules.failed',
    level: 'error',
    message: `Rule "${maskText(rule)}" could not be asked about an event, which counts as no match: ${maskText(said)}. This is a fault of the collector; please report it. It is not told again for this rule.`,
    fields: { rule: maskText(rule) },
  };
}

/** @param line finished, with its place */
export function rulesWarning(line: string): Happening {
  return { name: 'rules.warning', level: 'warn', message: line };
}
