import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COMPARISONS_MAX, compileCondition, compileOperand, DEPTH_MAX } from '../../src/condition/compile.ts';
import type { FieldValue } from '../../src/condition/field.ts';
import type { Condition } from '../../src/condition/tree.ts';
import { answers, complains, ENTRY, fieldsWith, predicateOf, problemsOf, treeOf } from './asking.ts';

describe('terms of a condition', () => {
  const a = { 't.one': 'a' };
  answers([
    ['t.one = a and t.one = a', a, true],
    ['t.one = a and t.one = b', a, false],
    ['t.one = b and t.one = a', a, false],
    ['t.one = a and t.one != b and t.one exists', a, true],
    ['t.one = a and t.one = b and t.one exists', a, false],
    ['t.one = a and t.one exists and t.one = b', a, false],
    ['t.one = a and t.one = a and t.one = a and t.one = a', a, true],
    ['t.one = a and t.one = a and t.one = a and t.one = b', a, false],
    ['t.one = a or t.one = b', a, true],
    ['t.one = b or t.one = a', a, true],
    ['t.one = b or t.one = c', a, false],
    ['t.one = b or t.one = c or t.one = a', a, true],
    ['t.one = b or t.one = a or t.one = c', a, true],
    ['t.one = b or t.one = c or t.one = d', a, false],
    ['t.one = b or t.one = c or t.one = d or t.one = a', a, true],
    ['t.one = b or t.one = c or t.one = d or t.one = e', a, false],
    ['not t.one = a', a, false],
    ['not (t.one = b or t.one = c)', a, true],
    ['not t.one = b and (t.one = c or not t.one = d)', a, true],
    ['t.one exists', a, true],
    ['t.two exists', a, false],
    ['t.keyed[a] exists and t.maybe[a] exists', {}, true],
    ['t.maybe exists', {}, false],
  ]);

  it('are asked in their order, and no further than is needed', () => {
    const asked: string[] = [];
    const { all, named } = fieldsWith({});
    const fields = {
      all,
      named: (name: string) => {
        const field = named(name);
        return field && { ...field, read: () => void asked.push(name) };
      },
    };
    const compiled = compileCondition(treeOf('t.one = a and t.two = a or not t.two = b or t.three = c'), fields);
    assert.ok(compiled.ok);
    assert.equal(compiled.value(ENTRY), true);
    assert.deepEqual(asked, ['t.one', 't.two']);
  });
});

describe('what is wrong with a condition', () => {
  complains([
    ['‸t.on = a', 'There is no field t.on.', 't.one'],
    ['‸nothing.like.it = a', 'There is no field nothing.like.it.'],
    ['‸t.on exists', 'There is no field t.on.', 't.one'],
    ['‸t.keyed = a', 't.keyed needs a key in brackets behind it: t.keyed[KEY].'],
    ['‸t.one[a] = a', 't.one takes nothing in brackets behind it.'],
    ['t.one in ‸shells', 'There is no list shells.'],
    ['t.one = a and ‸container', 'There is no macro container.'],
    ['t.one contains anyof ‸names', 'There is no list names.'],
  ]);

  it('is told all at once, in the order of the text', () => {
    const text =
      't.on = a and n.one contains x and (b.one = 2 or shell) and t.one in (a, "\\x00") and n.one in (1, x, y)';
    assert.deepEqual(
      problemsOf(text).map(({ at }) => text.slice(at).split(/[ ),]/)[0]),
      ['t.on', 'contains', '2', 'shell', '"\\x00"', 'x', 'y'],
    );
  });

  it('is told of both sides of a comparison', () => {
    assert.deepEqual(
      problemsOf('t.on = tolower(n.one)').map(({ at }) => at),
      [0, 7],
    );
    assert.deepEqual(
      problemsOf('n.one contains val(t.on)').map(({ at }) => at),
      [6, 19],
    );
  });

  it('is told once of a part that stands in two places, and not without end', () => {
    const [part, many] = [
      treeOf('t.on = a'),
      treeOf(Array.from({ length: 300 }, (_, at) => `t.x${at} = a`).join(' and ')),
    ];
    const both = compileCondition({ kind: 'and', terms: [part, part] }, fieldsWith({}));
    assert.equal(both.ok ? 0 : both.problem.length, 1);
    const all = compileCondition(many, fieldsWith({}));
    assert.equal(all.ok ? 0 : all.problem.length, 100);
  });

  it('does not show a secret', () => {
    const [problem] = problemsOf('n.one = "password=hunter2"');
    assert.ok(problem !== undefined && !problem.message.includes('hunter2'), problem?.message);
  });

  it('is told of an operand by itself', () => {
    assert.deepEqual(compileOperand({ kind: 'field', name: 't.on', at: 3 }, fieldsWith({})), {
      ok: false,
      problem: [{ message: 'There is no field t.on.', at: 3, near: 't.one' }],
    });
  });
});

describe('a condition out of measure', () => {
  const term = treeOf('t.one = a');
  const doubled = (times: number): Condition =>
    Array.from({ length: times }).reduce<Condition>((tree) => ({ kind: 'or', terms: [tree, tree] }), term);
  const nested = (times: number): Condition =>
    Array.from({ length: times }).reduce<Condition>((tree) => ({ kind: 'not', term: tree }), term);
  const problemOf = (tree: Condition) => {
    const compiled = compileCondition(tree, fieldsWith({ 't.one': 'b' }));
    return compiled.ok ? compiled.value(ENTRY) : compiled.problem;
  };

  it('is refused when it has more comparisons than anybody writes, however little text that was', () => {
    assert.equal(problemOf(doubled(14)), false);
    assert.deepEqual(problemOf(doubled(60)), [
      { message: `The condition has more than ${COMPARISONS_MAX} comparisons.`, at: 0 },
    ]);
  });

  it('has its expressions made once, however often they stand in it', () => {
    let tree = treeOf('t.one regex "(a{30}){30}"');
    for (let times = 0; times < 14; times += 1) tree = { kind: 'or', terms: [tree, tree] };
    assert.equal(problemOf(tree), false);
  });

  it('is refused when it is nested more deeply than anybody reads', () => {
    assert.equal(problemOf(nested(DEPTH_MAX)), false);
    assert.deepEqual(problemOf(nested(DEPTH_MAX + 1)), [
      { message: `The condition nests more than ${DEPTH_MAX} deep.`, at: 0 },
    ]);
  });
});

describe('asking a condition', () => {
  /** One of each operator by type, with and without modifiers, constants and values on the right. */
  const CONDITIONS = [
    't.one = a or t.one != b or t.one < 1 or t.one >= 2 or t.one contains a or t.one icontains É or t.one icontains a',
    't.one bcontains 61 or t.one bstartswith 61 or t.one startswith a or t.one endswith b or t.one in (a, b, c)',
    't.one glob "[!a]*?" or t.one iglob "[[:upper:]]*" or t.one regex "a.*|b" or t.one pmatch (/a, "/*/b")',
    't.one contains oneof (a, b) or t.one glob anyof ("*", b) or t.one != allof (a, b) or t.one regex allof (a, ".*")',
    't.one glob val(t.two) or t.one icontains val(t.two) or t.one < val(t.two) or t.one in val(t.two)',
    'n.one = 1 or n.one < 2 or n.one in (1, 2, 3) or n.one > val(n.two) or n.one != allof (1, 2) or b.one = val(b.two)',
    'l.one in (a, b) or l.one intersects (c) or l.one in val(l.two) or getopt(l.one, t.one) in (a) or len(l.one) > 1',
    'b64(t.one) = a or len(t.one) = 1 or tolower(l.one) in (a) or basename(t.one) = x or toupper(t.one) = X',
    'join(t.one, l.one) = a or concat(t.one, t.two) = b or getopt(l.one, "ab:")[b] = 1 or len((t.one, n.one, b.one)) = 3',
  ];
  const names = ['t.one', 't.two', 'n.one', 'n.two', 'b.one', 'b.two', 'l.one', 'l.two'];
  const value: fc.Arbitrary<FieldValue> = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a', 'b', '/a/b', '-a', '\ud83d', '[', '*'),
    fc.double(),
    fc.boolean(),
    fc.array(fc.string({ unit: 'grapheme' })),
    fc.constant(undefined),
  );

  it('never throws, even of values that are of another type than they should be', () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(names.map((name) => [name, value]))), (values) => {
        for (const text of CONDITIONS) assert.equal(typeof predicateOf(text, values)(ENTRY), 'boolean');
      }),
      { numRuns: 300 },
    );
  });
});
