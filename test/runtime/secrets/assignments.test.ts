import assert from 'node:assert/strict';
import { replaceAssignments } from '../../../src/runtime/secrets/assignments.ts';

const mask = (text: string) => replaceAssignments(text, () => '*');

describe('a value under the name of a secret', () => {
  const cases: readonly (readonly [written: string, masked: string])[] = [
    ['a=1 password=x y', 'a=1 password=* y'],
    ['password = x', 'password = *'],
    ['password: x', 'password: *'],
    ["password => 'a b' c", "password => '*' c"],
    ["['password'] = 'x'", "['password'] = '*'"],
    ['"password":"a\\"b","c":"d"', '"password":"*","c":"d"'],
    ['\\"password\\":\\"a b\\",\\"c\\":1', '\\"password\\":\\"*\\",\\"c\\":1'],
    ['password="not closed', 'password="*'],
    ['password=a,b;c&d', 'password=*'],
    ['password=a,user=b', 'password=*,user=b'],
    ['password=a;user=b', 'password=*;user=b'],
    ['?token=a&q=b', '?token=*&q=b'],
    ['token=a; run', 'token=*; run'],
    ['Authorization: Bearer a b', 'Authorization: Bearer * b'],
    ['Cookie: a=1; b=2 c', 'Cookie: * c'],
    ['"tokens": ["a", "b"], c', '"tokens": *, c'],
    ['X-Auth-Token:a', 'X-Auth-Token:*'],
  ];
  for (const [written, masked] of cases) {
    it(`is masked in ${written}`, () => assert.equal(mask(written), masked));
  }

  for (const text of ['path=x', 'password=', 'password', 'password=$DB_PASSWORD', 'http://auth:80/x', 'a/b-token:v1']) {
    it(`is none in ${text}`, () => assert.equal(mask(text), text));
  }
});
