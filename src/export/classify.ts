/**
 * What an answer means. The one table from what backends, sockets and the SDK's exporters give back to an outcome.
 *
 *   retry          may go well later: the same records again, for ever
 *   split          too big, or a record in it is not taken: halves may go through; a single record is given up and told
 *   misconfigured  nothing is wrong with the records: kept, and tried again slowly, loudly
 *
 * Where a row differs from the letter of the OTLP specification, it errs towards keeping the records: the specification
 * asks a sender to drop them (`MUST NOT retry`), and this collector promises not to lose what it was given.
 */
import { maskText } from '../runtime/mask.ts';
import { type AttemptOutcome, DELIVERED, isDetailed } from './exporter.ts';
import { type ExportResult, ExportResultCode } from './otel.ts';

interface Row {
  readonly means: 'retry' | 'split' | 'misconfigured';
  /** Where the rule stands, or why it is ours. */
  readonly because: string;
  readonly advice?: string;
}

const TOKEN = 'Check the credentials in its headers, or its client certificate';
const ENDPOINT = 'Check its endpoint, its protocol and its path';
const PROTOCOL = 'Check its encoding and compression against what the backend takes';

const retry = (because: string): Row => ({ means: 'retry', because });
const split = (because: string): Row => ({ means: 'split', because });
const misconfigured = (advice: string, because: string): Row => ({ means: 'misconfigured', because, advice });

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-response and RFC 9110 section 15. */
const HTTP: ReadonlyMap<number, Row> = new Map([
  [400, split('OTLP: bad data, not to be sent again as it is; one bad record must not cost the others')],
  [401, misconfigured(TOKEN, 'RFC 9110 15.5.2: credentials are missing or wrong')],
  [403, misconfigured(TOKEN, 'RFC 9110 15.5.4: the credentials do not suffice')],
  [404, misconfigured(ENDPOINT, 'RFC 9110 15.5.5: no such path; Jaeger, for one, has no /v1/logs')],
  [405, misconfigured(ENDPOINT, 'RFC 9110 15.5.6: the path is not one of OTLP')],
  [407, misconfigured(TOKEN, 'RFC 9110 15.5.8: a proxy wants credentials')],
  [408, retry('ours: the server gave up waiting for the request, which says nothing of its content')],
  [413, split('RFC 9110 15.5.14: the content is too large')],
  [415, misconfigured(PROTOCOL, 'RFC 9110 15.5.16: encoding or compression is not taken')],
  [422, split('RFC 9110 15.5.21: understood, but not acceptable')],
  [425, retry('RFC 8470 5.2: to be tried again')],
  [429, retry('OTLP: retryable, with Retry-After')],
  [500, retry('ours: OTLP says not to, but a server that has a fault now may be mended later')],
  [502, retry('OTLP: retryable')],
  [503, retry('OTLP: retryable, with Retry-After')],
  [504, retry('OTLP: retryable')],
]);

const REDIRECT = misconfigured(
  ENDPOINT,
  'OTLP has no redirects, and following one could give credentials to a stranger',
);
const OTHER_4XX = misconfigured(ENDPOINT, 'ours: what a gateway means by it is not known, so the records are kept');
const OTHER = retry('ours: RFC 9110 15.6 treats an unknown 5xx as 500');

function httpRow(status: number): Row {
  const known = HTTP.get(status);
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) return REDIRECT;
  return status >= 400 && status < 500 ? OTHER_4XX : OTHER;
}

/** https://opentelemetry.io/docs/specs/otlp/#failures and https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const GRPC: ReadonlyMap<number, readonly [name: string, row: Row]> = new Map([
  [1, ['CANCELLED', retry('OTLP: retryable')]],
  [2, ['UNKNOWN', retry('ours: the same as HTTP 500')]],
  [3, ['INVALID_ARGUMENT', split('gRPC: bad whatever the state of the server; the same as HTTP 400')]],
  [4, ['DEADLINE_EXCEEDED', retry('OTLP: retryable')]],
  [5, ['NOT_FOUND', misconfigured(ENDPOINT, 'the same as HTTP 404')]],
  [6, ['ALREADY_EXISTS', split('OTLP: not retryable')]],
  [7, ['PERMISSION_DENIED', misconfigured(TOKEN, 'the same as HTTP 403')]],
  [8, ['RESOURCE_EXHAUSTED', retry('OTLP: retryable with RetryInfo; ours: without it too, as HTTP 429')]],
  [9, ['FAILED_PRECONDITION', misconfigured(ENDPOINT, 'gRPC: not before the state of the system is mended')]],
  [10, ['ABORTED', retry('OTLP: retryable')]],
  [
    11,
    [
      'OUT_OF_RANGE',
      split('ours: OTLP says retryable, but a value that is out of range stays so, and would hold up all others'),
    ],
  ],
  [12, ['UNIMPLEMENTED', misconfigured(ENDPOINT, 'gRPC: there is no such service there')]],
  [13, ['INTERNAL', retry('ours: the same as HTTP 500')]],
  [14, ['UNAVAILABLE', retry('OTLP: retryable')]],
  [15, ['DATA_LOSS', retry('OTLP: retryable')]],
  [16, ['UNAUTHENTICATED', misconfigured(TOKEN, 'the same as HTTP 401')]],
] as const);

const RESOURCE_EXHAUSTED = 8;

/**
 * How servers say that a message is too large, for which gRPC has no status of its own. Whoever has sent too often says so
 * in nearly the same words, and halves would be refused down to the last record: in doubt it is that.
 */
const TOO_LARGE = /larger than max|too (?:large|big)|message (?:size|length|exceeds)/i;
const TOO_OFTEN = /\b(?:rate|quota)\b/i;

/** What grpc-js makes of a proxy's 413, which it gives the status UNKNOWN. */
const TOO_LARGE_FOR_PROXY = 'Received HTTP status code 413';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly location?: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** For answers outside 2xx. */
export function classifyHttp({ status, body, location, retryAfterMs }: HttpAnswer): AttemptOutcome {
  const towards = location === undefined ? '' : ` towards ${maskText(location, 200)}`;
  return outcomeOf(httpRow(status), String(status), `HTTP ${status}${towards}${saying(body)}`, retryAfterMs);
}

/** For statuses other than OK. */
export function classifyGrpc(code: number, message: string, retryAfterMs?: number): AttemptOutcome {
  const known = GRPC.get(code);
  const [name, row] = known ?? [`status ${code}`, OTHER];
  const isTooLarge = message === TOO_LARGE_FOR_PROXY || (code === RESOURCE_EXHAUSTED && saysTooLarge(message));
  const meant = isTooLarge ? split('the same as HTTP 413') : row;
  return outcomeOf(meant, known === undefined ? 'OTHER' : name, `gRPC ${name}${saying(message)}`, retryAfterMs);
}

function saysTooLarge(message: string): boolean {
  return TOO_LARGE.test(message) && !TOO_OFTEN.test(message);
}

function saying(text: string): string {
  const said = text.trim();
  return said === '' ? '' : `: ${maskText(said, 300)}`;
}

function outcomeOf(row: Row, reason: string, detail: string, retryAfterMs: number | undefined): AttemptOutcome {
  if (row.means === 'split') return { kind: 'split', reason, detail };
  if (row.means === 'retry') return { kind: 'retry', reason, detail, retryAfterMs };
  return { kind: 'misconfigured', reason, detail, advice: row.advice ?? ENDPOINT, retryAfterMs };
}

/** Words for what sockets say in codes. */
const SOCKET_WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused; nothing listens there'],
  ['ECONNRESET', 'the connection was cut before an answer came'],
  ['EPIPE', 'the connection was closed while the request was sent'],
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name could not be looked up for now'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['CERT_HAS_EXPIRED', 'the certificate of the backend has expired'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate of the backend is self-signed; give it as tls.ca_file'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the issuer of the backend’s certificate is not trusted; give it as tls.ca_file'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the issuer of the backend’s certificate is not known; give it as tls.ca_file'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the issuer of the backend’s certificate is not known; give it as tls.ca_file'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate of the backend is for another host name'],
  ['EPROTO', 'the TLS handshake failed; is the endpoint http rather than https?'],
]);

/** For what ended without an answer: sockets, names, TLS. All of it may be mended from outside: retry. */
export function classifyError(error: unknown): AttemptOutcome {
  const code = codeOf(error);
  if (typeof code === 'number') return classifyNumber(code, error);
  const words = code === undefined ? undefined : SOCKET_WORDS.get(code);
  if (code === undefined || words === undefined) {
    return { kind: 'retry', detail: maskText(messageOf(error), 300), retryAfterMs: undefined };
  }
  return { kind: 'retry', reason: code, detail: `${words} (${code})`, retryAfterMs: undefined };
}

/** The SDK's exporters give HTTP and gRPC statuses alike as `code`; no HTTP status is below 100, no gRPC status above 16. */
function classifyNumber(code: number, error: unknown): AttemptOutcome {
  if (code < 100) return classifyGrpc(code, textOf(error, 'details') ?? messageOf(error));
  return classifyHttp({ status: code, body: textOf(error, 'data') ?? '', retryAfterMs: undefined });
}

function textOf(error: unknown, key: string): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Where several addresses of one name failed, the first of them speaks for all. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')) return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}

/** For any exporter's result; a failure that says nothing is tried again. */
export function classifyResult(result: ExportResult): AttemptOutcome {
  if (isDetailed(result)) return result.outcome;
  if (result.code === ExportResultCode.SUCCESS) return DELIVERED;
  return classifyError(result.error ?? new Error('the exporter failed without saying why'));
}
