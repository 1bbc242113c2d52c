/** What stands after a field: an operator, and what the operator compares with. */
import { CALL, close, IDENTIFIER, readField, readItems, readNumber, readOperandAt } from './operands.ts';
import { refuse, Scanner } from './scanner.ts';
import {
  type Comparison,
  type Exists,
  LIST_OPERATORS,
  type List,
  type ListName,
  MODIFIERS,
  type Modifier,
  type Offset,
  type Operand,
  ORDER_OPERATORS,
  TEXT_OPERATORS,
  type Text,
  type Transformed,
  type ValueOf,
} from './tree.ts';
import { CONNECTIVES, isOneOf, OPERATORS, operatorNear } from './words.ts';

const EXISTS = /exists/y;
const SYMBOL = /<=|<|>=|>|==|=|!=/y;
const UNKNOWN = /[^ \t\n\v\f\r()"',]+/y;
const MODIFIER = /[a-z]+(?=[ \t\r\n\b])/y;
const SIGNS = /[<>=!~]+/y;

/** Reads what follows `left`. */
export function readCheck(scan: Scanner, left: Operand): Exists | Comparison {
  const hadBlank = scan.blanks();
  const at = scan.at;
  if (scan.take(EXISTS) !== undefined) return { kind: 'exists', left };
  const operator = scan.take(SYMBOL) ?? scan.take(IDENTIFIER);
  const kind = 'compare';
  if (isOneOf(ORDER_OPERATORS, operator)) return { kind, left, operator, right: readNumberRight(scan, at), at };
  if (isOneOf(LIST_OPERATORS, operator)) return { kind, left, operator, right: readListRight(scan), at };
  if (!isOneOf(TEXT_OPERATORS, operator)) return refuseOperator(scan, at, hadBlank);
  const isFree = scan.blanks();
  if (!isFree && /[a-z]/.test(operator)) refuse(`Expected a blank after "${operator}", got ${scan.seen()}.`, scan.at);
  const modifier = isFree ? readModifier(scan) : undefined;
  if (modifier === undefined) return { kind, left, operator, right: readTextRight(scan, at), at };
  return { kind, left, operator, modifier, right: readList(scan) ?? refuseList(scan), at };
}

function refuseOperator(scan: Scanner, at: Offset, hadBlank: boolean): never {
  scan.at = at;
  const near = operatorNear(scan.peek(UNKNOWN) ?? '');
  const isBracket = hadBlank && scan.text.charAt(at) === '[';
  const hint = isBracket ? ' A bracket stands right behind the name of its field.' : '';
  const expected = near === undefined && !isBracket ? `one of the operators ${OPERATORS.join(' ')}` : 'an operator';
  refuse(`Expected ${expected}, got ${scan.seen()}.${hint}`, at, near);
}

function readNumberRight(scan: Scanner, operatorAt: Offset): Text | ValueOf | Transformed {
  scan.blanks();
  const right = readCalled(scan) ?? readNumber(scan);
  if (right !== undefined) return right;
  const expected = 'a number without quotes, val(…) or a transformer of a field';
  refuse(`Expected ${expected}, got ${scan.seen()}.`, scan.at, longerOperator(scan, operatorAt));
}

/** Of signs that go on behind an operator: the operator that all of them were probably meant to be. */
function longerOperator(scan: Scanner, at: Offset): string | undefined {
  const signs = new Scanner(scan.text, at).take(SIGNS);
  return signs === undefined ? undefined : operatorNear(signs);
}

/** One of the words after which a list comes; the same word is a string where none comes. */
function readModifier(scan: Scanner): Modifier | undefined {
  const at = scan.at;
  const word = scan.take(MODIFIER);
  scan.blanks();
  const name = scan.peek(IDENTIFIER);
  const isListNext = name === undefined ? scan.text.charAt(scan.at) === '(' : !isOneOf(CONNECTIVES, name);
  if (isOneOf(MODIFIERS, word) && isListNext) return word;
  scan.at = at;
  return undefined;
}

function readTextRight(scan: Scanner, operatorAt: Offset): Text | ValueOf | Transformed {
  const right = readCalled(scan) ?? scan.quoted() ?? scan.bare();
  if (right !== undefined) return right;
  const isList = scan.text.charAt(scan.at) === '(';
  const hint = isList
    ? ` A list may follow ${LIST_OPERATORS.join(', ')}, and ${MODIFIERS.join(', ')} behind other operators.`
    : '';
  const expected = 'a string, val(…) or a transformer of a field';
  refuse(`Expected ${expected}, got ${scan.seen()}.${hint}`, scan.at, longerOperator(scan, operatorAt));
}

function readListRight(scan: Scanner): List | ListName | ValueOf | Transformed {
  scan.blanks();
  return readCalled(scan) ?? readList(scan) ?? refuseList(scan);
}

function readList(scan: Scanner): List | ListName | undefined {
  const at = scan.at;
  const name = scan.peek(IDENTIFIER);
  if (name !== undefined) {
    if (isOneOf(CONNECTIVES, name)) return undefined;
    scan.at += name.length;
    return { kind: 'listName', name, at };
  }
  if (!scan.takeChar('(')) return undefined;
  scan.blanks();
  if (scan.takeChar(')')) return { kind: 'list', items: [], at };
  const items = readItems(scan, () => {
    const item = scan.quoted() ?? scan.bare();
    return item ?? refuse(`Expected a string as an item of the list, got ${scan.seen()}.`, scan.at);
  });
  close(scan, 'the list');
  return { kind: 'list', items, at };
}

function refuseList(scan: Scanner): never {
  refuse(`Expected a list in parentheses or the name of a list, got ${scan.seen()}.`, scan.at);
}

/** `val(field)` or a transformer. */
function readCalled(scan: Scanner): ValueOf | Transformed | undefined {
  const at = scan.at;
  const name = scan.peek(CALL);
  if (name === undefined) return undefined;
  if (name !== 'val') {
    const operand = readOperandAt(scan, ' A string with a parenthesis in it is put in quotes.');
    return operand?.kind === 'transformed' ? operand : undefined;
  }
  scan.at += 'val('.length;
  scan.blanks();
  const field = readField(scan);
  if (field === undefined) refuse(`Expected a field in val(…), got ${scan.seen()}.`, scan.at);
  scan.blanks();
  close(scan, 'val', true);
  return { kind: 'val', field, at };
}
