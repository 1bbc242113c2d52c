/**
 * One exporter, which may be another for each signal: the environment has variables for each. Where it is another, it has a
 * name of its own (`otlp_http/traces`), so that a configuration that is shown can be used as a file.
 */
import { EXPORTER_SCHEMAS, type ExporterConfig, type ExporterType, SIGNALS, type Signal } from '../export/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { check } from './check.ts';
import type { Findings } from './layer.ts';
import { plain } from './node.ts';
import type { Component } from './sections.ts';

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

/** Looked at only when it is asked for: what the environment says of a signal that nobody uses is not looked at. */
export class Exporter implements NamedExporter {
  readonly name: string;
  readonly address: (signal: Signal) => Address;
  readonly #of: (signal: Signal) => Component<ExporterType>;
  /** Names that an exporter of one signal must not get. */
  readonly #taken: ReadonlySet<string>;
  readonly #findings: Findings;
  /** By what they are, so that signals for which it is the same share it, and its problems are told once. */
  readonly #configs = new Map<string, ExporterConfig | undefined>();

  /** Of these signals it has been told that their address has no path. */
  readonly #withoutPath = new Set<Signal>();

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
    const config = this.#configs.get(what);
    if (config?.type === 'otlp_http') this.#tellMissingPath(signal, config.options[`${signal}_endpoint`]);
    return config;
  }

  /** Of addresses for one signal everybody forgets once that nothing is put after them. */
  #tellMissingPath(signal: Signal, endpoint: string | undefined): void {
    const url = endpoint === undefined ? null : URL.parse(endpoint);
    if (url === null || url.pathname !== '/' || url.search !== '' || this.#withoutPath.has(signal)) return;
    this.#withoutPath.add(signal);
    const option = this.#of(signal).options.entries.get(`${signal}_endpoint`);
    this.#findings.warnings.push(
      `${option?.place.path} is used as it is, and has no path. Is ${url.origin}/v1/${signal} meant?`,
    );
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
