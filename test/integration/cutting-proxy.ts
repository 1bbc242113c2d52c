/**
 * Stands between the collector and the engine and closes event streams on which nothing has come for a while, as HAProxy
 * and the socket proxies made of it do: without an error, and without the end that HTTP has for it.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/runtime/clock.ts';
import { addressOf } from './api.ts';

const EVENTS = /^GET \S*\/events\b/;

export class CuttingProxy {
  readonly #server: Server;
  readonly #folder: string;
  readonly #sockets = new Set<Socket>();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #cuts = 0;

  private constructor(engineHost: string, folder: string, idleMs: number) {
    this.#folder = folder;
    this.#server = createServer((client) => {
      const engine = connectTo(engineHost);
      for (const [socket, other] of [
        [client, engine],
        [engine, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
      engine.pipe(client);
      client.pipe(engine);
      client.once('data', (bytes: Buffer) => {
        if (EVENTS.test(bytes.toString('latin1'))) this.#watch(client, engine, idleMs);
      });
    });
  }

  static async start(engineHost: string, idleMs: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(engineHost, await mkdtemp(join(tmpdir(), 'cutting-proxy-')), idleMs);
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

  /** How many idle streams were closed. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Resolves when so many idle streams were closed, from the start. */
  cut(count: number): Promise<void> {
    if (this.#cuts >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await rm(this.#folder, { recursive: true });
  }

  #watch(client: Socket, engine: Socket, idleMs: number): void {
    const cut = () => {
      engine.destroy();
      client.end();
      this.#cuts += 1;
      const ready = this.#waiting.filter(({ count }) => count <= this.#cuts);
      this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
      for (const { resolve } of ready) resolve();
    };
    let timer = systemClock.after(idleMs, cut);
    engine.on('data', () => {
      timer.cancel();
      timer = systemClock.after(idleMs, cut);
    });
    client.once('close', () => timer.cancel());
  }
}

function connectTo(host: string): Socket {
  const address = addressOf(host);
  return 'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
}
