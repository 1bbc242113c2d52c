import assert from 'node:assert/strict';
import { compileCondition } from '../../src/condition/compile.ts';
import { answers, ask, complains, ENTRY, fieldsWith, treeOf } from './asking.ts';

const TEXT = { 't.one': 'web-1' };

describe('a modifier', () => {
  answers([
    ['t.one contains anyof (x, web)', TEXT, true],
    ['t.one contains anyof (x, y)', TEXT, false],
    ['t.one contains anyof (web, "-1")', TEXT, true],
    ['t.one contains anyof ()', TEXT, false],
    ['t.one contains allof (web, "-1")', TEXT, true],
    ['t.one contains allof (web, x)', TEXT, false],
    ['t.one contains allof ()', TEXT, false],
    ['t.one contains oneof (web, x)', TEXT, true],
    ['t.one contains oneof (web, "-1")', TEXT, false],
    ['t.one contains oneof (web, web)', TEXT, false],
    ['t.one contains oneof (x, y)', TEXT, false],
    ['t.one contains oneof ()', TEXT, false],
    ['t.one = anyof (a, web-1)', TEXT, true],
    ['t.one == anyof (a, b)', TEXT, false],
    ['t.one = allof (web-1, web-1)', TEXT, true],
    ['t.one = allof (web-1, a)', TEXT, false],
    ['t.one = oneof (web-1, a)', TEXT, true],
    ['t.one != allof (a, b)', TEXT, true],
    ['t.one != allof (a, web-1)', TEXT, false],
    ['t.one != anyof (a, web-1)', TEXT, true],
    ['t.one != anyof (web-1)', TEXT, false],
    ['t.one startswith oneof (web, api)', TEXT, true],
    ['t.one endswith anyof ("-1", "-2")', TEXT, true],
    ['t.one icontains allof (WEB, "-1")', TEXT, true],
    ['t.one bcontains anyof (ff, 2d31)', TEXT, true],
    ['t.one glob anyof (a*, w*)', TEXT, true],
    ['t.one iglob oneof (A*, W*)', TEXT, true],
    ['t.one regex anyof ("a.*", "w.*[0-9]")', TEXT, true],
    ['t.one regex allof ("a.*", "w.*")', TEXT, false],
    ['n.one = anyof (1, 2)', { 'n.one': 2 }, true],
    ['n.one != allof (1, 2)', { 'n.one': 3 }, true],
    ['b.one = anyof (true, false)', { 'b.one': false }, true],
    ['t.one contains anyof (x, web)', {}, false],
    ['t.one != allof (x, web)', {}, false],
    ['t.one = anyof (x, web)', {}, false],
  ]);

  complains([
    ['l.one ‸= anyof (a, b)', 'l.one is a list of texts: instead of = it can be asked in, intersects, exists.'],
    ['n.one = anyof (1, ‸x)', 'Expected a number, such as 42 or 0x2a, got "x".'],
    ['t.one regex oneof (a, ‸"(")', 'The expression is none that RE2 knows: missing closing ): `(`.'],
  ]);

  it('goes with no operator that takes a list anyway, and with a list only', () => {
    const left = { kind: 'field', name: 't.one', at: 0 } as const;
    const text = { kind: 'text', value: 'a', at: 9 } as const;
    const compare = { kind: 'compare', left, at: 6 } as const;
    const list = { kind: 'list', items: [text], at: 8 } as const;
    const refused = (tree: Parameters<typeof compileCondition>[0]) => {
      const compiled = compileCondition(tree, fieldsWith({}));
      return compiled.ok ? [] : compiled.problem;
    };
    assert.deepEqual(refused({ ...compare, operator: 'in', modifier: 'anyof', right: list }), [
      { message: 'anyof does not go with in, which takes a list anyway.', at: 6 },
    ]);
    assert.deepEqual(refused({ ...compare, operator: '=', modifier: 'anyof', right: text }), [
      { message: 'anyof takes a list in parentheses.', at: 9 },
    ]);
    assert.deepEqual(
      refused({ ...compare, operator: '=', modifier: 'allof', right: { kind: 'val', field: left, at: 8 } }),
      [{ message: 'allof takes a list in parentheses, not t.one.', at: 6 }],
    );
    assert.deepEqual(refused({ ...compare, operator: 'in', right: text }), [
      { message: 'in takes a list in parentheses.', at: 9 },
    ]);
    assert.deepEqual(refused({ ...compare, operator: 'contains', right: list }), [
      {
        message:
          'contains takes one value, not a list: one of oneof, anyof and allof before the list says what is meant.',
        at: 8,
      },
    ]);
  });
});

describe('a value of the same entry on the right', () => {
  const pair = (one: string, two: string) => ({ 't.one': one, 't.two': two });
  answers([
    ['t.one = val(t.two)', pair('a', 'a'), true],
    ['t.one = val(t.two)', pair('a', 'b'), false],
    ['t.one != val(t.two)', pair('a', 'b'), true],
    ['t.one != val(t.two)', pair('a', 'a'), false],
    ['t.one = val(t.keyed[a])', { 't.one': 'a' }, true],
    ['t.one contains val(t.two)', pair('abc', 'b'), true],
    ['t.one icontains val(t.two)', pair('abc', 'B'), true],
    ['t.one startswith val(t.two)', pair('abc', 'ab'), true],
    ['t.one endswith val(t.two)', pair('abc', 'ab'), false],
    ['t.one glob val(t.two)', pair('abc', 'a*'), true],
    ['t.one glob val(t.two)', pair('abc', 'b*'), false],
    ['t.one iglob val(t.two)', pair('abc', 'A*'), true],
    ['t.one glob val(t.two)', pair('a', '*'.repeat(301)), false],
    ['t.one < val(t.two)', pair('a', 'b'), true],
    ['t.one in val(t.two)', pair('a', 'a'), true],
    ['t.one intersects val(t.two)', pair('a', 'b'), false],
    ['t.one = tolower(t.two)', pair('a', 'A'), true],
    ['tolower(t.one) = tolower(t.two)', pair('B', 'b'), true],
    ['n.one < val(n.two)', { 'n.one': 9, 'n.two': 10 }, true],
    ['n.one >= val(n.two)', { 'n.one': 9, 'n.two': 10 }, false],
    ['n.one = len(t.one)', { 'n.one': 3, 't.one': 'abc' }, true],
    ['n.one in val(n.two)', { 'n.one': 9, 'n.two': 9 }, true],
    ['b.one = val(b.two)', { 'b.one': false, 'b.two': false }, true],
    ['b.one != val(b.two)', { 'b.one': true, 'b.two': false }, true],
    ['l.one in val(l.two)', { 'l.one': ['a'], 'l.two': ['a', 'b'] }, true],
    ['l.one in val(l.two)', { 'l.one': ['a', 'c'], 'l.two': ['a', 'b'] }, false],
    ['l.one intersects val(l.two)', { 'l.one': ['a', 'c'], 'l.two': ['a', 'b'] }, true],
    ['l.one intersects tolower(l.two)', { 'l.one': ['a'], 'l.two': ['A'] }, true],
    ['getopt(l.one, "n") in (a)', { 'l.one': ['file'] }, true],
    ['getopt(l.one, "n") intersects (a)', { 'l.one': ['file'] }, false],
    ['getopt(l.one, "n") exists', { 'l.one': ['file'] }, true],

    ['t.one = val(t.two)', { 't.one': 'a' }, false],
    ['t.one != val(t.two)', { 't.one': 'a' }, false],
    ['t.one != val(t.two)', { 't.two': 'a' }, false],
    ['t.one = val(t.two)', {}, false],
    ['t.one in val(t.two)', {}, false],
    ['n.one != val(n.two)', { 'n.one': 1 }, false],
    ['l.one in val(l.two)', { 'l.one': ['a'] }, false],
    ['l.one in val(l.two)', { 'l.two': ['a'] }, false],
  ]);

  complains([
    ['t.one ‸= val(n.one)', 't.one is a text and n.one is a number: only values of the same type can be compared.'],
    [
      't.one ‸in val(l.one)',
      't.one is a text and l.one is a list of texts: only values of the same type can be compared.',
    ],
    [
      'n.one ‸= toupper(t.one)',
      'n.one is a number and toupper(t.one) is a text: only values of the same type can be compared.',
    ],
    ['t.one ‸regex val(t.two)', 'regex takes what is written out, not t.two.'],
    ['t.one ‸pmatch val(t.two)', 'pmatch takes what is written out, not t.two.'],
    ['t.one ‸bcontains val(t.two)', 'bcontains takes what is written out, not t.two.'],
    ['t.one = val(‸t.tow)', 'There is no field t.tow.', 't.two'],
    ['t.one = val(‸t.keyed)', 't.keyed needs a key in brackets behind it: t.keyed[KEY].'],
  ]);

  it('is compared anew when it is another for the next entry', () => {
    let right = 'a*';
    const { all, named } = fieldsWith({ 't.one': 'abc' });
    const fields = {
      all,
      named: (name: string) => {
        const field = named(name);
        return name === 't.two' && field !== undefined ? { ...field, read: () => right } : field;
      },
    };
    const compiled = compileCondition(treeOf('t.one glob val(t.two)'), fields);
    assert.ok(compiled.ok);
    assert.equal(compiled.value(ENTRY), true);
    right = 'b*';
    assert.equal(compiled.value(ENTRY), false);
    right = 'a*';
    assert.equal(compiled.value(ENTRY), true);
  });
});

describe('a missing value', () => {
  it('makes a comparison false and its negation true', () => {
    for (const text of ['t.one = a', 't.one != a', 'n.one > 0', 't.one in (a)', 'l.one in (a)', 't.one exists']) {
      assert.deepEqual([ask(text), ask(`not ${text}`)], [false, true], text);
    }
  });

  it('is a list with nothing in it, too', () => {
    const values = { 'l.one': [] };
    assert.deepEqual([ask('l.one in (a)', values), ask('l.one exists', values)], [false, false]);
  });
});
