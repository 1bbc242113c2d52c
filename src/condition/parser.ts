/**
 * Reads the condition language of Falco's rules.
 *
 *   condition = conjunction { 'or' conjunction }        conjunction = negation { 'and' negation }
 *   negation  = { 'not' } term                           term = '(' condition ')' | check | name of a macro
 *   check     = operand ( 'exists' | order number | text-operator ( string | modifier list ) | list-operator list )
 *   operand   = field [ '[' argument ']' ] | transformer '(' … ')' [ '[' argument ']' ]
 *
 * On the right there may also be `val(field)` or a transformer; of a list, its name. `and`, `or`, `not` need a blank or a
 * parenthesis behind them, operators that are words a blank.
 *
 * What Falco accepts means the same here. Where Falco accepts what nobody means, it is refused: `in` and its like with a
 * word right behind them (`integer` is no list named `teger`), a number with letters right behind it, and macros named
 * `and`, `or` or `not`. Where Falco refuses what can only mean one thing, it is accepted: `a or(b) and c`.
 *
 * A condition of any size and depth is answered in time that grows with its length; beyond {@link CONDITION_MAX} and
 * 100 parentheses within one another it is refused. Only the first problem is told: what follows it would be a guess.
 */
import type { Result } from '../model/engine.ts';
import { readCheck } from './checks.ts';
import { IDENTIFIER, readOperandAt } from './operands.ts';
import { explainRest } from './rest.ts';
import { attempt, refuse, Scanner } from './scanner.ts';
import type { Comparison, Condition, ConditionProblem, Exists, Junction, MacroName, Offset, Operand } from './tree.ts';
import { CONNECTIVES, isOneOf } from './words.ts';

/** Longest condition that a person writes, in characters. */
export const CONDITION_MAX = 65_536;

/**
 * Takes a condition apart.
 *
 * @param lengthMax for whoever has put long lists in, and has another bound
 */
export function parseCondition(text: string, lengthMax = CONDITION_MAX): Result<Condition, ConditionProblem> {
  return attempt(() => {
    if (text.length > lengthMax) {
      refuse(`Expected at most ${lengthMax} characters in a condition, got ${text.length}.`, lengthMax);
    }
    return new Parser(new Scanner(text)).whole();
  });
}

/** Reads a field or a transformer; `end` is behind it. */
export function readOperand(
  text: string,
  from: Offset,
): Result<{ readonly operand: Operand; readonly end: Offset }, ConditionProblem> {
  return attempt(() => {
    const scan = new Scanner(text, from);
    const operand = readOperandAt(scan);
    if (operand === undefined) refuse(`Expected a field or a transformer, got ${scan.seen()}.`, from);
    return { operand, end: scan.at };
  });
}

const BLANK_OR_PARENTHESIS = /^[ \t\r\n\b(]?$/;

class Parser {
  readonly #scan: Scanner;
  /** What was read last, unless a parenthesis was closed behind it: it may explain what does not fit after it. */
  #last: Exists | Comparison | MacroName | undefined;

  constructor(scan: Scanner) {
    this.#scan = scan;
  }

  whole(): Condition {
    const condition = this.#condition();
    if (!this.#scan.isAtEnd) this.#refuseRest();
    return condition;
  }

  #condition(): Condition {
    return this.#junction('or', () => this.#junction('and', () => this.#negation()));
  }

  #junction(kind: Junction['kind'], read: () => Condition): Condition {
    const terms: Condition[] = [];
    do {
      const term = read();
      // One by one: there can be more than a call takes arguments.
      if (term.kind === kind) for (const inner of term.terms) terms.push(inner);
      else terms.push(term);
      this.#scan.blanks();
    } while (this.#takeConnective(kind));
    const [first] = terms;
    return first !== undefined && terms.length === 1 ? first : { kind, terms };
  }

  #negation(): Condition {
    let isNegated = false;
    this.#scan.blanks();
    while (this.#takeConnective('not')) {
      isNegated = !isNegated;
      this.#scan.blanks();
    }
    const term = this.#term();
    if (!isNegated) return term;
    return term.kind === 'not' ? term.term : { kind: 'not', term };
  }

  #term(): Condition {
    const scan = this.#scan;
    const at = scan.at;
    if (scan.takeChar('(')) {
      const condition = scan.nested(() => {
        const inner = this.#condition();
        return scan.takeChar(')') ? inner : this.#refuseRest();
      });
      this.#last = undefined;
      return condition;
    }
    const name = scan.peek(IDENTIFIER);
    if (name === undefined || isOneOf(CONNECTIVES, name)) {
      const near = scan.text.charAt(at) === '!' ? 'not' : undefined;
      refuse(`Expected a field, a transformer, a macro or "(", got ${scan.seen()}.`, at, near);
    }
    const operand = readOperandAt(scan);
    if (operand === undefined) scan.at += name.length;
    this.#last = operand === undefined ? { kind: 'macro', name, at } : readCheck(scan, operand);
    return this.#last;
  }

  #takeConnective(word: (typeof CONNECTIVES)[number]): boolean {
    const scan = this.#scan;
    const end = scan.at + word.length;
    if (!scan.text.startsWith(word, scan.at)) return false;
    if (BLANK_OR_PARENTHESIS.test(scan.text.charAt(end))) {
      scan.at = end;
      return true;
    }
    if (word !== 'not') refuse(`Expected a blank or "(" after "${word}", got ${scan.seen(end)}.`, end);
    return false;
  }

  /** Something stands where a condition, or what is in a parenthesis, is complete. */
  #refuseRest(): never {
    const scan = this.#scan;
    const { hint, near } = explainRest(scan, this.#last);
    const end = scan.depth === 0 ? 'the end' : '")"';
    refuse(`Expected "and", "or" or ${end}, got ${scan.seen()}.${hint}`, scan.at, near);
  }
}
