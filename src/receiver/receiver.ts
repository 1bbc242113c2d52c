/**
 * The receiver: one engine's events, for as long as the process lives and from where the last one ended.
 *
 *           ┌──────────── backoff with jitter ◄───────────┐
 *           ▼                                             │ a problem, or a stream that ended
 *       connect ──session──► subscribe (since) ──stream──► connection ──► new events, gaps, rows of state ──► deliver
 *                                                         (connection.ts: reads, judges, settles, audits, pings)
 *
 * - It never waits for anything downstream: `deliver` takes what it is given, at once. An engine gives a subscriber 1,024
 *   slots and 100 ms, then drops events without a word and slows every container operation on its host meanwhile.
 * - It asks for the whole replay on every connect; identity tells what is new (seen.ts). What was read is rebuilt at the
 *   start from the journal's last events (memory.ts), so that identity, position and events cannot disagree.
 * - Each replay is judged: does it go on where the last stream ended (verdict.ts)? If not, that is told as a gap (gap.ts),
 *   together with what became of the containers meanwhile (settle.ts, reconcile.ts).
 * - While connected, what the engine remembers is compared with what came (audit.ts), and the engine is asked how the health
 *   of its containers is checked (probes.ts).
 * - There is no last try. Waits grow, but not before an absence is a long one: what the ring still holds is worth a try
 *   every quarter of a second. A close by the other side is ordinary; a problem is told with what to do about it.
 * - A connection whose other end is gone without a word is noticed by a ping on a connection of its own, sent when
 *   nothing came for `ping_interval`; a stream that died alone while the engine answers pings, by the audit.
 * - With `once`, one stream is read to its end: that is how a recording is played. Nothing is judged then.
 *
 * Not seen: what the engine itself never published, such as the death of a container while the engine was away, but for
 * what the comparison of its containers shows; and what was pushed out of the ring between two audits of a busy engine.
 */
import type { Component } from '../model/component.ts';
import type { Engine, EngineIdentity, EngineProblem } from '../model/engine.ts';
import type { EventEntry, GapEntry, Received } from '../model/entry.ts';
import type { Inventory } from '../model/inventory.ts';
import type { StateRows } from '../model/journal.ts';
import type { Mark } from '../model/mark.ts';
import type { ReceiverState } from '../model/status.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { Backoff } from '../runtime/backoff.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { ReceiverOptions } from './config.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import { EngineCounter } from './counter.ts';
import { GapKeeper } from './gap.ts';
import { waitingForEngine } from './happenings.ts';
import { Memory } from './memory.ts';
import { ownCounts } from './own-counts.ts';
import { Presence } from './presence.ts';
import { Probes } from './probes.ts';
import { Settler } from './settle.ts';
import type { SwarmSeen } from './swarm-seen.ts';

/** A stream that lived this long was a good one: an absence after it is a new one. */
const GOOD_STREAM_MS = 5_000;

/**
 * For so long after the last good stream waits do not grow. Every wait that outlasts the absence by a second costs what a
 * busy host says in that second once the ring has turned over; trying a socket costs nothing.
 */
const SHORT_ABSENCE_MS = 10_000;

export interface ReceiverParts {
  /** Its name in the configuration: `docker_events`, `docker_events/NAME`. */
  readonly name: string;
  readonly engine: Engine;
  readonly options: ReceiverOptions;
  /** Read one stream to its end, then be finished; a problem before that finishes it too. */
  readonly once: boolean;
  /** What an earlier process left behind. Asked for once, by `start`. */
  readonly resume: () => Resume;
  /** What is known of the engine's containers. */
  readonly inventory: Inventory;
  /** One for all receivers of the process; whoever makes it lets it recover before the first of them is started. */
  readonly swarm: SwarmSeen;
  /** Is told which engine it is, with each connect, before its events. */
  readonly meet: (engine: EngineIdentity) => void;
  /** Takes new events in the order of the stream, and rows of state that belong to them. Never waits. */
  readonly deliver: (entries: readonly (Received | GapEntry)[], rows?: StateRows) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly mark?: Mark;
}

export interface Resume {
  /** The last events that were read, oldest first. */
  readonly lastEvents: readonly EventEntry[];
  /** The row of a gap that was not told yet; its key is that of `gapKey`. */
  readonly pendingGap: string | undefined;
  /** What had been kept could not be read. */
  readonly wasDamaged: boolean;
}

/** What a receiver knows of itself; what runs on its engine is for others to know. */
export type ReadingState = Omit<ReceiverState, 'runningContainers'>;

export class Receiver implements Component {
  readonly #parts: ReceiverParts;
  readonly #connectionParts: ConnectionParts;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  readonly #presence: Presence;
  readonly #finished = Promise.withResolvers<EngineProblem | undefined>();
  #loop: Promise<void> | undefined;
  #connection: Connection | undefined;

  constructor(given: ReceiverParts) {
    const parts = { ...given, telemetry: ownCounts(given.telemetry, given.name) };
    this.#parts = parts;
    this.#presence = new Presence(parts.clock);
    const { reconnect_initial: initialMs, reconnect_max: maxMs, emit_inventory: emitsInventory } = parts.options;
    this.#backoff = new Backoff({ initialMs, maxMs, factor: 2 }, parts.random);
    const memory = new Memory();
    const gaps = new GapKeeper(parts.name, parts.deliver);
    const counter = new EngineCounter(memory);
    const asks = parts.options.inspect_health_checks && !parts.once;
    const probes = asks ? new Probes(parts.inventory, parts.telemetry) : undefined;
    const settler = new Settler({ ...parts, memory, gaps, counter, probes, emitsInventory });
    const presence = this.#presence;
    this.#connectionParts = { ...parts, presence, memory, gaps, counter, settler, probes };
  }

  /** Resolves when reading is over: after `stop`, or with `once` at the end, with the problem that ended it if one did. */
  get finished(): Promise<EngineProblem | undefined> {
    return this.#finished.promise;
  }

  /** How it is, now. */
  state(): ReadingState {
    const { name, engine } = this.#parts;
    const { newest: lastEvent } = this.#connectionParts.memory;
    return { name, endpoint: engine.endpoint, ...this.#presence.state, lastEvent };
  }

  /** Begins to look for the engine; does not wait for it. */
  async start(): Promise<void> {
    if (this.#loop !== undefined) return;
    this.#recover();
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.close();
    await this.#loop;
    this.#finished.resolve(undefined);
  }

  #recover(): void {
    const { memory, gaps } = this.#connectionParts;
    const { lastEvents, pendingGap, wasDamaged } = this.#parts.resume();
    gaps.recover(pendingGap);
    memory.recover(lastEvents, gaps.open?.first);
    if (memory.doubtful.size === 0) gaps.settleDoubt();
    if (wasDamaged) gaps.settle({ reason: 'journal_lost', from: undefined, to: this.#parts.clock.now() });
    gaps.flush();
  }

  async #run(): Promise<void> {
    const { clock, telemetry, engine, once } = this.#parts;
    const stopping = this.#stopping.signal;
    let absentSinceMs = clock.monotonicMs();
    while (!stopping.aborted) {
      const startedMs = clock.monotonicMs();
      const problem = await this.#readOneStream(stopping);
      if (problem !== undefined && !stopping.aborted) this.#presence.failed(problem.message);
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
    const since = session.value.dialect.since(this.#connectionParts.memory.last);
    const stream = await session.value.events({ since, until: undefined }, stopping);
    if (!stream.ok) return stream.problem;
    this.#parts.meet(session.value.identity);
    this.#connection = new Connection(this.#connectionParts, session.value, stream.value);
    if (stopping.aborted) this.#connection.close();
    const end = await this.#connection.read();
    this.#connection = undefined;
    this.#presence.disconnected();
    return this.#parts.once && end.kind === 'cut' ? end.problem : undefined;
  }
}
