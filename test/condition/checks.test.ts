import { accepts, refuses } from './reading.ts';

const OPERATORS =
  'exists < <= > >= = == != contains icontains bcontains startswith bstartswith endswith glob iglob regex in intersects pmatch';
const NUMBER = 'Expected a number without quotes, val(…) or a transformer of a field, got';
const STRING = 'Expected a string, val(…) or a transformer of a field, got';
const LIST = 'Expected a list in parentheses or the name of a list, got';

describe('a check', () => {
  describe('whether there is a value', () => {
    accepts(['a.b exists', ['a.b\n exists', 'a.b exists'], ['a.b existsand c', 'a.b exists and c'], 'a.b[c] exists']);
    refuses([
      ['a.b ‸ExIsTs', 'Expected an operator, got "ExIsTs".', 'exists'],
      ['a.b exists ‸c', 'Expected "and", "or" or the end, got "c".'],
    ]);
  });

  describe('of a number', () => {
    accepts([
      'a.b < 1',
      ['a.b<1', 'a.b < 1'],
      'a.b <= 0x1F',
      'a.b > 0XaB',
      'a.b >= -1.25',
      'a.b > +1',
      'a.b > 1.',
      'a.b > -0.1222e+10',
      'a.b < val(c.d)',
      'a.b < len(c.d)',
    ]);
    refuses([
      ['a.b > ‸', `${NUMBER} the end.`],
      ['a.b > ‸"1"', `${NUMBER} ""1"".`],
      ['a.b > ‸(1)', `${NUMBER} "(".`],
      ['a.b > ‸0x', `${NUMBER} "0x".`],
      ['a.b > ‸0xAAA.1', `${NUMBER} "0xAAA.1".`],
      ['a.b > ‸1e10', `${NUMBER} "1e10".`],
      [`a.b > ‸${'1'.repeat(60_000)}x`, `${NUMBER} "${'1'.repeat(40)}… (60001 characters)".`],
      // Falco reads `1 and c`.
      ['a.b > ‸1and c', `${NUMBER} "1and".`],
      ['a.b > ‸c', `${NUMBER} "c".`],
      ['a.b <‸> 1', `${NUMBER} ">".`, '!='],
      ['a.b > ‸oneof (1, 2)', `${NUMBER} "oneof".`],
    ]);
  });

  describe('of a string', () => {
    accepts([
      'a.b = c',
      ['a.b=c', 'a.b = c'],
      'a.b == c',
      'a.b != c',
      'a.b contains c',
      ['a.b contains\nc', 'a.b contains c'],
      'a.b icontains c',
      'a.b bcontains 48545450',
      'a.b startswith /c',
      'a.b bstartswith 12ab001fc5',
      'a.b endswith .log',
      'a.b glob *.log',
      'a.b iglob *.LOG',
      ['a.b regex "a+"', 'a.b regex a+'],
      // A field's name without val() is a string, and so is a word that means something elsewhere.
      'a.b = c.d',
      'a.b = 0xAAA.1',
      'a.b = 0a!@#456:/\\.;!$%^&*[]{}|',
      ['a.b = not', 'a.b = "not"'],
      ['a.b = and and c', 'a.b = "and" and c'],
      ['a.b = tolower', 'a.b = tolower'],
      ['a.b = b64 and(c)', 'a.b = b64 and c'],
      ["a.b = 'c'and d", 'a.b = c and d'],
      ["a.b = ''", 'a.b = ""'],
    ]);
    refuses([
      ['a.b‸', `Expected one of the operators ${OPERATORS}, got the end.`],
      ['a.b ‸)', `Expected one of the operators ${OPERATORS}, got ")".`],
      ['a.b ‸quite c', `Expected one of the operators ${OPERATORS}, got "quite".`],
      ['a.b ‸contain c', 'Expected an operator, got "contain".', 'contains'],
      ['a.b ‸starts_with c', 'Expected an operator, got "starts_with".', 'startswith'],
      ['a.b ‸containsvalue', 'Expected an operator, got "containsvalue".', 'contains'],
      ['a.b ‸equals c', 'Expected an operator, got "equals".', '='],
      ['a.b ‸matches c', 'Expected an operator, got "matches".', 'regex'],
      ['a.b ‸\u00a0= c', `Expected one of the operators ${OPERATORS}, got "U+00A0=".`],
      ['a.b ‸LIKE c', 'Expected an operator, got "LIKE".', 'glob'],
      ['a.b ‸~ c', 'Expected an operator, got "~".', 'regex'],
      ['a.b contains‸"c"', 'Expected a blank after "contains", got ""c"".'],
      ['a.b contains‸', 'Expected a blank after "contains", got the end.'],
      ['a.b =‸', `${STRING} the end.`],
      ['a.b ==‸= c', `${STRING} "=".`, '=='],
      ['a.b !=‸= c', `${STRING} "=".`, '!='],
      ['a.b = ‸,', `${STRING} ",".`],
      [
        'a.b = ‸(c)',
        `${STRING} "(". A list may follow in, intersects, pmatch, and oneof, anyof, allof behind other operators.`,
      ],
    ]);
  });

  describe('of a string with every item of a list', () => {
    accepts([
      'a.b = oneof (c, d)',
      'a.b contains anyof (c)',
      'a.b startswith allof ()',
      'a.b != anyof some_list',
      'a.b = oneof and_list',
      ['a.b endswith  allof\n(c)', 'a.b endswith allof (c)'],
      // Where no list follows, it is a string like any other.
      ['a.b = oneof', 'a.b = "oneof"'],
      ['a.b =oneof and c', 'a.b = "oneof" and c'],
      ['a.b = anyof and (c)', 'a.b = "anyof" and c'],
      ['(a.b contains allof)', 'a.b contains "allof"'],
      ['a.b = oneof_them', 'a.b = oneof_them'],
    ]);
    refuses([
      ['a.b = oneof‸(c)', 'Expected a blank after "oneof", got "(".'],
      ['a.b =oneof ‸(c)', 'Expected "and", "or" or the end, got "(". A blank stands before "oneof".'],
      ['a.b = AnyOf ‸(c)', 'Expected "and", "or" or the end, got "(".', 'anyof'],
      ['a.b = anyof (c, ‸)', 'Expected a string as an item of the list, got ")".'],
      ['a.b = anyof c ‸(d)', 'Expected "and", "or" or the end, got "(". "c" is read as the name of a list.'],
    ]);
  });

  describe('of a list', () => {
    accepts([
      'a.b in ()',
      ['a.b in()', 'a.b in ()'],
      'a.b in (c)',
      ['a.b in ( c ,d,\n"e" )', 'a.b in (c, d, e)'],
      ['a.b in (c, \'d e\', "f,g")', 'a.b in (c, "d e", "f,g")'],
      'a.b in (0a!@#456:/\\.;!$%^&*[]{}|, 1)',
      'a.b intersects (c, d)',
      'a.b pmatch (/c, /d)',
      'a.b in some_list',
      'a.b in val(c.d)',
      'a.b intersects tolower(c.d)',
    ]);
    refuses([
      ['a.b in‸', `${LIST} the end.`],
      ['a.b in ‸)', `${LIST} ")".`],
      ['a.b in ‸"c"', `${LIST} ""c"".`],
      ['a.b in ‸and c', `${LIST} "and".`],
      ['a.b in (‸', 'Expected a string as an item of the list, got the end.'],
      ['a.b in (‸,)', 'Expected a string as an item of the list, got ",".'],
      ['a.b in (c,‸)', 'Expected a string as an item of the list, got ")".'],
      ['a.b in (c, ‸,d)', 'Expected a string as an item of the list, got ",".'],
      ['a.b in (c ‸d)', 'Expected "," or the ")" of the list, got "d".'],
      ['a.b in (c‸', 'Expected "," or the ")" of the list, got the end.'],
      ['a.b in (c, b64‸(d.e))', 'Expected "," or the ")" of the list, got "(".'],
      ['a.b in c‸.d', 'Expected "and", "or" or the end, got ".d". "c" is read as the name of a list.'],
      // Falco reads a list named `teger`.
      ['a.b ‸integer', `Expected one of the operators ${OPERATORS}, got "integer".`],
    ]);
  });

  describe('of another field', () => {
    accepts([
      'a.b = val(c.d)',
      ['a.b = val( c.d )', 'a.b = val(c.d)'],
      'a.b = val(c.d[e])',
      'a.b = tolower(c.d)',
      'a.b startswith b64(toupper(c.d))',
      ['a.b = val', 'a.b = val'],
    ]);
    refuses([
      ['a.b = val(‸c)', 'Expected a field in val(…), got "c".'],
      ['a.b = val(‸tolower(c.d))', 'Expected a field in val(…), got "tolower".'],
      ['a.b = val(c.d‸, e.f)', 'Expected the ")" of val, got ",".'],
      ['a.b = val(c.d ‸[e])', 'Expected the ")" of val, got "[e]".'],
      ['a.b = val(c.d‸', 'Expected the ")" of val, got the end.'],
    ]);
  });
});
