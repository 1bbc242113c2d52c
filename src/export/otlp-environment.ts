/**
 * The variables that every OpenTelemetry program reads: OTEL_EXPORTER_OTLP_*, OTEL_LOGS_EXPORTER, OTEL_RESOURCE_ATTRIBUTES
 * and OTEL_SERVICE_NAME, as the specification has them (protocol/exporter, configuration/sdk-environment-variables,
 * resource/sdk).
 *
 * - A variable for logs (OTEL_EXPORTER_OTLP_LOGS_*) wins over the one for all signals, one by one. An empty one is unset.
 * - The specification would have a value that it does not know ignored with a warning. Here it is a problem: a collector
 *   that sends elsewhere, or without its key, is worse than one that says at once what is wrong.
 * - Which address or which duration can be used is not looked at here: the options of the exporter say so, for all sources.
 */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import { isHeaderName } from './headers.ts';

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

export interface EnvironmentValue {
  /** The variable that it comes from. */
  readonly variable: string;
  readonly value: string | number | boolean;
}

export interface OtlpEnvironment {
  /** Whether an endpoint is given, for logs or for all signals. */
  readonly isSet: boolean;
  /** Undefined where none is given, or none that is known. */
  readonly protocol: OtlpProtocol | undefined;
  /**
   * Options by their path, as a configuration file would have them: `endpoint`, `logs_endpoint` (HTTP only; gRPC's is
   * `endpoint` too), `compression`, `timeout` in milliseconds, `tls.ca_file`, `tls.cert_file`, `tls.key_file` and
   * `tls.insecure` (gRPC only).
   */
  options(protocol: OtlpProtocol): ReadonlyMap<string, EnvironmentValue>;
  /** By lower-cased name. The values are secrets. */
  readonly headers: ReadonlyMap<string, EnvironmentValue>;
  /** Without `service.name` where {@link serviceName} is given, which wins over it. */
  readonly resourceAttributes: ReadonlyMap<string, EnvironmentValue>;
  readonly serviceName: EnvironmentValue | undefined;
  /** Each once; undefined where none is given, or not all are known. */
  readonly exporters: readonly LogsExporter[] | undefined;
  /** `path` is the variable's name. */
  readonly problems: readonly ConfigProblem[];
}

export type LogsExporter = 'otlp' | 'console' | 'none';

type Variables = Readonly<Record<string, string | undefined>>;

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];
const COMPRESSIONS: readonly ('gzip' | 'none')[] = ['gzip', 'none'];
const EXPORTERS: readonly LogsExporter[] = ['otlp', 'console', 'none'];
const TRUTHS: readonly ('true' | 'false')[] = ['true', 'false'];

export function readOtlpEnvironment(env: Variables): OtlpEnvironment {
  const problems: ConfigProblem[] = [];
  const protocol = choice(otlp(env, 'PROTOCOL'), PROTOCOLS, problems);
  const common = commonOptions(env, problems);
  const insecure = choice(otlp(env, 'INSECURE'), TRUTHS, problems);
  const endpoint = read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const logsEndpoint = read(env, 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT');
  const options = {
    http: mapOf({ endpoint, logs_endpoint: logsEndpoint, ...common }),
    grpc: mapOf({
      endpoint: logsEndpoint ?? endpoint,
      ...common,
      'tls.insecure': insecure && { ...insecure, value: insecure.value === 'true' },
    }),
  };
  const serviceName = read(env, 'OTEL_SERVICE_NAME');
  const resourceAttributes = pairs(read(env, 'OTEL_RESOURCE_ATTRIBUTES'), attributeName, problems);
  if (serviceName !== undefined) resourceAttributes.delete('service.name');
  return {
    isSet: endpoint !== undefined || logsEndpoint !== undefined,
    protocol: protocol?.value,
    options: (of) => (of === 'grpc' ? options.grpc : options.http),
    headers: new Map([
      ...pairs(read(env, 'OTEL_EXPORTER_OTLP_HEADERS'), headerName, problems),
      ...pairs(read(env, 'OTEL_EXPORTER_OTLP_LOGS_HEADERS'), headerName, problems),
    ]),
    resourceAttributes,
    serviceName,
    exporters: exportersOf(read(env, 'OTEL_LOGS_EXPORTER'), problems),
    problems,
  };
}

function commonOptions(env: Variables, problems: ConfigProblem[]) {
  return {
    compression: choice(otlp(env, 'COMPRESSION'), COMPRESSIONS, problems),
    timeout: milliseconds(otlp(env, 'TIMEOUT'), problems),
    'tls.ca_file': otlp(env, 'CERTIFICATE'),
    'tls.cert_file': otlp(env, 'CLIENT_CERTIFICATE'),
    'tls.key_file': otlp(env, 'CLIENT_KEY'),
  };
}

interface Text extends EnvironmentValue {
  readonly value: string;
}

/** The variable for logs, else the one for all signals. */
function otlp(env: Variables, name: string): Text | undefined {
  return read(env, `OTEL_EXPORTER_OTLP_LOGS_${name}`) ?? read(env, `OTEL_EXPORTER_OTLP_${name}`);
}

function read(env: Variables, variable: string): Text | undefined {
  const value = env[variable]?.trim();
  return value === undefined || value === '' ? undefined : { variable, value };
}

function choice<Known extends string>(
  text: Text | undefined,
  known: readonly Known[],
  problems: ConfigProblem[],
): { readonly variable: string; readonly value: Known } | undefined {
  if (text === undefined) return undefined;
  const { variable, value: written } = text;
  const value = known.find((word) => word === written.toLowerCase());
  if (value !== undefined) return { variable, value };
  problems.push(problem(variable, oneOf(known), quoted(written), meant(written, known)));
  return undefined;
}

function milliseconds(text: Text | undefined, problems: ConfigProblem[]): EnvironmentValue | undefined {
  if (text === undefined) return undefined;
  const { variable, value } = text;
  if (/^\d+$/.test(value) && Number(value) > 0) return { variable, value: Number(value) };
  problems.push(problem(variable, 'a whole number of milliseconds above 0, such as 10000', quoted(value)));
  return undefined;
}

function exportersOf(text: Text | undefined, problems: ConfigProblem[]): readonly LogsExporter[] | undefined {
  if (text === undefined) return undefined;
  const found = members(text.value).map(({ text: word }) =>
    choice({ variable: text.variable, value: word }, EXPORTERS, problems),
  );
  const known = found.flatMap((exporter) => (exporter === undefined ? [] : [exporter.value]));
  return known.length === found.length && known.length > 0 ? [...new Set(known)] : undefined;
}

/** The name as it is meant, or what is wrong with it. */
type ReadName = (written: string) => Result<string, string>;

/** W3C Baggage: a token, which is not percent-encoded. */
const headerName: ReadName = (written) =>
  isHeaderName(written)
    ? { ok: true, value: written.toLowerCase() }
    : { ok: false, problem: 'has no header name before its "="' };

const attributeName: ReadName = (written) => {
  const name = percentDecoded(written);
  if (name === undefined) return { ok: false, problem: 'has a name that is not percent-encoded UTF-8' };
  return name === '' ? { ok: false, problem: 'has no name before its "="' } : { ok: true, value: name };
};

/**
 * `a=1,b=2`, percent-encoded. What follows a ";" is part of the value: the metadata of W3C Baggage is not spoken here. A
 * member that cannot be read is told by its number alone, because a comma within a secret looks like one.
 */
function pairs(text: Text | undefined, readName: ReadName, problems: ConfigProblem[]): Map<string, EnvironmentValue> {
  const found = new Map<string, EnvironmentValue>();
  if (text === undefined) return found;
  const { variable } = text;
  for (const { text: member, number } of members(text.value)) {
    const pair = pairOf(member, readName);
    if (pair.ok) found.set(pair.value.name, { variable, value: pair.value.value });
    else problems.push(problem(variable, PAIRS, `a list whose member ${number} ${pair.problem}`));
  }
  return found;
}

const PAIRS = 'names and values such as key1=value1,key2=value2, with commas and percent signs in them as %2C and %25';

function pairOf(member: string, readName: ReadName): Result<{ name: string; value: string }, string> {
  const equals = member.indexOf('=');
  if (equals < 0) return { ok: false, problem: 'has no "="' };
  const name = readName(member.slice(0, equals).trim());
  if (!name.ok) return name;
  const value = percentDecoded(member.slice(equals + 1).trim());
  if (value === undefined) return { ok: false, problem: 'has a value that is not percent-encoded UTF-8' };
  return { ok: true, value: { name: name.value, value } };
}

/** What stands between commas, counted from 1. Nothing between them is nothing meant. */
function members(list: string): { readonly text: string; readonly number: number }[] {
  return list
    .split(',')
    .map((text, index) => ({ text: text.trim(), number: index + 1 }))
    .filter(({ text }) => text !== '');
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function mapOf(values: Readonly<Record<string, EnvironmentValue | undefined>>): ReadonlyMap<string, EnvironmentValue> {
  return new Map(Object.entries(values).flatMap(([path, value]) => (value === undefined ? [] : [[path, value]])));
}

/** `http` is meant to be http/protobuf, and `gz` gzip. */
function meant(written: string, known: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  return word.length < 2 ? undefined : known.find((name) => name.includes(word) || word.includes(name));
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Longest value that is shown, in characters. */
const SHOWN_MAX = 80;

function quoted(text: string): string {
  return `"${maskText(text, SHOWN_MAX)}"`;
}

function problem(path: string, expected: string, got: string, nearest?: string): ConfigProblem {
  return { path, line: undefined, column: undefined, expected, got, nearest };
}
