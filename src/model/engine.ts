/**
 * What the rest of the collector knows of an engine: who it is, and a session to read its events by.
 *
 * A session only ever sends GET. Problems are values, because an engine that is away is ordinary.
 */
import type { DockerEvent } from './docker-event.ts';
import type { UnixNanos } from './time.ts';

/** Who an engine is. One object is kept as long as nothing in it changes, so it may be compared by reference. */
export interface EngineIdentity {
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
  /** Opens the event stream, unfiltered. */
  events(since: string | undefined, signal: AbortSignal): Promise<Result<EventStream, EngineProblem>>;
  /** `GET /_ping` on a connection of its own. */
  ping(timeoutMs: number, signal: AbortSignal): Promise<Result<void, EngineProblem>>;
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
