/** Which exporters there are, and with which options: those of the file, and those that the surroundings ask for. */
import {
  EXPORTER_SCHEMAS,
  EXPORTER_TYPE_ALIASES,
  type ExporterConfig,
  type ExporterType,
  type OtlpProtocol,
} from '../export/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { nearest } from '../runtime/nearest.ts';
import { check } from './check.ts';
import type { ConfigArguments } from './collector-config.ts';
import { type EnvironmentLayer, otlpOptions } from './environment.ts';
import type { Findings } from './layer.ts';
import { type MapNode, map, named, nothingAt, overlay, scalar } from './node.ts';
import { problemAt, quoted } from './problem.ts';
import { type Component, componentsOf, typeOf } from './sections.ts';

const EXPORTER_TYPES = Object.keys(EXPORTER_SCHEMAS) as readonly ExporterType[];

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];

/** The exporters of the file by name. One whose options are wrong is undefined, and its problems are told. */
export type FileExporters = ReadonlyMap<string, ExporterConfig | undefined>;

export function fileExporters(section: MapNode, environment: EnvironmentLayer, findings: Findings): FileExporters {
  const components = componentsOf(section, EXPORTER_TYPES, EXPORTER_TYPE_ALIASES, findings);
  return new Map(components.map((component) => [component.name, fileExporter(component, environment, findings)]));
}

function fileExporter(
  component: Component<ExporterType>,
  { otlp }: EnvironmentLayer,
  findings: Findings,
): ExporterConfig | undefined {
  const { type, options } = component;
  const hasEndpoint = options.entries.has('endpoint') || options.entries.has('logs_endpoint');
  if (hasEndpoint || type === 'console' || type === 'file') return checked(component, findings);
  const protocol = type === 'otlp_grpc' ? 'grpc' : otlp.protocol === 'http/json' ? 'http/json' : 'http/protobuf';
  const below = overlay(otlpOptions(otlp, protocol), encodingOf(protocol, 'OTEL_EXPORTER_OTLP_PROTOCOL'));
  return checked({ ...component, options: overlay(options, below) }, findings);
}

/**
 * The exporters that the command line asks for; undefined where it asks for none. A name is one of the file's, a type, or
 * `otlp` for OTLP by the protocol that is set.
 */
export function chosenExporters(
  args: ConfigArguments,
  environment: EnvironmentLayer,
  file: FileExporters,
  findings: Findings,
): readonly (ExporterConfig | undefined)[] | undefined {
  const asksForOtlp = args.endpoint !== undefined || args.protocol !== undefined;
  const names = args.exporters ?? (asksForOtlp ? ['otlp'] : undefined);
  return names?.map((name) => {
    if (file.has(name)) return file.get(name);
    const type = typeOf(name, EXPORTER_TYPES, {});
    if (name !== 'otlp' && type === undefined) {
      const known = new Set([...file.keys(), ...EXPORTER_TYPES, 'otlp']);
      const near = nearest(name, known);
      findings.problems.push(problemAt(named('--exporter'), `one of ${[...known].join(', ')}`, quoted(name), near));
      return undefined;
    }
    return type === 'console' || type === 'file'
      ? checked({ type, name, place: named('--exporter'), options: nothingAt(`--exporter ${name}`) }, findings)
      : otlpExporter(type, args, environment, findings);
  });
}

/** What is done where nobody asks for an exporter: OTLP where the environment names an endpoint, else this terminal. */
export function defaultExporters(
  args: ConfigArguments,
  environment: EnvironmentLayer,
  findings: Findings,
): readonly (ExporterConfig | undefined)[] {
  const { otlp } = environment;
  const names = otlp.exporters ?? [otlp.isSet ? 'otlp' : 'console'];
  if (names.includes('none')) {
    const expected = 'otlp, console, or both: without an exporter there is nothing to run for';
    findings.problems.push(problemAt(named('OTEL_LOGS_EXPORTER'), expected, '"none"'));
    return [];
  }
  return names.map((name) => {
    if (name === 'otlp') return otlpExporter(undefined, args, environment, findings);
    return checked({ type: 'console', name: 'console', place: named(''), options: nothingAt('') }, findings);
  });
}

/** OTLP as the command line and the environment describe it; `type` wins over the protocol where it is given. */
function otlpExporter(
  type: ExporterType | undefined,
  args: ConfigArguments,
  { otlp }: EnvironmentLayer,
  findings: Findings,
): ExporterConfig | undefined {
  const written = args.protocol ?? otlp.protocol ?? 'http/protobuf';
  const asked = PROTOCOLS.find((known) => known === written.toLowerCase());
  if (asked === undefined) {
    const near = nearest(written, PROTOCOLS);
    findings.problems.push(problemAt(named('--protocol'), `one of ${PROTOCOLS.join(', ')}`, quoted(written), near));
    return undefined;
  }
  const protocol = protocolOf(type, asked);
  const name = protocol === 'grpc' ? 'otlp_grpc' : 'otlp_http';
  const below = overlay(otlpOptions(otlp, protocol), encodingOf(protocol, 'the protocol'));
  const { endpoint } = args;
  const entries = new Map(below.entries);
  // The address for logs alone would win over what the command line says.
  if (endpoint !== undefined) entries.delete('logs_endpoint');
  const above = map(
    { endpoint: endpoint === undefined ? undefined : scalar(endpoint, named('--endpoint')) },
    named(''),
  );
  return checked(
    { type: name, name, place: named('--exporter'), options: overlay(above, { ...below, entries }) },
    findings,
  );
}

function protocolOf(type: ExporterType | undefined, asked: OtlpProtocol): OtlpProtocol {
  if (type === 'otlp_grpc') return 'grpc';
  return type === 'otlp_http' && asked === 'grpc' ? 'http/protobuf' : asked;
}

function encodingOf(protocol: OtlpProtocol, source: string): MapNode {
  return map({ encoding: protocol === 'http/json' ? scalar('json', named(source)) : undefined }, named(''));
}

function checked({ type, name, options }: Component<ExporterType>, { problems }: Findings): ExporterConfig | undefined {
  switch (type) {
    case 'otlp_http':
      return configured(check(options, EXPORTER_SCHEMAS.otlp_http), problems, (value) => ({
        name,
        type,
        options: value,
      }));
    case 'otlp_grpc':
      return configured(check(options, EXPORTER_SCHEMAS.otlp_grpc), problems, (value) => ({
        name,
        type,
        options: value,
      }));
    case 'console':
      return configured(check(options, EXPORTER_SCHEMAS.console), problems, (value) => ({
        name,
        type,
        options: value,
      }));
    case 'file':
      return configured(check(options, EXPORTER_SCHEMAS.file), problems, (value) => ({ name, type, options: value }));
  }
}

function configured<Options>(
  result: Result<Options, readonly ConfigProblem[]>,
  problems: ConfigProblem[],
  make: (options: Options) => ExporterConfig,
): ExporterConfig | undefined {
  if (result.ok) return make(result.value);
  problems.push(...result.problem);
  return undefined;
}
