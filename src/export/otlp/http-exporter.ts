/**
 * OTLP over HTTP, on node:http.
 *
 * In the place of the SDK's own exporter, because that one hides Retry-After and the count of a partial success, tries
 * again by itself within its timeout (so that a batch may arrive several times before anybody hears of the first failure),
 * drops what it does not retry, sends no Content-Length, and takes silence on the socket for its deadline. It implements
 * the SDK's LogRecordExporter or SpanExporter all the same. One export is one request; what a failure means is decided by classify.ts, and
 * when to try again by the sender.
 */
import { Agent, type RequestOptions, request as requestHttp } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../runtime/clock.ts';
import { classifyError } from '../classify.ts';
import { type AttemptOutcome, type Exporter, resultOf, type Waiting } from '../exporter.ts';
import type { ExportResult, ReadableLogRecord } from '../otel.ts';
import type { Encoding } from './encoding.ts';
import { judgeAnswer } from './http-answer.ts';

const compress = promisify(gzip);

/** Level 1 takes half the time of the default and gives a fifth more bytes. */
const GZIP_LEVEL = 1;

export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

export interface HttpExporterOptions<Item = ReadableLogRecord> {
  /** The whole address, path included. */
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly compression: 'none' | 'gzip';
  readonly userAgent: string;
  readonly tls: TlsMaterial;
  readonly encoding: Encoding<Item>;
  readonly clock: Clock;
}

export class OtlpHttpExporter<Item> implements Exporter<Item> {
  readonly #options: HttpExporterOptions<Item>;
  readonly #agent: Agent;
  readonly #request: typeof requestHttp;
  readonly #requestOptions: RequestOptions;
  readonly #inFlight = new Set<Promise<void>>();

  private constructor(options: HttpExporterOptions<Item>, agent: Agent, request: typeof requestHttp) {
    this.#options = options;
    this.#agent = agent;
    this.#request = request;
    const { url, headers, encoding, compression, userAgent } = options;
    this.#requestOptions = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      agent,
      headers: {
        ...Object.fromEntries(headers),
        'content-type': encoding.contentType,
        'user-agent': userAgent,
        ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      },
    };
  }

  static async create<Item>(options: HttpExporterOptions<Item>): Promise<OtlpHttpExporter<Item>> {
    const agentOptions = { keepAlive: true };
    if (options.url.protocol !== 'https:') {
      return new OtlpHttpExporter(options, new Agent(agentOptions), requestHttp);
    }
    const https = await import('node:https');
    const { ca, cert, key } = options.tls;
    const material = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    return new OtlpHttpExporter(options, new https.Agent({ ...agentOptions, ...material }), https.request);
  }

  prepare(item: Item): Waiting<Item> {
    return this.#options.encoding.prepare?.(item) ?? item;
  }

  release(items: readonly Waiting<Item>[]): void {
    this.#options.encoding.release?.(items);
  }

  export(items: Waiting<Item>[], done: (result: ExportResult) => void, signal?: AbortSignal): void {
    const parts = this.#options.encoding.encode(items);
    const attempt = this.#send(parts, signal)
      .catch(classifyError)
      .then((outcome) => {
        this.#inFlight.delete(attempt);
        done(resultOf(outcome));
      });
    this.#inFlight.add(attempt);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** Closes the connections. What is in flight ends with them. */
  async shutdown(): Promise<void> {
    this.#agent.destroy();
  }

  /** In the same turn where there is nothing to compress. */
  #send(parts: readonly Buffer[], signal: AbortSignal | undefined): Promise<AttemptOutcome> {
    if (this.#options.compression === 'none') return this.#post(parts, signal);
    const whole = Buffer.concat(parts);
    return compress(whole, { level: GZIP_LEVEL }).then((compressed) => this.#post([compressed], signal));
  }

  #post(parts: readonly Buffer[], signal: AbortSignal | undefined): Promise<AttemptOutcome> {
    return new Promise((resolve) => {
      const request = this.#request(this.#requestOptions, (response) => {
        const { encoding, clock } = this.#options;
        const judged = judgeAnswer(response, encoding.decodeResponse, clock).then((outcome) => {
          // Answered before it was all sent. What is left to send must not be read any more once the items are settled.
          if (!request.writableFinished) request.destroy();
          return outcome;
        });
        resolve(judged);
      });
      request.on('error', (error) => resolve(classifyError(error)));
      const onAbort = () => request.destroy(new Error('there was no whole answer in time'));
      request.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        // What else it was is said by then; an answer to a request to upgrade, which there was none of, says nothing.
        resolve(classifyError(new Error('the connection was closed without an answer')));
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      request.setHeader(
        'content-length',
        parts.reduce((length, part) => length + part.length, 0),
      );
      for (const part of parts) request.write(part);
      request.end();
    });
  }
}
