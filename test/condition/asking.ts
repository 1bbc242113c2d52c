/** Conditions over fields made up for tests: a row of each type, with whatever values a test gives them. */
import assert from 'node:assert/strict';
import { compileCondition } from '../../src/condition/compile.ts';
import type { Field, Fields, FieldType, FieldValue, Predicate } from '../../src/condition/field.ts';
import { parseCondition } from '../../src/condition/parser.ts';
import type { Condition, ConditionProblem } from '../../src/condition/tree.ts';
import { entryOf, eventLine } from '../support/events.ts';

/** By the name of the field; one that is not given is missing. */
export type Values = Readonly<Record<string, FieldValue>>;

const TYPES: readonly (readonly [FieldType, ...names: string[]])[] = [
  ['text', 't.one', 't.two', 't.three'],
  ['number', 'n.one', 'n.two'],
  ['boolean', 'b.one', 'b.two'],
  ['texts', 'l.one', 'l.two'],
];

export const ENTRY = entryOf(eventLine());

/** `t.keyed[KEY]` needs its key, `t.maybe` can have one; both give the key itself. */
export function fieldsWith(values: Values): Fields {
  const known = new Map(Object.entries(values));
  const plain = TYPES.flatMap(([type, ...names]) => names.map((name) => field(name, type, () => known.get(name))));
  const keyed = field('t.keyed', 'text', (_, key) => key);
  const all = [
    ...plain,
    { ...keyed, argument: 'needed' as const },
    { ...keyed, name: 't.maybe', argument: 'possible' as const },
  ];
  return { all, named: (name) => all.find((one) => one.name === name) };
}

function field(name: string, type: FieldType, read: Field['read']): Field {
  return { name, type, argument: 'none', source: 'own', meaning: '', example: '', read };
}

export function treeOf(text: string): Condition {
  const parsed = parseCondition(text);
  assert.ok(parsed.ok, `${text}: ${JSON.stringify(parsed)}`);
  return parsed.value;
}

export function predicateOf(text: string, values: Values = {}): Predicate {
  const compiled = compileCondition(treeOf(text), fieldsWith(values));
  assert.ok(compiled.ok, `${text}: ${JSON.stringify(compiled)}`);
  return compiled.value;
}

export function ask(text: string, values: Values = {}): boolean {
  return predicateOf(text, values)(ENTRY);
}

export function problemsOf(text: string): readonly ConditionProblem[] {
  const compiled = compileCondition(treeOf(text), fieldsWith({}));
  return compiled.ok ? [] : compiled.problem;
}

/** A condition, what it is asked of, and the answer. */
export type Row = readonly [text: string, values: Values, answer: boolean];

export function answers(rows: readonly Row[]): void {
  for (const [text, values, answer] of rows) {
    it(`says ${answer ? 'yes' : 'no'} to ${text} of ${JSON.stringify(values)}`, () => {
      assert.equal(ask(text, values), answer);
    });
  }
}

/** `‸` in the text is where the problem is. */
export function complains(rows: readonly (readonly [text: string, message: string, near?: string])[]): void {
  for (const [marked, message, near] of rows) {
    it(`refuses ${marked}`, () => {
      const problem = { message, at: marked.indexOf('‸'), ...(near === undefined ? {} : { near }) };
      assert.deepEqual(problemsOf(marked.replace('‸', '')), [problem]);
    });
  }
}
