/** Why something stands where a condition was complete: what was read last may have been meant as more than was read. */
import { nearest } from '../runtime/nearest.ts';
import { BACKSLASH_HINT, ENDS_IN_BACKSLASH, isQuoted } from './escape.ts';
import { type Scanner, shown } from './scanner.ts';
import {
  type Comparison,
  type Exists,
  type MacroName,
  MODIFIERS,
  type Operator,
  ORDER_OPERATORS,
  TRANSFORMERS,
} from './tree.ts';
import { connectiveNear, isOneOf, operatorNear } from './words.ts';

interface Explanation {
  /** A sentence to go behind the problem's, with its blank; or nothing. */
  readonly hint: string;
  readonly near?: string;
}

const WORD = /[^ \t\n\v\f\r()"',]+/y;

const NOTHING: Explanation = { hint: '' };
const CALL_HINT = ' The parenthesis of a transformer stands right behind its name.';
const QUOTES_HINT = ' A string with a blank or one of ( ) , = in it is put in quotes.';

/** @param last what was read right before; undefined where that was a parenthesis */
export function explainRest(scan: Scanner, last: Exists | Comparison | MacroName | undefined): Explanation {
  const word = scan.peek(WORD) ?? '';
  if (scan.isAtEnd || word === 'not') return NOTHING;
  const near = connectiveNear(word);
  if (near !== undefined) return { hint: '', near };
  const isParenthesis = scan.text.charAt(scan.at) === '(';
  if (last?.kind === 'macro') {
    if (isParenthesis) return { hint: CALL_HINT };
    return { hint: ` ${shown(last.name)} is read as a macro, because the name of a field has a dot.` };
  }
  if (last?.kind !== 'compare') return NOTHING;
  const { operator, right } = last;
  if (right.kind === 'listName') return { hint: ` ${shown(right.name)} is read as the name of a list.` };
  if (right.kind !== 'text' || isOneOf(ORDER_OPERATORS, operator)) return NOTHING;
  const written = scan.text.slice(right.at, scan.at);
  if (isQuoted(written)) return { hint: ENDS_IN_BACKSLASH.test(written) ? BACKSLASH_HINT : '' };
  return isParenthesis ? beforeParenthesis(right.value) : afterBare(operator, right.value);
}

/** A string was read, and here is a parenthesis: of a list, of a transformer, or of the string itself. */
function beforeParenthesis(value: string): Explanation {
  if (isOneOf(MODIFIERS, value)) return { hint: ` A blank stands before ${shown(value)}.` };
  if (isOneOf(TRANSFORMERS, value)) return { hint: CALL_HINT };
  const near = nearest(value, MODIFIERS);
  return near === undefined ? { hint: QUOTES_HINT } : { hint: '', near };
}

function afterBare(operator: Operator, value: string): Explanation {
  if (!/^[<>=!~]+$/.test(value)) return { hint: QUOTES_HINT };
  const near = operatorNear(operator + value);
  const hint = ` ${shown(value)} is read as the string to compare with.`;
  return near === undefined ? { hint } : { hint, near };
}
