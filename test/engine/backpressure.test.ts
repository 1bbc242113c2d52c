/** How a stream treats more than its reader takes: what is put by, and when the connection is made to wait. */
import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ResponseStream } from '../../src/engine/stream.ts';

const MIB = 1024 * 1024;

/** Says in which order it was held back and let go. */
class Connection {
  readonly calls: string[] = [];

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
    const { answer, stream } = streamOf(new Connection());
    const taken: number[] = [];
    const reading = stream.read((bytes) => taken.push(bytes.length));
    for (let turn = 0; turn < 3; turn += 1) {
      bring(answer, 50_000);
      await setImmediate();
    }
    assert.deepEqual(taken, []);
    for (let turn = 0; turn < 15; turn += 1) {
      bring(answer, 100);
      await setImmediate();
    }
    assert.deepEqual(taken, []);
    bring(answer, 100);
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
