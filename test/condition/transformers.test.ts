import assert from 'node:assert/strict';
import { compileOperand } from '../../src/condition/compile.ts';
import type { FieldValue } from '../../src/condition/field.ts';
import { complains, ENTRY, fieldsWith, treeOf, type Values } from './asking.ts';

/** What an operand gives; it is read from a condition that has it on the left. */
function given(text: string, values: Values): FieldValue {
  const tree = treeOf(`${text} exists`);
  assert.ok(tree.kind === 'exists');
  const compiled = compileOperand(tree.left, fieldsWith(values));
  assert.ok(compiled.ok, `${text}: ${JSON.stringify(compiled)}`);
  return compiled.value(ENTRY);
}

const ROWS: readonly (readonly [operand: string, values: Values, value: FieldValue])[] = [
  ['t.one', { 't.one': 'Web' }, 'Web'],
  ['t.one', {}, undefined],
  ['t.keyed[a.b]', {}, 'a.b'],
  ['t.maybe["a b"]', {}, 'a b'],
  ['t.maybe', {}, undefined],
  ['l.one', { 'l.one': ['a'] }, ['a']],
  ['l.one', { 'l.one': [] }, undefined],

  ['tolower(t.one)', { 't.one': 'WeB-1' }, 'web-1'],
  ['tolower(t.one)', { 't.one': 'ÄB' }, 'Äb'],
  ['tolower(t.one)', {}, undefined],
  ['tolower(l.one)', { 'l.one': ['A', 'b'] }, ['a', 'b']],
  ['tolower("ABC")', {}, 'abc'],
  ['tolower(12)', {}, '12'],
  ['toupper(t.one)', { 't.one': 'WeB-1' }, 'WEB-1'],
  ['toupper(t.one)', { 't.one': 'straße' }, 'STRAßE'],
  ['toupper(t.one)', {}, undefined],

  ['basename(t.one)', { 't.one': '/usr/bin/sh' }, 'sh'],
  ['basename(t.one)', { 't.one': 'sh' }, 'sh'],
  ['basename(t.one)', { 't.one': '/usr/' }, ''],
  ['basename(l.one)', { 'l.one': ['a/b', 'c'] }, ['b', 'c']],
  ['basename(t.one)', {}, undefined],

  ['b64(t.one)', { 't.one': 'ZG9ja2Vy' }, 'docker'],
  ['b64(t.one)', { 't.one': 'ZG9ja2VyIQ==' }, 'docker!'],
  ['b64(t.one)', { 't.one': 'ZG9ja2VyIQ' }, 'docker!'],
  ['b64(t.one)', { 't.one': 'ZG9ja2VyISE=' }, 'docker!!'],
  ['b64(t.one)', { 't.one': '' }, ''],
  ['b64(t.one)', { 't.one': 'ZG9ja2VyIR' }, undefined],
  ['b64(t.one)', { 't.one': 'ZG9ja' }, undefined],
  ['b64(t.one)', { 't.one': 'not base64' }, undefined],
  ['b64(t.one)', { 't.one': 'ZG9j-_==' }, undefined],
  ['b64(t.one)', {}, undefined],
  ['b64(l.one)', { 'l.one': ['YQ', 'Yg'] }, ['a', 'b']],
  ['b64(l.one)', { 'l.one': ['YQ', '!'] }, undefined],

  ['len(t.one)', { 't.one': 'abc' }, 3],
  ['len(t.one)', { 't.one': '' }, 0],
  ['len(t.one)', { 't.one': 'é😀' }, 6],
  ['len(l.one)', { 'l.one': ['abc', 'd'] }, 2],
  ['len(t.one)', {}, undefined],
  ['len(l.one)', {}, undefined],
  ['len((t.one, "x", l.one))', { 't.one': 'a', 'l.one': ['b', 'c'] }, 4],

  ['join(", ", l.one)', { 'l.one': ['a', 'b'] }, 'a, b'],
  ['join(t.one, l.one)', { 't.one': '-', 'l.one': ['a', 'b', ''] }, 'a-b-'],
  ['join(t.one, l.one)', { 'l.one': ['a'] }, undefined],
  ['join("-", l.one)', {}, undefined],
  ['join("-", (t.one, n.one, b.one, "z", 7))', { 't.one': 'a', 'n.one': 1, 'b.one': false }, 'a-1-false-z-7'],
  ['join("-", (t.one, t.two))', { 't.one': 'a' }, undefined],
  ['join("-", ())', {}, ''],

  ['concat(t.one, "/", t.two)', { 't.one': 'a', 't.two': 'b' }, 'a/b'],
  ['concat(t.one, t.two)', { 't.one': 'a' }, undefined],
  ['concat(1, 2)', {}, '12'],

  ['getopt(l.one, "nt:")', { 'l.one': ['-n', '-t', '5'] }, ['n', 't', '5']],
  ['getopt(l.one, "nt:")[t]', { 'l.one': ['-n', '-t', '5'] }, '5'],
  ['getopt(l.one, "nt:")[t]', { 'l.one': ['-n'] }, undefined],
  ['getopt(l.one, "nt:")', { 'l.one': ['file'] }, []],
  ['getopt(l.one, t.one)', { 'l.one': ['-n'], 't.one': 'n' }, ['n']],
  ['getopt(l.one, t.one)', { 'l.one': ['-n'] }, undefined],
  ['getopt(l.one, "n")', {}, undefined],

  ['tolower(concat(t.one, "X"))', { 't.one': 'A' }, 'ax'],
  ['len(b64(t.one))', { 't.one': 'ZG9ja2Vy' }, 6],
  ['toupper(basename(tolower(t.one)))', { 't.one': 'A/b' }, 'B'],
  ['len(getopt(l.one, "n"))', { 'l.one': ['file'] }, 0],
];

describe('a transformer', () => {
  for (const [operand, values, value] of ROWS) {
    it(`makes ${JSON.stringify(value)} of ${operand} with ${JSON.stringify(values)}`, () => {
      assert.deepEqual(given(operand, values), value);
    });
  }

  it('does not take the options of one entry for those of another', () => {
    const tree = treeOf('getopt(l.one, t.one) exists');
    assert.ok(tree.kind === 'exists');
    let options = 'n';
    const { all, named } = fieldsWith({ 'l.one': ['-n', '1'] });
    const compiled = compileOperand(tree.left, {
      all,
      named: (name) => {
        const field = named(name);
        return name === 't.one' && field !== undefined ? { ...field, read: () => options } : field;
      },
    });
    assert.ok(compiled.ok);
    assert.deepEqual(compiled.value(ENTRY), ['n']);
    options = 'n:';
    assert.deepEqual(compiled.value(ENTRY), ['n', '1']);
  });

  it('makes no text that no memory holds', () => {
    const doubled = (times: number): string =>
      times === 0 ? 't.one' : `concat(${doubled(times - 1)}, ${doubled(times - 1)})`;
    assert.equal(String(given(doubled(8), { 't.one': 'a'.repeat(4096) })).length, 1 << 20);
    assert.equal(given(doubled(9), { 't.one': 'a'.repeat(4096) }), undefined);
    assert.equal(given('join(t.one, l.one)', { 't.one': 'a'.repeat(1 << 19), 'l.one': ['', '', ''] }), undefined);
  });

  complains([
    ['‸tolower(t.one, t.two) = a', 'tolower(…) takes one argument, and 2 arguments are given.'],
    ['‸tolower(n.one) = a', 'tolower(…) takes a text or a list of texts, not a number (n.one).'],
    ['‸toupper(b.one) = a', 'toupper(…) takes a text or a list of texts, not true or false (b.one).'],
    ['‸basename(len(t.one)) = a', 'basename(…) takes a text or a list of texts, not a number (len(t.one)).'],
    ['‸b64(n.one) = a', 'b64(…) takes a text or a list of texts, not a number (n.one).'],
    ['‸b64(t.one)[a] = a', 'b64(…) takes nothing in brackets behind it.'],
    ['‸len(t.one, t.two) = 1', 'len(…) takes one argument, and 2 arguments are given.'],
    ['‸len(n.one) = 1', 'len(…) takes a text or a list of texts, not a number (n.one).'],
    ['‸join(l.one) = a', 'join(…) takes two arguments, a separator and a list, and 1 argument is given.'],
    ['‸join(",", l.one, l.two) = a', 'join(…) takes two arguments, a separator and a list, and 3 arguments are given.'],
    ['‸join(l.one, l.one) = a', 'join(…) takes a text first, not a list of texts (l.one).'],
    ['‸join(",", t.one) = a', 'join(…) takes a list second, not a text (t.one).'],
    ['‸join(",", "x") = a', 'join(…) takes a list second, not a text ("x").'],
    ['‸concat(t.one) = a', 'concat(…) takes at least two arguments, and 1 argument is given.'],
    ['‸concat(t.one, n.one) = a', 'concat(…) takes texts, not a number (n.one).'],
    ['‸concat(t.one, (t.two, "y")) = a', 'concat(…) takes texts, not a list of texts ((t.two, "y")).'],
    ['‸getopt(l.one) in (a)', 'getopt(…) takes two arguments, a list and the options, and 1 argument is given.'],
    ['‸getopt(t.one, "a") in (a)', 'getopt(…) takes a list first, not a text (t.one).'],
    ['‸getopt(l.one, n.one) in (a)', 'getopt(…) takes a text second, not a number (n.one).'],
    ['‸getopt(l.one, "ab")[ab] = a', 'getopt(…)[…] takes one letter in brackets.'],
    ['concat(t.one, ‸t.tow) = a', 'There is no field t.tow.', 't.two'],
    ['join(",", (t.one, ‸t.tow)) = a', 'There is no field t.tow.', 't.two'],
    [
      'len(t.one) ‸contains 1',
      'len(t.one) is a number: instead of contains it can be asked =, ==, !=, <, <=, >, >=, in, intersects, exists.',
    ],
  ]);

  it('that is not known is refused with the one that was probably meant', () => {
    const tree = { kind: 'transformed', by: 'tolwer', of: [{ kind: 'field', name: 't.one', at: 7 }], at: 0 } as const;
    const message = 'There is no transformer tolwer, only tolower, toupper, b64, basename, len, join, concat, getopt.';
    assert.deepEqual(compileOperand(tree, fieldsWith({})), {
      ok: false,
      problem: [{ message, at: 0, near: 'tolower' }],
    });
  });
});
