/**
 * Which exporters there are, and with which options: those of the file, and those that the surroundings ask for.
 *
 * The environment has variables for each signal, and so an exporter may be another one for traces than for logs. Where it
 * is, it has a name of its own (`otlp_http/traces`), so that a configuration that is shown can be used as a file.
 *
 * Who does not ask for a signal by name gets it where there is an address for it. An exporter that is told addresses of
 * other signals alone gets nothing but those.
 */
import {
  EXPORTER_SCHEMAS,
  EXPORTER_TYPE_ALIASES,
  type ExporterConfig,
  type ExporterType,
  type OtlpProtocol,
  SIGNALS,
  type Signal,
} from '../export/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { nearest } from '../runtime/nearest.ts';
import { check } from './check.ts';
import type { ConfigArguments } from './collector-config.ts';
import { type EnvironmentLayer, otlpOptions } from './environment.ts';
import type { Findings } from './layer.ts';
import { type MapNode, map, named, nothingAt, overlay, plain, scalar } from './node.ts';
import { problemAt, quoted } from './problem.ts';
import { type Component, componentsOf, typeOf } from './sections.ts';

const EXPORTER_TYPES = Object.keys(EXPORTER_SCHEMAS) as readonly ExporterType[];

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];

/** An exporter as somebody named it. */
export interface NamedExporter {
  readonly name: string;
  /** What it is for a signal. Undefined where its options are wrong, which is told. */
  config(signal: Signal): ExporterConfig | undefined;
  type(signal: Signal): ExporterType;
  /** The address it has for a signal: one for that alone, one for all, or none. */
  address(signal: Signal): Address;
  /** Whether somebody has wanted to know what it is. */
  isUsed(): boolean;
}

export function isOtlp(type: ExporterType): boolean {
  return type === 'otlp_http' || type === 'otlp_grpc';
}

export type Address = 'own' | 'shared' | 'none';

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

class Exporter implements NamedExporter {
  readonly name: string;
  readonly address: (signal: Signal) => Address;
  readonly #of: (signal: Signal) => Component<ExporterType>;
  /** Names that an exporter of one signal must not get. */
  readonly #taken: ReadonlySet<string>;
  readonly #findings: Findings;
  /** By what they are, so that signals for which it is the same share it, and its problems are told once. */
  readonly #configs = new Map<string, ExporterConfig | undefined>();

  constructor(
    of: (signal: Signal) => Component<ExporterType>,
    address: (signal: Signal) => Address,
    taken: ReadonlySet<string>,
    findings: Findings,
  ) {
    this.name = of('logs').name;
    this.address = address;
    this.#of = of;
    this.#taken = taken;
    this.#findings = findings;
  }

  config(signal: Signal): ExporterConfig | undefined {
    const what = this.#whatOf(signal);
    if (!this.#configs.has(what)) {
      const named = { ...this.#of(signal), name: this.#nameOf(signal) };
      this.#configs.set(what, checked(named, this.#findings));
    }
    return this.#configs.get(what);
  }

  type(signal: Signal): ExporterType {
    return this.#of(signal).type;
  }

  isUsed(): boolean {
    return this.#configs.size > 0;
  }

  /** With its secrets: for comparing only. */
  #whatOf(signal: Signal): string {
    const { name, options } = this.#of(signal);
    return JSON.stringify([name, plain(options)]);
  }

  /** The first signal has the plain name, whether or not it is used: the others' names do not hang on that. */
  #nameOf(signal: Signal): string {
    const { name } = this.#of(signal);
    const first = SIGNALS.find((other) => this.#of(other).name === name) ?? signal;
    const same = SIGNALS.find((other) => this.#whatOf(other) === this.#whatOf(signal)) ?? signal;
    if (same === first) return name;
    let own = `${name}/${same}`;
    while (this.#taken.has(own)) own = `${own}/env`;
    return own;
  }
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
