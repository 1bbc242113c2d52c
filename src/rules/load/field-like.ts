/**
 * Texts on the right of a comparison that look like a field. What stands there is a text: `a.b = c.d` never asks the field
 * c.d, and nobody would see why the rule is silent. Falco tells them, too.
 */
import type { Fields } from '../../condition/field.ts';
import { readOperand } from '../../condition/parser.ts';
import type { Comparison, Condition, ConditionProblem, Operand, Text } from '../../condition/tree.ts';

export function fieldLikeTexts(tree: Condition, fields: Fields): readonly ConditionProblem[] {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return tree.terms.flatMap((term) => fieldLikeTexts(term, fields));
    case 'not':
      return fieldLikeTexts(tree.term, fields);
    case 'compare':
      return textsOf(tree).flatMap((text) => oddity(text, fields));
    case 'exists':
    case 'macro':
      return [];
  }
}

function textsOf({ right }: Comparison): readonly Text[] {
  if (right.kind === 'text') return [right];
  return right.kind === 'list' ? right.items : [];
}

/** A field has a dot in its name, which nearly no other word begins with. */
const BEGINS_LIKE_FIELD = /^\s*(?:[a-z0-9]+\(\s*)*(?:docker|evt)\.[a-z]/;

function oddity({ value, at }: Text, fields: Fields): readonly ConditionProblem[] {
  if (!BEGINS_LIKE_FIELD.test(value)) return [];
  const word = value.trim();
  const read = readOperand(word, 0);
  if (!read.ok || read.value.end !== word.length || !isKnown(read.value.operand, fields)) return [];
  const meant = read.value.operand.kind === 'field' ? `val(${word})` : `${word} without quotes`;
  return [{ message: `${word} is a text here. If the field is meant, compare with ${meant}.`, at }];
}

function isKnown(operand: Operand, fields: Fields): boolean {
  if (operand.kind === 'field') return fields.named(operand.name) !== undefined;
  return operand.of.every((one) => (one.kind === 'field' || one.kind === 'transformed' ? isKnown(one, fields) : true));
}
