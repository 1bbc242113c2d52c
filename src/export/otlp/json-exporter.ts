/**
 * OTLP over HTTP in JSON, by the SDK's own exporter, `@opentelemetry/exporter-logs-otlp-http`.
 *
 * That exporter tries again by itself, hides Retry-After, the answers it retries on and partial success, and merges the
 * headers of OTEL_EXPORTER_OTLP_HEADERS into whatever it is given. So it is watched at the socket:
 *
 *   - Each request in flight has an SDK exporter and an agent of its own (a slot), by which its request is known.
 *   - What the backend answers is read from the request itself, and judged by classify.ts.
 *   - The SDK is then shown a failure that it does not retry, so that nothing is sent again but by the sender.
 *   - Headers that nobody configured here are taken off again.
 *
 * The SDK sends chunked requests without a Content-Length, and compresses at gzip's default level; http/protobuf does
 * better on both and is the default.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent, ClientRequest, type IncomingMessage } from 'node:http';
import { classifyError, classifyResult } from '../classify.ts';
import { type AttemptOutcome, type Exporter, resultOf } from '../exporter.ts';
import type { ExportResult, ReadableLogRecord } from '../otel.ts';
import type { CompressionAlgorithm, OTLPJsonLogExporter } from '../otel-http.ts';
import { judgeAnswer } from './http-answer.ts';
import type { HttpExporterOptions } from './http-exporter.ts';
import { readJsonResponse } from './response.ts';

const REQUEST_CREATED = 'http.client.request.created';

/** A status on which the SDK gives up at once. */
const NOT_RETRIED_BY_SDK = 400;

/** What a request has besides those that are configured. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['host', 'content-type', 'user-agent', 'content-encoding']);

export type JsonExporterOptions = Omit<HttpExporterOptions, 'encoding'> & { readonly timeoutMs: number };

interface Parts {
  readonly options: JsonExporterOptions;
  readonly makeAgent: () => Agent;
  readonly makeSdkExporter: (agent: Agent) => OTLPJsonLogExporter;
}

export class OtlpJsonExporter implements Exporter {
  readonly #parts: Parts;
  readonly #free: Slot[] = [];
  readonly #slots = new Map<unknown, Slot>();
  readonly #onCreated = (message: unknown) => this.#watch(message);

  private constructor(parts: Parts) {
    this.#parts = parts;
    subscribe(REQUEST_CREATED, this.#onCreated);
  }

  static async create(options: JsonExporterOptions): Promise<OtlpJsonExporter> {
    const { OTLPJsonLogExporter: SdkExporter, CompressionAlgorithm: Compression } = await import('../otel-http.ts');
    const { AgentClass, material } = await agentFor(options);
    const compression: CompressionAlgorithm = options.compression === 'gzip' ? Compression.GZIP : Compression.NONE;
    return new OtlpJsonExporter({
      options,
      makeAgent: () => new AgentClass({ keepAlive: true, ...material }),
      makeSdkExporter: (agent) =>
        new SdkExporter({
          url: options.url.href,
          headers: Object.fromEntries(options.headers),
          compression,
          timeoutMillis: options.timeoutMs,
          // One at a time, but the SDK counts an export until a moment after it said how it ended.
          concurrencyLimit: 2,
          httpAgentOptions: () => agent,
          userAgent: options.userAgent,
        }),
    });
  }

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void, signal?: AbortSignal): void {
    const slot = this.#free.pop() ?? this.#newSlot();
    slot.export(records, (outcome) => done(resultOf(outcome)), signal);
  }

  async forceFlush(): Promise<void> {
    await Promise.all([...this.#slots.values()].map((slot) => slot.sdk.forceFlush()));
  }

  /** Ends all connections at once; what the SDK still waits for is over. */
  async shutdown(): Promise<void> {
    unsubscribe(REQUEST_CREATED, this.#onCreated);
    for (const slot of this.#slots.values()) slot.agent.destroy();
  }

  #newSlot(): Slot {
    const slot = new Slot(this.#parts, () => this.#free.push(slot));
    this.#slots.set(slot.agent, slot);
    return slot;
  }

  #watch(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('request' in message)) return;
    const { request } = message;
    if (request instanceof ClientRequest) this.#slots.get(Reflect.get(request, 'agent'))?.watch(request);
  }
}

interface Attempt {
  /** Undefined once it is known how it ended. */
  done: ((outcome: AttemptOutcome) => void) | undefined;
  request: ClientRequest | undefined;
}

class Slot {
  readonly agent: Agent;
  readonly sdk: OTLPJsonLogExporter;
  readonly #options: JsonExporterOptions;
  readonly #release: () => void;
  #attempt: Attempt | undefined;

  constructor(parts: Parts, release: () => void) {
    this.#options = parts.options;
    this.#release = release;
    this.agent = parts.makeAgent();
    this.sdk = parts.makeSdkExporter(this.agent);
  }

  export(records: ReadableLogRecord[], done: (outcome: AttemptOutcome) => void, signal: AbortSignal | undefined): void {
    const attempt: Attempt = { done, request: undefined };
    const onAbort = () => attempt.request?.destroy(new Error('there was no whole answer in time'));
    this.#attempt = attempt;
    signal?.addEventListener('abort', onAbort, { once: true });
    this.sdk.export(records, (result) => {
      signal?.removeEventListener('abort', onAbort);
      this.#release();
      settle(attempt, classifyResult(result));
    });
  }

  watch(request: ClientRequest): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    attempt.request = request;
    for (const name of request.getHeaderNames()) {
      if (!OWN_HEADERS.has(name) && !this.#options.headers.has(name)) request.removeHeader(name);
    }
    request.once('error', (error) => {
      settle(attempt, classifyError(error));
      // By its code the SDK would know that it may retry.
      Reflect.deleteProperty(error, 'code');
    });
    request.once('response', (response: IncomingMessage) => {
      const judged = judgeAnswer(response, (body) => readJsonResponse(body.toString('utf8')), this.#options.clock);
      if (!isTaken(response)) response.statusCode = NOT_RETRIED_BY_SDK;
      judged.then(
        (outcome) => settle(attempt, outcome),
        (error: unknown) => settle(attempt, classifyError(error)),
      );
    });
  }
}

function isTaken({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function settle(attempt: Attempt, outcome: AttemptOutcome): void {
  const { done } = attempt;
  attempt.done = undefined;
  done?.(outcome);
}

async function agentFor({ url, tls: { ca, cert, key } }: JsonExporterOptions) {
  if (url.protocol !== 'https:') return { AgentClass: Agent, material: {} };
  const https = await import('node:https');
  return { AgentClass: https.Agent, material: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } };
}
