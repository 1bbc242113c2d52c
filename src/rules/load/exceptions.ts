/**
 * Exceptions of a rule as the condition that they stand for: `(condition) and not (exception) and not (exception)`.
 *
 * - One field: `fields: a.b`, `comps: in`, `values: [x, y]` is `(a.b in (x, y))`.
 * - A list of fields: `fields: [a.b, c.d]`, `comps: [=, in]`, `values: [[x, [y, z]]]` is `((a.b = x and c.d in (y, z)))`;
 *   several values are joined by `or`.
 * - An exception without values excepts nothing.
 *
 * Put together as text, so that a problem in it is found where the condition is checked, at the place of the value.
 */

import { LIST_OPERATORS, MODIFIERS, ORDER_OPERATORS, TEXT_OPERATORS } from '../../condition/tree.ts';
import type { Result } from '../../model/engine.ts';
import type { CollectedException } from './collection.ts';
import type { ExceptionValue } from './definitions.ts';
import { quotedItem } from './lists.ts';
import { type Place, quoted } from './problem.ts';
import { Written } from './written.ts';

export interface ExceptionProblem {
  readonly place: Place;
  readonly message: string;
}

const WITH_LIST: ReadonlySet<string> = new Set([
  ...LIST_OPERATORS,
  ...TEXT_OPERATORS.flatMap((operator) => MODIFIERS.map((modifier) => `${operator} ${modifier}`)),
]);
const ALL: ReadonlySet<string> = new Set([...WITH_LIST, ...TEXT_OPERATORS, ...ORDER_OPERATORS]);

/** The condition with all exceptions, or all that is wrong with them. */
export function withExceptions(
  condition: Written,
  exceptions: readonly CollectedException[],
): Result<Written, readonly ExceptionProblem[]> {
  if (exceptions.length === 0) return { ok: true, value: condition };
  const text = new Composer(condition.placeAt(0));
  text.put('(').put(condition).put(')');
  const problems = exceptions.flatMap((exception) => compose(text.at(exception.place), exception));
  return problems.length > 0 ? { ok: false, problem: problems } : { ok: true, value: text.composed() };
}

function compose(text: Composer, exception: CollectedException): readonly ExceptionProblem[] {
  const { fields, comps } = exception;
  if (fields instanceof Written) {
    if (comps !== undefined && !(comps instanceof Written)) {
      return [{ place: exception.place, message: 'Expected one word for comps, as fields is one field.' }];
    }
    return composeField(text, exception, fields, comps);
  }
  const operators = comps ?? fields.map((field) => Written.beside('=', field));
  if (operators instanceof Written || operators.length !== fields.length) {
    const got = operators instanceof Written ? 'one word' : String(operators.length);
    return [{ place: exception.place, message: `Expected ${fields.length} comps, one for each field, got ${got}.` }];
  }
  return composeFields(text, exception, fields, operators);
}

function composeField(
  text: Composer,
  { values }: CollectedException,
  field: Written,
  comps: Written | undefined,
): readonly ExceptionProblem[] {
  const operator = comps === undefined ? 'in' : wordsOf(comps);
  if (!WITH_LIST.has(operator)) {
    const expected = `${LIST_OPERATORS.join(', ')}, or an operator on texts with ${MODIFIERS.join(', ')}`;
    return [{ place: placeOf(comps, text.place), message: `Expected for comps ${expected}, got ${quoted(operator)}.` }];
  }
  const lists = values.filter((value) => !(value instanceof Written));
  if (lists.length > 0) {
    return [{ place: text.place, message: 'Expected plain values, as fields is one field, got a list among them.' }];
  }
  if (values.length === 0) return [];
  text.put(' and not (').put(field).put(` ${operator} (`).list(values).put('))');
  return [];
}

function composeFields(
  text: Composer,
  { values }: CollectedException,
  fields: readonly Written[],
  comps: readonly Written[],
): readonly ExceptionProblem[] {
  const unknown = comps.filter((one) => !ALL.has(wordsOf(one)));
  if (unknown.length > 0) {
    return unknown.map((one) => ({ place: one.placeAt(0), message: `${quoted(one.text)} is no operator.` }));
  }
  const problems: ExceptionProblem[] = [];
  for (const [index, value] of values.entries()) {
    if (value instanceof Written || value.length !== fields.length) {
      const got = value instanceof Written ? quoted(value.text) : `a list of ${value.length}`;
      const place = value instanceof Written ? value.placeAt(0) : placeOf(value[0], text.place);
      problems.push({ place, message: `Expected a list of ${fields.length} values, one for each field, got ${got}.` });
      continue;
    }
    text.put(index === 0 ? ' and not ((' : ' or (');
    for (const [at, field] of fields.entries()) {
      text
        .put(at === 0 ? '' : ' and ')
        .put(field)
        .put(` ${wordsOf(comps[at])} `);
      composeValue(text, wordsOf(comps[at]), value[at]);
    }
    text.put(')');
  }
  if (values.length > 0) text.put(')');
  return problems;
}

function composeValue(text: Composer, operator: string, value: ExceptionValue | undefined): void {
  if (value === undefined) return;
  if (!(value instanceof Written)) text.put('(').list(value).put(')');
  else if (!WITH_LIST.has(operator)) text.put(quotedItem(value));
  else if (value.text.startsWith('(')) text.put(value);
  else text.put('(').put(value).put(')');
}

function wordsOf(operator: Written | undefined): string {
  return (operator?.text ?? '').trim().replace(/[ \t\r\n]+/g, ' ');
}

function placeOf(value: ExceptionValue | undefined, otherwise: Place): Place {
  return value instanceof Written ? value.placeAt(0) : otherwise;
}

/** Puts pieces together; what stands in no file is at the place of what it belongs to. */
class Composer {
  readonly #pieces: Written[] = [];
  place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  at(place: Place): this {
    this.place = place;
    return this;
  }

  put(piece: Written | string): this {
    this.#pieces.push(typeof piece === 'string' ? Written.at(piece, this.place) : piece);
    return this;
  }

  list(values: readonly ExceptionValue[]): this {
    for (const [index, value] of values.entries()) {
      if (index > 0) this.put(', ');
      if (value instanceof Written) this.put(quotedItem(value));
      else this.put('(').list(value).put(')');
    }
    return this;
  }

  composed(): Written {
    return Written.joined(this.#pieces);
  }
}
