/**
 * The receiver: one engine's events, for as long as the process lives.
 *
 *           ┌──────────── backoff with jitter ◄───────────┐
 *           ▼                                             │ a problem, or a stream that ended
 *       connect ──session──► subscribe (since) ──stream──► read ──► new events ──► deliver
 *                                                          ▲
 *                                    ping on a second connection while the stream is silent
 *
 * - It never waits for anything downstream: `deliver` takes what it is given, at once. An engine gives a subscriber 1,024
 *   slots and 100 ms, then drops events without a word and slows every container operation on its host meanwhile.
 * - It subscribes unfiltered and asks for the whole replay on every connect; identity tells what is new. What the
 *   engine's ring of 256 no longer holds after an absence is lost here (and not yet told).
 * - There is no last try. Waits grow, but not before an absence is a long one: what the ring still holds is worth a try
 *   every quarter of a second. A close by the other side is ordinary; a problem is told with what to do about it.
 * - A connection whose other end is gone without a word is noticed by a ping on a connection of its own, sent when
 *   nothing came for `ping_interval`. Not noticed: a stream that died alone while the engine answers pings.
 * - With `once`, one stream is read to its end: that is how a recording is played.
 */
import type { Component } from '../model/component.ts';
import type { Engine, EngineProblem, EngineSession, EventStream, StreamEnd } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { Backoff } from '../runtime/backoff.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { ReceiverOptions } from './config.ts';
import { connected, cutAtEnd, noAnswer, streamCut, streamEnded, tornEnd, waitingForEngine } from './happenings.ts';
import { type Position, StreamReader } from './reader.ts';
import { SeenSet } from './seen.ts';

/** Four times the engine's ring, for what concurrent publishers swap and for Podman's overlap of two seconds. */
const SEEN_CAPACITY = 1024;

/** A stream that lived this long was a good one: an absence after it is a new one. */
const GOOD_STREAM_MS = 5_000;

/**
 * For so long after the last good stream waits do not grow. Every wait that outlasts the absence by a second costs what a
 * busy host says in that second once the ring has turned over; trying a socket costs nothing.
 */
const SHORT_ABSENCE_MS = 10_000;

export interface ReceiverParts {
  readonly engine: Engine;
  readonly options: ReceiverOptions;
  /** Read one stream to its end, then be finished; a problem before that finishes it too. */
  readonly once: boolean;
  /** Takes new events in the order of the stream. Never waits. */
  readonly deliver: (events: readonly Received[]) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

export class Receiver implements Component {
  readonly #parts: ReceiverParts;
  readonly #position: Position = { seen: new SeenSet(SEEN_CAPACITY), newest: undefined };
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  readonly #finished = Promise.withResolvers<EngineProblem | undefined>();
  #loop: Promise<void> | undefined;
  #stream: EventStream | undefined;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    const { reconnect_initial: initialMs, reconnect_max: maxMs } = parts.options;
    this.#backoff = new Backoff({ initialMs, maxMs, factor: 2 }, parts.random);
  }

  /** Resolves when reading is over: after `stop`, or with `once` at the end, with the problem that ended it if one did. */
  get finished(): Promise<EngineProblem | undefined> {
    return this.#finished.promise;
  }

  /** Begins to look for the engine; does not wait for it. */
  async start(): Promise<void> {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stream?.close();
    await this.#loop;
    this.#finished.resolve(undefined);
  }

  async #run(): Promise<void> {
    const { clock, telemetry, engine, once } = this.#parts;
    const stopping = this.#stopping.signal;
    let absentSinceMs = clock.monotonicMs();
    while (!stopping.aborted) {
      const startedMs = clock.monotonicMs();
      const problem = await this.#readOneStream(stopping);
      if (once || stopping.aborted) {
        this.#finished.resolve(problem);
        return;
      }
      const nowMs = clock.monotonicMs();
      const wasGood = problem === undefined && nowMs - startedMs >= GOOD_STREAM_MS;
      if (wasGood) absentSinceMs = nowMs;
      const isShortAbsence = problem !== undefined && nowMs - absentSinceMs < SHORT_ABSENCE_MS;
      if (wasGood || isShortAbsence) this.#backoff.reset();
      const delayMs = this.#backoff.next();
      if (problem !== undefined) telemetry.report(waitingForEngine(engine.endpoint, problem, delayMs));
      await sleep(clock, delayMs, stopping);
    }
  }

  /** Resolves with what kept the stream from being opened; undefined when one was read, however it ended, but with `once`. */
  async #readOneStream(stopping: AbortSignal): Promise<EngineProblem | undefined> {
    const session = await this.#parts.engine.connect(stopping);
    if (!session.ok) return session.problem;
    const since = session.value.dialect.since(this.#position.newest);
    const stream = await session.value.events({ since, until: undefined }, stopping);
    if (!stream.ok) return stream.problem;
    const end = await this.#read(session.value, stream.value, stopping);
    return this.#parts.once && end.kind === 'cut' ? end.problem : undefined;
  }

  async #read(session: EngineSession, stream: EventStream, stopping: AbortSignal): Promise<StreamEnd> {
    const { clock, telemetry, deliver, once, options } = this.#parts;
    const endpoint = session.identity.endpoint;
    telemetry.report(connected(session.identity));
    this.#stream = stream;
    if (stopping.aborted) stream.close();
    const reader = new StreamReader({
      identity: session.identity,
      dialect: session.dialect,
      position: this.#position,
      maxLineLength: options.max_line_size,
      clock,
      telemetry,
      deliver,
    });
    const watch = new AbortController();
    let heardMs = clock.monotonicMs();
    const watching = this.#watch(session, stream, () => heardMs, watch.signal);
    const end = await stream.read((bytes) => {
      heardMs = clock.monotonicMs();
      reader.push(bytes);
    });
    watch.abort();
    await watching;
    this.#stream = undefined;
    const torn = reader.end();
    if (torn !== '') telemetry.report(once ? cutAtEnd(endpoint, torn) : tornEnd(endpoint, torn.length));
    if (end.kind === 'ended') telemetry.report(streamEnded(endpoint));
    if (end.kind === 'cut') telemetry.report(streamCut(endpoint, end.problem));
    return end;
  }

  /** Pings while the stream is silent; closes the stream when no answer comes. Resolves when `ended` aborts. */
  async #watch(session: EngineSession, stream: EventStream, heardMs: () => number, ended: AbortSignal): Promise<void> {
    const { clock, telemetry, options } = this.#parts;
    const { ping_interval: intervalMs, ping_timeout: timeoutMs } = options;
    while (!ended.aborted) {
      const silentMs = clock.monotonicMs() - heardMs();
      const waited = await sleep(clock, silentMs >= intervalMs ? intervalMs : intervalMs - silentMs, ended);
      if (!waited || clock.monotonicMs() - heardMs() < intervalMs) continue;
      const answer = await session.ping(timeoutMs, ended);
      if (answer.ok || ended.aborted || clock.monotonicMs() - heardMs() < intervalMs) continue;
      telemetry.report(noAnswer(session.identity.endpoint, answer.problem));
      stream.close();
      return;
    }
  }
}
