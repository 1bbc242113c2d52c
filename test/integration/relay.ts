/** A unix socket before an engine: who connects to it is connected to the engine, and what ends on one side ends on both. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from './api.ts';

export abstract class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #folder = '';

  protected constructor(engineHost: string) {
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
      this.pass(client, engine);
    });
  }

  get host(): string {
    return `unix://${this.#path}`;
  }

  get #path(): string {
    return join(this.#folder, 'docker.sock');
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutAll();
    await closed;
    await rm(this.#folder, { recursive: true });
  }

  /** Passes on what the client says. What the engine says is passed on already. */
  protected abstract pass(client: Socket, engine: Socket): void;

  protected async listen(): Promise<this> {
    this.#folder = await mkdtemp(join(tmpdir(), 'relay-'));
    this.#server.listen(this.#path);
    await once(this.#server, 'listening');
    return this;
  }

  protected cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function connectTo(host: string): Socket {
  const address = addressOf(host);
  return 'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
}
