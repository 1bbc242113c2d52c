/**
 * The engine stage: one Docker Engine, or one that speaks like it, that can be connected to again and again.
 *
 *     discover ──► TLS files ──► transport ──► GET /version ──► API version, dialect ──► GET /info ──► session
 *     (discover.ts) (tls-files.ts) (transport.ts)  (negotiate.ts)                         (may be refused)
 *
 * - Only GET is ever sent; `exchange.ts` has no other method.
 * - An endpoint that was found is kept: a reconnect never goes to another engine. Where none was found, each connect
 *   looks again, so that a collector that was started before Docker finds it.
 * - TLS files are read at each connect, so that renewed certificates are taken up.
 * - Every request has a connection of its own, closed after the answer. Only the event stream stays.
 * - The identity is one object for as long as nothing in it changes.
 * - Reconnecting, waiting and pinging are for the receiver to decide.
 *
 * Not supported: `fd://`, passwords in endpoints, keys with a passphrase, HTTP proxies from HTTP_PROXY.
 */
import type { Engine, EngineCount, EngineIdentity, EngineProblem, EngineSession, Result } from '../model/engine.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { toUnixMillis } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { EngineOptions } from './config.ts';
import { dialectOf } from './dialects.ts';
import { discover, type Located } from './discover.ts';
import { openApi } from './dockerode.ts';
import { RefusedAnswer } from './exchange.ts';
import { certificateUnchecked, infoRefused, metricsUnreadable, usingEndpoint, versionRefused } from './happenings.ts';
import { askCount } from './metrics.ts';
import {
  chooseApiVersion,
  type EngineInfo,
  type EngineVersion,
  hidesEvents,
  readInfo,
  readVersion,
  UNKNOWN_INFO,
  UNKNOWN_VERSION,
} from './negotiate.ts';
import type { Pacing } from './paced.ts';
import { type AskProblem, ask, openSession, plain } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { readTlsFiles } from './tls-files.ts';
import { localTransport, sshTransport, type Transport, tcpTransport } from './transport.ts';

export interface EngineParts {
  /** The receiver that reads this engine, by its name in the configuration. */
  readonly receiver: string;
  readonly options: EngineOptions;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Finds the engine. The problem is one that waiting will not mend: options or variables that contradict each other or
 * cannot be read. That no engine is there yet is no problem here; `connect` tells it.
 */
export async function createEngine(parts: EngineParts): Promise<Result<Engine, EngineProblem>> {
  const pinned = parts.options.api_version ?? parts.surroundings.env['DOCKER_API_VERSION'];
  if (pinned && !/^\d+\.\d+$/.test(pinned)) {
    return failed('api_version', 'DOCKER_API_VERSION is not an API version. Write it as 1.51, or leave it empty.');
  }
  const engine = new DockerEngine(parts, pinned || undefined);
  const located = await engine.locate();
  if (!located.ok && !located.problem.waiting) return failed(located.problem.code, located.problem.message);
  return { ok: true, value: engine };
}

class DockerEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #pinned: string | undefined;
  #located: Located | undefined;
  #identity: EngineIdentity | undefined;
  /** Happenings that are told once in the life of the collector, by name. */
  readonly #told = new Set<string>();
  #metricsFail = false;

  constructor(parts: EngineParts, pinned: string | undefined) {
    this.#parts = parts;
    this.#pinned = pinned;
  }

  get endpoint(): string {
    return this.#located?.text ?? 'an engine that was not found yet';
  }

  /** Looks for the endpoint, unless one was found before. */
  async locate(): ReturnType<typeof discover> {
    if (this.#located !== undefined) return { ok: true, value: this.#located };
    const { options, surroundings, telemetry } = this.#parts;
    const found = await discover(options, surroundings);
    if (!found.ok) return found;
    this.#located = found.value;
    telemetry.report(usingEndpoint(found.value.text, found.value.from));
    if (found.value.tls?.verify === false) telemetry.report(certificateUnchecked(found.value.text));
    return found;
  }

  async connect(signal: AbortSignal): Promise<Result<EngineSession, EngineProblem>> {
    const found = await this.locate();
    if (!found.ok) return failed(found.problem.code, found.problem.message);
    const located = found.value;
    const transport = await this.#transport(located);
    if (!transport.ok) return transport;

    const version = await this.#version(transport.value, located, signal);
    if (!version.ok) return version;
    const apiVersion = chooseApiVersion(version.value, this.#pinned, located.text);
    if (!apiVersion.ok) return apiVersion;
    const info = await this.#info(transport.value, located, apiVersion.value, signal);
    if (!info.ok) return info;

    const identity = this.#identify(located, version.value, apiVersion.value, info.value);
    const { connect_timeout: connectTimeoutMs, filters } = this.#parts.options;
    return {
      ok: true,
      value: openSession({
        asking: this.#asking(located, apiVersion.value),
        api: await openApi(transport.value, apiVersion.value),
        identity,
        dialect: dialectOf(identity.runtime),
        connectTimeoutMs,
        filters: Object.keys(filters).length === 0 ? undefined : filters,
        hidesEvents: hidesEvents(version.value, apiVersion.value),
        clockOffsetMs: info.value.clockOffsetMs,
        published: (limit) => this.#published(limit),
      }),
    };
  }

  async #transport({ endpoint, tls }: Located): Promise<Result<Transport, EngineProblem>> {
    const { surroundings } = this.#parts;
    const pacing = this.#pacing();
    if (endpoint.kind === 'ssh') return { ok: true, value: sshTransport(endpoint, surroundings.env) };
    if (endpoint.kind !== 'tcp') {
      // Elsewhere a local socket holds a few events only: resting would hold up the engine.
      const canRest = endpoint.kind === 'unix' && surroundings.platform === 'linux';
      return { ok: true, value: localTransport(endpoint, canRest ? pacing : undefined) };
    }
    if (tls === undefined) return { ok: true, value: tcpTransport(endpoint, undefined, pacing) };
    const material = await readTlsFiles(tls, surroundings);
    return material.ok ? { ok: true, value: tcpTransport(endpoint, material.value, pacing) } : material;
  }

  #pacing(): Pacing | undefined {
    const { options, clock } = this.#parts;
    return options.read_interval === 0 ? undefined : { clock, intervalMs: options.read_interval };
  }

  async #version(
    transport: Transport,
    located: Located,
    signal: AbortSignal,
  ): Promise<Result<EngineVersion, EngineProblem>> {
    const api = await openApi(transport, undefined);
    const { connect_timeout: timeoutMs } = this.#parts.options;
    const asking = this.#asking(located, undefined);
    const answer = await ask(asking, 'GET /version', timeoutMs, signal, (limit) => api.version(limit));
    if (answer.ok) return readVersion(answer.value, located.text);
    const { error } = answer.problem;
    if (!(error instanceof RefusedAnswer) || error.status !== 403) return plain(answer);
    this.#tellOnce(versionRefused(located.text, error.status));
    return { ok: true, value: UNKNOWN_VERSION };
  }

  /** A refusal, an error or no answer in time leaves the engine unnamed; only a lost connection is a problem. */
  async #info(
    transport: Transport,
    located: Located,
    apiVersion: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<EngineInfo & Offset, EngineProblem>> {
    const api = await openApi(transport, apiVersion);
    const { connect_timeout: timeoutMs } = this.#parts.options;
    const asking = this.#asking(located, apiVersion);
    const { clock } = this.#parts;
    const [askedAt, askedAtMs] = [toUnixMillis(clock.now()), clock.monotonicMs()];
    const answer = await ask(asking, 'GET /info', timeoutMs, signal, (limit) => api.info(limit));
    if (answer.ok) {
      const info = readInfo(answer.value);
      const middle = askedAt + (clock.monotonicMs() - askedAtMs) / 2;
      return { ok: true, value: { ...info, clockOffsetMs: info.time && toUnixMillis(info.time) - middle } };
    }
    const reason = reasonToGoOn(answer.problem);
    if (reason === undefined) return plain(answer);
    this.#tellOnce(infoRefused(located.text, reason, this.#fallbackName(located)));
    // An engine that was only too busy to answer is still the one it was.
    const known = answer.problem.code === 'forbidden' ? undefined : this.#identity;
    const info = known === undefined ? UNKNOWN_INFO : { ...UNKNOWN_INFO, id: known.id, name: known.hostName };
    return { ok: true, value: { ...info, clockOffsetMs: undefined } };
  }

  /** An endpoint that does not answer is told once, and again when it has answered in between. */
  async #published(signal: AbortSignal): Promise<EngineCount | undefined> {
    const { options, clock, telemetry } = this.#parts;
    const { metrics_endpoint: endpoint, connect_timeout: timeoutMs } = options;
    if (endpoint === undefined) return undefined;
    try {
      const count = await askCount(endpoint, timeoutMs, clock, signal);
      this.#metricsFail = false;
      return count;
    } catch (error) {
      if (!signal.aborted && !this.#metricsFail) telemetry.report(metricsUnreadable(endpoint, error));
      this.#metricsFail ||= !signal.aborted;
      return undefined;
    }
  }

  #identify(
    located: Located,
    { runtime, version }: EngineVersion,
    apiVersion: string | undefined,
    { id, name }: EngineInfo,
  ): EngineIdentity {
    const identity: EngineIdentity = {
      receiver: this.#parts.receiver,
      endpoint: located.text,
      runtime,
      version,
      apiVersion,
      id,
      hostName: name ?? this.#fallbackName(located),
      recording: undefined,
    };
    if (this.#identity === undefined || !sameIdentity(this.#identity, identity)) this.#identity = identity;
    return this.#identity;
  }

  /** This machine is the engine's host only where the engine is reached through a local socket. */
  #fallbackName({ endpoint }: Located): string | undefined {
    const { options, surroundings } = this.#parts;
    const local = endpoint.kind === 'unix' || endpoint.kind === 'npipe';
    return options.host_name ?? (local ? surroundings.hostName : undefined);
  }

  #asking(located: Located, apiVersion: string | undefined) {
    const { surroundings, clock } = this.#parts;
    return { located, surroundings, clock, apiVersion };
  }

  #tellOnce(happening: ReturnType<typeof versionRefused>): void {
    if (this.#told.has(happening.name)) return;
    this.#told.add(happening.name);
    this.#parts.telemetry.report(happening);
  }
}

interface Offset {
  readonly clockOffsetMs: number | undefined;
}

function reasonToGoOn({ code, error }: AskProblem): string | undefined {
  if (error instanceof RefusedAnswer) return String(error.status);
  return code === 'timed_out' ? 'no answer in time' : undefined;
}

function sameIdentity(left: EngineIdentity, right: EngineIdentity): boolean {
  return (
    left.endpoint === right.endpoint &&
    left.runtime === right.runtime &&
    left.version === right.version &&
    left.apiVersion === right.apiVersion &&
    left.id === right.id &&
    left.hostName === right.hostName
  );
}

function failed(code: EngineProblem['code'], message: string): { readonly ok: false; readonly problem: EngineProblem } {
  return { ok: false, problem: { code, message } };
}
