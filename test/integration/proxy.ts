/**
 * Stands between the collector and the engine on a unix socket, hands through what is allowed, and remembers what the
 * collector asked for. What is not allowed is answered with 403, as socket proxies do.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from './api.ts';

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r$/gm;

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

export class RecordingProxy {
  /** `GET /events?since=0`, without the version, in the order in which they came. */
  readonly requests: string[] = [];
  readonly refused: string[] = [];
  readonly #allowed: RegExp;
  readonly #server: Server;
  readonly #folder: string;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  #isSubscribed = false;

  private constructor(engineHost: string, folder: string, allowed: RegExp) {
    this.#folder = folder;
    this.#allowed = allowed;
    this.#server = createServer((client) => {
      const engine = connectTo(engineHost);
      for (const [from, to] of [
        [client, engine],
        [engine, client],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy());
        from.once('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
      engine.pipe(client);
      client.on('end', () => engine.end());
      client.on('data', (bytes: Buffer) => {
        const asked = requestsIn(bytes.toString('latin1'));
        this.requests.push(...asked);
        const refused = asked.filter((request) => !this.#allowed.test(request));
        this.refused.push(...refused);
        if (refused.length > 0) {
          client.end(FORBIDDEN);
          return;
        }
        engine.write(bytes);
        if (asked.some((request) => request.startsWith('GET /events'))) this.#asked();
      });
    });
  }

  /** @param allowed requests, written as in `requests`; all where it is not given */
  static async start(engineHost: string, allowed = /^/): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(engineHost, await mkdtemp(join(tmpdir(), 'recording-proxy-')), allowed);
    proxy.#server.listen(proxy.#path);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get host(): string {
    return `unix://${this.#path}`;
  }

  get #path(): string {
    return join(this.#folder, 'docker.sock');
  }

  /** Resolves when the engine was asked for events. */
  subscribed(): Promise<void> {
    if (this.#isSubscribed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Cuts every connection, as a proxy does that is restarted. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
    await rm(this.#folder, { recursive: true });
  }

  #asked(): void {
    this.#isSubscribed = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Without the version. A collector's requests have no bodies, and each comes in one piece. */
function requestsIn(text: string): readonly string[] {
  return [...text.matchAll(REQUEST_LINE)].map(([, method = '', path = '']) => {
    return `${method} ${path.replace(/^\/v\d+\.\d+/, '')}`;
  });
}

function connectTo(host: string): Socket {
  const address = addressOf(host);
  return 'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
}
