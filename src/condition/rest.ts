/** Why something stands where a condition was complete: what was read last may have been meant as more than was read. */
import type { Scanner } from './scanner.ts';
import { shown } from './scanner.ts';
import type { Comparison, Exists, MacroName, Text } from './tree.ts';
import { connectiveNear, operatorNear } from './words.ts';

interface Explanation {
  /** A sentence to go behind the problem's, with its blank; or nothing. */
  readonly hint: string;
  readonly near?: string;
}

const WORD = /[^ \t\n\v\f\r()"',]+/y;
const OPERATOR_SIGNS = /^[<>=!~&|]+$/;

/** @param last what was read right before; undefined where that was a parenthesis */
export function explainRest(scan: Scanner, last: Exists | Comparison | MacroName | undefined): Explanation {
  const near = connectiveNear(scan.peek(WORD) ?? '');
  if (near !== undefined) return { hint: '', near };
  if (last?.kind === 'macro') return afterMacro(scan, last);
  if (last?.kind === 'compare' && last.right.kind === 'text') return afterText(scan, last, last.right);
  return { hint: '' };
}

function afterMacro(scan: Scanner, { name }: MacroName): Explanation {
  if (scan.text.charAt(scan.at) === '(') {
    return { hint: ' The parenthesis of a transformer stands right behind its name.' };
  }
  return { hint: ` ${shown(name)} is read as a macro, because the name of a field has a dot.` };
}

function afterText(scan: Scanner, comparison: Comparison, text: Text): Explanation {
  const written = scan.text.slice(text.at, scan.at).trimEnd();
  if (/^["']/.test(written)) {
    const isCut = /\\\\["']/.test(written);
    return { hint: isCut ? ' A quote after a backslash ends no string; a backslash at its end is written \\x5c.' : '' };
  }
  if (OPERATOR_SIGNS.test(text.value)) {
    const near = operatorNear(comparison.operator + text.value);
    const hint = ` ${shown(text.value)} is read as the string that is compared with.`;
    return near === undefined ? { hint } : { hint, near };
  }
  return { hint: ' A string with a blank or one of ( ) , = in it is put in quotes.' };
}
