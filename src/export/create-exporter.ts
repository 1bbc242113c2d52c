/**
 * From an exporter's configuration to the exporter. Each kind is loaded only when it is configured, so that a start does
 * not pay for the others.
 */
import type { Writable } from 'node:stream';
import type { Result } from '../model/engine.ts';
import type { Clock } from '../runtime/clock.ts';
import { maskEndpoint } from '../runtime/mask.ts';
import type { Secret } from '../runtime/secret.ts';
import type { ConsoleOptions, ExporterConfig, FileOptions, OtlpGrpcOptions, OtlpHttpOptions } from './config.ts';
import { grpcTarget, httpUrl } from './endpoint.ts';
import type { BuiltExporter, Exporter } from './exporter.ts';
import type { ReadableLogRecord } from './otel.ts';
import type { TlsMaterial } from './otlp/http-exporter.ts';
import { readTlsFiles } from './tls-files.ts';
import { USER_AGENT } from './version.ts';

/** Where the console exporter writes. */
export interface ExporterTerminal {
  readonly stdout: Writable;
  readonly isTerminal: boolean;
  readonly columns?: number;
  /** For NO_COLOR, FORCE_COLOR and TERM. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ExporterSetup {
  readonly clock: Clock;
  readonly terminal: ExporterTerminal;
}

export interface CreatedExporter extends BuiltExporter {
  /** Where records go, for a person, without secrets. */
  readonly destination: string;
}

/** A sentence for the person who wrote the configuration. */
export interface ExporterProblem {
  readonly message: string;
}

type Created = Result<CreatedExporter, ExporterProblem>;

/** Nothing is connected to or written before the first export. */
export async function createExporter(config: ExporterConfig, setup: ExporterSetup): Promise<Created> {
  switch (config.type) {
    case 'otlp_http':
      return createHttp(config.name, config.options, setup);
    case 'otlp_grpc':
      return createGrpc(config.name, config.options, setup);
    case 'console':
      return createConsole(config.options, setup);
    case 'file':
      return createFile(config.options);
  }
}

async function createHttp(name: string, options: OtlpHttpOptions, { clock }: ExporterSetup): Promise<Created> {
  const address = httpUrl(options, 'logs');
  if (!address.ok) {
    return problem(name, `${options.logs_endpoint === undefined ? 'endpoint' : 'logs_endpoint'} ${address.problem}`);
  }
  const files = await readTlsFiles(options.tls);
  if (!files.ok) return problem(name, files.problem);
  const url = new URL(address.value);
  const parts = { ...commonParts(options, files.value, clock), url };
  const destination = `${maskEndpoint(url.href)} (OTLP, http/${options.encoding === 'json' ? 'json' : 'protobuf'})`;
  return built(await httpExporter(options, parts), options, destination);
}

async function httpExporter(
  { encoding, timeout }: OtlpHttpOptions,
  parts: ReturnType<typeof commonParts> & { readonly url: URL },
): Promise<Exporter> {
  if (encoding === 'json') {
    const { OtlpJsonExporter } = await import('./otlp/json-exporter.ts');
    return OtlpJsonExporter.create({ ...parts, timeoutMs: timeout });
  }
  const { OtlpHttpExporter, protobufEncoding } = await import('./otlp/http-exporter.ts');
  return OtlpHttpExporter.create({ ...parts, encoding: protobufEncoding });
}

async function createGrpc(name: string, options: OtlpGrpcOptions, { clock }: ExporterSetup): Promise<Created> {
  const target = grpcTarget(options);
  if (!target.ok) return problem(name, `endpoint ${target.problem}`);
  const files = await readTlsFiles(options.tls);
  if (!files.ok) return problem(name, files.problem);
  const { url, insecure } = target.value;
  const { OtlpGrpcExporter } = await import('./otlp/grpc-exporter.ts');
  const exporter = await OtlpGrpcExporter.create({
    ...commonParts(options, files.value, clock),
    target: url,
    insecure,
  });
  return built(exporter, options, `${url} (OTLP, gRPC${insecure ? ' without TLS' : ''})`);
}

/** Text that is written late must not be written twice: no deadline that anybody lives to see. */
const NO_DEADLINE_MS = 2 ** 31 - 1;
const LOCAL_RETRY = { initialMs: 1000, maxMs: 30_000 };

async function createConsole({ format, color }: ConsoleOptions, { terminal }: ExporterSetup): Promise<Created> {
  const { ConsoleExporter, hasColors } = await import('./console/console-exporter.ts');
  const isLines = format === 'line' || (format === 'auto' && terminal.isTerminal);
  const isColored = color === 'always' || (color === 'auto' && hasColors(terminal));
  const exporter = new ConsoleExporter(terminal.stdout, isLines ? await lines(isColored) : await json());
  return local(exporter, `this output (${isLines ? 'lines' : 'JSON lines'})`);
}

async function lines(color: boolean) {
  const { createLineFormat } = await import('./console/line.ts');
  return createLineFormat({ color });
}

async function json() {
  const { formatJson } = await import('./console/json.ts');
  return formatJson;
}

async function createFile({ path }: FileOptions): Promise<Created> {
  const [{ FileExporter }, { JsonLogsSerializer }] = await Promise.all([
    import('./file/file-exporter.ts'),
    import('./otel-http.ts'),
  ]);
  const encode = (records: ReadableLogRecord[]) => JsonLogsSerializer.serializeRequest(records) ?? new Uint8Array();
  return local(new FileExporter({ path, encode }), `${path} (OTLP JSON lines)`);
}

function local(exporter: Exporter, destination: string): Created {
  return { ok: true, value: { exporter, timeoutMs: NO_DEADLINE_MS, retry: LOCAL_RETRY, destination } };
}

function commonParts(options: OtlpHttpOptions | OtlpGrpcOptions, tls: TlsMaterial, clock: Clock) {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries<Secret>(options.headers)) headers.set(name.toLowerCase(), value.reveal());
  return { headers, compression: options.compression, userAgent: USER_AGENT, tls, clock };
}

function built(exporter: Exporter, options: OtlpHttpOptions | OtlpGrpcOptions, destination: string): Created {
  const { initial_interval: initialMs, max_interval: maxMs } = options.retry;
  return { ok: true, value: { exporter, timeoutMs: options.timeout, retry: { initialMs, maxMs }, destination } };
}

function problem(name: string, sentence: string): Created {
  return { ok: false, problem: { message: `exporters.${name}.${sentence}` } };
}
