/**
 * Stands between the collector and the engine on a unix socket, hands everything through, and remembers what the
 * collector asked for.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from './api.ts';

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r$/gm;

export class RecordingProxy {
  /** `GET /events?since=0`, without the version, in the order in which they came. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #folder: string;
  readonly #sockets = new Set<Socket>();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(engineHost: string, folder: string) {
    this.#folder = folder;
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
        from.pipe(to);
      }
      client.on('data', (bytes: Buffer) => this.#note(bytes.toString('latin1')));
    });
  }

  static async start(engineHost: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(engineHost, await mkdtemp(join(tmpdir(), 'recording-proxy-')));
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

  /** Resolves when the event stream has been asked for so often. */
  subscribed(count = 1): Promise<void> {
    if (this.#subscriptions >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
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

  get #subscriptions(): number {
    return this.requests.filter((request) => request.startsWith('GET /events')).length;
  }

  #note(text: string): void {
    for (const [, method = '', path = ''] of text.matchAll(REQUEST_LINE)) {
      this.requests.push(`${method} ${path.replace(/^\/v\d+\.\d+/, '')}`);
    }
    const ready = this.#waiting.filter(({ count }) => this.#subscriptions >= count);
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }
}

function connectTo(host: string): Socket {
  const address = addressOf(host);
  return 'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
}
