import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Framer, splitObjects } from '../../src/receiver/framer.ts';

interface Found {
  readonly frames: string[];
  readonly tooLong: string[];
  readonly rest: string;
}

function frame(chunks: readonly (string | Buffer)[], limit = 1000): Found {
  const frames: string[] = [];
  const tooLong: string[] = [];
  const framer = new Framer(limit, { frame: (text) => frames.push(text), tooLong: (text) => tooLong.push(text) });
  for (const chunk of chunks) framer.push(Buffer.from(chunk));
  return { frames, tooLong, rest: framer.end() };
}

const CASES: readonly (readonly [string, readonly (string | Buffer)[], readonly string[]])[] = [
  ['one object and a line feed', ['{"a":1}\n'], ['{"a":1}']],
  ['several objects in a chunk', ['{"a":1}\n{"a":2}\n{"a":3}\n'], ['{"a":1}', '{"a":2}', '{"a":3}']],
  ['an object cut in two', ['{"a"', ':1}\n'], ['{"a":1}']],
  ['an object cut into single bytes', [...'{"a":1}\n{"b":"}"}\n'], ['{"a":1}', '{"b":"}"}']],
  ['a line feed alone in a chunk', ['{"a":1}', '\n', '{"a":2}\n'], ['{"a":1}', '{"a":2}']],
  ['CRLF', ['{"a":1}\r\n{"a":2}\r', '\n'], ['{"a":1}', '{"a":2}']],
  ['record separators', ['\u001e{"a":1}\n\u001e', '{"a":2}\n'], ['{"a":1}', '{"a":2}']],
  ['record separators and no line feed', ['\u001e{"a":1}\u001e{"a":2}'], ['{"a":1}', '{"a":2}']],
  ['blank lines', ['\n\n  \n{"a":1}\n\r\n'], ['{"a":1}']],
  ['an object that no line feed follows, at once', ['{"a":1}'], ['{"a":1}']],
  ['objects back to back, cut anywhere', ['{"a":1}{"a"', ':{"b":2}}{"a":3}'], ['{"a":1}', '{"a":{"b":2}}', '{"a":3}']],
  ['braces and quotes inside strings', ['{"a":"}{\\"}"}', '{"b":"\\\\"}'], ['{"a":"}{\\"}"}', '{"b":"\\\\"}']],
  ['text that is no JSON, as a line', ['<html>\n{"a":1}\n'], ['<html>', '{"a":1}']],
  ['a broken object, ended by its line feed', ['{"a":"\n{"b":2}\n'], ['{"a":"', '{"b":2}']],
  ['a byte order mark', ['\ufeff{"a":1}\n'], ['{"a":1}']],
];

describe('the framer', () => {
  for (const [what, chunks, expected] of CASES) {
    it(`reads ${what}`, () => {
      assert.deepEqual(frame(chunks), { frames: [...expected], tooLong: [], rest: '' });
    });
  }

  it('reads a character that is cut between its bytes', () => {
    const bytes = Buffer.from('{"a":"é€😀"}\n');
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));
    assert.deepEqual(frame(chunks).frames, ['{"a":"é€😀"}']);
  });

  it('gives back what was left of an object that never ended', () => {
    assert.deepEqual(frame(['{"a":1}\n{"b":']), { frames: ['{"a":1}'], tooLong: [], rest: '{"b":' });
  });

  for (const [what, chunks] of [
    ['in one chunk', [`{"a":"${'x'.repeat(30)}"}\n{"b":1}\n`]],
    ['in many chunks', ['{"a":"', ...Array<string>(30).fill('x'), '"}\n{"b":1}\n']],
    ['without line feeds', ['{"a":"', ...Array<string>(30).fill('x'), '"}{"b":1}']],
    ['with the next object behind it on the same line', ['{"a":"', ...Array<string>(30).fill('x'), '"}{"b":1}\n']],
  ] as const) {
    it(`reports an object above the limit once and reads on, ${what}`, () => {
      const found = frame(chunks, 20);
      assert.equal(found.tooLong.length, 1);
      assert.ok(found.tooLong[0]?.startsWith('{"a":"xxx'));
      assert.deepEqual(found.frames, ['{"b":1}']);
    });
  }

  it('holds no more than the limit of an object that never ends', () => {
    const found = frame(Array<string>(100).fill('{"a":'), 20);
    assert.equal(found.tooLong.length, 1);
    assert.ok((found.tooLong[0]?.length ?? 0) <= 25);
    assert.equal(found.rest, '');
  });

  it('finds the same objects however the bytes are cut, and whatever separates them', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const object = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.dictionary(text, text)), { maxKeys: 3 });
    const separator = fc.constantFrom('\n', '\r\n', '', '\u001e', '\n\u001e', ' \n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(object, separator), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 }),
        (objects, sizes) => {
          const bytes = Buffer.from(objects.map(([value, end]) => JSON.stringify(value) + end).join(''));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const { frames, tooLong, rest } = frame(chunks);
          // Objects that share a line are one frame when a line feed ends it: the decoder splits those.
          const found = [...frames, rest].filter((piece) => piece !== '').flatMap(splitObjects);
          assert.deepEqual(
            found.map((piece) => JSON.parse(piece)),
            JSON.parse(JSON.stringify(objects.map(([value]) => value))),
          );
          assert.deepEqual(tooLong, []);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('splitting a line', () => {
  it('gives each object and what is left', () => {
    assert.deepEqual(splitObjects('{"a":1} {"b":{"c":"}"}}\u001e{"d":'), ['{"a":1}', '{"b":{"c":"}"}}', '{"d":']);
  });
});
