/**
 * From an exporter's configuration to the exporter, for log records or for spans: the transports are the same, and what
 * differs is in forms.ts. Each kind is loaded only when it is configured, so that a start does not pay for the others.
 */
import type { Writable } from 'node:stream';
import type { Result } from '../model/engine.ts';
import type { Clock } from '../runtime/clock.ts';
import { maskEndpoint } from '../runtime/mask.ts';
import type { Secret } from '../runtime/secret.ts';
import type { ConsoleOptions, ExporterConfig, FileOptions, OtlpGrpcOptions, OtlpHttpOptions } from './config.ts';
import { grpcTarget, httpUrl } from './endpoint.ts';
import type { BuiltExporter, Exporter } from './exporter.ts';
import { type ConsoleForms, type Forms, LOG_FORMS, type OtlpForms, SPAN_FORMS } from './forms.ts';
import type { Signal } from './happenings.ts';
import type { ReadableLogRecord, ReadableSpan } from './otel.ts';
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

export interface CreatedExporter<Item = ReadableLogRecord> extends BuiltExporter<Item> {
  /** Where records, spans or metrics go, for a person, without secrets. */
  readonly destination: string;
}

/** A sentence for the person who wrote the configuration. */
export interface ExporterProblem {
  readonly message: string;
}

export type OtlpConfig = Extract<ExporterConfig, { readonly type: 'otlp_http' | 'otlp_grpc' }>;

export type Created<Item> = Result<CreatedExporter<Item>, ExporterProblem>;

/** Nothing is connected to or written before the first export. */
export function createExporter(
  config: ExporterConfig,
  setup: ExporterSetup,
  signal?: 'logs',
): Promise<Created<ReadableLogRecord>>;
export function createExporter(
  config: ExporterConfig,
  setup: ExporterSetup,
  signal: 'traces',
): Promise<Created<ReadableSpan>>;
export function createExporter(
  config: ExporterConfig,
  setup: ExporterSetup,
  signal: Signal = 'logs',
): Promise<Created<ReadableLogRecord> | Created<ReadableSpan>> {
  return signal === 'logs' ? create(config, setup, LOG_FORMS) : create(config, setup, SPAN_FORMS);
}

async function create<Item>(config: ExporterConfig, setup: ExporterSetup, forms: Forms<Item>): Promise<Created<Item>> {
  switch (config.type) {
    case 'otlp_http':
    case 'otlp_grpc':
      return createOtlp(config, setup.clock, forms);
    case 'console':
      return createConsole(config.options, setup, forms);
    case 'file':
      return createFile(config.options, forms);
  }
}

/** Of any signal. */
export function createOtlp<Item>(config: OtlpConfig, clock: Clock, forms: OtlpForms<Item>): Promise<Created<Item>> {
  return config.type === 'otlp_http'
    ? createHttp(config.name, config.options, clock, forms)
    : createGrpc(config.name, config.options, clock, forms);
}

async function createHttp<Item>(
  name: string,
  options: OtlpHttpOptions,
  clock: Clock,
  forms: OtlpForms<Item>,
): Promise<Created<Item>> {
  const { signal } = forms;
  const address = httpUrl(options, signal);
  if (!address.ok) {
    const own = `${signal}_endpoint` as const;
    return problem(name, `${options[own] === undefined ? 'endpoint' : own} ${address.problem}`);
  }
  const files = await readTlsFiles(options.tls);
  if (!files.ok) return problem(name, files.problem);
  const url = new URL(address.value);
  const parts = { ...commonParts(options, files.value, clock), url };
  const destination = `${maskEndpoint(url.href)} (OTLP, http/${options.encoding === 'json' ? 'json' : 'protobuf'})`;
  return built(await httpExporter(options, parts, forms), options, destination);
}

async function httpExporter<Item>(
  { encoding, timeout }: OtlpHttpOptions,
  parts: ReturnType<typeof commonParts> & { readonly url: URL },
  forms: OtlpForms<Item>,
): Promise<Exporter<Item>> {
  if (encoding === 'json') return forms.jsonExporter({ ...parts, timeoutMs: timeout });
  const { OtlpHttpExporter } = await import('./otlp/http-exporter.ts');
  return OtlpHttpExporter.create({ ...parts, encoding: await forms.protobuf() });
}

async function createGrpc<Item>(
  name: string,
  options: OtlpGrpcOptions,
  clock: Clock,
  forms: OtlpForms<Item>,
): Promise<Created<Item>> {
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
    signal: forms.signal,
    encoding: await forms.protobuf(),
  });
  return built(exporter, options, `${url} (OTLP, gRPC${insecure ? ' without TLS' : ''})`);
}

/** Text that is written late must not be written twice: no deadline that anybody lives to see. */
const NO_DEADLINE_MS = 2 ** 31 - 1;
const LOCAL_RETRY = { initialMs: 1000, maxMs: 30_000 };

/** Of any signal. */
export async function createConsole<Item>(
  { format, color }: ConsoleOptions,
  { terminal }: ExporterSetup,
  forms: ConsoleForms<Item>,
): Promise<Created<Item>> {
  const { ConsoleExporter, hasColors } = await import('./console/console-exporter.ts');
  const isLines = format === 'line' || (format === 'auto' && terminal.isTerminal);
  const isColored = color === 'always' || (color === 'auto' && hasColors(terminal));
  const exporter = new ConsoleExporter(
    terminal.stdout,
    isLines ? await forms.line({ color: isColored }) : await forms.json(),
  );
  return local(exporter, `this output (${isLines ? 'lines' : 'JSON lines'})`);
}

async function createFile<Item>({ path }: FileOptions, forms: Forms<Item>): Promise<Created<Item>> {
  const [{ FileExporter }, encode] = await Promise.all([import('./file/file-exporter.ts'), forms.jsonRequest()]);
  return local(new FileExporter({ path, encode }), `${path} (OTLP JSON lines)`);
}

function local<Item>(exporter: Exporter<Item>, destination: string): Created<Item> {
  return { ok: true, value: { exporter, timeoutMs: NO_DEADLINE_MS, retry: LOCAL_RETRY, destination } };
}

function commonParts(options: OtlpHttpOptions | OtlpGrpcOptions, tls: TlsMaterial, clock: Clock) {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries<Secret>(options.headers)) headers.set(name.toLowerCase(), value.reveal());
  return { headers, compression: options.compression, userAgent: USER_AGENT, tls, clock };
}

function built<Item>(
  exporter: Exporter<Item>,
  options: OtlpHttpOptions | OtlpGrpcOptions,
  destination: string,
): Created<Item> {
  const { initial_interval: initialMs, max_interval: maxMs } = options.retry;
  return { ok: true, value: { exporter, timeoutMs: options.timeout, retry: { initialMs, maxMs }, destination } };
}

function problem<Item>(name: string, sentence: string): Created<Item> {
  return { ok: false, problem: { message: `exporters.${name}.${sentence}` } };
}
