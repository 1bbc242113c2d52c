/** Requests to a real engine, POST included. Only tests have this; the collector has nothing like it. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a buffer as a tar archive. */
  readonly body?: object;
  /** Statuses besides 2xx that are fine, such as 304. */
  readonly allow?: readonly number[];
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** A field of the JSON object that came, as text. */
  text(field: string): string;
  json(): Readonly<Record<string, unknown>>;
}

/** A version that every engine from 20.10 to 29 speaks, and Podman too. */
const VERSION = '/v1.41';

export class EngineApi {
  readonly #host: string;

  /** @param host `unix:///…`, or `tcp://…` without TLS */
  constructor(host: string) {
    this.#host = host;
  }

  /** Throws the engine's own words when it refuses. */
  async call(method: string, path: string, { query = {}, body, allow = [] }: ApiRequest = {}): Promise<ApiAnswer> {
    const search = new URLSearchParams(query).toString();
    const sent = request({
      ...addressOf(this.#host),
      method,
      path: `${VERSION}${path}${search === '' ? '' : `?${search}`}`,
      headers: { host: 'docker', 'content-type': Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json' },
      agent: false,
    });
    sent.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    const response = await responseOf(sent);
    const chunks: Buffer[] = await response.toArray();
    const status = response.statusCode ?? 0;
    const whole = Buffer.concat(chunks);
    if ((status < 200 || status > 299) && !allow.includes(status)) {
      throw new Error(`${method} ${path} was answered ${status}: ${whole.toString().trim()}`);
    }
    return answerOf(status, whole);
  }
}

/** What node:http needs to connect to a `DOCKER_HOST`. */
export function addressOf(
  host: string,
): { readonly socketPath: string } | { readonly host: string; readonly port: number } {
  const url = new URL(host);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  return { host: url.hostname, port: Number(url.port) };
}

/** The answer to a request; one that takes over the connection (attach) is ended. */
export function responseOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', resolve);
    sent.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
  });
}

function answerOf(status: number, body: Buffer): ApiAnswer {
  const json = () => {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed !== 'object' || parsed === null)
      throw new Error(`the engine did not answer with an object: ${body}`);
    return Object.fromEntries(Object.entries(parsed));
  };
  return { status, body, json, text: (field) => String(json()[field] ?? '') };
}
