/** Conditions of the configuration: checked when it is read, and made into functions when a pipeline is put together. */
import { conditionOf } from '../condition/condition.ts';
import type { Predicate } from '../condition/field.ts';

/** Nobody mends more of one condition at once. */
const TOLD_MAX = 5;

/** What is wrong with a condition, as what was expected instead; undefined where nothing is. */
export function conditionComplaint(text: string): string | undefined {
  const compiled = conditionOf(text);
  if (compiled.ok) return undefined;
  const told = compiled.problem.slice(0, TOLD_MAX).map(({ message, at, near }) => {
    const hint = near === undefined ? '' : `, did you mean ${near}?`;
    return `character ${at + 1}: ${message.replace(/\.$/, '')}${hint}`;
  });
  return `a condition that can be asked (${told.join('; ')})`;
}

/**
 * @throws Error for what {@link conditionComplaint} complains of, which no checked configuration has
 */
export function predicateOf(text: string): Predicate {
  const compiled = conditionOf(text);
  if (!compiled.ok) throw new Error(compiled.problem.map(({ message }) => message).join(' '));
  return compiled.value;
}
