/** The collector as a user runs it: a process of its own, with arguments and environment only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { OtlpSink } from '../support/otlp-sink.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface CollectorParts {
  /** As `DOCKER_HOST` says it. */
  readonly host: string;
  readonly sink: OtlpSink;
  readonly protocol?: 'http/protobuf' | 'http/json' | 'grpc';
  readonly compression?: 'gzip' | 'none';
  /** The folder of its journal; without one it keeps nothing. */
  readonly storage?: string;
  /** Which of several collectors it is, for the backend to tell them apart. */
  readonly life?: number;
  readonly args?: readonly string[];
}

export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #log = '';
  #waiting: { readonly text: string; readonly resolve: () => void }[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
        this.#look();
      });
    }
  }

  /** DOCKER_EVENTS_OTEL_TEST_CLI names what is run: the sources, or `dist/cli.js` to test what is built. */
  static run({
    host,
    sink,
    protocol = 'http/protobuf',
    compression = 'none',
    storage = 'none',
    life = 1,
    args = [],
  }: CollectorParts): CollectorProcess {
    const cli = process.env['DOCKER_EVENTS_OTEL_TEST_CLI'] ?? 'src/cli.ts';
    const child = spawn(process.execPath, [resolve(ROOT, cli), 'run', '--storage', storage, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        DOCKER_HOST: host,
        DOCKER_EVENTS_OTEL_LISTEN: 'none',
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_HEADERS: `x-life=${life}`,
      },
    });
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    return new CollectorProcess(child);
  }

  /** Everything that it said. */
  get log(): string {
    return this.#log;
  }

  /** Resolves when it has said this, on stdout or stderr; rejects with its log when it ends before. */
  async said(text: string): Promise<void> {
    const said = new Promise<void>((resolve) => this.#waiting.push({ text, resolve }));
    this.#look();
    const log = await Promise.race([said, this.ended()]);
    if (log !== undefined && !log.includes(text)) throw new Error(`the collector ended:\n${log}`);
  }

  #look(): void {
    const ready = this.#waiting.filter(({ text }) => this.#log.includes(text));
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with its log when it ends, for races against what it should have done. */
  async ended(): Promise<string> {
    await this.#closed;
    return this.#log;
  }

  /** SIGKILL, in the middle of whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** SIGTERM; resolves with the exit code, or the name of the signal that ended it. */
  async stop(): Promise<number | string | null> {
    if (this.running) this.#child.kill('SIGTERM');
    await this.#closed;
    return this.#child.exitCode ?? this.#child.signalCode;
  }
}
