import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BOOLEAN, NUMBER, OPERATORS, TEXT } from '../../src/condition/operators.ts';
import { LIST_OPERATORS, ORDER_OPERATORS, TEXT_OPERATORS } from '../../src/condition/tree.ts';
import { answers, ask, complains, type Row } from './asking.ts';

const ALL = [...ORDER_OPERATORS, ...TEXT_OPERATORS, ...LIST_OPERATORS];

describe('operators on a text', () => {
  const web = { 't.one': 'web-1' };
  const beyond = { 't.one': 'Ärger 😀' };
  answers([
    ['t.one = web-1', web, true],
    ['t.one == web-1', web, true],
    ['t.one = WEB-1', web, false],
    ['t.one = web', web, false],
    ['t.one = ""', { 't.one': '' }, true],
    ['t.one != web-1', web, false],
    ['t.one != web-2', web, true],
    ['t.one != ""', { 't.one': '' }, false],
    ['t.one contains eb-', web, true],
    ['t.one contains EB', web, false],
    ['t.one contains ""', web, true],
    ['t.one icontains EB-', web, true],
    ['t.one icontains EC', web, false],
    ['t.one icontains ""', web, true],
    ['t.one icontains "[.*"', { 't.one': 'a[.*b' }, true],
    ['t.one icontains "[.*"', { 't.one': 'ab' }, false],
    ['t.one icontains ÄRG', beyond, true],
    ['t.one icontains äRG', beyond, false],
    ['t.one icontains k', { 't.one': '\u212a' }, false],
    ['t.one startswith web', web, true],
    ['t.one startswith eb', web, false],
    ['t.one endswith -1', web, true],
    ['t.one endswith web', web, false],
    ['t.one bcontains 65622d', web, true],
    ['t.one bcontains 65622E', web, false],
    ['t.one bstartswith 776562', web, true],
    ['t.one bstartswith 6562', web, false],
    ['t.one bstartswith c384', beyond, true],
    ['t.one bstartswith C3', beyond, true],
    ['t.one bcontains 9f98', beyond, true],
    ['t.one glob w*-?', web, true],
    ['t.one glob W*', web, false],
    ['t.one iglob W*', web, true],
    ['t.one iglob X*', web, false],
    ['t.one regex "w[a-e]+-[0-9]"', web, true],
    ['t.one regex "w[a-e]+"', web, false],
    ['t.one in (api, web-1)', web, true],
    ['t.one in (api, web)', web, false],
    ['t.one in ()', web, false],
    ['t.one in (a, b, c, web-1)', web, true],
    ['t.one in (a, b, c, d)', web, false],
    ['t.one intersects (web-1)', web, true],
    ['t.one intersects (web)', web, false],
    ['t.one pmatch (/var/run)', { 't.one': '/var/run/docker.sock' }, true],
    ['t.one pmatch (/var/lib, /etc)', { 't.one': '/var/run/docker.sock' }, false],
    ['t.one pmatch ()', { 't.one': '/' }, false],
    ['t.one > 10', { 't.one': '9' }, true],
    ['t.one < 10', { 't.one': '9' }, false],
    ['t.one <= 10', { 't.one': '10' }, true],
    ['t.one >= 10', { 't.one': '10' }, true],
    ['t.one < 10', { 't.one': '1' }, true],
    ['t.one > 10', { 't.one': '10' }, false],
  ]);

  it('is in the order of bytes', () => {
    const bytes = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const less = TEXT.makers.get('<')?.(right);
        assert.ok(less?.ok);
        assert.equal(less.value(left), Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0);
      }),
    );
  });

  complains([
    ['t.one bcontains ‸xyz', 'Expected pairs of hex digits, such as 2f62696e, got "xyz".'],
    ['t.one bstartswith ‸abc', 'Expected pairs of hex digits, such as 2f62696e, got "abc".'],
    ['t.one = ‸"a\\x00"', 'A text cannot hold a NUL character.'],
    ['t.one in (a, ‸"\\x00")', 'A text cannot hold a NUL character.'],
    ['t.one pmatch (a, ‸"\\x00")', 'A text cannot hold a NUL character.'],
    ['t.one regex ‸"(?=a)"', 'The expression is none that RE2 knows: invalid or unsupported Perl syntax: `(?=`.'],
  ]);
});

describe('operators on a number', () => {
  const two = { 'n.one': 2 };
  answers([
    ['n.one = 2', two, true],
    ['n.one == 0x2', two, true],
    ['n.one = 3', two, false],
    ['n.one = "2"', two, true],
    ['n.one = 2.0', two, true],
    ['n.one = -2', { 'n.one': -2 }, true],
    ['n.one = 2e+2', { 'n.one': 200 }, true],
    ['n.one = 0', { 'n.one': 0 }, true],
    ['n.one != 2', two, false],
    ['n.one != 3', two, true],
    ['n.one < 3', two, true],
    ['n.one < 2', two, false],
    ['n.one <= 2', two, true],
    ['n.one <= 1', two, false],
    ['n.one > 0x1', two, true],
    ['n.one > 2', two, false],
    ['n.one >= 2', two, true],
    ['n.one >= 3', two, false],
    ['n.one < 10', { 'n.one': 9 }, true],
    ['n.one in (1, 2)', two, true],
    ['n.one in (1, 0x02, 3)', two, true],
    ['n.one in (1)', two, false],
    ['n.one intersects (2, 3)', two, true],
    ['n.one intersects (3, 4, 5)', two, false],
  ]);

  complains([
    ['n.one = ‸two', 'Expected a number, such as 42 or 0x2a, got "two".'],
    ['n.one = ‸""', 'Expected a number, such as 42 or 0x2a, got "".'],
    ['n.one != ‸0xfg', 'Expected a number, such as 42 or 0x2a, got "0xfg".'],
    ['n.one in (1, ‸two)', 'Expected a number, such as 42 or 0x2a, got "two".'],
    ['n.one = ‸Infinity', 'Expected a number, such as 42 or 0x2a, got "Infinity".'],
  ]);
});

describe('operators on true and false', () => {
  const yes = { 'b.one': true };
  answers([
    ['b.one = true', yes, true],
    ['b.one == false', yes, false],
    ['b.one = false', { 'b.one': false }, true],
    ['b.one != true', yes, false],
    ['b.one != false', yes, true],
    ['b.one in (true)', yes, true],
    ['b.one in (true, false)', { 'b.one': false }, true],
    ['b.one intersects (false)', yes, false],
  ]);

  complains([
    ['b.one = ‸yes', 'Expected true or false, got "yes".'],
    ['b.one in (true, ‸1)', 'Expected true or false, got "1".'],
  ]);
});

describe('operators on a list', () => {
  const list = { 'l.one': ['a', 'b'] };
  answers([
    ['l.one in (a, b, c)', list, true],
    ['l.one in (a, c)', list, false],
    ['l.one in ()', list, false],
    ['l.one intersects (b, c)', list, true],
    ['l.one intersects (c, d)', list, false],
    ['l.one intersects ()', list, false],
  ]);
});

describe('an operator', () => {
  const WRITTEN = { text: 't.one', number: 'n.one', boolean: 'b.one', texts: 'l.one' } as const;
  const SAID = { text: 'a text', number: 'a number', boolean: 'true or false', texts: 'a list of texts' } as const;

  for (const type of ['text', 'number', 'boolean', 'texts'] as const) {
    const name = WRITTEN[type];
    const known = OPERATORS[type];
    complains(
      ALL.filter((operator) => !known.includes(operator)).map((operator) => {
        const right = LIST_OPERATORS.some((one) => one === operator) ? '(1)' : '1';
        const others = [...known, 'exists'].join(', ');
        const message = `${name} is ${SAID[type]}: instead of ${operator} it can be asked ${others}.`;
        return [`${name} ‸${operator} ${right}`, message];
      }),
    );

    const right = { text: '1', number: '1', boolean: 'true', texts: 'a' }[type];
    answers(
      known.map((operator): Row => {
        const side = LIST_OPERATORS.some((one) => one === operator) ? `(${right})` : type === 'text' ? '61' : right;
        return [`${name} ${operator} ${side}`, {}, false];
      }),
    );

    it(`can be ‘exists’ of ${SAID[type]}`, () => {
      const value = { text: '', number: 0, boolean: false, texts: ['a'] }[type];
      assert.deepEqual([ask(`${name} exists`, { [name]: value }), ask(`${name} exists`)], [true, false]);
    });
  }

  it('is known for a type exactly where something is made of it', () => {
    for (const [kind, type] of [[TEXT, 'text'] as const, [NUMBER, 'number'] as const, [BOOLEAN, 'boolean'] as const]) {
      const made = [...kind.makers.keys(), ...LIST_OPERATORS.filter((one) => OPERATORS[type].includes(one))];
      assert.deepEqual(new Set(made), new Set(OPERATORS[type]));
    }
  });
});
