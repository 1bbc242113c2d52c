/** Any condition that can be written: every kind of node, names and strings of every kind, nested. */
import fc from 'fast-check';
import {
  type Argument,
  type ArgumentItem,
  type Comparison,
  type Condition,
  type FieldName,
  type Junction,
  LIST_OPERATORS,
  type List,
  type ListName,
  MODIFIERS,
  type Operand,
  ORDER_OPERATORS,
  TEXT_OPERATORS,
  type Text,
  TRANSFORMERS,
  type Transformed,
  type ValueOf,
} from '../../src/condition/tree.ts';

const at = 0;

const names = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,6}$/).filter((name) => !['and', 'or', 'not'].includes(name));
const fieldNames = fc.array(names, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));

/** Among them all that needs care in quotes. */
const values = fc.oneof(
  fc.constantFrom(
    'nginx',
    '/bin/sh',
    'and',
    'oneof',
    '',
    '\\',
    "it's",
    'a b',
    'C:\\"',
    '\0',
    '*',
    '>',
    'a,b',
    '(',
    'é',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const numbers = fc.constantFrom('0', '-1', '+7', '137', '2.5', '1.', '0x1F', '1e+3');

const texts: fc.Arbitrary<Text> = values.map((value) => ({ kind: 'text', value, at }));

function withArgument<Node extends object>(nodes: fc.Arbitrary<Node>): fc.Arbitrary<Node & { argument?: string }> {
  return fc.oneof(
    nodes,
    fc.tuple(nodes, values).map(([node, argument]) => ({ ...node, argument })),
  );
}

const fields: fc.Arbitrary<FieldName> = withArgument(fieldNames.map((name) => ({ kind: 'field' as const, name, at })));

const { transformed } = fc.letrec<{ item: ArgumentItem; argument: Argument; transformed: Transformed }>((tie) => ({
  item: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fields, texts, tie('transformed')),
  argument: fc.oneof(
    tie('item'),
    fc.array(tie('item'), { maxLength: 3 }).map((items) => ({ kind: 'arguments' as const, items, at })),
  ),
  transformed: withArgument(
    fc
      .tuple(fc.constantFrom(...TRANSFORMERS), fc.array(tie('argument'), { minLength: 1, maxLength: 3 }))
      .map(([by, of]) => ({ kind: 'transformed' as const, by, of, at })),
  ),
}));

const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 3, arbitrary: fields },
  { weight: 1, arbitrary: transformed },
);
const vals: fc.Arbitrary<ValueOf> = fields.map((field) => ({ kind: 'val', field, at }));
const lists: fc.Arbitrary<List | ListName> = fc.oneof(
  fc.array(texts, { maxLength: 4 }).map((items) => ({ kind: 'list' as const, items, at })),
  names.map((name) => ({ kind: 'listName' as const, name, at })),
);

const compared = { kind: fc.constant('compare' as const), left: operands, at: fc.constant(at) };

const comparisons: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    ...compared,
    operator: fc.constantFrom(...ORDER_OPERATORS),
    right: fc.oneof(
      numbers.map((value) => ({ kind: 'text' as const, value, at })),
      vals,
      transformed,
    ),
  }),
  fc.record({
    ...compared,
    operator: fc.constantFrom(...TEXT_OPERATORS),
    right: fc.oneof({ weight: 3, arbitrary: texts }, { weight: 1, arbitrary: fc.oneof(vals, transformed) }),
  }),
  fc.record({
    ...compared,
    operator: fc.constantFrom(...TEXT_OPERATORS),
    modifier: fc.constantFrom(...MODIFIERS),
    right: lists,
  }),
  fc.record({
    ...compared,
    operator: fc.constantFrom(...LIST_OPERATORS),
    right: fc.oneof({ weight: 3, arbitrary: lists }, { weight: 1, arbitrary: fc.oneof(vals, transformed) }),
  }),
);

/** As the parser makes them: terms of the same kind, and negations, are not nested. */
export const arbitraryConditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => {
  const junctions = (kind: Junction['kind']): fc.Arbitrary<Junction> =>
    fc
      .array(
        tie('condition').map((term) => (term.kind === kind ? term.terms : [term])),
        { minLength: 2, maxLength: 4 },
      )
      .map((terms) => ({ kind, terms: terms.flat() }));
  return {
    condition: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      names.map((name) => ({ kind: 'macro' as const, name, at })),
      comparisons,
      operands.map((left) => ({ kind: 'exists' as const, left })),
      tie('condition').map((term) => (term.kind === 'not' ? term.term : { kind: 'not' as const, term })),
      junctions('and'),
      junctions('or'),
    ),
  };
}).condition;
