import assert from 'node:assert/strict';
import { readOperand } from '../../src/condition/parser.ts';
import { printOperand } from './print.ts';
import { accepts, refuses } from './reading.ts';

const TRANSFORMERS = 'one of the transformers tolower, toupper, b64, basename, len, join, concat, getopt before "("';
const ITEM = 'Expected a field (its name has a dot), a transformer, a number, a string in quotes';

describe('a field', () => {
  accepts([
    'a.b exists',
    'docker.attributes.name exists',
    'a1_.B2_ exists',
    'docker.label[com.example.tier] = x',
    ['a.b["c"] = x', 'a.b[c] = x'],
    ["a.b['c d'] = x", 'a.b["c d"] = x'],
    'a.b[""] = x',
    'a.b[+0.25e+10] = x',
    'a.b[0a!@#456:/\\.;!$%^&*(){}|] = x',
    ['a.b["c \\"d\\" \\x5d"] = x', 'a.b[\'c "d" ]\'] = x'],
  ]);

  const inBrackets = 'Expected what stands in the brackets: a word without blanks, or a string, got';
  const closing = 'With blanks, brackets or quotes in it, it is a string.';
  refuses([
    ['a.b[‸] = x', `${inBrackets} "]".`],
    ['a.b[‸ c ] = x', `${inBrackets} " ".`],
    ['a.b[c‸ d] = x', `Expected "]", got " ". ${closing}`],
    ['a.b[c‸"] = x', `Expected "]", got ""] = x". ${closing}`],
    ['a.b["c"‸ ] = x', `Expected "]", got " ". ${closing}`],
    ['a.b[c‸', `Expected "]", got the end. ${closing}`],
    ['a.b[‸"c] = x', 'Expected a closing " for the string that begins here.'],
    [
      'a.b[c]‸[d] = x',
      'Expected one of the operators exists < <= > >= = == != contains icontains bcontains startswith bstartswith endswith glob iglob regex in intersects pmatch, got "[d]".',
    ],
    ['a.b ‸[c] = x', 'Expected an operator, got "[c]". A bracket stands right behind the name of its field.'],
    [
      'a‸.1 = x',
      'Expected "and", "or" or the end, got ".1". "a" is read as a macro, because the name of a field has a dot.',
    ],
  ]);
});

describe('a transformer', () => {
  accepts([
    'tolower(a.b) = x',
    ['tolower( a.b ) = x', 'tolower(a.b) = x'],
    ['toupper(b64(basename( a.b)))  exists', 'toupper(b64(basename(a.b))) exists'],
    'len(a.b[c]) > 3',
    'join(", ", (a.b, tolower(c.d), "x", "1")) = y',
    ['join(\'-\',()) = ""', 'join("-", ()) = ""'],
    ['concat(a.b,"x" , -1.5,0x1) = y', 'concat(a.b, "x", "-1.5", "0x1") = y'],
    'getopt(proc.args, "nt:")[t] = x',
    ['getopt(proc.args, "nt:")["t"] = x', 'getopt(proc.args, "nt:")[t] = x'],
  ]);

  refuses([
    ['‸toLowr(a.b) = x', `Expected ${TRANSFORMERS}, got "toLowr".`, 'tolower'],
    ['‸some_fake(a.b) = x', `Expected ${TRANSFORMERS}, got "some_fake".`],
    [
      'a.b = ‸tolowr(c.d)',
      `Expected ${TRANSFORMERS}, got "tolowr". A string with a parenthesis in it is put in quotes.`,
      'tolower',
    ],
    ['‸val(a.b) = x', 'Expected a field or a transformer, got "val(". val is for the right side only.'],
    ['tolower(‸val(a.b)) = x', 'Expected a field or a transformer, got "val(". val is for the right side only.'],
    [
      'b64 ‸(a.b) = x',
      'Expected "and", "or" or the end, got "(". The parenthesis of a transformer stands right behind its name.',
    ],
    [
      'a.b = b64 ‸(c.d)',
      'Expected "and", "or" or the end, got "(". The parenthesis of a transformer stands right behind its name.',
    ],
    ['b64(‸) = x', `${ITEM}, or a list in parentheses, got ")".`],
    ['b64(‸name) = x', `${ITEM}, or a list in parentheses, got "name".`],
    ['b64(a.b,‸) = x', `${ITEM}, or a list in parentheses, got ")".`],
    ['join("-", (a.b,‸)) = x', `${ITEM}, got ")".`],
    ['join("-", (‸(a.b))) = x', `${ITEM}, got "(".`],
    ['join("-", (a.b ‸= x', 'Expected "," or the ")" of a list, got "=".'],
    ['b64(a.b ‸exists', 'Expected "," or the ")" of b64, got "exists".'],
    ['concat(‸1x, a.b) = x', `${ITEM}, or a list in parentheses, got "1x".`],
    ['getopt(a.b)[‸] = x', 'Expected what stands in the brackets: a word without blanks, or a string, got "]".'],
  ]);
});

describe('an operand at the beginning of a text', () => {
  const cases: readonly (readonly [text: string, printed: string, rest: string])[] = [
    ['docker.id', 'docker.id', ''],
    ['docker.id was here', 'docker.id', ' was here'],
    ['docker.id.', 'docker.id', '.'],
    ['docker.id.1', 'docker.id', '.1'],
    ['docker.id, docker.type', 'docker.id', ', docker.type'],
    ['docker.from(%docker.id)', 'docker.from', '(%docker.id)'],
    ['docker.label[a b', 'Expected "]", got " ". With blanks, brackets or quotes in it, it is a string. at 15', ''],
    ['docker.label["a b"]x', 'docker.label["a b"]', 'x'],
    ['docker.id [x]', 'docker.id', ' [x]'],
    ['toupper( docker.id )x', 'toupper(docker.id)', 'x'],
    ['tolower(docker.id', 'Expected "," or the ")" of tolower, got the end. at 18', ''],
    ['id', 'Expected a field or a transformer, got "id". at 1', ''],
    [' docker.id', 'Expected a field or a transformer, got " ". at 1', ''],
    ['', 'Expected a field or a transformer, got the end. at 1', ''],
  ];
  for (const [text, printed, rest] of cases) {
    it(`is read from %${text}`, () => {
      const whole = `%${text}`;
      const read = readOperand(whole, 1);
      if (!read.ok) {
        assert.equal(`${read.problem.message} at ${read.problem.at}`, printed);
        return;
      }
      assert.equal(printOperand(read.value.operand), printed);
      assert.equal(whole.slice(read.value.end), rest);
      assert.equal(read.value.operand.at, 1);
    });
  }
});
