/**
 * Records or spans to a stream that a person or a pipe reads: aligned lines, or JSON lines.
 *
 * A batch is one write, and it is delivered when the stream has passed it on: whoever reads slowly is waited for, and the
 * records wait in the journal. There is no deadline, because text that is written late would otherwise be written twice.
 * A stream whose reader is gone takes nothing ever again; the records are kept, and it is told.
 */
import type { Writable } from 'node:stream';
import { type AttemptOutcome, DELIVERED, type Exporter, resultOf } from '../exporter.ts';
import type { ExportResult } from '../otel.ts';

export class ConsoleExporter<Item> implements Exporter<Item> {
  readonly #stream: Writable;
  readonly #format: (item: Item) => string;
  readonly #pending = new Set<Promise<void>>();
  /** What the stream failed with is told by the write that failed; without a listener it would end the process. */
  readonly #onError = () => {};

  constructor(stream: Writable, format: (item: Item) => string) {
    this.#stream = stream;
    this.#format = format;
    stream.on('error', this.#onError);
  }

  export(items: Item[], done: (result: ExportResult) => void): void {
    let text = '';
    for (const item of items) text += `${this.#format(item)}\n`;
    const written = new Promise<void>((resolve) => {
      this.#stream.write(text, (error) => {
        this.#pending.delete(written);
        resolve();
        done(resultOf(error ? failureOf(error) : DELIVERED));
      });
    });
    this.#pending.add(written);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** The stream is not ours to end. */
  async shutdown(): Promise<void> {
    await this.forceFlush();
    this.#stream.off('error', this.#onError);
  }
}

function failureOf(error: Error): AttemptOutcome {
  const code = 'code' in error ? String(error.code) : error.message;
  const isGone = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
  const detail = isGone ? `nobody reads the output any more (${code})` : `the output cannot be written (${code})`;
  return { kind: 'retry', detail, retryAfterMs: undefined };
}

export interface ColorSurroundings {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether `auto` means colours. FORCE_COLOR and NO_COLOR as Node has them (`0` and `false` switch FORCE_COLOR's off), and
 * NO_COLOR only when it is not empty (no-color.org); a terminal that calls itself dumb has none.
 */
export function hasColors({ isTerminal, env }: ColorSurroundings): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: term } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (refused !== undefined && refused !== '') return false;
  return isTerminal && term !== 'dumb';
}
