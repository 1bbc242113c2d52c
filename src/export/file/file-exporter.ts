/**
 * Records or spans to a file, as OTLP JSON lines: one `ExportLogsServiceRequest` or `ExportTraceServiceRequest` a line
 * (opentelemetry.io/docs/specs/otel/protocol/file-exporter), which the Collector's otlpjsonfile receiver reads.
 *
 * - Added to the end of the file, which is made, readable by its owner only, at the first export. Each line opens and
 *   closes it: a rotation may take the file away or empty it at any time, and needs to tell nobody.
 * - Lines are written one after the other, those of other exporters of this process to the same file included. One that was
 *   written in part is cut off again; where that fails, or where the file ended within a line already, the next one begins on
 *   a line of its own. No line is valid that is not whole.
 * - A file that cannot be closed counts as not written, since network file systems tell only then what they lost: such a
 *   line may stand there twice.
 * - Delivered means handed to the operating system, not that the disk has it.
 * - Not supported: several processes that write to one file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type AttemptOutcome, DELIVERED, type Exporter, resultOf } from '../exporter.ts';
import type { ExportResult, ReadableLogRecord } from '../otel.ts';

const NEWLINE = 0x0a;
const OWNER_ONLY = 0o600;

/** The parts of a file that are needed; the real one is Node's FileHandle. */
export interface OutputFile {
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedFile {
  readonly file: OutputFile;
  readonly size: number;
  readonly endsInLine: boolean;
}

export interface FileExporterParts<Item = ReadableLogRecord> {
  readonly path: string;
  /** One request without a line end. */
  readonly encode: (items: Item[]) => Uint8Array;
  readonly openFile?: (path: string) => Promise<OpenedFile>;
}

/** Who writes last to each file, by its whole path: a lane for logs and one for traces may have the same. */
const LAST_TURNS = new Map<string, Promise<unknown>>();

export class FileExporter<Item = ReadableLogRecord> implements Exporter<Item> {
  readonly #path: string;
  readonly #encode: (items: Item[]) => Uint8Array;
  readonly #openFile: (path: string) => Promise<OpenedFile>;
  /** The end of what was asked for so far; never rejects. */
  #last: Promise<void> = Promise.resolve();
  readonly #key: string;

  constructor({ path, encode, openFile = openToAppend }: FileExporterParts<Item>) {
    this.#path = path;
    this.#key = resolve(path);
    this.#encode = encode;
    this.#openFile = openFile;
  }

  export(items: Item[], done: (result: ExportResult) => void): void {
    const bytes = this.#encode(items);
    const turn = (LAST_TURNS.get(this.#key) ?? Promise.resolve()).then(() => this.#append(bytes));
    LAST_TURNS.set(this.#key, turn);
    this.#last = turn.then((outcome) => {
      if (LAST_TURNS.get(this.#key) === turn) LAST_TURNS.delete(this.#key);
      done(resultOf(outcome));
    });
  }

  forceFlush(): Promise<void> {
    return this.#last;
  }

  shutdown(): Promise<void> {
    return this.#last;
  }

  async #append(bytes: Uint8Array): Promise<AttemptOutcome> {
    try {
      const opened = await this.#openFile(this.#path);
      try {
        const line = Buffer.concat([Buffer.from(opened.endsInLine ? '\n' : ''), bytes, Buffer.from('\n')]);
        await writeWhole(opened, line);
      } finally {
        await opened.file.close();
      }
      return DELIVERED;
    } catch (error) {
      return failureOf(this.#path, error);
    }
  }
}

async function writeWhole({ file, size }: OpenedFile, line: Buffer): Promise<void> {
  let written = 0;
  try {
    while (written < line.length) written += (await file.write(line.subarray(written))).bytesWritten;
  } catch (error) {
    if (written > 0) await cutBack(file, size);
    throw error;
  }
}

async function cutBack(file: OutputFile, size: number): Promise<void> {
  try {
    await file.truncate(size);
  } catch {
    // The part of a line stays. What follows it begins a line of its own.
  }
}

async function openToAppend(path: string): Promise<OpenedFile> {
  const file = await open(path, 'a+', OWNER_ONLY);
  try {
    const { size } = await file.stat();
    return { file, size, endsInLine: size > 0 && (await lastByte(file, size)) !== NEWLINE };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function lastByte(file: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}

/** What a person can mend, and what may pass by itself. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'Let this process write there, or choose another path'],
  ['EPERM', 'Let this process write there, or choose another path'],
  ['EROFS', 'The file system is read-only: choose another path'],
  ['EISDIR', 'That is a folder: choose the path of a file'],
  ['ENOENT', 'Make the folder that it is to stand in'],
  ['ENOTDIR', 'Part of the path is a file: choose another path'],
]);

function failureOf(path: string, error: unknown): AttemptOutcome {
  const code = error instanceof Error ? String('code' in error ? error.code : error.message) : String(error);
  const advice = ADVICE.get(code);
  const why = code === 'ENOSPC' ? 'there is no space left on the device (ENOSPC)' : code;
  const detail = `${path} cannot be written: ${why}`;
  if (advice === undefined) return { kind: 'retry', detail, retryAfterMs: undefined };
  return { kind: 'misconfigured', detail, advice, retryAfterMs: undefined };
}
