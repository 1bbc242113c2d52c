/**
 * The variables that every OpenTelemetry program reads: OTEL_EXPORTER_OTLP_*, OTEL_{LOGS,TRACES,METRICS}_EXPORTER,
 * OTEL_METRIC_EXPORT_INTERVAL, OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME, as the specification has them
 * (protocol/exporter, configuration/sdk-environment-variables, resource/sdk).
 *
 * - A variable for one signal (OTEL_EXPORTER_OTLP_LOGS_*) wins over the one for all signals, one by one.
 * - The specification would have a value that it does not know ignored with a warning. Here it is a problem: a collector
 *   that sends elsewhere, or without its key, is worse than one that says at once what is wrong.
 * - Which address or which duration can be used is not looked at here: the options of the exporter say so, for all sources.
 */
import type { ConfigProblem } from '../model/config-problem.ts';
import { SIGNALS, type Signal } from './endpoint.ts';
import {
  attributeName,
  choice,
  choices,
  type EnvironmentValue,
  headerName,
  milliseconds,
  pairs,
  read,
  type Text,
  type Variables,
} from './environment-values.ts';

export type { EnvironmentValue } from './environment-values.ts';

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

export interface OtlpEnvironment {
  readonly signals: Readonly<Record<Signal, SignalEnvironment>>;
  /** Without `service.name` where {@link serviceName} is given, which wins over it. */
  readonly resourceAttributes: ReadonlyMap<string, EnvironmentValue>;
  readonly serviceName: EnvironmentValue | undefined;
  /** How often metrics are sent, in milliseconds. */
  readonly metricInterval: EnvironmentValue | undefined;
  /** Each once; `path` is the variable's name. */
  readonly problems: readonly ConfigProblem[];
}

/** What is said of one signal: by a variable of its own, else by the one for all. */
export interface SignalEnvironment {
  /** Whether an endpoint is given, for this signal or for all. */
  readonly hasEndpoint: boolean;
  readonly hasOwnEndpoint: boolean;
  /** Undefined where none is given, or none that is known. */
  readonly protocol: OtlpProtocol | undefined;
  /**
   * Options by their path, as a configuration file would have them: `endpoint`, `logs_endpoint` and the like (HTTP only;
   * gRPC's is `endpoint` too), `compression`, `timeout` in milliseconds, `tls.ca_file`, `tls.cert_file`, `tls.key_file` and
   * `tls.insecure` (gRPC only). The addresses of the other signals are among them, so that one exporter serves all signals
   * that differ in nothing else.
   */
  options(protocol: OtlpProtocol): ReadonlyMap<string, EnvironmentValue>;
  /** By lower-cased name. The values are secrets. */
  readonly headers: ReadonlyMap<string, EnvironmentValue>;
  /** Each once; undefined where none is given, or not all are known. */
  readonly exporters: readonly SignalExporter[] | undefined;
}

export type SignalExporter = 'otlp' | 'console' | 'prometheus' | 'none';

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];
const COMPRESSIONS: readonly ('gzip' | 'none')[] = ['gzip', 'none'];
const TRUTHS: readonly ('true' | 'false')[] = ['true', 'false'];
const EXPORTERS: Readonly<Record<Signal, readonly SignalExporter[]>> = {
  logs: ['otlp', 'console', 'none'],
  traces: ['otlp', 'console', 'none'],
  metrics: ['otlp', 'prometheus', 'console', 'none'],
};

export function readOtlpEnvironment(env: Variables): OtlpEnvironment {
  const problems: ConfigProblem[] = [];
  const serviceName = read(env, 'OTEL_SERVICE_NAME');
  const resourceAttributes = pairs(read(env, 'OTEL_RESOURCE_ATTRIBUTES'), attributeName, problems);
  if (serviceName !== undefined) resourceAttributes.delete('service.name');
  return {
    signals: {
      logs: signalOf('logs', env, problems),
      traces: signalOf('traces', env, problems),
      metrics: signalOf('metrics', env, problems),
    },
    resourceAttributes,
    serviceName,
    metricInterval: milliseconds(read(env, 'OTEL_METRIC_EXPORT_INTERVAL'), problems),
    problems: once(problems),
  };
}

function signalOf(signal: Signal, env: Variables, problems: ConfigProblem[]): SignalEnvironment {
  const variable = (name: string) => own(env, signal, name) ?? general(env, name);
  const protocol = choice(variable('PROTOCOL'), PROTOCOLS, problems);
  const common = {
    compression: choice(variable('COMPRESSION'), COMPRESSIONS, problems),
    timeout: milliseconds(variable('TIMEOUT'), problems),
    'tls.ca_file': variable('CERTIFICATE'),
    'tls.cert_file': variable('CLIENT_CERTIFICATE'),
    'tls.key_file': variable('CLIENT_KEY'),
  };
  const insecure = choice(variable('INSECURE'), TRUTHS, problems);
  const options = {
    http: mapOf({ endpoint: general(env, 'ENDPOINT'), ...addresses(env, signal), ...common }),
    grpc: mapOf({
      endpoint: variable('ENDPOINT'),
      ...common,
      'tls.insecure': insecure && { ...insecure, value: insecure.value === 'true' },
    }),
  };
  return {
    hasEndpoint: variable('ENDPOINT') !== undefined,
    hasOwnEndpoint: own(env, signal, 'ENDPOINT') !== undefined,
    protocol: protocol?.value,
    options: (of) => (of === 'grpc' ? options.grpc : options.http),
    headers: new Map([
      ...pairs(general(env, 'HEADERS'), headerName, problems),
      ...pairs(own(env, signal, 'HEADERS'), headerName, problems),
    ]),
    exporters: choices(read(env, `OTEL_${signal.toUpperCase()}_EXPORTER`), EXPORTERS[signal], problems),
  };
}

/** The addresses for HTTP: of this signal, and of those others that go over HTTP, too. */
function addresses(env: Variables, signal: Signal): Readonly<Record<string, Text | undefined>> {
  const isOverHttp = (other: Signal) => {
    const protocol = own(env, other, 'PROTOCOL') ?? general(env, 'PROTOCOL');
    const exporters = choices(read(env, `OTEL_${other.toUpperCase()}_EXPORTER`), EXPORTERS[other], []);
    return protocol?.value.toLowerCase() !== 'grpc' && exporters?.includes('otlp') !== false;
  };
  return Object.fromEntries(
    SIGNALS.filter((other) => other === signal || isOverHttp(other)).map((other) => [
      `${other}_endpoint`,
      own(env, other, 'ENDPOINT'),
    ]),
  );
}

function own(env: Variables, signal: Signal, name: string): Text | undefined {
  return read(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`);
}

function general(env: Variables, name: string): Text | undefined {
  return read(env, `OTEL_EXPORTER_OTLP_${name}`);
}

/** What is wrong with a variable for all signals is found for each of them. */
function once(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.got}`, problem])).values()];
}

function mapOf(values: Readonly<Record<string, EnvironmentValue | undefined>>): ReadonlyMap<string, EnvironmentValue> {
  return new Map(Object.entries(values).flatMap(([path, value]) => (value === undefined ? [] : [[path, value]])));
}
