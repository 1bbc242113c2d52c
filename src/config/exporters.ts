/**
 * Which exporters there are, and with which options: those of the file, and those that the surroundings ask for.
 *
 * Who does not ask for a signal by name gets it where there is an address for it. An exporter that is told addresses of
 * other signals alone gets nothing but those.
 */
import {
  EXPORTER_SCHEMAS,
  EXPORTER_TYPE_ALIASES,
  type ExporterType,
  type OtlpProtocol,
  SIGNALS,
  type Signal,
} from '../export/config.ts';
import type { Result } from '../model/engine.ts';
import { nearest } from '../runtime/nearest.ts';
import type { ConfigArguments } from './collector-config.ts';
import { type EnvironmentLayer, otlpOptions } from './environment.ts';
import type { Findings } from './layer.ts';
import { type Address, Exporter, isOtlp, type NamedExporter } from './named-exporter.ts';
import { type MapNode, map, named, nothingAt, overlay, scalar } from './node.ts';
import { problemAt, quoted } from './problem.ts';
import { type Component, componentsOf, typeOf } from './sections.ts';

const EXPORTER_TYPES = Object.keys(EXPORTER_SCHEMAS) as readonly ExporterType[];

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];

/** The exporters of the file by name. */
export type FileExporters = ReadonlyMap<string, NamedExporter>;

export function fileExporters(section: MapNode, environment: EnvironmentLayer, findings: Findings): FileExporters {
  const components = componentsOf(section, EXPORTER_TYPES, EXPORTER_TYPE_ALIASES, findings);
  const taken = new Set(components.map(({ name }) => name));
  return new Map(
    components.map((component) => {
      const { options } = component;
      const hasAddress = ['endpoint', ...SIGNALS.map(ownAddress)].some((key) => options.entries.has(key));
      if (!isOtlp(component.type)) return [component.name, new Exporter(() => component, logsOnly, taken, findings)];
      const of = hasAddress ? () => component : (signal: Signal) => overEnvironment(component, signal, environment);
      const address = hasAddress ? (signal: Signal) => addressIn(options, signal) : addressOf(environment);
      return [component.name, new Exporter(of, address, taken, findings)];
    }),
  );
}

function overEnvironment(
  component: Component<ExporterType>,
  signal: Signal,
  environment: EnvironmentLayer,
): Component<ExporterType> {
  const said = environment.otlp.signals[signal].protocol;
  const protocol = component.type === 'otlp_grpc' ? 'grpc' : said === 'http/json' ? 'http/json' : 'http/protobuf';
  const below = overlay(
    otlpOptions(environment.otlp, signal, protocol),
    encodingOf(protocol, 'OTEL_EXPORTER_OTLP_PROTOCOL'),
  );
  return { ...component, options: overlay(component.options, below) };
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
): readonly NamedExporter[] | undefined {
  const { endpoint } = args;
  const asksForOtlp = endpoint !== undefined || args.protocol !== undefined;
  const names = args.exporters ?? (asksForOtlp ? ['otlp'] : undefined);
  const chosen = names?.flatMap((name) => {
    const ofFile = file.get(name);
    if (ofFile !== undefined) return [ofFile];
    const type = typeOf(name, EXPORTER_TYPES, {});
    if (name !== 'otlp' && type === undefined) {
      const known = new Set([...file.keys(), ...EXPORTER_TYPES, 'otlp']);
      const near = nearest(name, known);
      findings.problems.push(problemAt(named('--exporter'), `one of ${[...known].join(', ')}`, quoted(name), near));
      return [];
    }
    if (type === 'console' || type === 'file') {
      const component = { type, name, place: named('--exporter'), options: nothingAt(`--exporter ${name}`) };
      return [new Exporter(() => component, logsOnly, new Set(), findings)];
    }
    const protocol = askedProtocol(args, findings);
    return protocol.ok ? [otlpExporter({ type, protocol: protocol.value, endpoint }, environment, findings)] : [];
  });
  // What is asked for by two names is one exporter.
  return chosen && [...new Map(chosen.map((exporter) => [exporter.name, exporter])).values()];
}

/** Which addresses are right hangs on the protocol, so that nothing is said of them where that is not known. */
function askedProtocol(
  { protocol }: ConfigArguments,
  { problems }: Findings,
): Result<OtlpProtocol | undefined, 'told'> {
  const value = PROTOCOLS.find((known) => known === protocol?.toLowerCase());
  if (protocol === undefined || value !== undefined) return { ok: true, value };
  const near = nearest(protocol, PROTOCOLS);
  problems.push(problemAt(named('--protocol'), `one of ${PROTOCOLS.join(', ')}`, quoted(protocol), near));
  return { ok: false, problem: 'told' };
}

export interface AskedOtlp {
  /** Wins over the protocol. */
  readonly type?: ExporterType | undefined;
  readonly protocol?: OtlpProtocol | undefined;
  readonly endpoint?: string | undefined;
}

/** OTLP as the command line and the environment describe it. */
export function otlpExporter(asked: AskedOtlp, environment: EnvironmentLayer, findings: Findings): NamedExporter {
  const { type, endpoint } = asked;
  const above = map(
    { endpoint: endpoint === undefined ? undefined : scalar(endpoint, named('--endpoint')) },
    named(''),
  );
  const of = (signal: Signal): Component<ExporterType> => {
    const protocol = protocolOf(type, asked.protocol ?? environment.otlp.signals[signal].protocol ?? 'http/protobuf');
    const name = protocol === 'grpc' ? 'otlp_grpc' : 'otlp_http';
    const below = overlay(otlpOptions(environment.otlp, signal, protocol), encodingOf(protocol, 'the protocol'));
    const entries = new Map(below.entries);
    // An address for one signal would win over what the command line says.
    if (endpoint !== undefined) for (const other of SIGNALS) entries.delete(ownAddress(other));
    return { type: name, name, place: named('--exporter'), options: overlay(above, { ...below, entries }) };
  };
  const address = endpoint === undefined ? addressOf(environment) : () => 'shared' as const;
  return new Exporter(of, address, new Set(), findings);
}

/** This terminal. */
export function consoleExporter(findings: Findings): NamedExporter {
  const component = { type: 'console', name: 'console', place: named(''), options: nothingAt('') } as const;
  return new Exporter(() => component, logsOnly, new Set(), findings);
}

/** Where nothing is told, an exporter speaks to this machine, and then of everything. Logs are what it is there for. */
function addressOf({ otlp: { signals } }: EnvironmentLayer): (signal: Signal) => Address {
  const isTold = SIGNALS.some((signal) => signals[signal].hasEndpoint);
  return (signal) => {
    if (signals[signal].hasOwnEndpoint) return 'own';
    return signals[signal].hasEndpoint || signal === 'logs' || !isTold ? 'shared' : 'none';
  };
}

function addressIn(options: MapNode, signal: Signal): Address {
  if (options.entries.has(ownAddress(signal))) return 'own';
  return options.entries.has('endpoint') ? 'shared' : 'none';
}

function logsOnly(signal: Signal): Address {
  return signal === 'logs' ? 'shared' : 'none';
}

function ownAddress(signal: Signal): string {
  return `${signal}_endpoint`;
}

function protocolOf(type: ExporterType | undefined, asked: OtlpProtocol): OtlpProtocol {
  if (type === 'otlp_grpc') return 'grpc';
  return type === 'otlp_http' && asked === 'grpc' ? 'http/protobuf' : asked;
}

function encodingOf(protocol: OtlpProtocol, source: string): MapNode {
  return map({ encoding: protocol === 'http/json' ? scalar('json', named(source)) : undefined }, named(''));
}
