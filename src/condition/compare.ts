/**
 * One comparison as a function of an entry. Whatever is missing, on either side, makes it false, `!=` included.
 *
 * On the right stand constants, made ready once; or a value of the same entry, which has to be of the same type. `regex`,
 * `pmatch` and those that take hex digits are for constants only.
 */
import type { Result } from '../model/engine.ts';
import type { FieldValue, Predicate } from './field.ts';
import { BOOLEAN, type Kind, type Matcher, NUMBER, OPERATORS, TEXT } from './operators.ts';
import { compilePaths } from './path-match.ts';
import { type Reading, type Source, TYPE_NAMES } from './source.ts';
import type { Comparison, ConditionProblem, Modifier, Operator, Text } from './tree.ts';

type Compared = Result<Predicate, readonly ConditionProblem[]>;

/** Of these the right side is a list. */
const OF_LISTS: readonly Operator[] = ['in', 'intersects', 'pmatch'];

const OF_CONSTANTS: readonly Operator[] = ['regex', 'pmatch', 'bcontains', 'bstartswith'];

/** What is wrong with asking the left side so, whatever the right one is. */
export function complaintOf(left: Source, { operator, modifier, at }: Comparison): ConditionProblem | undefined {
  const known = OPERATORS[left.type];
  if (!known.includes(operator)) {
    const others = [...known, 'exists'].join(', ');
    return {
      message: `${left.name} is ${TYPE_NAMES[left.type]}: instead of ${operator} it can be asked ${others}.`,
      at,
    };
  }
  if (modifier === undefined || !OF_LISTS.includes(operator)) return undefined;
  return { message: `${modifier} does not go with ${operator}, which takes a list anyway.`, at };
}

/** How many values the right side of an operator has: of `in` as many as there are, of `=` one. */
export function takesList({ operator, modifier }: Comparison): boolean {
  return modifier !== undefined || OF_LISTS.includes(operator);
}

/** To be asked when {@link complaintOf} has nothing to say. */
export function comparedWithValue(left: Source, comparison: Comparison, right: Source): Compared {
  const message = valueComplaint(left, comparison, right);
  if (message !== undefined) return { ok: false, problem: [{ message, at: comparison.at }] };
  switch (left.type) {
    case 'text':
      return { ok: true, value: singles(TEXT, left.read, comparison.operator, right.read) };
    case 'number':
      return { ok: true, value: singles(NUMBER, left.read, comparison.operator, right.read) };
    case 'boolean':
      return { ok: true, value: singles(BOOLEAN, left.read, comparison.operator, right.read) };
    case 'texts':
      return { ok: true, value: lists(left.read, comparison.operator, right.read) };
  }
}

function valueComplaint(left: Source, { operator, modifier }: Comparison, right: Source): string | undefined {
  if (modifier !== undefined) return `${modifier} takes a list in parentheses, not ${right.name}.`;
  if (OF_CONSTANTS.includes(operator)) return `${operator} takes what is written out, not ${right.name}.`;
  if (left.type === right.type) return undefined;
  const [one, other] = [`${left.name} is ${TYPE_NAMES[left.type]}`, `${right.name} is ${TYPE_NAMES[right.type]}`];
  return `${one} and ${other}: only values of the same type can be compared.`;
}

/** To be asked when {@link complaintOf} has nothing to say, with as many constants as {@link takesList} tells. */
export function comparedWithConstants(left: Source, comparison: Comparison, constants: readonly Text[]): Compared {
  switch (left.type) {
    case 'text':
      return comparison.operator === 'pmatch'
        ? paths(left.read, comparison, constants)
        : withConstants(TEXT, left.read, comparison, constants);
    case 'number':
      return withConstants(NUMBER, left.read, comparison, constants);
    case 'boolean':
      return withConstants(BOOLEAN, left.read, comparison, constants);
    case 'texts':
      return withList(left.read, comparison.operator, constants);
  }
}

function withConstants<Value extends FieldValue>(
  kind: Kind<Value>,
  read: Reading,
  { operator, modifier }: Comparison,
  constants: readonly Text[],
): Compared {
  const isEqual = operator === '=' || operator === '==';
  if (OF_LISTS.includes(operator) || (isEqual && modifier !== 'oneof' && modifier !== 'allof')) {
    const values = allOf(constants, (text) => kind.parse(text));
    return values.ok ? { ok: true, value: membership(read, values.value) } : values;
  }
  const matchers = allOf(constants, (text) => {
    const value = kind.parse(text);
    return value.ok ? matcherOf(kind, operator, value.value) : value;
  });
  return matchers.ok ? { ok: true, value: kind.ask(read, modified(modifier, matchers.value)) } : matchers;
}

/** Each made of its constant, or all that is wrong with them. */
function allOf<Made>(
  constants: readonly Text[],
  make: (text: string) => Result<Made, string>,
): Result<readonly Made[], readonly ConditionProblem[]> {
  const all: Made[] = [];
  const problems: ConditionProblem[] = [];
  for (const { value, at } of constants) {
    const result = make(value);
    if (result.ok) all.push(result.value);
    else problems.push({ message: result.problem, at });
  }
  return problems.length > 0 ? { ok: false, problem: problems } : { ok: true, value: all };
}

function matcherOf<Value extends FieldValue>(
  kind: Kind<Value>,
  operator: Operator,
  right: Value,
): Result<Matcher<Value>, string> {
  const maker = kind.makers.get(operator);
  return maker?.(right) ?? { ok: false, problem: `There is no ${operator} here.` };
}

/** Undefined, a missing value, is in no list. */
function membership(read: Reading, values: readonly FieldValue[]): Predicate {
  const [first, second] = values;
  if (values.length === 0) return () => false;
  if (values.length === 1) return (entry) => read(entry) === first;
  if (values.length === 2) {
    return (entry) => {
      const value = read(entry);
      return value === first || value === second;
    };
  }
  const set = new Set(values);
  return (entry) => set.has(read(entry));
}

/** Of an empty list nothing is asked for, and nothing is so. */
function modified<Value>(modifier: Modifier | undefined, matchers: readonly Matcher<Value>[]): Matcher<Value> {
  const [first] = matchers;
  if (first === undefined) return () => false;
  switch (modifier) {
    case undefined:
      return first;
    case 'anyof':
      return (value) => matchers.some((matches) => matches(value));
    case 'allof':
      return (value) => matchers.every((matches) => matches(value));
    case 'oneof':
      return (value) => matchers.filter((matches) => matches(value)).length === 1;
  }
}

function paths(read: Reading, { at }: Comparison, constants: readonly Text[]): Compared {
  const texts = allOf(constants, (text) => TEXT.parse(text));
  if (!texts.ok) return texts;
  const compiled = compilePaths(texts.value);
  if (!compiled.ok) return { ok: false, problem: [{ message: compiled.problem, at }] };
  return { ok: true, value: TEXT.ask(read, compiled.value) };
}

function withList(read: Reading, operator: Operator, constants: readonly Text[]): Compared {
  const texts = allOf(constants, (text) => TEXT.parse(text));
  if (!texts.ok) return texts;
  const among = new Set(texts.value);
  return { ok: true, value: asksList(read, operator, () => among) };
}

function lists(read: Reading, operator: Operator, right: Reading): Predicate {
  return asksList(read, operator, (entry) => {
    const texts = right(entry);
    return typeof texts === 'object' ? new Set(texts) : undefined;
  });
}

/** `in`: all of it is among them, which is so of a list that is empty and not missing. `intersects`: some of it is. */
function asksList(
  read: Reading,
  operator: Operator,
  others: (entry: Parameters<Predicate>[0]) => ReadonlySet<string> | undefined,
): Predicate {
  const isAll = operator === 'in';
  return (entry) => {
    const texts = read(entry);
    const among = others(entry);
    if (typeof texts !== 'object' || among === undefined) return false;
    return isAll ? texts.every((text) => among.has(text)) : texts.some((text) => among.has(text));
  };
}

/** The right side is made ready anew only when it is another than for the entry before. */
function singles<Value extends FieldValue>(
  kind: Kind<Value>,
  left: Reading,
  operator: Operator,
  right: Reading,
): Predicate {
  const relation = OF_LISTS.includes(operator) ? '=' : operator;
  let last: { readonly value: Value; readonly matches: Matcher<Value> } | undefined;
  return (entry) => {
    const value = left(entry);
    const other = right(entry);
    if (!kind.is(value) || !kind.is(other)) return false;
    if (last?.value !== other) {
      const made = matcherOf(kind, relation, other);
      last = { value: other, matches: made.ok ? made.value : () => false };
    }
    return last.matches(value);
  };
}
