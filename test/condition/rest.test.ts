import { refuses } from './reading.ts';

const END = 'Expected "and", "or" or the end, got';
const QUOTES = 'A string with a blank or one of ( ) , = in it is put in quotes.';

describe('what stands behind a whole condition', () => {
  describe('is taken for the connective that it is near to', () => {
    refuses([
      ['a.b = c ‸AND d', `${END} "AND".`, 'and'],
      ['a ‸&& b', `${END} "&&".`, 'and'],
      ['a.b exists ‸|| b', `${END} "||".`, 'or'],
      ['(a) ‸nad b', `${END} "nad".`, 'and'],
      ['(a ‸|| b)', 'Expected "and", "or" or ")", got "||".', 'or'],
    ]);
  });

  describe('is explained by what was read before it', () => {
    refuses([
      ['a.b = missing ‸quotes', `${END} "quotes". ${QUOTES}`],
      ['a.b = c‸, d', `${END} ",". ${QUOTES}`],
      ['a.b = c‸=', `${END} "=". ${QUOTES}`],
      ['a.b = /var/lo‸);g/httpd.log', `${END} ")". ${QUOTES}`],
      ['name ‸= c', `${END} "=". "name" is read as a macro, because the name of a field has a dot.`],
      ['a.b = ~ ‸c', `${END} "c". "~" is read as the string to compare with.`, 'regex'],
      ['a.b => ‸5', `${END} "5". ">" is read as the string to compare with.`, '>='],
      ['a.b = <>< ‸5', `${END} "5". "<><" is read as the string to compare with.`],
      [
        'a.b = "C:\\\\" and c.d = "‸x"',
        `${END} "x". A quote after a backslash ends no string; a backslash at its end is written \\x5c.`,
      ],
      ['a.b = "c" ‸"d"', `${END} ""d"".`],
      ['a.b > 5 ‸6', `${END} "6".`],
      ['a ‸not b', `${END} "not".`],
    ]);
  });
});
