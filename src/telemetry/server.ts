/**
 * The collector as others watch it, over HTTP:
 *
 *   /healthz   200 as long as the process answers: it is not stuck. Says nothing of what it does
 *   /readyz    200 where it does what it is there for, 503 otherwise, with what is wrong (readiness.ts)
 *   /status    everything that is known of it, as JSON (status-json.ts)
 *   /metrics   the same and more in numbers, as Prometheus reads them
 *
 * - Watching must never harm what is watched. An address that cannot be had is told, and the collector runs on without; a
 *   handler that fails is a 500; a stop waits for answers on their way for `STOP_MS` at most. Requests are small, few at a
 *   time, and soon over. Metrics, which may be megabytes, are made for one at a time, and those who wait share them.
 * - It only answers questions: GET and HEAD, no parameters, no bodies.
 * - It has no password, and therefore listens at the loopback address unless it is told otherwise. There, a page in a
 *   browser of the same machine could still ask by a name of its own that leads to 127.0.0.1 (DNS rebinding), and read the
 *   answer. So at the loopback address a request must name it by an IP address, as localhost, or as it is configured.
 *
 * Not supported: TLS, passwords. Put a proxy before it.
 */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Component } from '../model/component.ts';
import type { CollectorStatus } from '../model/status.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { type Clock, deadline } from '../runtime/clock.ts';
import { cannotListen, endpointFailed, listening, listenTrouble } from './happenings.ts';
import { addressText, isLoopback, parseListen } from './listen.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { readinessOf } from './readiness.ts';
import { statusJson } from './status-json.ts';

export interface HealthServerParts {
  /** `host:port`; port 0 is any that is free. */
  readonly listen: string;
  readonly status: () => CollectorStatus;
  /** In Prometheus' text format. */
  readonly metrics: () => string | Promise<string>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface HealthServer extends Component {
  /** `host:port` where it listens; undefined while it does not. */
  readonly address: string | undefined;
}

export function createHealthServer(parts: HealthServerParts): HealthServer {
  return new HttpHealthServer(parts);
}

/** How long a stop waits for answers that are on their way. */
const STOP_MS = 1000;

const LIMITS = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
} as const;

/** A connection without a word of either side. */
const IDLE_MS = 10_000;
const CONNECTIONS_MAX = 64;

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
}

type Handler = (request: IncomingMessage) => Answer | Promise<Answer>;

class HttpHealthServer implements HealthServer {
  readonly #parts: HealthServerParts;
  readonly #server: Server;
  readonly #metrics: () => Promise<Buffer>;
  readonly #open = new Set<ServerResponse>();
  #bound: AddressInfo | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(parts: HealthServerParts) {
    this.#parts = parts;
    this.#metrics = oneAtATime(async () => Buffer.from(await parts.metrics()));
    this.#server = createServer(LIMITS, (request, response) => this.#serve(request, response));
    // Who has asked and says so by closing its half, as `nc` does, gets an answer that takes several turns, too. Node has no
    // option for it.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    this.#server.timeout = IDLE_MS;
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  get address(): string | undefined {
    return this.#bound && addressText({ host: this.#bound.address, port: this.#bound.port });
  }

  /** Resolves where it cannot listen, too. */
  start(): Promise<void> {
    if (this.#stopped === undefined) this.#started ??= this.#listen();
    return this.#started ?? Promise.resolve();
  }

  stop(limit: AbortSignal): Promise<void> {
    this.#stopped ??= this.#close(limit);
    return this.#stopped;
  }

  async #listen(): Promise<void> {
    const { listen, telemetry } = this.#parts;
    const address = parseListen(listen);
    if (address === undefined) {
      telemetry.report(cannotListen(listen, undefined, 'it is no address of the form host:port'));
      return;
    }
    await new Promise<void>((resolve) => {
      this.#server.on('error', (error: NodeJS.ErrnoException) => {
        if (this.address === undefined) telemetry.report(cannotListen(listen, error.code, error.message));
        else telemetry.report(listenTrouble(this.address, error));
        resolve();
      });
      this.#server.listen({ host: address.host, port: address.port }, () => {
        const bound = this.#server.address();
        if (typeof bound === 'object' && bound !== null) this.#bound = bound;
        telemetry.report(listening(this.address ?? listen));
        resolve();
      });
    });
  }

  async #close(limit: AbortSignal): Promise<void> {
    await this.#started;
    if (this.#bound === undefined) return;
    this.#bound = undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    if (this.#open.size > 0) await this.#answered(limit);
    this.#server.closeAllConnections();
    await closed;
  }

  /** Resolves when nothing is being answered any more, or the time is up. */
  async #answered(limit: AbortSignal): Promise<void> {
    const over = deadline(this.#parts.clock, STOP_MS, limit);
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (over.signal.aborted) resolve();
      over.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    over.cancel();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#onIdle?.();
    });
    void this.#reply(request, response);
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    try {
      send(response, await this.#answer(request, path));
    } catch (error) {
      this.#parts.telemetry.report(endpointFailed(path, error));
      send(response, text(500, 'This cannot be answered, because of a mistake in the collector. Its log says more.'));
    }
  }

  async #answer(request: IncomingMessage, path: string): Promise<Answer> {
    if (!this.#isMeant(request.headers.host)) return text(403, WRONG_HOST);
    const handler = this.#handlers.get(path);
    if (handler === undefined) return text(404, `There is nothing at this path.\n\n${OVERVIEW}`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // What else was sent is not read.
      return { ...text(405, 'Only GET and HEAD.'), headers: { allow: 'GET, HEAD', connection: 'close' } };
    }
    return handler(request);
  }

  readonly #handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
    ['/', () => text(200, OVERVIEW)],
    ['/healthz', () => text(200, 'alive')],
    ['/readyz', (request) => readyAnswer(this.#parts.status(), wantsJson(request))],
    ['/status', () => ({ code: 200, type: JSON_TYPE, body: `${statusJson(this.#parts.status())}\n` })],
    ['/metrics', async () => ({ code: 200, type: PROMETHEUS, body: await this.#metrics() })],
  ]);

  /** HTTP/1.0 knows requests without a Host; no browser sends them. */
  #isMeant(host: string | undefined): boolean {
    if (host === undefined || this.#bound === undefined || !isLoopback(this.#bound.address)) return true;
    const name = nameOf(host);
    return isIP(name) !== 0 || name === 'localhost' || name === parseListen(this.#parts.listen)?.host.toLowerCase();
  }
}

function readyAnswer(status: CollectorStatus, asJson: boolean): Answer {
  const { isReady, problems } = readinessOf(status);
  const code = isReady ? 200 : 503;
  if (asJson) return { code, type: JSON_TYPE, body: `${JSON.stringify({ ready: isReady, problems })}\n` };
  return text(code, [isReady ? 'ready' : 'not ready', ...problems].join('\n'));
}

function text(code: number, body: string): Answer {
  return { code, type: TEXT, body: `${body}\n` };
}

function send(response: ServerResponse, { code, type, body, headers }: Answer): void {
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const path = url.replace(/[?#].*$/, '');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A Host header without its port, and an IPv6 address without its brackets. */
function nameOf(host: string): string {
  const [, bracketed, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.toLowerCase()) ?? [];
  return bracketed ?? name ?? '';
}

function wantsJson({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('application/json') ?? false;
}

const OVERVIEW = `docker-events-otel

/healthz   is the process alive?
/readyz    is it connected, and does it deliver? What is wrong, if not
/status    everything that is known of it, as JSON
/metrics   for Prometheus`;

const WRONG_HOST = `This address is for programs of this machine. Ask for it as localhost, by its IP address, or by the name that it is
configured with; a proxy before it has to send such a name as Host.`;
