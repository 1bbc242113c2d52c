/**
 * Writes a condition as text: one way for one tree, with quotes and parentheses only where they are needed. Read again, it
 * gives the same tree.
 */
import {
  type Argument,
  type Condition,
  MODIFIERS,
  type Operand,
  type Right,
  type Text,
} from '../../src/condition/tree.ts';

export function printCondition(tree: Condition): string {
  switch (tree.kind) {
    case 'and':
      return tree.terms.map((term) => (term.kind === 'or' ? inParentheses(term) : printCondition(term))).join(' and ');
    case 'or':
      return tree.terms.map(printCondition).join(' or ');
    case 'not':
      return `not ${isJunction(tree.term) ? inParentheses(tree.term) : printCondition(tree.term)}`;
    case 'exists':
      return `${printOperand(tree.left)} exists`;
    case 'macro':
      return tree.name;
    case 'compare': {
      const { left, operator, modifier, right } = tree;
      return [printOperand(left), operator, ...(modifier === undefined ? [] : [modifier]), printRight(right)].join(' ');
    }
  }
}

/** A field or a transformer, as a person writes it. */
export function printOperand(operand: Operand): string {
  const argument = operand.argument === undefined ? '' : `[${quoteArgument(operand.argument)}]`;
  if (operand.kind === 'field') return operand.name + argument;
  return `${operand.by}(${operand.of.map(printArgument).join(', ')})${argument}`;
}

function isJunction({ kind }: Condition): boolean {
  return kind === 'and' || kind === 'or';
}

function inParentheses(tree: Condition): string {
  return `(${printCondition(tree)})`;
}

function printArgument(argument: Argument): string {
  if (argument.kind === 'text') return inQuotes(argument.value);
  if (argument.kind === 'arguments') return `(${argument.items.map(printArgument).join(', ')})`;
  return printOperand(argument);
}

function printRight(right: Right): string {
  switch (right.kind) {
    case 'text':
      return quoteText(right.value);
    case 'list':
      return `(${right.items.map((item: Text) => quoteText(item.value)).join(', ')})`;
    case 'listName':
      return right.name;
    case 'val':
      return `val(${printOperand(right.field)})`;
    case 'transformed':
      return printOperand(right);
  }
}

/** What can stand without quotes, and is no word that means something else there. */
const BARE = /^[^\s()"'=,\p{Cc}]+$/u;
const WORDS: ReadonlySet<string> = new Set([...MODIFIERS, 'and', 'or', 'not']);

/** Writes a value so that it is read as this value wherever a string may stand; in quotes only if it needs them. */
export function quoteText(value: string): string {
  return BARE.test(value) && !WORDS.has(value) ? value : inQuotes(value);
}

const BARE_ARGUMENT = /^[^[\]"'\s\p{Cc}]+$/u;

/** As {@link quoteText}, for what stands in brackets after a field. */
export function quoteArgument(value: string): string {
  return BARE_ARGUMENT.test(value) ? value : inQuotes(value);
}

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Double quotes, unless there are such in the value and no single ones. */
function inQuotes(value: string): string {
  const quote = value.includes('"') && !value.includes("'") ? "'" : '"';
  // After a backslash no quote closes, not even after two: the last one is written as a byte.
  const endsBare = value.endsWith('\\');
  const escaped = (endsBare ? value.slice(0, -1) : value)
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/\p{Cc}/gu, (char) => LETTERS.get(char) ?? hexOf(char));
  return `${quote}${escaped}${endsBare ? '\\x5c' : ''}${quote}`;
}

function hexOf(char: string): string {
  return Buffer.from(char, 'utf8').toString('hex').replace(/../g, '\\x$&');
}
