/**
 * The environment as a configuration: the variables of this program and of the OpenTelemetry specification. DOCKER_* are
 * not here: the engine stage reads them, as the docker command does.
 *
 * The environment lies under the file. An exporter of the file with an endpoint of its own takes nothing from
 * OTEL_EXPORTER_OTLP_*: its headers are secrets that were meant for another backend.
 */
import {
  type OtlpEnvironment,
  type OtlpProtocol,
  readOtlpEnvironment,
  SIGNALS,
  type Signal,
} from '../export/config.ts';
import { nearest } from '../runtime/nearest.ts';
import type { Findings, Layer } from './layer.ts';
import { list, type MapNode, map, named, nothingAt, type ScalarNode, scalar } from './node.ts';
import type { Environment } from './substitution.ts';

const PREFIX = 'DOCKER_EVENTS_OTEL_';

/** The variables of this program, and what each is for. */
export const VARIABLES: ReadonlyMap<string, string> = new Map([
  [`${PREFIX}CONFIG`, 'the configuration file, as `--config`'],
  [`${PREFIX}EVENT_QUEUE_SIZE`, '`receivers.docker_events.event_queue_size`'],
  [`${PREFIX}HOST_NAME`, '`receivers.docker_events.host_name`'],
  [`${PREFIX}VIEWS`, '`processors.mapping.views`, with commas between them'],
  [`${PREFIX}FLUSH_INTERVAL`, '`processors.batch.flush_interval`'],
  [`${PREFIX}STORAGE`, '`storage.directory`, as `--storage`'],
  [`${PREFIX}LOG_LEVEL`, '`service.telemetry.logs.level`'],
  [`${PREFIX}LOG_FORMAT`, '`service.telemetry.logs.format`'],
  [`${PREFIX}LISTEN`, '`service.telemetry.http.listen`, as `--listen`'],
]);

export interface EnvironmentLayer extends Layer {
  readonly otlp: OtlpEnvironment;
}

export function readEnvironment(env: Environment, { problems, warnings }: Findings): EnvironmentLayer {
  const otlp = readOtlpEnvironment(env);
  problems.push(...otlp.problems);
  warnings.push(...misspelt(env), ...misnumbered(env));
  const own = (name: string): ScalarNode | undefined => {
    const value = env[PREFIX + name];
    return value === undefined || value === '' ? undefined : scalar(value, named(PREFIX + name));
  };
  const views = own('VIEWS');
  const resource = [...otlp.resourceAttributes].map(([name, { variable, value }]) => [
    name,
    scalar(value, named(variable)),
  ]);
  const { serviceName, metricInterval } = otlp;
  const place = named('');
  const telemetry = {
    logs: map({ level: own('LOG_LEVEL'), format: own('LOG_FORMAT') }, place),
    metrics: map({ interval: metricInterval && scalar(metricInterval.value, named(metricInterval.variable)) }, place),
    http: map({ listen: own('LISTEN') }, place),
  };
  return {
    otlp,
    receiver: map({ event_queue_size: own('EVENT_QUEUE_SIZE'), host_name: own('HOST_NAME') }, place),
    mapping: map(
      {
        views: views === undefined ? undefined : list(words(String(views.value)), views.place),
        service_name: serviceName && scalar(serviceName.value, named(serviceName.variable)),
        resource_attributes: resource.length === 0 ? undefined : map(Object.fromEntries(resource), place),
      },
      place,
    ),
    batch: map({ flush_interval: own('FLUSH_INTERVAL') }, place),
    rules: map({}, place),
    storage: map({ directory: own('STORAGE') }, place),
    service: map({ telemetry: map(telemetry, place) }, place),
  };
}

/**
 * What OTEL_EXPORTER_OTLP_* say of an exporter of one signal that speaks `protocol`; nothing where they speak of another
 * transport.
 */
export function otlpOptions({ signals }: OtlpEnvironment, signal: Signal, protocol: OtlpProtocol): MapNode {
  const otlp = signals[signal];
  const isGrpc = protocol === 'grpc';
  if (otlp.protocol !== undefined && (otlp.protocol === 'grpc') !== isGrpc) return nothingAt('');
  const place = named('');
  const top: Record<string, ScalarNode | MapNode> = {};
  const tls: Record<string, ScalarNode> = {};
  for (const [path, { variable, value }] of otlp.options(protocol)) {
    const node = scalar(value, named(variable));
    if (path.startsWith('tls.')) tls[path.slice('tls.'.length)] = node;
    else top[path] = node;
  }
  const headers = [...otlp.headers].map(([name, { variable, value }]) => [name, scalar(value, named(variable))]);
  if (Object.keys(tls).length > 0) top['tls'] = map(tls, place);
  if (headers.length > 0) top['headers'] = map(Object.fromEntries(headers), place);
  return map(top, place);
}

export function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

const OTLP_WORDS = [
  'ENDPOINT',
  'PROTOCOL',
  'HEADERS',
  'COMPRESSION',
  'TIMEOUT',
  'CERTIFICATE',
  'CLIENT_KEY',
  'CLIENT_CERTIFICATE',
  'INSECURE',
] as const;

/** OpenTelemetry's variables that are read. */
const OTEL_VARIABLES: readonly string[] = [
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_METRIC_EXPORT_INTERVAL',
  ...SIGNALS.map((signal) => `OTEL_${signal.toUpperCase()}_EXPORTER`),
  ...['', ...SIGNALS.map((signal) => `${signal.toUpperCase()}_`)].flatMap((signal) =>
    OTLP_WORDS.map((word) => `OTEL_EXPORTER_OTLP_${signal}${word}`),
  ),
];

/** OTEL_METRIC_EXPORT_INTERVAL and OTEL_METRICS_EXPORTER: nobody remembers which has an S. */
function misnumbered(env: Environment): string[] {
  const singular = (name: string) => name.replaceAll(/S(?=_|$)/g, '');
  const known = new Map(OTEL_VARIABLES.map((name) => [singular(name), name]));
  return Object.keys(env).flatMap((name) => {
    const meant = known.get(singular(name));
    if (meant === undefined || meant === name || env[meant] !== undefined) return [];
    return [`${name} is not a variable of OpenTelemetry, and is not read. Did you mean ${meant}?`];
  });
}

/** A variable that looks like one of ours and is none is a typing mistake that nothing else would tell. */
function misspelt(env: Environment): string[] {
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(PREFIX) || VARIABLES.has(name)) return [];
    const near = nearest(
      name.slice(PREFIX.length),
      [...VARIABLES.keys()].map((known) => known.slice(PREFIX.length)),
    );
    return near === undefined ? [] : [`${name} is not a variable of this program. Did you mean ${PREFIX}${near}?`];
  });
}
