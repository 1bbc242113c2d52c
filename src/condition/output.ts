/**
 * A rule's output: text with fields in it, as Falco formats it.
 *
 *   %field   %field[argument]   %transformer(field)   %20field: at least and at most 20 characters wide
 *
 * - The longest name of a field that can be read after a `%` is taken, so `%docker.typed` is the type and a `d`, and what
 *   stands in brackets behind a field that takes nothing is text.
 * - What an entry does not have is printed as `<NA>`. A `*` at the beginning asks for that, and is left out; Falco puts one before
 *   every rule's output.
 * - There is no way to print a `%`; Falco has none either, and refuses what is no field.
 * - A list is printed as `(a,b)`.
 * - Control characters in values are escaped: a label cannot forge a line. Those of the text are its author's, and stay.
 *
 * Everything is checked beforehand, and all that is wrong is told together. What comes out cannot fail. It prints the entry that
 * it is given: who sends it out gives it a masked one.
 */

import type { Result } from '../model/engine.ts';
import type { Entry } from '../model/entry.ts';
import { escapeControls } from '../runtime/mask.ts';
import { compileOperand } from './compile.ts';
import type { Fields, FieldValue } from './field.ts';
import { readOperand } from './parser.ts';
import { Scanner } from './scanner.ts';
import type { Reading } from './source.ts';
import type { ConditionProblem, Offset } from './tree.ts';

export type Output = (entry: Entry) => string;

/** Longest output, in characters. */
export const OUTPUT_MAX = 16_384;

/** Widest that a field may be asked to be. */
export const WIDTH_MAX = 1024;

/** Nobody reads more of them at once. */
const PROBLEMS_MAX = 20;

export function compileOutput(text: string, fields: Fields): Result<Output, readonly ConditionProblem[]> {
  if (text === '') return refused({ message: 'Expected an output, got an empty one.', at: 0 });
  if (text.length > OUTPUT_MAX) {
    const message = `Expected at most ${OUTPUT_MAX} characters in an output, got ${text.length}.`;
    return refused({ message, at: OUTPUT_MAX });
  }
  const pieces: Output[] = [];
  const problems: ConditionProblem[] = [];
  let at = text.startsWith('*') ? 1 : 0;
  while (at < text.length && problems.length < PROBLEMS_MAX) {
    const percent = text.indexOf('%', at);
    const literal = text.slice(at, percent < 0 ? text.length : percent);
    if (literal !== '') pieces.push(() => literal);
    if (percent < 0) break;
    const placed = readPlaced(text, percent, fields);
    if (placed.ok) {
      pieces.push(placed.value.print);
      at = placed.value.end;
    } else {
      problems.push(...placed.problem);
      // Two of them are one attempt to print one.
      at = text.charAt(percent + 1) === '%' ? percent + 2 : percent + 1;
    }
  }
  return problems.length === 0 ? { ok: true, value: joined(pieces) } : refused(...problems.slice(0, PROBLEMS_MAX));
}

function refused(...problem: readonly ConditionProblem[]): {
  readonly ok: false;
  readonly problem: readonly ConditionProblem[];
} {
  return { ok: false, problem };
}

function joined(pieces: readonly Output[]): Output {
  return (entry) => {
    let text = '';
    for (const piece of pieces) text += piece(entry);
    return text;
  };
}

interface Placed {
  readonly print: Output;
  /** Behind it. */
  readonly end: Offset;
}

const DIGITS = /[0-9]*/y;

/** What stands from a `%` on. */
function readPlaced(text: string, percent: Offset, fields: Fields): Result<Placed, readonly ConditionProblem[]> {
  DIGITS.lastIndex = percent + 1;
  const digits = DIGITS.exec(text)?.[0] ?? '';
  const from = percent + 1 + digits.length;
  const width = Number(digits);
  if (width > WIDTH_MAX) {
    return refused({ message: `Expected a width of at most ${WIDTH_MAX} characters, got ${digits}.`, at: percent + 1 });
  }
  if (from === text.length) {
    const what = digits === '' ? '"%"' : `"%${digits}"`;
    return refused({ message: `Expected a field after ${what}, got the end. A "%" cannot be printed.`, at: percent });
  }
  const found = readReading(text, from, fields);
  if (!found.ok) return found;
  const { reading, end } = found.value;
  const print: Output =
    width === 0 ? (entry) => printed(reading(entry)) : (entry) => asWide(printed(reading(entry)), width);
  return { ok: true, value: { print, end } };
}

interface Found {
  readonly reading: Reading;
  readonly end: Offset;
}

function readReading(text: string, from: Offset, fields: Fields): Result<Found, readonly ConditionProblem[]> {
  const whole = readWhole(text, from, fields);
  const name = whole.ok ? undefined : longestName(text, from, fields);
  if (name === undefined) return whole;
  const compiled = compileOperand({ kind: 'field', name, at: from }, fields);
  return compiled.ok ? { ok: true, value: { reading: compiled.value, end: from + name.length } } : whole;
}

/** The longest that looks like a field or a transformer. */
function readWhole(text: string, from: Offset, fields: Fields): Result<Found, readonly ConditionProblem[]> {
  const read = readOperand(text, from);
  if (!read.ok) return refused(isLetter(text.charAt(from)) ? read.problem : noField(text, from));
  const { operand, end } = read.value;
  const compiled = compileOperand(operand, fields);
  return compiled.ok ? { ok: true, value: { reading: compiled.value, end } } : compiled;
}

function isLetter(char: string): boolean {
  return /^[a-zA-Z]$/.test(char);
}

function noField(text: string, from: Offset): ConditionProblem {
  const got = new Scanner(text, from).seen();
  return { message: `Expected a field after "%", got ${got}. A "%" cannot be printed.`, at: from };
}

/** Longer than any field's name. */
const NAME_LENGTH_MAX = 64;

/** The longest name of a field that the text here begins with. */
function longestName(text: string, from: Offset, fields: Fields): string | undefined {
  for (let length = NAME_LENGTH_MAX; length > 0; length--) {
    const name = text.slice(from, from + length);
    if (fields.named(name) !== undefined) return name;
  }
  return undefined;
}

function printed(value: FieldValue): string {
  if (value === undefined) return '<NA>';
  if (typeof value === 'object') return escapeControls(`(${value.join(',')})`);
  return typeof value === 'string' ? escapeControls(value) : String(value);
}

/** Counted in characters, so that none is cut in two. */
function asWide(text: string, width: number): string {
  const characters = [...text];
  return characters.length < width ? text + ' '.repeat(width - characters.length) : characters.slice(0, width).join('');
}
