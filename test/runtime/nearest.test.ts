import assert from 'node:assert/strict';
import { nearest } from '../../src/runtime/nearest.ts';

const KNOWN = ['host', 'context', 'event_queue_size', 'ping_interval', 'max_line_size'];

describe('the nearest known word', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['hots', 'host'],
    ['Host', 'host'],
    ['contxt', 'context'],
    ['eventQueueSize', 'event_queue_size'],
    ['event-queue-size', 'event_queue_size'],
    ['event_que_size', 'event_queue_size'],
    ['pinginterval', 'ping_interval'],
    ['zebra', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ];
  for (const [word, expected] of cases) {
    it(`${word.slice(0, 20)} → ${expected}`, () => assert.equal(nearest(word, KNOWN), expected));
  }
});
