/**
 * The one door to dockerode.
 *
 * dockerode knows the engine's API; how its requests travel is decided here. It is given a modem of ours through its
 * `modem` option, because the one it makes by itself reads DOCKER_HOST and the DOCKER_TLS variables whatever it is
 * told, turns `https://` into http, follows redirects to other hosts, and checks no host key on ssh. With ours, the
 * endpoint is what was decided and explained elsewhere, and only GET leaves the process.
 *
 * Loading dockerode takes most of the time that a start takes, so it is loaded when the first engine is connected to.
 */
import { IncomingMessage } from 'node:http';
import type { EventsQuery } from '../model/engine.ts';
import { get, readAll } from './exchange.ts';
import type { Transport } from './transport.ts';

/** The few requests that this project makes. Each rejects with what `exchange.ts` throws. */
export interface EngineApi {
  /** The parsed body, or its text where it is not JSON. */
  version(signal: AbortSignal): Promise<unknown>;
  info(signal: AbortSignal): Promise<unknown>;
  ping(signal: AbortSignal): Promise<unknown>;
  containers(signal: AbortSignal): Promise<unknown>;
  /** @param id of a form that is safe in a path */
  inspect(id: string, signal: AbortSignal): Promise<unknown>;
  /** Resolves when the headers have come. */
  events(query: EventsQuery, filters: Filters | undefined, signal: AbortSignal): Promise<IncomingMessage>;
}

/** The engine's filters: names of filters with the values that pass. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** What dockerode hands to a modem. */
interface DialOptions {
  readonly path: string;
  readonly method: string;
  readonly abortSignal?: AbortSignal;
  readonly isStream?: boolean;
  /** The parameters of the query, where `path` ends in `?`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

type DialCallback = (error: unknown, result: unknown) => void;

/** @param apiVersion goes before every path, as `/v1.51`; undefined for unversioned requests */
export async function openApi(transport: Transport, apiVersion: string | undefined): Promise<EngineApi> {
  const { default: Dockerode } = await import('dockerode');
  // Its types leave the option `modem` out; its `Promise` is the default anyway.
  const options = { modem: new GetModem(transport, apiVersion), Promise };
  const docker = new Dockerode(options);
  const ping: (options: object) => Promise<unknown> = docker.ping.bind(docker);
  const version: (options: object) => Promise<unknown> = docker.version.bind(docker);
  const info: (options: object) => Promise<unknown> = docker.info.bind(docker);
  const containers: (options: object) => Promise<unknown> = docker.listContainers.bind(docker);
  return {
    ping: (abortSignal) => ping({ abortSignal }),
    version: (abortSignal) => version({ abortSignal }),
    info: (abortSignal) => info({ abortSignal }),
    containers: (abortSignal) => containers({ all: true, abortSignal }),
    inspect(id, abortSignal) {
      const container = docker.getContainer(id);
      const inspect: (options: object) => Promise<unknown> = container.inspect.bind(container);
      return inspect({ abortSignal });
    },
    async events({ since, until }, filters, abortSignal) {
      const query = {};
      // Its types want a number, which cannot hold seconds with nine decimals.
      Object.assign(query, { since, until, abortSignal });
      if (filters !== undefined) Object.assign(query, { filters: JSON.stringify(filters) });
      const answer = await docker.getEvents(query);
      if (answer instanceof IncomingMessage) return answer;
      throw new TypeError('dockerode gave an event stream that is not the answer of a request');
    },
  };
}

/** `/info` of a big engine is some 10 KiB; whoever sends more than this is not one. */
const BODY_MAX = 8 * 1024 * 1024;

/** Of some ten thousand containers with many labels. */
const LIST_MAX = 64 * 1024 * 1024;

class GetModem {
  readonly #transport: Transport;
  readonly #prefix: string;

  constructor(transport: Transport, apiVersion: string | undefined) {
    this.#transport = transport;
    this.#prefix = apiVersion === undefined ? '' : `/v${apiVersion}`;
  }

  /** The interface between dockerode and its modem: see `Modem.prototype.dial` of docker-modem. */
  dial(options: DialOptions, callback: DialCallback): void {
    this.#get(options).then(
      (result) => callback(null, result),
      (error: unknown) => callback(error, null),
    );
  }

  async #get(options: DialOptions): Promise<unknown> {
    if (options.method !== 'GET') throw new TypeError(`this collector sends no ${options.method} to an engine`);
    const { open, openStream } = this.#transport;
    const answer = await get(
      this.#transport,
      options.isStream === true ? openStream : open,
      this.#prefix + pathOf(options),
      options.abortSignal ?? new AbortController().signal,
    );
    if (options.isStream === true) return answer;
    const text = await readAll(answer, options.path.startsWith('/containers/json') ? LIST_MAX : BODY_MAX);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
}

function pathOf({ path, options = {} }: DialOptions): string {
  if (!path.endsWith('?')) return path;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'string') query.append(name, value);
    if (value === true) query.append(name, '1');
  }
  return query.size === 0 ? path.slice(0, -1) : `${path}${query}`;
}
