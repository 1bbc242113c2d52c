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
  ['!', 'not'],
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

/** The operator that `word` was probably meant to be. */
export function operatorNear(word: string): string | undefined {
  const known = ELSEWHERE.get(word.toLowerCase());
  return isOneOf(OPERATORS, known) ? known : nearest(word, OPERATORS.filter(isWord));
}

/** The connective that `word` was probably meant to be. */
export function connectiveNear(word: string): string | undefined {
  const known = ELSEWHERE.get(word);
  return isOneOf(CONNECTIVES, known) ? known : nearest(word, CONNECTIVES);
}

/** Symbols are too short to be near to anything. */
function isWord(operator: string): boolean {
  return /^[a-z]/.test(operator);
}
