/** How a stream treats more than its reader takes: what is put by, and when the connection is made to wait. */
import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ResponseStream } from '../../src/engine/stream.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MIB = 1024 * 1024;

/** Says in which order it was held back and let go. */
class Connection {
  readonly calls: string[] = [];
  readonly clock = new FakeClock();

  holdBack(): void {
    this.calls.push('hold back');
  }

  letGo(): void {
    this.calls.push('let go');
  }
}

function streamOf(connection?: Connection): { readonly answer: IncomingMessage; readonly stream: ResponseStream } {
  const answer = new IncomingMessage(new Socket());
  const explain = () => ({ code: 'connection_lost', message: 'lost' }) as const;
  const stream = new ResponseStream(answer, new AbortController().signal, explain, connection);
  return { answer, stream };
}

/** As a connection does that is read as fast as it can be: many readings in one turn of the loop. */
function bring(answer: IncomingMessage, bytes: number): void {
  for (let left = bytes; left > 0; left -= 65_536) answer.emit('data', Buffer.alloc(Math.min(left, 65_536), 'x'));
}

describe('an event stream that brings more than is taken', () => {
  it('puts by what comes in one turn, and hands on a block a turn', async () => {
    const { answer, stream } = streamOf();
    const taken: number[] = [];
    const reading = stream.read((bytes) => taken.push(bytes.length));
    bring(answer, 10 * 65_536);
    assert.deepEqual(taken, []);
    await setImmediate();
    assert.deepEqual(taken, [65_536]);
    stream.close();
    await reading;
    assert.equal(taken.length, 10);
  });

  it('hands on nothing as long as much comes at a time', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    const taken: number[] = [];
    const reading = stream.read((bytes) => taken.push(bytes.length));
    bring(answer, 65_000);
    await setImmediate();
    for (let time = 0; time < 3; time += 1) {
      bring(answer, 65_000);
      connection.clock.advance(5);
    }
    bring(answer, 1000);
    connection.clock.advance(4);
    await setImmediate();
    assert.deepEqual(taken, []);
    connection.clock.advance(1);
    assert.deepEqual(taken, [65_536]);
    stream.close();
    await reading;
    assert.equal(connection.clock.pending, 0);
  });

  it('does not wait for more when little came, nor when it is closed', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    const taken: number[] = [];
    const reading = stream.read((bytes) => taken.push(bytes.length));
    bring(answer, 40_000);
    await setImmediate();
    assert.deepEqual(taken, [40_000]);
    bring(answer, 65_536);
    await setImmediate();
    assert.equal(connection.clock.pending, 1);
    stream.close();
    await reading;
    assert.deepEqual([taken, connection.clock.pending], [[40_000, 65_536], 0]);
  });

  it('does not wait for more when that is too much already', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    const taken: number[] = [];
    const reading = stream.read((bytes) => taken.push(bytes.length));
    bring(answer, MIB);
    await setImmediate();
    assert.deepEqual([taken, connection.clock.pending], [[], 1]);
    bring(answer, 8 * MIB);
    assert.deepEqual([connection.calls, connection.clock.pending], [['hold back'], 0]);
    await setImmediate();
    assert.deepEqual(taken, [65_536]);
    stream.close();
    await reading;
  });

  it('makes the connection wait when 8 MiB are put by, and lets it go when little of that is left', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    let taken = 0;
    const reading = stream.read((bytes) => {
      taken += bytes.length;
    });
    bring(answer, 8 * MIB);
    assert.deepEqual(connection.calls, []);
    bring(answer, 1);
    assert.deepEqual(connection.calls, ['hold back']);
    while (connection.calls.length < 2) await setImmediate();
    assert.deepEqual(connection.calls, ['hold back', 'let go']);
    assert.equal(8 * MIB + 1 - taken, 3 * 65_536 + 1);
    stream.close();
    await reading;
    assert.equal(taken, 8 * MIB + 1);
  });

  it('hands on at once while it is behind', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    let taken = 0;
    const reading = stream.read((bytes) => {
      taken += bytes.length;
    });
    bring(answer, 8 * MIB + 1);
    while (connection.calls.length < 2) await setImmediate();
    const before = taken;
    bring(answer, 65_536);
    await setImmediate();
    assert.ok(taken > before);
    assert.equal(connection.clock.pending, 0);
    stream.close();
    await reading;
  });

  it('puts by half a MiB only while it is behind, and 8 MiB again when it has taken all', async () => {
    const connection = new Connection();
    const { answer, stream } = streamOf(connection);
    let taken = 0;
    const reading = stream.read((bytes) => {
      taken += bytes.length;
    });
    bring(answer, 8 * MIB + 1);
    while (connection.calls.length < 2) await setImmediate();
    bring(answer, MIB / 2);
    assert.deepEqual(connection.calls, ['hold back', 'let go', 'hold back']);
    while (taken < 8.5 * MIB + 1) await setImmediate();
    bring(answer, 8 * MIB);
    assert.deepEqual(connection.calls, ['hold back', 'let go', 'hold back', 'let go']);
    stream.close();
    await reading;
  });

  it('hands on at once what is too much, where the connection cannot be made to wait', async () => {
    const { answer, stream } = streamOf();
    let taken = 0;
    const reading = stream.read((bytes) => {
      taken += bytes.length;
    });
    bring(answer, 9 * MIB);
    assert.equal(taken, MIB);
    stream.close();
    await reading;
    assert.equal(taken, 9 * MIB);
  });
});
