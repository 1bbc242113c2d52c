/** What a backend says beside its status, however it says it. */
import assert from 'node:assert/strict';
import { DELIVERED } from '../../../src/export/exporter.ts';
import { readJsonResponse, readProtobufResponse } from '../../../src/export/otlp/response.ts';

const partly = (rejected: number, detail?: string) => ({ kind: 'delivered', rejected, detail });

/** `partial_success { 1: 3, 2: "old" }`. */
const PARTIAL = [0x08, 3, 0x12, 3, ...Buffer.from('old')];

describe('the answer to an export', () => {
  const inJson: readonly (readonly [text: string, read: object])[] = [
    ['', DELIVERED],
    ['{}', DELIVERED],
    ['null', DELIVERED],
    ['<html>', DELIVERED],
    ['{"partialSuccess":null}', DELIVERED],
    ['{"partialSuccess":{}}', DELIVERED],
    ['{"partialSuccess":{"rejectedLogRecords":"0","errorMessage":""}}', DELIVERED],
    ['{"partialSuccess":{"rejectedLogRecords":"7","errorMessage":"old"}}', partly(7, 'old')],
    ['{"partialSuccess":{"rejectedSpans":7}}', partly(7)],
    ['{"partialSuccess":{"rejectedDataPoints":7}}', partly(7)],
    ['{"partialSuccess":{"errorMessage":"soon full"}}', partly(0, 'soon full')],
    ['{"partialSuccess":{"rejectedLogRecords":1.5,"errorMessage":7}}', DELIVERED],
    ['{"partialSuccess":{"rejectedLogRecords":-1}}', DELIVERED],
    ['{"partialSuccess":{"rejectedLogRecords":1e300}}', DELIVERED],
  ];
  for (const [text, read] of inJson) {
    it(`is read from ${text === '' ? 'nothing' : text}`, () => assert.deepEqual(readJsonResponse(text), read));
  }

  const inProtobuf: readonly (readonly [what: string, bytes: readonly number[], read: object])[] = [
    ['nothing', [], DELIVERED],
    ['what is rejected', [0x0a, PARTIAL.length, ...PARTIAL], partly(3, 'old')],
    ['a warning', [0x0a, 5, 0x12, 3, ...Buffer.from('old')], partly(0, 'old')],
    [
      'what stands behind fields that nobody knows',
      [0x19, 1, 1, 1, 1, 1, 1, 1, 1, 0x25, 1, 1, 1, 1, 0x30, 7, 0x0a, 2, 0x08, 3],
      partly(3),
    ],
    ['another field of the same form', [0x12, PARTIAL.length, ...PARTIAL], DELIVERED],
    ['a number in its place', [0x08, 3], DELIVERED],
    ['a number above what is exact', [0x0a, 10, 0x08, 255, 255, 255, 255, 255, 255, 255, 255, 127], DELIVERED],
    ['what breaks off', [0x0a, PARTIAL.length + 1, ...PARTIAL], DELIVERED],
  ];
  for (const [what, bytes, read] of inProtobuf) {
    it(`is read from bytes with ${what}`, () => assert.deepEqual(readProtobufResponse(Buffer.from(bytes)), read));
  }
});
