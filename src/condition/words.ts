/** The words of the condition language, and which of them somebody probably meant. */
import { nearest } from '../runtime/nearest.ts';
import { LIST_OPERATORS, ORDER_OPERATORS, TEXT_OPERATORS } from './tree.ts';

export const OPERATORS = ['exists', ...ORDER_OPERATORS, ...TEXT_OPERATORS, ...LIST_OPERATORS] as const;

/** None of them is the name of a macro. */
export const CONNECTIVES = ['and', 'or', 'not'] as const;

/** What other languages write. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['&', 'and'],
  ['||', 'or'],
  ['|', 'or'],
  ['<>', '!='],
  ['=>', '>='],
  ['=<', '<='],
  ['===', '=='],
  ['!==', '!='],
  ['=~', 'regex'],
  ['~', 'regex'],
  ['~=', 'regex'],
  ['matches', 'regex'],
  ['like', 'glob'],
  ['is', '='],
  ['eq', '='],
  ['equals', '='],
  ['ne', '!='],
]);

export function isOneOf<Word extends string>(words: readonly Word[], word: string | undefined): word is Word {
  return words.some((known) => known === word);
}

/** The operator that `word` was probably meant to be, or begins with. */
export function operatorNear(word: string): string | undefined {
  const known = ELSEWHERE.get(word.toLowerCase());
  if (isOneOf(OPERATORS, known)) return known;
  return nearest(word, LONG_OPERATORS) ?? LONG_OPERATORS.find((operator) => word.startsWith(operator));
}

/** Signs, and `in`, are too short to be near to anything. */
const LONG_OPERATORS = OPERATORS.filter((operator) => operator.length > 'in'.length);

/** Which of `and` and `or` was probably meant. */
export function connectiveNear(word: string): string | undefined {
  const known = ELSEWHERE.get(word);
  return isOneOf(CONNECTIVES, known) ? known : nearest(word, ['and', 'or']);
}
