/**
 * What the rest of the collector knows of an engine: who it is, and a session to read its events by.
 *
 * A session only ever sends GET. Problems are values, because an engine that is away is ordinary.
 */
import type { DockerEvent } from './docker-event.ts';
import type { UnixNanos } from './time.ts';

/** Who an engine is. One object is kept as long as nothing in it changes, so it may be compared by reference. */
export interface EngineIdentity {
  /** The receiver that reads it, by its name in the configuration: `docker_events`, `docker_events/NAME`. */
  readonly receiver: string;
  /** The endpoint without credentials, as a person would write it: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** `docker`, `podman`, or what `/version` calls itself. */
  readonly runtime: string;
  /** `Version` of `/version`; undefined where a proxy refuses it. */
  readonly version: string | undefined;
  /** The API version that requests are made with, such as `1.52`; undefined when requests go unversioned. */
  readonly apiVersion: string | undefined;
  /** `ID` of `/info`; undefined where a proxy refuses it. */
  readonly id: string | undefined;
  /** The engine's host: `Name` of `/info`, or the configured name, or this machine's name for a local socket. */
  readonly hostName: string | undefined;
  /** The file name of a recording that is played in the place of an engine; undefined for a real engine. */
  readonly recording: string | undefined;
}

/** Why an engine could not be reached or read. `code` is stable; `message` is for the person who reads it. */
export interface EngineProblem {
  readonly code: EngineProblemCode;
  /** What was expected, what came, where, and what to do next; never holds a credential. */
  readonly message: string;
}

export type EngineProblemCode =
  | 'no_endpoint'
  | 'no_such_socket'
  | 'not_a_socket'
  | 'permission_denied'
  | 'connection_refused'
  | 'host_not_found'
  | 'host_unreachable'
  | 'timed_out'
  | 'tls_refused'
  | 'tls_files'
  | 'ssh_failed'
  | 'forbidden'
  | 'api_version'
  | 'not_an_engine'
  | 'engine_error'
  | 'connection_lost';

/** How reading a stream ended. `ended` is a close by the other side, which proxies do to idle streams: normal. */
export type StreamEnd =
  | { readonly kind: 'ended' }
  | { readonly kind: 'closed_by_us' }
  | { readonly kind: 'cut'; readonly problem: EngineProblem };

/** A running `GET /events`. */
export interface EventStream {
  /**
   * Hands over bytes as they come, waiting for nobody, until the stream ends. To be called once. The bytes are good during
   * the call only: their place is used again.
   */
  read(onBytes: (bytes: Buffer) => void): Promise<StreamEnd>;
  /** Ends the stream from this side; `read` then resolves `closed_by_us`. Safe twice. */
  close(): void;
}

/** What differs between Docker and those that speak like it (facts: Podman keeps a journal, not a ring of 256). */
export interface Dialect {
  readonly name: 'docker' | 'podman';
  /**
   * How many events of all types the engine remembers, the last ones, without a hole; undefined for one that keeps a
   * journal, of which `since` says how much of it is asked for.
   */
  readonly ringSize: number | undefined;
  /**
   * The `since` to ask for on a (re)connect, in seconds with nine decimals, given the newest event time seen so far;
   * undefined asks for live events only.
   */
  since(newest: UnixNanos | undefined): string | undefined;
  /** Gives the event Docker's own words; `line` is the parsed JSON object, for fields that Docker does not have. */
  normalise(event: DockerEvent, line: Readonly<Record<string, unknown>>): DockerEvent;
}

/** A negotiated connection to one engine. Holds no socket open by itself. */
export interface EngineSession {
  readonly identity: EngineIdentity;
  readonly dialect: Dialect;
  /** True when the engine was asked to send some of its events only: a replay then does not tell whether one is missing. */
  readonly isFiltered: boolean;
  /**
   * True when the engine leaves events out of its answers for the sake of an old API version (image `create` below 1.46),
   * so that a replay can be shorter than the ring although the ring is full.
   */
  readonly hidesEvents: boolean;
  /** The engine's clock less ours, in milliseconds, as `/info` told at the connect; undefined where it did not. */
  readonly clockOffsetMs: number | undefined;
  /** Opens the event stream. With `until` a real engine closes it when its clock has come there; others may not. */
  events(query: EventsQuery, signal: AbortSignal): Promise<Result<EventStream, EngineProblem>>;
  /** `GET /containers/json?all=1`. */
  containers(signal: AbortSignal): Promise<Result<readonly ListedContainer[], EngineProblem>>;
  /** `GET /containers/ID/json`; the value is undefined when there is no such container (any more). */
  inspect(id: string, signal: AbortSignal): Promise<Result<InspectedContainer | undefined, EngineProblem>>;
  /**
   * How many events the engine has published since it was started, from its metrics endpoint
   * (`engine_daemon_events_total`); undefined where no endpoint is configured or it does not say.
   */
  published(signal: AbortSignal): Promise<EngineCount | undefined>;
  /** `GET /_ping` on a connection of its own. */
  ping(timeoutMs: number, signal: AbortSignal): Promise<Result<void, EngineProblem>>;
}

/** Bounds of `GET /events`, in seconds with nine decimals, both inclusive. Undefined `since`: no replay. */
export interface EventsQuery {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** A container as the list tells of it. */
export interface ListedContainer {
  readonly id: string;
  /** Without the slash that the engine puts before it. */
  readonly name: string;
  readonly image: string;
  /** created, running, paused, restarting, removing, exited, dead */
  readonly state: string;
  readonly created: UnixNanos | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

/** A container as inspect tells of it. A time that the engine gives as year 1 is undefined: it has not happened. */
export interface InspectedContainer extends ListedContainer {
  readonly startedAt: UnixNanos | undefined;
  readonly finishedAt: UnixNanos | undefined;
  /** Of the last run that ended; the engine sets it back to 0 when a container is started. */
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  /** starting, healthy, unhealthy; undefined without a health check. */
  readonly health: string | undefined;
  /** When the last probe ended. */
  readonly healthAt: UnixNanos | undefined;
  readonly restartCount: number | undefined;
  /**
   * The command of its health check, in the words of the events of its execs; undefined where no command checks it. As its
   * user wrote it, secrets and all.
   */
  readonly probe: string | undefined;
}

export interface EngineCount {
  readonly events: number;
  /** When the engine's process was started; undefined where it does not say. */
  readonly startedAt: UnixNanos | undefined;
}

/** An endpoint that can be connected to, again and again. */
export interface Engine {
  /** The endpoint without credentials, for messages. */
  readonly endpoint: string;
  /** Negotiates a session; resolves with the problem rather than rejecting. */
  connect(signal: AbortSignal): Promise<Result<EngineSession, EngineProblem>>;
}

/** A value, or the reason there is none. */
export type Result<Value, Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };
