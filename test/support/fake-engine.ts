/**
 * A Docker Engine made of one real `node:http` server, for tests.
 *
 *     const engine = await FakeEngine.start();                    // a unix socket in a folder of its own
 *     const engine = await FakeEngine.start({ listen: 'tcp' });   // 127.0.0.1, a free port
 *     const engine = await FakeEngine.start({ listen: 'tls', tls: { key, cert, ca, requestCert: true } });
 *     engine.host                          // 'unix:///tmp/…/docker.sock', 'tcp://127.0.0.1:40123': what DOCKER_HOST would say
 *
 *     engine.answer('/version', { status: 403, body: '<html>forbidden</html>' });   // from now on
 *     engine.answer('/info', 'hang');      // takes the request and never answers
 *     engine.answer('/_ping', 'drop');     // takes the request and closes the connection
 *     engine.answer('/version', ENGINE_20_10)                     // an object is a 200 with JSON
 *
 *     const stream = await engine.stream();                       // the next GET /events, headers sent already
 *     stream.since                         // '0', or undefined when it was not asked for
 *     stream.send({ Type: 'container', … })                       // one JSON line
 *     stream.send('half a li'); stream.send(Buffer.from(…));      // bytes as they are, one chunk each
 *     stream.end();                        // a clean end: the final chunk, then FIN
 *     stream.drop();                       // a quiet close: FIN without the final chunk, as proxies and older engines do
 *     stream.reset();                      // RST (tcp and tls only)
 *     await stream.closed;                 // the client is gone
 *
 *     engine.requests                      // every request so far: { method, path, query, version, headers }
 *     await engine.requested('/_ping', 2)  // resolves when the second one has come
 *     engine.holdHeaders = true            // /events sends its headers with the first event only (Podman 5.1, 5.2)
 *     await engine.refuse()                // stops listening and cuts everything; the path of a unix socket stays behind
 *     await engine.listenAgain()           // the same address again: a restarted engine
 *     await engine.stop()                  // at the end of every test; safe twice
 *
 * It can also behave as a real engine does, with a memory of 256 events:
 *
 *     engine.serveRing();                  // from now on /events is answered with `since` and `until`, then with what comes
 *     engine.publish({ Type: 'container', …, timeNano: … })   // into the memory and to all open streams; or a line
 *     engine.dropNext(3);                  // the next three are remembered and reach no stream
 *     engine.ignoresUntil = true;          // the stream stays open; else it ends after the replay
 *     await engine.restart();              // cuts everything, remembers nothing, listens again
 *     await engine.stream()                // the next stream, as above, with the replay sent already
 *     engine.containers = [{ id: 'c1', name: 'web', state: 'exited', exitCode: 3 }];   // /containers/json and /containers/c1/json
 *
 * Paths are given without the version prefix, which is kept apart in `version`.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { details, type FakeContainer, listItem } from './fake-containers.ts';
import { FakeRing, passes } from './fake-ring.ts';

export interface FakeEngineOptions {
  readonly listen?: 'unix' | 'tcp' | 'tls';
  /** For `listen: 'tls'`. */
  readonly tls?: SecureContextOptions & TlsOptions;
  /** Where the unix socket is made; a new folder when left out. */
  readonly path?: string;
}

export interface FullAnswer {
  readonly status: number;
  readonly body: string | Readonly<Record<string, unknown>> | readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** `hang` never answers, `drop` closes the connection; anything else that has no `status` is a 200 with JSON. */
export type FakeAnswer = 'hang' | 'drop' | FullAnswer | Readonly<Record<string, unknown>>;

export interface RecordedRequest {
  readonly method: string;
  /** Without version and query: `/events`. */
  readonly path: string;
  /** `1.51`; undefined when the request was not versioned. */
  readonly version: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** `/version` of real engines, cut to what a client looks at. */
export const ENGINE_28 = {
  Version: '28.5.2',
  ApiVersion: '1.51',
  MinAPIVersion: '1.24',
  Os: 'linux',
  Components: [{ Name: 'Engine', Version: '28.5.2' }],
};
export const ENGINE_20_10 = {
  Version: '20.10.24',
  ApiVersion: '1.41',
  MinAPIVersion: '1.12',
  Os: 'linux',
  Components: [{ Name: 'Engine', Version: '20.10.24' }],
};
export const PODMAN_5 = {
  Version: '5.4.2',
  ApiVersion: '1.41',
  MinAPIVersion: '1.24',
  Os: 'linux',
  Components: [
    { Name: 'Podman Engine', Version: '5.4.2' },
    { Name: 'Conmon', Version: '2.1.12' },
  ],
};

export const ENGINE_INFO = { ID: 'b8a1c0de-0000-4000-8000-00000000beef', Name: 'node-1', ServerVersion: '28.5.2' };

/** One `GET /events` that is being answered. */
export class FakeStream {
  readonly since: string | undefined;
  readonly request: RecordedRequest;
  /** Resolves when the connection is gone, whoever closed it. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  #isOpen = true;

  constructor(request: RecordedRequest, response: ServerResponse) {
    this.request = request;
    this.since = request.query.get('since') ?? undefined;
    this.#response = response;
    this.closed = new Promise((resolve) => response.once('close', () => resolve()));
    response.once('close', () => {
      this.#isOpen = false;
    });
  }

  /** False when it was ended from this side, or the connection is gone. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** An object becomes one JSON line; text and bytes go out as they are. Each call is one HTTP chunk. */
  send(what: string | Buffer | object): void {
    const raw = typeof what === 'string' || Buffer.isBuffer(what);
    this.#response.write(raw ? what : `${JSON.stringify(what)}\n`);
  }

  end(): void {
    this.#isOpen = false;
    this.#response.end();
  }

  drop(): void {
    this.#isOpen = false;
    this.#response.socket?.end();
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}

interface Waiting {
  readonly path: string;
  readonly times: number;
  readonly resolve: (request: RecordedRequest) => void;
}

export class FakeEngine {
  readonly requests: RecordedRequest[] = [];
  holdHeaders = false;
  ignoresUntil = false;
  /** Asked for one by one and as a list; undefined answers with 404, as for every path that is not known. */
  containers: readonly FakeContainer[] | undefined;
  #ring: FakeRing | undefined;
  #listeners: FakeStream[] = [];
  #toDrop = 0;
  readonly #listen: 'unix' | 'tcp' | 'tls';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<string, FakeAnswer>([
    ['/version', ENGINE_28],
    ['/info', ENGINE_INFO],
    ['/_ping', { status: 200, body: 'OK', headers: { 'Content-Type': 'text/plain; charset=utf-8' } }],
  ]);
  #waiting: Waiting[] = [];
  readonly #streams: FakeStream[] = [];
  readonly #streamWaiters: ((stream: FakeStream) => void)[] = [];
  #folder: string | undefined;
  #path = '';
  #port = 0;

  private constructor(options: FakeEngineOptions) {
    this.#listen = options.listen ?? 'unix';
    const onRequest = (request: IncomingMessage, response: ServerResponse) => this.#onRequest(request, response);
    this.#server = this.#listen === 'tls' ? createTlsServer(options.tls ?? {}, onRequest) : createServer(onRequest);
    for (const event of ['connection', 'secureConnection']) {
      this.#server.on(event, (socket: Socket) => {
        this.#sockets.add(socket);
        // A client that goes away in the middle is part of many tests.
        socket.on('error', () => socket.destroy());
        socket.once('close', () => this.#sockets.delete(socket));
      });
    }
  }

  static async start(options: FakeEngineOptions = {}): Promise<FakeEngine> {
    const engine = new FakeEngine(options);
    if (engine.#listen === 'unix') {
      if (options.path === undefined) engine.#folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
      engine.#path = options.path ?? join(engine.#folder ?? '', 'docker.sock');
    }
    await engine.listenAgain();
    return engine;
  }

  /** The endpoint as `DOCKER_HOST` would say it. */
  get host(): string {
    return this.#listen === 'unix' ? `unix://${this.#path}` : `tcp://127.0.0.1:${this.#port}`;
  }

  /** The path of the unix socket. */
  get path(): string {
    return this.#path;
  }

  get port(): number {
    return this.#port;
  }

  /** How many connections are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  answer(path: string, answer: FakeAnswer): void {
    this.#answers.set(path, answer);
  }

  async requested(path: string, times = 1): Promise<RecordedRequest> {
    const already = this.requests.filter((request) => request.path === path)[times - 1];
    if (already !== undefined) return already;
    return new Promise((resolve) => this.#waiting.push({ path, times, resolve }));
  }

  /** The oldest event stream that no test has taken yet; waits for one. */
  async stream(): Promise<FakeStream> {
    const ready = this.#streams.shift();
    if (ready !== undefined) return ready;
    return new Promise((resolve) => this.#streamWaiters.push(resolve));
  }

  serveRing(): void {
    this.#ring ??= new FakeRing();
  }

  publish(what: string | object): void {
    const line = typeof what === 'string' ? what : JSON.stringify(what);
    this.#ring?.add(line);
    if (this.#toDrop > 0) {
      this.#toDrop -= 1;
      return;
    }
    this.#listeners = this.#listeners.filter((stream) => stream.isOpen);
    for (const stream of this.#listeners) {
      if (passes(line, stream.request.query.get('filters'))) stream.send(`${line}\n`);
    }
  }

  dropNext(events: number): void {
    this.#toDrop += events;
  }

  async restart(): Promise<void> {
    await this.refuse();
    this.#ring?.forget();
    await this.listenAgain();
  }

  async listenAgain(): Promise<void> {
    if (this.#listen === 'unix') {
      await rm(this.#path, { force: true });
      this.#server.listen(this.#path);
    } else {
      this.#server.listen(this.#port, '127.0.0.1');
    }
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async stop(): Promise<void> {
    await this.refuse();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://engine');
    const [, version, path] = /^(?:\/v(\d+\.\d+))?(\/.*)$/.exec(url.pathname) ?? [];
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      path: path ?? url.pathname,
      version,
      query: url.searchParams,
      headers: request.headers,
    };
    const answer = this.#answers.get(recorded.path);
    if (answer !== undefined) respond(response, answer);
    else if (recorded.path === '/events') this.#startStream(recorded, response);
    else if (this.containers !== undefined && recorded.path.startsWith('/containers/')) {
      respondContainers(response, recorded.path, this.containers);
    } else respond(response, { status: 404, body: { message: 'page not found' } });
    this.#record(recorded);
  }

  #startStream(request: RecordedRequest, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    if (!this.holdHeaders) response.flushHeaders();
    const stream = new FakeStream(request, response);
    if (this.#ring !== undefined) this.#replay(stream, this.#ring);
    const waiter = this.#streamWaiters.shift();
    if (waiter === undefined) this.#streams.push(stream);
    else waiter(stream);
  }

  #replay(stream: FakeStream, ring: FakeRing): void {
    const { query } = stream.request;
    const until = query.get('until');
    for (const line of ring.between(query.get('since'), this.ignoresUntil ? null : until)) {
      if (passes(line, query.get('filters'))) stream.send(`${line}\n`);
    }
    if (until === null || this.ignoresUntil) this.#listeners.push(stream);
    else stream.end();
  }

  #record(request: RecordedRequest): void {
    this.requests.push(request);
    const times = this.requests.filter(({ path }) => path === request.path).length;
    this.#waiting = this.#waiting.filter((wait) => {
      if (wait.path !== request.path || wait.times > times) return true;
      wait.resolve(request);
      return false;
    });
  }
}

function respond(response: ServerResponse, answer: FakeAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') {
    response.socket?.destroy();
    return;
  }
  const { status, body, headers } = isFull(answer) ? answer : { status: 200, body: answer, headers: undefined };
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, ...headers });
  response.end(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
}

function respondContainers(response: ServerResponse, path: string, containers: readonly FakeContainer[]): void {
  const id = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
  const found = containers.find((container) => container.id === id);
  if (path === '/containers/json') respond(response, { status: 200, body: containers.map(listItem) });
  else if (found !== undefined) respond(response, { status: 200, body: details(found) });
  else respond(response, { status: 404, body: { message: `No such container: ${id}` } });
}

function isFull(answer: FullAnswer | Readonly<Record<string, unknown>>): answer is FullAnswer {
  return typeof answer['status'] === 'number' && 'body' in answer;
}
