import assert from 'node:assert/strict';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isHeaderName, isHeaderValue } from '../../src/export/headers.ts';

/** Every character up to U+0200, and some beyond. */
const CHARACTERS = [...Array.from({ length: 0x200 }, (_, code) => String.fromCharCode(code)), '€', '\u2028', '😀'];

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return false;
  }
}

describe('a header', () => {
  const names: readonly (readonly [string, boolean])[] = [
    ['authorization', true],
    ['X-API-Key', true],
    ["!#$%&'*+-.^_`|~09azAZ", true],
    ['', false],
    ['api key', false],
    ['api-key:', false],
    ['schlüssel', false],
    ['a\r\nb', false],
    ['a\n', false],
    ['"a"', false],
  ];
  for (const [name, expected] of names) {
    it(`${expected ? 'may' : 'may not'} be called ${JSON.stringify(name)}`, () => {
      assert.equal(isHeaderName(name), expected);
    });
  }

  const values: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['Basic dXNlcjpodW50ZXIy', true],
    ['a\tb', true],
    ['café', true],
    ['10 €', false],
    ['a\r\nx-forged: 1', false],
    ['a\n', false],
    ['a\0', false],
    ['a\u007f', false],
  ];
  for (const [value, expected] of values) {
    it(`${expected ? 'may' : 'may not'} be ${JSON.stringify(value)}`, () => {
      assert.equal(isHeaderValue(value), expected);
    });
  }

  it('has no character that Node would refuse when it is sent', () => {
    for (const character of CHARACTERS) {
      const text = `a${character}b`;
      assert.equal(
        isHeaderName(text),
        accepts(() => validateHeaderName(text)),
        JSON.stringify(text),
      );
      if (isHeaderValue(text)) validateHeaderValue('name', text);
    }
  });
});
