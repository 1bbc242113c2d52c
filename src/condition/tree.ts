/**
 * A condition as it was written, taken apart: what the parser makes, the printer writes, and the compiler runs.
 *
 * Macros and lists by name are gone before something is compiled: rules/ puts in what stands behind them.
 */

/** Where in the text something begins, in UTF-16 units from 0. */
export type Offset = number;

export type Condition = Junction | Negation | Exists | Comparison | MacroName;

/** At least two terms; terms of the same kind are not nested. */
export interface Junction {
  readonly kind: 'and' | 'or';
  readonly terms: readonly Condition[];
}

/** Its term is no negation: two of them cancel each other out. */
export interface Negation {
  readonly kind: 'not';
  readonly term: Condition;
}

export interface Exists {
  readonly kind: 'exists';
  readonly left: Operand;
}

export interface Comparison {
  readonly kind: 'compare';
  readonly left: Operand;
  readonly operator: Operator;
  /** After an operator on strings: what of a list has to hold. */
  readonly modifier?: Modifier;
  readonly right: Right;
  /** Of the operator. */
  readonly at: Offset;
}

export interface MacroName {
  readonly kind: 'macro';
  readonly name: string;
  readonly at: Offset;
}

export type Operand = FieldName | Transformed;

export interface FieldName {
  readonly kind: 'field';
  /** With its dots: `docker.attributes.name`. */
  readonly name: string;
  /** What stands in brackets, unquoted: `docker.label[com.example.tier]`. */
  readonly argument?: string;
  readonly at: Offset;
}

/** `tolower(container.name)`; transformers may be nested. */
export interface Transformed {
  readonly kind: 'transformed';
  readonly by: string;
  /** What stands in brackets after the transformer's closing parenthesis: `getopt(…)[n]`. */
  readonly argument?: string;
  /** At least one. */
  readonly of: readonly Argument[];
  readonly at: Offset;
}

/** Strings (always in quotes), numbers, and lists of them may stand among a transformer's arguments: `join(", ", (a.b, "x"))`. */
export type Argument = ArgumentItem | ArgumentList;

export type ArgumentItem = Operand | Text;

export interface ArgumentList {
  readonly kind: 'arguments';
  readonly items: readonly ArgumentItem[];
  readonly at: Offset;
}

/** `val(field)` and transformers of fields may stand on the right, too. */
export type Right = Text | List | ListName | ValueOf | Transformed;

/** A string or a number: which of both it is the field on the left decides. Unescaped. */
export interface Text {
  readonly kind: 'text';
  readonly value: string;
  readonly at: Offset;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Text[];
  readonly at: Offset;
}

/** A list by its name, without parentheses. */
export interface ListName {
  readonly kind: 'listName';
  readonly name: string;
  readonly at: Offset;
}

export interface ValueOf {
  readonly kind: 'val';
  readonly field: FieldName;
  readonly at: Offset;
}

export const ORDER_OPERATORS = ['<', '<=', '>', '>='] as const;

export const TEXT_OPERATORS = [
  '=',
  '==',
  '!=',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
] as const;

export const LIST_OPERATORS = ['in', 'intersects', 'pmatch'] as const;

/** Their names: with a parenthesis right behind it, none is a macro or a string. */
export const TRANSFORMERS = ['tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'] as const;

export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;

export type Operator =
  | (typeof ORDER_OPERATORS)[number]
  | (typeof TEXT_OPERATORS)[number]
  | (typeof LIST_OPERATORS)[number];

export type Modifier = (typeof MODIFIERS)[number];

/** What is wrong with a condition or an output, for whoever wrote it. */
export interface ConditionProblem {
  /** A finished sentence: what was expected and what is there instead. */
  readonly message: string;
  readonly at: Offset;
  /** The nearest known word, where one was probably meant. */
  readonly near?: string;
}
