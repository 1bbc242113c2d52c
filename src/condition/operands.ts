/** Fields and transformers of them, wherever they stand: on the left, on the right, in one another, and in an output. */
import { nearest } from '../runtime/nearest.ts';
import { refuse, type Scanner, shown } from './scanner.ts';
import {
  type Argument,
  type ArgumentItem,
  type FieldName,
  MODIFIERS,
  type Offset,
  type Operand,
  type Text,
  TRANSFORMERS,
} from './tree.ts';
import { isOneOf } from './words.ts';

export const IDENTIFIER = /[a-zA-Z][a-zA-Z0-9_]*/y;
const FIELD_NAME = /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y;
export const CALL = /[a-zA-Z][a-zA-Z0-9_]*(?=\()/y;
const NUMBER = /^(?:[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-][0-9]+)?|0[xX][0-9a-fA-F]+)$/;
const NUMBER_BEGINS = /[+-]?[0-9]/y;

/** `a.b`, `a.b[c]`; undefined, and nothing is read, where no field's name stands. */
export function readField(scan: Scanner): FieldName | undefined {
  const at = scan.at;
  const name = scan.take(FIELD_NAME);
  if (name === undefined) return undefined;
  const argument = scan.argument();
  return { kind: 'field', name, ...(argument === undefined ? {} : { argument }), at };
}

/**
 * A field or a transformer; undefined, and nothing is read, where neither stands.
 *
 * @param hint what else may have been meant with an unknown transformer
 */
export function readOperandAt(scan: Scanner, hint = ''): Operand | undefined {
  const at = scan.at;
  const by = scan.peek(CALL);
  if (by === undefined) return readField(scan);
  if (!isOneOf(TRANSFORMERS, by)) refuseCall(by, at, hint);
  scan.at += by.length + 1;
  const of = scan.nested(() => readArguments(scan));
  close(scan, by);
  const argument = scan.argument();
  return { kind: 'transformed', by, of, ...(argument === undefined ? {} : { argument }), at };
}

/** A number in the text it was written as; undefined, and nothing is read, where something else stands. */
export function readNumber(scan: Scanner): Text | undefined {
  const at = scan.at;
  const word = scan.bare();
  if (word === undefined || NUMBER.test(word.value)) return word;
  scan.at = at;
  return undefined;
}

/** Goes over the closing parenthesis of `what`, in which there may be several, or one only. */
export function close(scan: Scanner, what: string, isOne = false): void {
  if (!scan.takeChar(')')) refuse(`Expected ${isOne ? '' : '"," or '}the ")" of ${what}, got ${scan.seen()}.`, scan.at);
}

function refuseCall(name: string, at: Offset, hint: string): never {
  if (name === 'val') refuse('Expected a field or a transformer, got "val(". val is for the right side only.', at);
  if (isOneOf(MODIFIERS, name)) refuse(`Expected a blank after "${name}", got "(".`, at + name.length);
  const known = `one of the transformers ${TRANSFORMERS.join(', ')}`;
  refuse(`Expected ${known} before "(", got ${shown(name)}.${hint}`, at, nearest(name, TRANSFORMERS));
}

function readArguments(scan: Scanner): readonly Argument[] {
  return readItems(scan, () => {
    const at = scan.at;
    if (!scan.takeChar('(')) return readItem(scan, ', or a list in parentheses');
    scan.blanks();
    if (scan.takeChar(')')) return { kind: 'arguments', items: [], at };
    const items = readItems(scan, () => readItem(scan, ''));
    close(scan, 'a list');
    return { kind: 'arguments', items, at };
  });
}

/** One or more, with commas between them. */
export function readItems<Item>(scan: Scanner, read: () => Item): readonly Item[] {
  const items: Item[] = [];
  do {
    scan.blanks();
    items.push(read());
    scan.blanks();
  } while (scan.takeChar(','));
  return items;
}

function readItem(scan: Scanner, orElse: string): ArgumentItem {
  const number = scan.peek(NUMBER_BEGINS) === undefined ? undefined : readNumber(scan);
  const item = number ?? scan.quoted() ?? readOperandAt(scan);
  if (item !== undefined) return item;
  const expected = `a field (its name has a dot), a transformer, a number, a string in quotes${orElse}`;
  refuse(`Expected ${expected}, got ${scan.seen()}.`, scan.at);
}
