import assert from 'node:assert/strict';
import { eventEntry, lastRule, problemsOf, RULE, warningsOf } from '../../support/rules-files.ts';

function list(name: string, items: string): string {
  return `- list: ${name}\n  items: ${items}\n`;
}

function macro(name: string, condition: string): string {
  return `- macro: ${name}\n  condition: ${condition}\n`;
}

/** Which of these names match. */
function names(...texts: readonly string[]): string {
  const { matches } = lastRule(...texts);
  const all = ['a', 'b', 'c', 'a b', '', 'l'];
  return all
    .filter((name) => matches(eventEntry('die', { name })))
    .map((name) => `<${name}>`)
    .join('');
}

const IN = (what: string) => RULE('R', `docker.attributes.name in ${what}`);

describe('a list', () => {
  const accepted: readonly (readonly [string, string, string])[] = [
    ['stands for its items', list('l', '[a, b]') + IN('(l)'), '<a><b>'],
    ['stands among other items', list('l', '[a, b]') + IN('(x,l,c)'), '<a><b><c>'],
    ['may stand without parentheses', list('l', '[a, b]') + IN('l'), '<a><b>'],
    [
      'may stand behind a modifier',
      list('l', '[b]') + RULE('R', 'docker.attributes.name endswith anyof (l)'),
      '<b><a b>',
    ],
    ['puts an item with a blank in quotes', list('l', '[a b]') + IN('(l)'), '<a b>'],
    ['leaves an item in quotes as it is', list('l', `["'a b'", '"c"']`) + IN('(l)'), '<c><a b>'],
    ['puts an empty item in quotes', list('l', '["", c]') + IN('(l)'), '<c><>'],
    ['holds numbers as they are written', `${list('l', '[0x1, 1.0, yes]')}${IN('(l)')}`, ''],
    ['is empty before others', list('l', '[]') + IN('(l, a)'), '<a>'],
    ['is empty behind others', list('l', '[]') + IN('(a , l)'), '<a>'],
    ['is empty between others', list('l', '[]') + IN('(a,l,b)'), '<a><b>'],
    ['holds other lists', list('k', '[a, b]') + list('l', '[k, c]') + IN('(l)'), '<a><b><c>'],
    [
      'holds other lists at any depth',
      list('i', '[a]') + list('j', '[i]') + list('k', '[j]') + list('l', '[k, b]') + IN('(l)'),
      '<a><b>',
    ],
    ['holds lists that are empty', list('k', '[]') + list('l', '[k, c, k]') + IN('(l)'), '<c>'],
    ['does not hold itself', list('l', '[a, l]') + IN('(l)'), '<a><l>'],
    ['may be defined further down', IN('(l)') + list('l', '[a]'), '<a>'],
    ['is defined anew', list('l', '[a]') + IN('(l)') + list('l', '[b]'), '<b>'],
    ['is replaced', `${list('l', '[a]')}${IN('(l)')}${list('l', '[b]')}  override: {items: replace}\n`, '<b>'],
    ['is appended to', `${list('l', '[a]')}${IN('(l)')}${list('l', '[b]')}  override: {items: append}\n`, '<a><b>'],
    [
      'is appended to in the older form',
      `${list('l', '[a]')}${IN('(l)')}${list('l', '[b]')}  append: true\n`,
      '<a><b>',
    ],
    ['is no part of a longer name', list('l', '[a]') + IN('(l-b, b)'), '<b>'],
    ['is not looked for in quotes', list('l', '[a]') + IN('("l")'), '<l>'],
    ['stands in macros', list('l', '[a]') + macro('m', 'docker.attributes.name in (l)') + RULE('R', 'm'), '<a>'],
  ];
  for (const [title, text, expected] of accepted) it(title, () => assert.equal(names(text), expected));

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['without items', '- list: l\n', /^a\.yaml:1:3: list "l": Expected items, which may be an empty list/],
    ['with items that are no list', list('l', 'a'), /:2:10: list "l": Expected a list for items, got "a"/],
    [
      'with a list among its items',
      list('l', '[[a]]'),
      /:2:11: list "l": Expected a text or a number in items, got a list/,
    ],
    ['with nothing among its items', list('l', '[~]'), /Expected a text or a number in items, got nothing/],
    ['without a name', list('', '[a]'), /:1:3: Expected a text for list, got nothing/],
    [
      'that is not there',
      list('nemes', '[a]') + IN('names'),
      /:5:40: rule "R": There is no list names\. One value stands in parentheses\. Did you mean "nemes"\?/,
    ],
    [
      'with an override of something else',
      `${list('l', '[a]')}  override: {item: append}\n`,
      /"item" cannot be overridden, only items\. Did you mean "items"\?/,
    ],
    ['with an item that is no value', list('l', '["a)"]') + IN('(l)'), /^a\.yaml:\d+:\d+: rule "R": Expected /],
  ];
  for (const [title, text, expected] of refused) {
    it(`is refused ${title}`, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
    });
  }

  it('is told for its item where that is wrong', () => {
    const [problem] = problemsOf(list('l', '\n    - a\n    - "(b"\n') + IN('(l)'));
    assert.match(problem ?? '', /^a\.yaml:4:8: rule "R": .* It says: docker\.attributes\.name in \(a, »\(b\)/);
  });

  it('is warned of when no condition can name it, or it has keys of others', () => {
    assert.deepEqual(warningsOf(`${list('a b', '[a]')}  priority: info\n${list('l', '[a]')}${IN('(l)')}`), [
      'a.yaml:1:3: list "a b": No condition can name this list: expected a name without blanks, parentheses, quotes, "=" and ",".',
      'a.yaml:1:3: list "a b": Nothing names it.',
      'a.yaml:3:3: list "a b": The key "priority" is not known here and is passed over.',
    ]);
  });
});

describe('a macro', () => {
  const NAME = (name: string) => `docker.attributes.name = ${name}`;
  const accepted: readonly (readonly [string, string, string])[] = [
    ['stands for its condition', macro('m', NAME('a')) + RULE('R', 'm'), '<a>'],
    [
      'stands as a whole',
      macro('m', `${NAME('a')} or ${NAME('b')}`) + RULE('R', `not m and ${NAME('c')} or m`),
      '<a><b><c>',
    ],
    ['cancels a double negation', macro('m', `not ${NAME('a')}`) + RULE('R', 'not m'), '<a>'],
    ['holds others', macro('k', NAME('a')) + macro('m', `k or ${NAME('b')}`) + RULE('R', 'm'), '<a><b>'],
    ['may be defined behind the rule', RULE('R', 'm') + macro('m', NAME('a')), '<a>'],
    ['is defined anew, for rules before it too', macro('m', NAME('a')) + RULE('R', 'm') + macro('m', NAME('b')), '<b>'],
    [
      'is appended to',
      `${macro('m', NAME('a'))}${macro('m', `or ${NAME('b')}`)}  override: {condition: append}\n${RULE('R', 'm')}`,
      '<a><b>',
    ],
    [
      'is appended to in the older form',
      `${macro('m', NAME('a'))}${macro('m', `or ${NAME('b')}`)}  append: true\n${RULE('R', 'm')}`,
      '<a><b>',
    ],
    [
      'is replaced, even where there is none',
      `${macro('m', NAME('b'))}  override: {condition: replace}\n${RULE('R', 'm')}`,
      '<b>',
    ],
    [
      'sees what was defined before it was last changed',
      macro('m', NAME('a')) + macro('k', NAME('b')) + macro('m', 'k') + RULE('R', 'm'),
      '<b>',
    ],
  ];
  for (const [title, text, expected] of accepted) it(title, () => assert.equal(names(text), expected));

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['without a condition', '- macro: m\n', /^a\.yaml:1:3: macro "m": Expected a condition\./],
    ['with an empty condition', macro('m', '""'), /:2:14: macro "m": Expected a text for condition, got an empty one/],
    [
      'with a condition that cannot be read, though nothing names it',
      macro('m', 'a.b ='),
      /:2:19: macro "m": Expected .* got the end/,
    ],
    [
      'that is not there',
      macro('crashed', NAME('a')) + RULE('R', 'crashd'),
      /:5:14: rule "R": There is no macro crashd\. Did you mean "crashed"\?/,
    ],
    [
      'that names one further down',
      macro('m', 'k') + macro('k', NAME('a')),
      /:2:14: macro "m": The macro k is defined further down, in a\.yaml:3: a macro sees only those before it/,
    ],
    [
      'that names itself',
      `${macro('m', NAME('a'))}${macro('m', 'or m')}  append: true\n`,
      /:4:17: macro "m": The macro m names itself: m → m\./,
    ],
    [
      'of a circle',
      macro('m', NAME('a')) + macro('k', 'm') + macro('m', 'k'),
      /:4:14: macro "k": The macro m names itself: m → k → m\./,
    ],
  ];
  for (const [title, text, expected] of refused) {
    it(`is refused ${title}`, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
    });
  }

  it('is told once for what is wrong in it, where that stands', () => {
    const text = `- macro: m\n  condition: >\n    docker.type = a\n\n    and docker.typ = b\n${RULE('R', 'm')}${RULE('S', 'not m')}`;
    assert.deepEqual(problemsOf(text), [
      'a.yaml:5:9: macro "m": There is no field docker.typ. Did you mean "docker.type"? It says: docker.type = a and »docker.typ = b',
    ]);
  });

  it('may have fields of other sources where no rule names it', () => {
    assert.deepEqual(problemsOf(macro('open_write', 'evt.type in (open, openat) and evt.is_open_write=true')), []);
  });

  it('is warned of when no condition can name it', () => {
    assert.deepEqual(
      warningsOf(macro('a-b', NAME('a')))[0],
      'a.yaml:1:3: macro "a-b": No condition can name this macro: expected a letter, then letters, digits and "_".',
    );
  });
});
