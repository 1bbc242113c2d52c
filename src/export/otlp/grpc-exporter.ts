/**
 * OTLP over gRPC, on @grpc/grpc-js.
 *
 * In the place of the SDK's own exporter, because that one merges the headers of OTEL_EXPORTER_OTLP_HEADERS into whatever it
 * is given, hides partial success, keeps grpc-js's reconnect backoff (so that a backend that is back is not seen for ten
 * more seconds and longer), and serialises by itself. One export is one call; what a failure means is decided by
 * classify.ts, and when to try again by the sender.
 */
import type { Clock } from '../../runtime/clock.ts';
import { classifyError, classifyGrpc } from '../classify.ts';
import { type AttemptOutcome, type Exporter, resultOf, type Waiting } from '../exporter.ts';
import type { ExportResult, ReadableLogRecord } from '../otel.ts';
import type { Client, Metadata, ServiceError } from '../otel-grpc.ts';
import { RETRY_AFTER_MAX_MS } from '../retry-after.ts';
import type { Encoding } from './encoding.ts';
import type { TlsMaterial } from './http-exporter.ts';
import { fieldsOf } from './protobuf-reader.ts';

const METHODS = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const;

/** grpc-js's number for it. */
const GZIP = 2;

export interface GrpcExporterOptions<Item = ReadableLogRecord> {
  readonly signal: keyof typeof METHODS;
  readonly encoding: Encoding<Item>;
  /** `host:port`. */
  readonly target: string;
  readonly insecure: boolean;
  readonly headers: ReadonlyMap<string, string>;
  readonly compression: 'none' | 'gzip';
  readonly userAgent: string;
  readonly tls: TlsMaterial;
  readonly clock: Clock;
}

type Grpc = typeof import('../otel-grpc.ts');

export class OtlpGrpcExporter<Item> implements Exporter<Item> {
  readonly #options: GrpcExporterOptions<Item>;
  readonly #grpc: Grpc;
  readonly #metadata: Metadata;
  readonly #calls = new Set<Promise<void>>();
  #client: Client;
  /** The next call makes a new connection: when to try again is the sender's business, not the channel's. */
  #isStale = false;

  private constructor(options: GrpcExporterOptions<Item>, grpc: Grpc) {
    this.#options = options;
    this.#grpc = grpc;
    this.#metadata = new grpc.Metadata();
    for (const [name, value] of options.headers) {
      this.#metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
    }
    this.#client = this.#connect();
  }

  static async create<Item>(options: GrpcExporterOptions<Item>): Promise<OtlpGrpcExporter<Item>> {
    return new OtlpGrpcExporter(options, await import('../otel-grpc.ts'));
  }

  prepare(item: Item): Waiting<Item> {
    return this.#options.encoding.prepare?.(item) ?? item;
  }

  release(items: readonly Waiting<Item>[]): void {
    this.#options.encoding.release?.(items);
  }

  export(items: Waiting<Item>[], done: (result: ExportResult) => void, signal?: AbortSignal): void {
    const call = this.#call(Buffer.concat(this.#options.encoding.encode(items)), signal)
      .catch(classifyError)
      .then((outcome) => {
        this.#calls.delete(call);
        done(resultOf(outcome));
      });
    this.#calls.add(call);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#calls);
  }

  async shutdown(): Promise<void> {
    this.#client.close();
  }

  #connect(): Client {
    const { target, insecure, compression, userAgent, tls } = this.#options;
    const { Client: GrpcClient, credentials } = this.#grpc;
    const channel = insecure
      ? credentials.createInsecure()
      : credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
    return new GrpcClient(target, channel, {
      'grpc.primary_user_agent': userAgent,
      ...(compression === 'gzip' ? { 'grpc.default_compression_algorithm': GZIP } : {}),
    });
  }

  #call(request: Buffer, signal: AbortSignal | undefined): Promise<AttemptOutcome> {
    const same = (buffer: Buffer) => buffer;
    const { encoding } = this.#options;
    const method = METHODS[this.#options.signal];
    if (this.#isStale) this.#reconnect();
    const client = this.#client;
    return new Promise((resolve) => {
      const call = client.makeUnaryRequest(method, same, same, request, this.#metadata, (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error === null) {
          resolve(encoding.decodeResponse(response ?? Buffer.alloc(0)));
          return;
        }
        if (client === this.#client && !this.#isReady(client)) this.#isStale = true;
        resolve(outcomeOf(error));
      });
      const onAbort = () => {
        // A connection that did not answer in time may be dead without knowing it.
        this.#isStale = true;
        call.cancel();
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  #isReady(client: Client): boolean {
    return client.getChannel().getConnectivityState(false) === this.#grpc.connectivityState.READY;
  }

  #reconnect(): void {
    this.#client.close();
    this.#client = this.#connect();
    this.#isStale = false;
  }
}

function outcomeOf(error: ServiceError): AttemptOutcome {
  const [details] = error.metadata.get('grpc-status-details-bin');
  const retryAfterMs = typeof details === 'string' || details === undefined ? undefined : retryDelay(details);
  return classifyGrpc(error.code, error.details, retryAfterMs);
}

/**
 * `google.rpc.RetryInfo.retry_delay` (1: seconds 1, nanos 2) in milliseconds, out of a `google.rpc.Status`, whose details (3)
 * are `google.protobuf.Any` (type_url 1, value 2).
 */
function retryDelay(status: Uint8Array): number | undefined {
  for (const detail of messagesIn(status, 3)) {
    const [type] = messagesIn(detail, 1);
    const [value] = messagesIn(detail, 2);
    if (type === undefined || value === undefined) continue;
    if (!Buffer.from(type).toString('utf8').endsWith('/google.rpc.RetryInfo')) continue;
    const [duration] = messagesIn(value, 1);
    if (duration === undefined) continue;
    let millis = 0;
    for (const field of fieldsOf(duration)) {
      if (typeof field.value === 'number') millis += field.number === 1 ? field.value * 1000 : field.value / 1e6;
    }
    return Math.min(millis, RETRY_AFTER_MAX_MS);
  }
  return undefined;
}

function messagesIn(message: Uint8Array, number: number): Uint8Array[] {
  return fieldsOf(message).flatMap((field) =>
    field.number === number && typeof field.value !== 'number' ? [field.value] : [],
  );
}
