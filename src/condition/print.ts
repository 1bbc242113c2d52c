/**
 * Writes a condition as text: one way for one tree, with quotes and parentheses only where they are needed. Read again, it
 * gives the same tree.
 */
import { inQuotes, quoteArgument, quoteText } from './escape.ts';
import type { Argument, Condition, Operand, Right, Text } from './tree.ts';

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
