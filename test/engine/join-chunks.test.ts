import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChunkJoiner } from '../../src/engine/join-chunks.ts';

const HEADERS = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

function joined(...pieces: readonly string[]): string[] {
  const joiner = new ChunkJoiner();
  return pieces.map((piece) => joiner.take(Buffer.from(piece, 'latin1')).toString('latin1'));
}

describe('joining chunks', () => {
  it('makes one chunk of those that one reading brought, and leaves the headers as they are', () => {
    assert.deepEqual(joined(`${HEADERS}${chunk('abc')}`, `${chunk('de')}${chunk('f')}`), [
      `${HEADERS}3\r\nabc\r\n`,
      '3\r\ndef\r\n',
    ]);
  });

  it('gives a client nothing for bytes that hold no data, and the end when it comes', () => {
    assert.deepEqual(joined(HEADERS, '5', '\r\nhello', '\r\n', '0\r\n', '\r\n'), [
      HEADERS,
      '',
      '5\r\nhello\r\n',
      '',
      '',
      '0\r\n\r\n',
    ]);
  });

  it('lets an answer of another coding pass', () => {
    const plain = 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-Note: Transfer-Encoding: chunked\r\n\r\n3\r\na\r';
    assert.deepEqual(joined(plain, '3\r\nabc\r\n'), [plain, '3\r\nabc\r\n']);
  });

  it('lets headers without an end pass, for the client to refuse', () => {
    const endless = `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(3000)}`;
    assert.deepEqual(joined(endless, '\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc'), [
      endless,
      '\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc',
    ]);
  });

  it('hands on what came before the coding broke, and then what no client takes for a chunk', () => {
    assert.deepEqual(joined(HEADERS, `${chunk('abc')}oops`), [HEADERS, '3\r\nabc\r\nthis is no chunk\r\n']);
  });

  it('gives the same stream, wherever the readings cut it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 30 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (chunks, steps) => {
          const wire = `${HEADERS}${chunks.map(chunk).join('')}0\r\n\r\n`;
          const pieces: string[] = [];
          for (let at = 0; at < wire.length; at += pieces.at(-1)?.length ?? 1) {
            pieces.push(wire.slice(at, at + (steps[pieces.length % steps.length] ?? 1)));
          }
          const out = joined(...pieces).join('');
          assert.ok(out.startsWith(HEADERS) && out.endsWith('0\r\n\r\n'));
          let data = '';
          for (let at = HEADERS.length; ; ) {
            const lineEnd = out.indexOf('\r\n', at);
            const size = Number.parseInt(out.slice(at, lineEnd), 16);
            if (size === 0) break;
            data += out.slice(lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 4 + size;
          }
          assert.equal(data, chunks.join(''));
        },
      ),
      { numRuns: 300 },
    );
  });
});
