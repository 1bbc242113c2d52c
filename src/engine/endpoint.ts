/** An engine's address: what `DOCKER_HOST` says, read and checked. */
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';

export type Endpoint = LocalEndpoint | TcpEndpoint | SshEndpoint;

/** A unix socket or a Windows named pipe. */
export interface LocalEndpoint {
  readonly kind: 'unix' | 'npipe';
  readonly path: string;
}

export interface TcpEndpoint {
  readonly kind: 'tcp';
  /** The scheme as it was written; `https` asks for TLS whatever else is said, `http` forbids it. */
  readonly scheme: 'tcp' | 'http' | 'https';
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** Undefined until it is known whether TLS is used, where none was written. */
  readonly port: number | undefined;
  /** Before every path, such as `/docker`; empty for none. */
  readonly basePath: string;
}

export interface SshEndpoint {
  readonly kind: 'ssh';
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  /** The engine's socket on the other machine; undefined for that machine's default. */
  readonly socketPath: string | undefined;
}

export const DEFAULT_SOCKET = '/var/run/docker.sock';
export const DEFAULT_PIPE = '//./pipe/docker_engine';
const PORT = 2375;
const TLS_PORT = 2376;

/** What a port is when none was written: as the docker command has it. */
export function portOf(endpoint: TcpEndpoint, secure: boolean): number {
  return endpoint.port ?? (secure ? TLS_PORT : PORT);
}

/** The endpoint without credentials, as a person would write it. */
export function endpointText(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
    case 'npipe':
      return `${endpoint.kind}://${endpoint.path}`;
    case 'tcp':
      return `${endpoint.scheme}://${authority(endpoint.host, endpoint.port)}${endpoint.basePath}`;
    case 'ssh':
      return `ssh://${authority(endpoint.host, endpoint.port)}${endpoint.socketPath ?? ''}`;
  }
}

/** `host:port`, an IPv6 address in brackets. */
export function authority(host: string, port: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

const FORMS =
  'unix:///path/to/docker.sock, tcp://host:2376, https://host:2376, ssh://user@host or npipe:////./pipe/name';

/**
 * Reads `DOCKER_HOST` and its like. As with the docker command, no scheme means tcp, and an empty path or host means the
 * default one. The problem is the end of a sentence that begins with where the text stood.
 */
export function parseEndpoint(text: string): Result<Endpoint, string> {
  const trimmed = text.trim();
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(trimmed) ?? [undefined, 'tcp', trimmed];
  if (scheme === undefined || rest === undefined) return refuse(trimmed);
  switch (scheme.toLowerCase()) {
    case 'unix':
      return parseUnix(rest);
    case 'npipe':
      return { ok: true, value: { kind: 'npipe', path: rest === '' ? DEFAULT_PIPE : rest.replaceAll('\\', '/') } };
    case 'tcp':
      return parseTcp('tcp', rest);
    case 'http':
      return parseTcp('http', rest);
    case 'https':
      return parseTcp('https', rest);
    case 'ssh':
      return parseSsh(rest);
    default:
      return problem(`has the scheme "${maskText(scheme, 32)}", which is not known. Write it as ${FORMS}.`);
  }
}

function parseUnix(path: string): Result<Endpoint, string> {
  if (path === '') return { ok: true, value: { kind: 'unix', path: DEFAULT_SOCKET } };
  if (path.startsWith('/')) return { ok: true, value: { kind: 'unix', path } };
  return problem(
    `has the path "${maskText(path, 200)}", which does not begin at the root. Write unix:///${maskText(path, 200)} with three slashes if that is meant.`,
  );
}

/** host or [address], port, path. */
const AUTHORITY = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^:/?#@\s[\]]*))(?::(\d{1,5}))?(\/[^?#\s]*)?$/i;

interface Parts {
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
}

function parseAuthority(text: string): Parts | undefined {
  const match = AUTHORITY.exec(text);
  if (match === null) return undefined;
  const [, address, name, digits, path] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { host: address ?? name ?? '', port, path: (path ?? '').replace(/\/+$/, '') };
}

function parseTcp(scheme: TcpEndpoint['scheme'], rest: string): Result<Endpoint, string> {
  if (rest.includes('@')) {
    return problem('has a user or password in it, which an engine does not take. Use TLS client certificates instead.');
  }
  const parts = parseAuthority(rest);
  if (parts === undefined) return refuse(`${scheme}://${rest}`);
  const host = parts.host === '' ? 'localhost' : parts.host;
  return { ok: true, value: { kind: 'tcp', scheme, host, port: parts.port, basePath: parts.path } };
}

function parseSsh(rest: string): Result<Endpoint, string> {
  const at = rest.lastIndexOf('@');
  const login = at < 0 ? undefined : rest.slice(0, at);
  if (login?.includes(':')) {
    return problem(
      'has a password in it, which would show in the list of processes. Use a key that ssh finds by itself.',
    );
  }
  const parts = parseAuthority(rest.slice(at + 1));
  if (parts === undefined || parts.host === '' || login === '') return refuse(`ssh://${rest}`);
  // `ssh` would take a name that begins with a hyphen for an option, and options can run programs.
  if (parts.host.startsWith('-'))
    return problem('has a host that begins with "-", which ssh would take for an option.');
  if (login !== undefined && !/^[\w.][\w.\\+-]*$/.test(login)) {
    return problem(
      'has a user that ssh cannot be given. Letters, digits, ".", "_", "+", "\\" and "-" may be in it, "-" not first.',
    );
  }
  const socketPath = parts.path === '' ? undefined : parts.path;
  return { ok: true, value: { kind: 'ssh', host: parts.host, user: login, port: parts.port, socketPath } };
}

function refuse(text: string): Result<Endpoint, string> {
  return problem(`is "${maskText(text, 200)}", which is not an endpoint. Write it as ${FORMS}.`);
}

function problem(text: string): Result<Endpoint, string> {
  return { ok: false, problem: text };
}
