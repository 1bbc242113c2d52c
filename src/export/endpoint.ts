/**
 * Where an OTLP backend listens, as the OpenTelemetry specification has it (protocol/exporter, "Endpoint URLs for
 * OTLP/HTTP" and "Configuration Options"). Problems are the end of a sentence that begins with where the text stood, and
 * never show a user or password.
 */
import type { Result } from '../model/engine.ts';
import { maskEndpoint, maskText } from '../runtime/mask.ts';

const DEFAULT_HTTP_ENDPOINT = 'http://localhost:4318';
const DEFAULT_GRPC_ENDPOINT = 'http://localhost:4317';

const HTTP_FORMS = 'http://localhost:4318 or https://otlp.example.com';
const GRPC_FORMS = 'http://localhost:4317, https://otlp.example.com or host:4317';

/** What OTLP is spoken for, each at an address of its own. */
export type Signal = 'logs' | 'traces' | 'metrics';

export const SIGNALS: readonly Signal[] = ['logs', 'traces', 'metrics'];

export interface HttpEndpoints extends Readonly<Partial<Record<`${Signal}_endpoint`, string | undefined>>> {
  readonly endpoint?: string | undefined;
}

/**
 * The address that a signal is posted to. The signal's own (`logs_endpoint`) wins and is used as it is; `v1/logs` is put
 * after the path of `endpoint`, whether or not that ends with a slash. A query is kept.
 */
export function httpUrl(endpoints: HttpEndpoints, signal: Signal): Result<string, string> {
  const own = endpoints[`${signal}_endpoint`];
  const parsed = parseHttpUrl((own ?? endpoints.endpoint ?? DEFAULT_HTTP_ENDPOINT).trim(), HTTP_FORMS);
  if (!parsed.ok) return parsed;
  const url = parsed.value;
  if (own === undefined) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return { ok: true, value: url.href };
}

export interface GrpcEndpoint {
  readonly endpoint?: string | undefined;
  readonly tls?: { readonly insecure?: boolean | undefined } | undefined;
}

export interface GrpcTarget {
  /** `host:port`, always with a port; an IPv6 address in brackets. */
  readonly url: string;
  /** True for no TLS. */
  readonly insecure: boolean;
}

/**
 * The server that gRPC speaks to. A scheme decides over TLS, whatever `tls.insecure` says; only an endpoint without one
 * asks it. Without a port the scheme's own is meant: 80 or 443.
 */
export function grpcTarget({ endpoint = DEFAULT_GRPC_ENDPOINT, tls }: GrpcEndpoint): Result<GrpcTarget, string> {
  const text = endpoint.trim();
  const hasScheme = SCHEME.test(text);
  const insecure = tls?.insecure === true;
  const parsed = parseHttpUrl(hasScheme ? text : `${insecure ? 'http' : 'https'}://${text}`, GRPC_FORMS, text);
  if (!parsed.ok) return parsed;
  const { hostname, port, protocol, pathname, search } = parsed.value;
  if (pathname !== '/' || search !== '') {
    return problem(`has a path or query in it, which gRPC has no use for. Write it as ${GRPC_FORMS}.`);
  }
  if (!hasScheme && !/:\d+\/?$/.test(text)) return unread(text, 'has neither a scheme nor a port', GRPC_FORMS);
  const plain = protocol === 'http:';
  return { ok: true, value: { url: `${hostname}:${port === '' ? (plain ? 80 : 443) : port}`, insecure: plain } };
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/** The authority ends at the first of these; an "@" before it is a login, even where the rest cannot be read. */
const LOGIN = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?[^/?#\\]*@/i;

/** What `URL` reads all the same: it leaves line breaks out, and takes the host from the path where there is none. */
const NOT_AN_ADDRESS = /\p{Cc}|^[^/]*:\/\/[/\\]/u;

/** @param written what a problem shows, where that is not `text` itself */
function parseHttpUrl(text: string, forms: string, written = text): Result<URL, string> {
  const url = NOT_AN_ADDRESS.test(text) ? null : URL.parse(text);
  const scheme = SCHEME.exec(text)?.[1];
  const isHttp = scheme !== undefined && /^https?$/i.test(scheme);
  // Of what cannot be read, any "@" may be the end of a login.
  if (LOGIN.test(text) || (text.includes('@') && (url === null || !isHttp))) {
    return problem('has a user or password in it, which would show in logs. Put credentials into headers instead.');
  }
  if (scheme === undefined) return unread(written, 'has no scheme', forms);
  if (!isHttp) {
    return problem(`has the scheme "${maskText(scheme, 32)}", which OTLP is not spoken over. Write it as ${forms}.`);
  }
  if (url === null) return unread(written, 'is not an address', forms);
  if (text.includes('#')) {
    return problem('has a "#" in it, which is never sent to a backend. Leave it and what follows out.');
  }
  return { ok: true, value: url };
}

/** Shown without its query: some backends want their key there. */
function unread<Value>(text: string, why: string, forms: string): Result<Value, string> {
  return problem(`is "${maskText(maskEndpoint(text), 200)}", which ${why}. Write it as ${forms}.`);
}

function problem<Value>(sentence: string): Result<Value, string> {
  return { ok: false, problem: sentence };
}
