import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { ExportResult } from '@opentelemetry/core';
import { ConsoleExporter, hasColors } from '../../../src/export/console/console-exporter.ts';
import { logRecord } from '../../support/records.ts';

const bodies = (...texts: string[]) => texts.map((body) => logRecord({ body }));
const format = (record: { readonly body?: unknown }) => `<${String(record.body)}>`;

/** A reader that takes nothing until it is told to. */
class SlowStream extends Writable {
  readonly written: string[] = [];
  #goOn: (() => void) | undefined;
  #onWrite: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk.toString());
    this.#goOn = done;
    this.#onWrite?.();
  }

  /** Takes what was written last. */
  take(): void {
    this.#goOn?.();
  }

  nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#onWrite = resolve;
    });
  }
}

function failingStream(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
  });
}

function exportTo(stream: Writable, texts: readonly string[]): Promise<ExportResult> {
  const exporter = new ConsoleExporter(stream, format);
  return new Promise((resolve) => exporter.export(bodies(...texts), resolve));
}

function outcomeOf(result: ExportResult): unknown {
  return 'outcome' in result ? result.outcome : undefined;
}

describe('the console exporter', () => {
  it('writes a line for each record, and a batch at once', async () => {
    const stream = new PassThrough();
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const result = await exportTo(stream, ['a', 'b']);
    assert.deepEqual(result, { code: 0, outcome: { kind: 'delivered', rejected: 0, detail: undefined } });
    assert.deepEqual(chunks, ['<a>\n<b>\n']);
  });

  it('is done with a batch when a slow reader has taken it, and not before', async () => {
    const stream = new SlowStream();
    const exporter = new ConsoleExporter(stream, format);
    const order: string[] = [];
    exporter.export(bodies('a'), () => order.push('a'));
    exporter.export(bodies('b'), () => order.push('b'));
    const flushed = exporter.forceFlush().then(() => order.push('flushed'));
    assert.deepEqual(stream.written, ['<a>\n']);
    assert.deepEqual(order, []);
    const second = stream.nextWrite();
    stream.take();
    await second;
    assert.deepEqual(order, ['a']);
    stream.take();
    await flushed;
    assert.deepEqual(order, ['a', 'b', 'flushed']);
    assert.deepEqual(stream.written, ['<a>\n', '<b>\n']);
  });

  const failures: readonly (readonly [code: string, detail: string])[] = [
    ['EPIPE', 'nobody reads the output any more (EPIPE)'],
    ['EIO', 'the output cannot be written (EIO)'],
  ];
  for (const [code, detail] of failures) {
    it(`keeps the records where the stream fails with ${code}`, async () => {
      const result = await exportTo(failingStream(code), ['a']);
      assert.equal(result.code, 1);
      assert.equal(result.error?.message, detail);
      assert.deepEqual(outcomeOf(result), { kind: 'retry', detail, retryAfterMs: undefined });
    });
  }

  it('keeps them too at every further try, since the stream is gone for good', async () => {
    const stream = failingStream('EPIPE');
    const exporter = new ConsoleExporter(stream, format);
    const details: unknown[] = [];
    for (const _ of [1, 2]) {
      await new Promise<void>((resolve) => {
        exporter.export(bodies('a'), ({ error }) => {
          details.push(error?.message);
          resolve();
        });
      });
    }
    assert.deepEqual(details, [
      'nobody reads the output any more (EPIPE)',
      'nobody reads the output any more (ERR_STREAM_DESTROYED)',
    ]);
  });

  it('notices that the reader of a real pipe is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'console-exporter-'));
    const server = createServer((socket) => socket.destroy()).listen(join(folder, 'pipe'));
    await once(server, 'listening');
    const pipe = connect({ path: join(folder, 'pipe'), allowHalfOpen: true });
    await once(pipe.resume(), 'end');
    const detail = 'nobody reads the output any more (EPIPE)';
    assert.deepEqual(outcomeOf(await exportTo(pipe, ['a'])), { kind: 'retry', detail, retryAfterMs: undefined });
    server.close();
    await rm(folder, { recursive: true });
  });

  it('ends with what is pending, and leaves the stream as it found it', async () => {
    const stream = new SlowStream();
    const exporter = new ConsoleExporter(stream, format);
    assert.equal(stream.listenerCount('error'), 1);
    const order: string[] = [];
    exporter.export(bodies('a'), () => order.push('a'));
    const ended = exporter.shutdown().then(() => order.push('ended'));
    await new Promise(setImmediate);
    assert.deepEqual(order, []);
    stream.take();
    await ended;
    assert.deepEqual(order, ['a', 'ended']);
    assert.equal(stream.listenerCount('error'), 0);
    assert.equal(stream.writableEnded, false);
  });
});

describe('colours', () => {
  const rows: readonly (readonly [isTerminal: boolean, env: Readonly<Record<string, string>>, expected: boolean])[] = [
    [true, {}, true],
    [true, { TERM: 'xterm-256color' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '0' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [false, { FORCE_COLOR: 'true' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [false, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
  ];
  for (const [isTerminal, env, expected] of rows) {
    it(`are ${expected ? 'on' : 'off'} ${isTerminal ? 'on a terminal' : 'in a pipe'} with ${JSON.stringify(env)}`, () => {
      assert.equal(hasColors({ isTerminal, env }), expected);
    });
  }
});
