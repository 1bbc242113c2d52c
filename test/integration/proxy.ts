/**
 * Stands between the collector and the engine on a unix socket, hands through what is allowed, and remembers what the
 * collector asked for. What is not allowed is answered with 403, as socket proxies do.
 */
import type { Socket } from 'node:net';
import { Relay } from './relay.ts';

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r$/gm;

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

export class RecordingProxy extends Relay {
  /** `GET /events?since=0`, without the version, in the order in which they came. */
  readonly requests: string[] = [];
  readonly refused: string[] = [];
  readonly #allowed: RegExp;
  readonly #waiting: (() => void)[] = [];
  #isSubscribed = false;

  private constructor(engineHost: string, allowed: RegExp) {
    super(engineHost);
    this.#allowed = allowed;
  }

  /** @param allowed requests, written as in `requests`; all where it is not given */
  static start(engineHost: string, allowed = /^/): Promise<RecordingProxy> {
    return new RecordingProxy(engineHost, allowed).listen();
  }

  /** Resolves when the engine was asked for events. */
  subscribed(): Promise<void> {
    if (this.#isSubscribed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Cuts every connection, as a proxy does that is restarted. */
  cut(): void {
    this.cutAll();
  }

  protected override pass(client: Socket, engine: Socket): void {
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
