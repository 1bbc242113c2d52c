/** A condition from its text to a function, for whoever has no macros and lists: filters, and changes of attributes. */
import type { Result } from '../model/engine.ts';
import { compileCondition } from './compile.ts';
import type { Fields, Predicate } from './field.ts';
import { FIELDS } from './fields.ts';
import { parseCondition } from './parser.ts';
import type { ConditionProblem } from './tree.ts';

/** @returns what to ask an entry, or all that is wrong with the text; of a text that cannot be read, the first thing */
export function conditionOf(text: string, fields: Fields = FIELDS): Result<Predicate, readonly ConditionProblem[]> {
  const read = parseCondition(text);
  return read.ok ? compileCondition(read.value, fields) : { ok: false, problem: [read.problem] };
}
