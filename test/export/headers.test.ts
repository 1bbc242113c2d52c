import assert from 'node:assert/strict';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Metadata } from '@grpc/grpc-js';
import {
  isFramingHeader,
  isHeaderName,
  isHeaderValue,
  isMetadataName,
  isMetadataValue,
} from '../../src/export/headers.ts';

/** Every character up to U+0200, and some beyond. */
const CHARACTERS = [...Array.from({ length: 0x200 }, (_, code) => String.fromCharCode(code)), '€', '\u2028', '😀'];

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    assert.ok(error instanceof Error);
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

  it('that says how a request is sent is told from others, in any case', () => {
    assert.deepEqual(
      ['Content-Length', 'transfer-encoding', 'TE', 'host', 'content-type', 'authorization'].map(isFramingHeader),
      [true, true, true, false, false, false],
    );
  });
});

describe('metadata of gRPC', () => {
  it('has a name and a value that grpc-js takes, each character of it', () => {
    for (const character of CHARACTERS) {
      const text = `a${character}b`;
      const shown = JSON.stringify(text);
      if (isMetadataName(text)) new Metadata().set(text, 'x');
      assert.equal(
        isMetadataValue('a', text),
        accepts(() => new Metadata().set('a', text)),
        shown,
      );
    }
  });

  const values: readonly (readonly [name: string, value: string, expected: boolean])[] = [
    ['trace-bin', 'AQID', true],
    ['Trace-BIN', 'AQI=', true],
    ['Trace-BIN', 'not base64', false],
    ['trace-bin', '', true],
    ['trace-bin', 'not base64', false],
    ['trace-bin', 'AQ=ID', false],
    ['trace', 'not base64', true],
    ['trace', '', true],
  ];
  for (const [name, value, expected] of values) {
    it(`${expected ? 'may' : 'may not'} be ${name}: ${JSON.stringify(value)}`, () => {
      assert.equal(isMetadataValue(name, value), expected);
    });
  }
});
