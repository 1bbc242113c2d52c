import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportResult } from '@opentelemetry/core';
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { FileExporter, type OpenedFile, type OutputFile } from '../../../src/export/file/file-exporter.ts';
import { decodeJson } from '../../support/otlp-sink-decode.ts';
import { logRecord } from '../../support/records.ts';

/** `["a","b"]` for records with these bodies: short enough to be compared as text. */
const encodeBodies = (records: readonly ReadableLogRecord[]) =>
  Buffer.from(JSON.stringify(records.map(({ body }) => body)));

const DELIVERED = { kind: 'delivered', rejected: 0, detail: undefined };

async function write(exporter: FileExporter, ...bodies: string[]): Promise<unknown> {
  const result = await new Promise<ExportResult>((resolve) => {
    exporter.export(
      bodies.map((body) => logRecord({ body })),
      resolve,
    );
  });
  return 'outcome' in result ? result.outcome : result;
}

describe('the file exporter', () => {
  let folder = '';
  let path = '';
  const exporters: FileExporter[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-exporter-'));
    path = join(folder, 'events.jsonl');
  });

  afterEach(async () => {
    await Promise.all(exporters.splice(0).map((exporter) => exporter.shutdown()));
    await rm(folder, { recursive: true, force: true });
  });

  function exporterFor(to: string): FileExporter {
    const exporter = new FileExporter({ path: to, encode: encodeBodies });
    exporters.push(exporter);
    return exporter;
  }

  const text = () => readFile(path, 'utf8');

  it('makes the file at the first export, for its owner only', async () => {
    const exporter = exporterFor(path);
    await assert.rejects(stat(path), { code: 'ENOENT' });
    assert.deepEqual(await write(exporter, 'a'), DELIVERED);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await text(), '["a"]\n');
  });

  it('adds a line for each batch, in the order in which they were given', async () => {
    const exporter = exporterFor(path);
    await Promise.all([write(exporter, 'a', 'b'), write(exporter, 'c'), write(exporter, 'd')]);
    assert.equal(await text(), '["a","b"]\n["c"]\n["d"]\n');
  });

  it('adds to what is there, whoever may read it', async () => {
    await writeFile(path, '["old"]\n', { mode: 0o644 });
    assert.deepEqual(await write(exporterFor(path), 'a'), DELIVERED);
    assert.equal(await text(), '["old"]\n["a"]\n');
    assert.equal((await stat(path)).mode & 0o777, 0o644);
  });

  it('begins a line of its own after one that was torn', async () => {
    await writeFile(path, '["old"]\n["to');
    const exporter = exporterFor(path);
    await write(exporter, 'a');
    await write(exporter, 'b');
    assert.equal(await text(), '["old"]\n["to\n["a"]\n["b"]\n');
  });

  it('goes on in a new file where the old one was taken away', async () => {
    const exporter = exporterFor(path);
    await write(exporter, 'a');
    await rename(path, `${path}.1`);
    await write(exporter, 'b');
    assert.equal(await readFile(`${path}.1`, 'utf8'), '["a"]\n');
    assert.equal(await text(), '["b"]\n');
  });

  it('goes on at the beginning of a file that was emptied', async () => {
    const exporter = exporterFor(path);
    await write(exporter, 'a');
    await truncate(path, 0);
    await write(exporter, 'b');
    assert.equal(await text(), '["b"]\n');
  });

  it('takes turns with another one to the same file, whatever its path is called', async () => {
    let [open, most] = [0, 0];
    const openFile = async (): Promise<OpenedFile> => {
      open += 1;
      most = Math.max(most, open);
      const file: OutputFile = {
        write: async ({ length }) => ({ bytesWritten: length }),
        truncate: async () => {},
        close: async () => {
          open -= 1;
        },
      };
      return { file, size: 0, endsInLine: false };
    };
    const two = [path, join(folder, 'x', '..', 'events.jsonl')].map(
      (to) => new FileExporter({ path: to, encode: encodeBodies, openFile }),
    );
    const outcomes = await Promise.all([...two, ...two].map((exporter) => write(exporter, 'a')));
    assert.deepEqual(outcomes, [DELIVERED, DELIVERED, DELIVERED, DELIVERED]);
    assert.equal(most, 1);
  });

  it('has written everything once it is flushed or shut down', async () => {
    const exporter = exporterFor(path);
    const written = [write(exporter, 'a'), write(exporter, 'b')];
    await exporter.forceFlush();
    assert.equal(await text(), '["a"]\n["b"]\n');
    written.push(write(exporter, 'c'));
    await exporter.shutdown();
    assert.equal(await text(), '["a"]\n["b"]\n["c"]\n');
    assert.deepEqual(await Promise.all(written), [DELIVERED, DELIVERED, DELIVERED]);
    await exporter.shutdown();
  });

  it('writes OTLP JSON that is equal to the records', async () => {
    const encode = (records: ReadableLogRecord[]) => JsonLogsSerializer.serializeRequest(records) ?? new Uint8Array();
    const exporter = new FileExporter({ path, encode });
    exporters.push(exporter);
    await write(exporter, 'first', 'line\nbreak \u2028 and "quotes" 😀');
    await write(exporter, 'third');
    const lines = (await text()).split('\n');
    assert.equal(lines.pop(), '');
    const read = lines.map((line) => decodeJson(line));
    const record = (body: string) => ({
      timeUnixNano: '1795262594123456789',
      observedTimeUnixNano: '1795262595000000005',
      severityNumber: 13,
      severityText: 'WARN',
      eventName: 'docker.container.die',
      body,
      attributes: new Map<string, unknown>([
        ['container.name', 'web'],
        ['process.exit.code', 3n],
      ]),
      droppedAttributesCount: 0,
      traceId: '',
      spanId: '',
      flags: 0,
      resource: new Map([['service.name', 'docker-events']]),
      scope: { name: 'docker-events-otel', version: '1.2.3' },
    });
    assert.deepEqual(
      read.map((request) => request.ok && request.records),
      [[record('first'), record('line\nbreak \u2028 and "quotes" 😀')], [record('third')]],
    );
  });

  it('writes which span a record belongs to', async () => {
    const encode = (records: ReadableLogRecord[]) => JsonLogsSerializer.serializeRequest(records) ?? new Uint8Array();
    const exporter = new FileExporter({ path, encode });
    exporters.push(exporter);
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    await new Promise((resolve) => {
      exporter.export([logRecord({ spanContext: { ...ids, traceFlags: 1 } }), logRecord()], resolve);
    });
    const request = decodeJson(await text());
    assert.deepEqual(request.ok && request.records.map(({ traceId, spanId }) => ({ traceId, spanId })), [
      ids,
      { traceId: '', spanId: '' },
    ]);
  });

  describe('says what is wrong with the path', () => {
    const problems: readonly (readonly [what: string, path: string, code: string, advice: string])[] = [
      ['a folder', '.', 'EISDIR', 'That is a folder: choose the path of a file'],
      ['no folder', 'no/x', 'ENOENT', 'Make the folder that it is to stand in'],
      ['a file for a folder', 'file/x', 'ENOTDIR', 'Part of the path is a file: choose another path'],
    ];
    for (const [what, name, code, advice] of problems) {
      it(`where there is ${what}`, async () => {
        await writeFile(join(folder, 'file'), '');
        const wrong = join(folder, name);
        const detail = `${wrong} cannot be written: ${code}`;
        assert.deepEqual(await write(exporterFor(wrong), 'a'), {
          kind: 'misconfigured',
          detail,
          advice,
          retryAfterMs: undefined,
        });
      });
    }

    it('and writes once it is mended', async () => {
      const exporter = exporterFor(join(folder, 'later', 'x.jsonl'));
      await write(exporter, 'a');
      await mkdir(join(folder, 'later'));
      assert.deepEqual(await write(exporter, 'a'), DELIVERED);
      assert.equal(await readFile(join(folder, 'later', 'x.jsonl'), 'utf8'), '["a"]\n');
    });

    const codes: readonly (readonly [code: string, advice: string])[] = [
      ['EACCES', 'Let this process write there, or choose another path'],
      ['EPERM', 'Let this process write there, or choose another path'],
      ['EROFS', 'The file system is read-only: choose another path'],
    ];
    for (const [code, advice] of codes) {
      it(`where opening it fails with ${code}`, async () => {
        const openFile = () => Promise.reject(Object.assign(new Error(code), { code }));
        const exporter = new FileExporter({ path: '/var/x', encode: encodeBodies, openFile });
        const detail = `/var/x cannot be written: ${code}`;
        assert.deepEqual(await write(exporter, 'a'), {
          kind: 'misconfigured',
          detail,
          advice,
          retryAfterMs: undefined,
        });
      });
    }
  });
});

/** A file in memory, each of whose calls fails as often as it is told to. */
class FaultyFile implements OutputFile {
  text = '';
  readonly calls: string[] = [];
  /** For each write to come: how many bytes are taken, and whether it then fails. */
  readonly writes: (number | Error)[] = [];
  truncateError: Error | undefined;
  closeError: Error | undefined;

  async write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }> {
    const next = this.writes.shift() ?? bytes.length;
    if (next instanceof Error) throw next;
    this.text += Buffer.from(bytes.subarray(0, next)).toString();
    return { bytesWritten: next };
  }

  async truncate(length: number): Promise<void> {
    this.calls.push(`truncate ${length}`);
    if (this.truncateError !== undefined) throw this.truncateError;
    this.text = this.text.slice(0, length);
  }

  async close(): Promise<void> {
    this.calls.push('close');
    if (this.closeError !== undefined) throw this.closeError;
  }

  opened(): OpenedFile {
    return { file: this, size: this.text.length, endsInLine: this.text !== '' && !this.text.endsWith('\n') };
  }
}

const failure = (code: string) => Object.assign(new Error(code), { code });

// Only Linux has a disk that is always full.
if (existsSync('/dev/full')) {
  describe('a disk that is full', () => {
    it('keeps the records waiting', async () => {
      const exporter = new FileExporter({ path: '/dev/full', encode: encodeBodies });
      const detail = '/dev/full cannot be written: there is no space left on the device (ENOSPC)';
      assert.deepEqual(await write(exporter, 'a'), { kind: 'retry', detail, retryAfterMs: undefined });
      await exporter.shutdown();
    });
  });
}

describe('a file that fails', () => {
  function rig(before = ''): { readonly file: FaultyFile; readonly exporter: FileExporter } {
    const file = new FaultyFile();
    file.text = before;
    const exporter = new FileExporter({ path: 'x.jsonl', encode: encodeBodies, openFile: async () => file.opened() });
    return { file, exporter };
  }
  const retry = (why: string) => ({
    kind: 'retry',
    detail: `x.jsonl cannot be written: ${why}`,
    retryAfterMs: undefined,
  });
  const FULL = retry('there is no space left on the device (ENOSPC)');

  it('keeps the records of a write that took nothing, and has nothing to cut', async () => {
    const { file, exporter } = rig();
    file.writes.push(failure('ENOSPC'));
    assert.deepEqual(await write(exporter, 'a'), FULL);
    assert.deepEqual(file.calls, ['close']);
    assert.deepEqual(await write(exporter, 'a'), DELIVERED);
    assert.equal(file.text, '["a"]\n');
  });

  it('is written on where a write took only a part', async () => {
    const { file, exporter } = rig();
    file.writes.push(2, 1);
    assert.deepEqual(await write(exporter, 'a'), DELIVERED);
    assert.equal(file.text, '["a"]\n');
  });

  it('has a part of a line cut off again', async () => {
    const { file, exporter } = rig('["old"]\n');
    await write(exporter, 'a');
    file.writes.push(3, failure('ENOSPC'));
    assert.deepEqual(await write(exporter, 'b'), FULL);
    assert.deepEqual(file.calls, ['close', 'truncate 14', 'close']);
    assert.equal(file.text, '["old"]\n["a"]\n');
    assert.deepEqual(await write(exporter, 'b'), DELIVERED);
    assert.equal(file.text, '["old"]\n["a"]\n["b"]\n');
  });

  it('has the next line begin on its own where the part cannot be cut off', async () => {
    const { file, exporter } = rig();
    await write(exporter, 'a');
    file.writes.push(3, failure('EIO'));
    file.truncateError = failure('EIO');
    assert.deepEqual(await write(exporter, 'b'), retry('EIO'));
    file.writes.push(2, failure('EIO'));
    file.truncateError = undefined;
    assert.deepEqual(await write(exporter, 'b'), retry('EIO'));
    assert.deepEqual(file.calls, ['close', 'truncate 6', 'close', 'truncate 9', 'close']);
    assert.deepEqual(await write(exporter, 'b'), DELIVERED);
    assert.equal(file.text, '["a"]\n["b\n["b"]\n');
  });

  it('keeps a torn end torn until a whole line follows it', async () => {
    const { file, exporter } = rig('["to');
    file.writes.push(1, failure('ENOSPC'));
    assert.deepEqual(await write(exporter, 'a'), FULL);
    assert.deepEqual(await write(exporter, 'a'), DELIVERED);
    assert.equal(file.text, '["to\n["a"]\n');
  });

  it('is told by its message where it has no code', async () => {
    const { file, exporter } = rig();
    file.writes.push(new Error('the disk is on fire'));
    assert.deepEqual(await write(exporter, 'a'), retry('the disk is on fire'));
  });

  it('keeps the records where it cannot be closed, since a network file system loses them only then', async () => {
    const { file, exporter } = rig();
    file.closeError = failure('EIO');
    assert.deepEqual(await write(exporter, 'a'), retry('EIO'));
    file.closeError = undefined;
    assert.deepEqual(await write(exporter, 'a'), DELIVERED);
    assert.equal(file.text, '["a"]\n["a"]\n');
  });
});
