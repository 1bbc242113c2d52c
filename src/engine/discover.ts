/**
 * Where the engine is: a list of small strategies, asked in this order, the first that has an answer wins.
 *
 *   1. the `context` option, or the `host` option (both is an error)
 *   2. DOCKER_HOST
 *   3. DOCKER_CONTEXT
 *   4. currentContext of the docker command's config.json
 *   5. the first of the well-known sockets that exists (`sockets.ts`)
 *
 * 1 to 4 are those of the docker command, which knows one socket for 5. The context "default" stands for 2, and 5 where
 * that is empty. A strategy that has an answer which cannot be used ends the search with that problem: whoever wrote
 * DOCKER_HOST does not want another engine instead.
 *
 * TLS comes from the `tls` option, else from the context, else from the environment: it is on when DOCKER_TLS_VERIFY,
 * DOCKER_TLS or DOCKER_CERT_PATH is not empty, and the engine's certificate is left unchecked when DOCKER_TLS_VERIFY is
 * empty then, as in Docker's own clients. `https://` is always TLS.
 */
import { join } from 'node:path';
import type { EngineProblem, Result } from '../model/engine.ts';
import type { EngineOptions } from './config.ts';
import { type ContextEndpoint, configFolder, currentContext, pemFiles, readContext } from './contexts.ts';
import { type Endpoint, endpointText, parseEndpoint, portOf, type TcpEndpoint } from './endpoint.ts';
import { knownSockets } from './sockets.ts';
import type { Surroundings } from './surroundings.ts';
import type { TlsFiles } from './tls-files.ts';

export interface Located {
  readonly endpoint: Endpoint;
  /** Undefined for no TLS. */
  readonly tls: TlsFiles | undefined;
  /** What decided it, for `using … from DOCKER_HOST`. */
  readonly from: string;
  /** The endpoint as it is shown: without credentials, with its port. */
  readonly text: string;
}

export type DiscoveryOptions = Pick<EngineOptions, 'host' | 'context' | 'tls'>;

/** An answer whose TLS is not settled yet. */
interface Answer extends ContextEndpoint {
  readonly from: string;
}

/** The problem's message is finished. `waiting` tells that looking again later may find an engine. */
export type DiscoveryProblem = EngineProblem & { readonly waiting: boolean };

export async function discover(
  options: DiscoveryOptions,
  surroundings: Surroundings,
): Promise<Result<Located, DiscoveryProblem>> {
  const answer = await ask(options, surroundings);
  if (!answer.ok) return answer;
  return settleTls(answer.value, options.tls, surroundings);
}

async function ask(options: DiscoveryOptions, surroundings: Surroundings): Promise<Result<Answer, DiscoveryProblem>> {
  const { env } = surroundings;
  if (options.host !== undefined && options.context !== undefined) {
    return wrong('The options host and context are both set, and each names an engine. Keep one of them.');
  }
  if (options.host !== undefined) return fromHost('the option host', options.host);
  if (options.context !== undefined) return fromContext('the option context', options.context, surroundings);
  const host = env['DOCKER_HOST']?.trim();
  if (host) return fromHost('DOCKER_HOST', host);
  const context = env['DOCKER_CONTEXT']?.trim();
  if (context) return fromContext('DOCKER_CONTEXT', context, surroundings);
  const current = await currentContext(surroundings);
  if (!current.ok) return wrong(current.problem);
  if (current.value !== undefined) return fromContext('the current context', current.value, surroundings);
  return fromSockets(surroundings);
}

function fromHost(from: string, text: string): Result<Answer, DiscoveryProblem> {
  const endpoint = parseEndpoint(text);
  if (!endpoint.ok) return wrong(`${capital(from)} ${endpoint.problem}`);
  return { ok: true, value: { endpoint: endpoint.value, tls: undefined, from } };
}

async function fromContext(
  from: string,
  name: string,
  surroundings: Surroundings,
): Promise<Result<Answer, DiscoveryProblem>> {
  if (name === 'default') {
    const host = surroundings.env['DOCKER_HOST']?.trim();
    return host ? fromHost('DOCKER_HOST', host) : fromSockets(surroundings);
  }
  const context = await readContext(name, surroundings);
  if (!context.ok) return wrong(`${capital(from)} cannot be used. ${context.problem}`);
  return { ok: true, value: { ...context.value, from: `${from} "${name}"` } };
}

async function fromSockets(surroundings: Surroundings): Promise<Result<Answer, DiscoveryProblem>> {
  const places = knownSockets(surroundings);
  for (const { endpoint, name, alwaysThere } of places) {
    if (alwaysThere || (await surroundings.look(endpoint.path))?.kind === 'socket') {
      return { ok: true, value: { endpoint, tls: undefined, from: name } };
    }
  }
  const looked = places.map(({ endpoint }) => endpoint.path).join(', ');
  return {
    ok: false,
    problem: {
      code: 'no_endpoint',
      waiting: true,
      message: `No engine was found. DOCKER_HOST and DOCKER_CONTEXT are empty, no context is selected, and there is no socket at ${looked}. Start Docker or Podman; in a container, mount the engine's socket: -v /var/run/docker.sock:/var/run/docker.sock. An engine elsewhere is named with DOCKER_HOST or the option host.`,
    },
  };
}

async function settleTls(
  answer: Answer,
  option: DiscoveryOptions['tls'],
  surroundings: Surroundings,
): Promise<Result<Located, DiscoveryProblem>> {
  const { endpoint, from } = answer;
  if (endpoint.kind !== 'tcp') {
    const text = endpointText(endpoint);
    if (option === undefined) return { ok: true, value: { endpoint, tls: undefined, from, text } };
    return wrong(
      `The option tls is set, but ${text} from ${from} takes no TLS. Leave tls out, or name a tcp:// engine.`,
    );
  }
  const wanted = option === undefined ? (answer.tls ?? (await tlsOfEnvironment(surroundings))) : tlsOfOption(option);
  if (endpoint.scheme === 'http' && wanted !== undefined) {
    return wrong(
      `TLS is asked for, but ${endpointText(endpoint)} from ${from} says http. Write tcp:// or https:// for TLS, or take the TLS settings away.`,
    );
  }
  const tls = wanted ?? (endpoint.scheme === 'https' ? SYSTEM_TRUST : undefined);
  return { ok: true, value: { endpoint, tls, from, text: tcpText(endpoint, tls !== undefined) } };
}

const SYSTEM_TRUST: TlsFiles = { ca: undefined, cert: undefined, key: undefined, verify: true };

function tcpText(endpoint: TcpEndpoint, secure: boolean): string {
  return endpointText({ ...endpoint, port: portOf(endpoint, secure) });
}

function tlsOfOption(option: NonNullable<DiscoveryOptions['tls']>): TlsFiles {
  const { ca_file: ca, cert_file: cert, key_file: key, insecure_skip_verify: skip } = option;
  return { ca, cert, key, verify: !skip };
}

async function tlsOfEnvironment(surroundings: Surroundings): Promise<TlsFiles | undefined> {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_TLS: enable, DOCKER_CERT_PATH: folder } = surroundings.env;
  if (!verify && !enable && !folder) return undefined;
  const files = await pemFiles(folder || configFolder(surroundings), surroundings);
  const none = files.ca === undefined && files.cert === undefined && files.key === undefined;
  // A folder that was named and holds nothing is a mistake, which reading its first file then tells.
  const ca = none && folder ? join(folder, 'ca.pem') : files.ca;
  return { ...files, ca, verify: Boolean(verify) };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a person wrote cannot be used; looking again would not help. */
function wrong(message: string): { readonly ok: false; readonly problem: DiscoveryProblem } {
  return { ok: false, problem: { code: 'no_endpoint', waiting: false, message } };
}
