/**
 * Stands between the collector and the engine and closes event streams on which nothing has come for a while, as HAProxy
 * and the socket proxies made of it do: without an error, and without the end that HTTP has for it.
 */
import type { Socket } from 'node:net';
import { systemClock } from '../../src/runtime/clock.ts';
import { Relay } from './relay.ts';

const EVENTS = /^GET \S*\/events\b/;

export class CuttingProxy extends Relay {
  readonly #idleMs: number;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #cuts = 0;

  private constructor(engineHost: string, idleMs: number) {
    super(engineHost);
    this.#idleMs = idleMs;
  }

  static start(engineHost: string, idleMs: number): Promise<CuttingProxy> {
    return new CuttingProxy(engineHost, idleMs).listen();
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

  protected override pass(client: Socket, engine: Socket): void {
    client.pipe(engine);
    client.once('data', (bytes: Buffer) => {
      if (EVENTS.test(bytes.toString('latin1'))) this.#watch(client, engine);
    });
  }

  #watch(client: Socket, engine: Socket): void {
    const cut = () => {
      engine.destroy();
      client.end();
      this.#cuts += 1;
      const ready = this.#waiting.filter(({ count }) => count <= this.#cuts);
      this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
      for (const { resolve } of ready) resolve();
    };
    let timer = systemClock.after(this.#idleMs, cut);
    engine.on('data', () => {
      timer.cancel();
      timer = systemClock.after(this.#idleMs, cut);
    });
    client.once('close', () => timer.cancel());
  }
}
